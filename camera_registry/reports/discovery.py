"""What was found in a network, beside what is registered: as a table, and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from ipaddress import IPv4Network
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from camera_registry.services.compared import Comparison, Match, Registered
from probes.discovery.scan import Part

_WORDS = {
    "title": {"vi": "Dò tìm thiết bị trong {networks}", "en": "Devices found in {networks}"},
    "address": {"vi": "Địa chỉ", "en": "Address"},
    "ports": {"vi": "Cổng", "en": "Ports"},
    "make": {"vi": "Hãng, model (thiết bị tự khai)", "en": "Make, model (as it says)"},
    "identity": {"vi": "MAC, mã thiết bị (UUID)", "en": "MAC, endpoint UUID"},
    "state": {"vi": "Trong sổ", "en": "In the registry"},
    "registered": {"vi": "{devices}", "en": "{devices}"},
    "other_unit": {"vi": "{devices}: thiết bị khác với thiết bị đã kiểm tra trước đây",
                   "en": "{devices}: another unit than before"},
    "moved": {"vi": "{devices}: đã đổi địa chỉ, trong sổ là {hosts}", "en": "{devices}: moved, registered at {hosts}"},
    "unregistered": {"vi": "chưa đăng ký", "en": "not registered"},
    "other": {"vi": "chưa rõ có phải camera không", "en": "nothing shows that it is a camera"},
    "elsewhere": {"vi": "tự khai địa chỉ {addresses}", "en": "says it is at {addresses}"},
    "nothing": {"vi": "Không có địa chỉ nào trả lời. Kiểm tra máy này có nối tới mạng đó không.",
                "en": "Nothing answered. Check whether this machine reaches that network."},
    "not_seen": {"vi": "Đã đăng ký nhưng không trả lời: {devices}", "en": "Registered, but not seen: {devices}"},
    "not_asked": {"vi": "Đã đăng ký ở địa chỉ ngoài dải này, chưa hỏi: {devices}",
                  "en": "Registered at addresses that were not asked: {devices}"},
    "counts": {"vi": "{video} camera hoặc đầu ghi, trong đó {unregistered} chưa đăng ký",
               "en": "{video} cameras or recorders, {unregistered} of them not registered"},
    "port.onvif": {"vi": "ONVIF", "en": "ONVIF"},
    "port.rtsp": {"vi": "RTSP", "en": "RTSP"},
    "port.web": {"vi": "web", "en": "web"},
    "port.open": {"vi": "mở", "en": "open"},
    "part.datagrams": {"vi": "hỏi qua WS-Discovery", "en": "asking by WS-Discovery"},
    "part.ports": {"vi": "hỏi từng cổng", "en": "asking at the ports"},
}  # fmt: skip
_STYLE = {"registered": "green", "other_unit": "red", "moved": "yellow", "unregistered": "bold magenta", "other": "dim"}


def part_text(part: Part, lang: str) -> str:
    """What is being done, for the progress."""
    return _WORDS[f"part.{part}"][lang]


def discovery_table(result: Comparison, networks: Sequence[IPv4Network], lang: str) -> RenderableType:
    """One row an address, and below it what is registered and was not seen."""
    if not result.matches:
        return Group(Text(_WORDS["nothing"][lang], style="yellow"), *_missing(result, lang))
    title = _WORDS["title"][lang].format(networks=", ".join(map(str, networks)))
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in ("address", "ports", "make", "identity", "state"):
        table.add_column(_WORDS[column][lang], overflow="fold")
    for match in result.matches:
        cells = (Text(match.found.address), Text(_ports(match, lang)), _make(match, lang), Text(_identity(match)))
        table.add_row(*cells, _state(match, lang))
    return Group(table, Text(_counts(result, lang)), *_missing(result, lang))


def discovery_json(result: Comparison, networks: Sequence[IPv4Network], at: datetime) -> dict[str, Any]:
    """The same as an object."""
    return {
        "networks": [str(network) for network in networks],
        "observed_at": at.isoformat(),
        "found": [
            {
                **match.found.to_json(),
                "state": match.state,
                "devices": [_device(device) for device in match.devices],
            }
            for match in result.matches
        ],
        "not_seen": [_device(device) for device in result.not_seen],
        "not_asked": [_device(device) for device in result.not_asked],
    }


def _device(device: Registered) -> dict[str, str]:
    return {"school": device.school, "device": device.code, "host": device.host}


def _ports(match: Match, lang: str) -> str:
    return ", ".join(f"{port.number} {_WORDS[f'port.{port.kind}'][lang]}" for port in match.found.ports) or "–"


def _make(match: Match, lang: str) -> Text:
    text = Text(match.found.make or "–")
    if match.found.says_it_is_at:
        said = _WORDS["elsewhere"][lang].format(addresses=", ".join(match.found.says_it_is_at))
        text.append(f"\n{said}", style="yellow")
    return text


def _identity(match: Match) -> str:
    return "\n".join(filter(None, (match.found.mac, match.found.endpoint))) or "–"


def _state(match: Match, lang: str) -> Text:
    devices = ", ".join(device.name for device in match.devices)
    hosts = ", ".join(device.host for device in match.devices)
    return Text(_WORDS[match.state][lang].format(devices=devices, hosts=hosts), style=_STYLE[match.state])


def _counts(result: Comparison, lang: str) -> str:
    video = sum(match.found.is_video for match in result.matches)
    unregistered = sum(match.state == "unregistered" for match in result.matches)
    return _WORDS["counts"][lang].format(video=video, unregistered=unregistered)


def _missing(result: Comparison, lang: str) -> list[Text]:
    told = (("not_seen", result.not_seen, "red"), ("not_asked", result.not_asked, ""))
    return [
        Text(_WORDS[key][lang].format(devices=", ".join(f"{d.name} ({d.host})" for d in devices)), style=style)
        for key, devices, style in told
        if devices
    ]
