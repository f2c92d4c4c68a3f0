"""Resets: settings of one unit that became others, and several signs at once that it was set back to what it left the
factory with. Pure.

Strategy: only what both looks saw is compared; what could not be read is no sign. One sign alone is a person who
changed settings. Two or more of different kinds, in the same unit, look like a factory reset; where nothing tells that
it is the same unit, or that it is another, the signs are told and no reset is claimed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from probes.facts import DeviceSheet, Group, Observation, Sheet, said_of
from probes.facts.identity import compare
from standards.model import Text

SignName = Literal["streams", "names", "clock", "no_login", "login_refused"]
SIGNS: dict[SignName, Text] = {
    "streams": {"vi": "cấu hình của mọi luồng hình đều đổi", "en": "the settings of every stream are others"},
    "names": {"vi": "mã hoặc tên của mọi kênh, luồng đều đổi", "en": "every channel or stream has another name"},
    "clock": {
        "vi": "đồng hồ về năm mặc định, mất nguồn đồng bộ giờ hoặc đổi múi giờ",
        "en": "the clock is at a default year, or lost its time source or zone",
    },
    "no_login": {"vi": "không còn yêu cầu đăng nhập", "en": "no login is asked for any more"},
    "login_refused": {"vi": "từ chối tài khoản trước đây vẫn dùng được", "en": "a login that was good is refused"},
}
"""The signs, in words."""
HAPPENED: dict[str, Text] = {
    "reset": {"vi": "Có dấu hiệu đã khôi phục cài đặt gốc", "en": "It looks like a factory reset"},
    "settings": {"vi": "Cài đặt của thiết bị đã thay đổi", "en": "Settings of the device have changed"},
}
SEVERAL = 2
"""So many signs of different kinds, at once and in the same unit, look like a reset."""
DEFAULT_YEARS = (1970, 2000)
_ZONES_APART = timedelta(days=1)
_STREAM = ("codec", "width", "height", "fps", "bitrate_kbps", "gop")
_LOGINS = ("access.onvif_login_required", "access.rtsp_login_required")
_DEVICE = ("clock.time_source", "clock.zone", *_LOGINS)


@dataclass(frozen=True)
class Setting:
    """One setting that was `before` and is `now`; of a stream, its channel index and role."""

    path: str
    before: Any
    now: Any
    channel: int | None = None
    stream: str = ""


@dataclass(frozen=True)
class Happened:
    """What happened to a device between two looks: a factory reset, or settings that became others."""

    kind: Literal["reset", "settings"]
    signs: tuple[SignName, ...]
    settings: tuple[Setting, ...]


def happened(
    old: DeviceSheet, new: Observation, *, refused: bool = False, shared: Collection[str] = ()
) -> Happened | None:
    """What became of the unit of `old` by the look `new`; `refused`: a login that was good before is refused now.
    None where no setting changed, or another unit stands there.
    """
    said = vars(new.device.identity) if new.device.identity else {}
    same = compare(said_of(old), said, shared).same
    if same is False:
        return None
    settings = (*_of_device(old, new), *_of_streams(old, new), *_names(old, new))
    signs = tuple(_signs(old, new, settings, refused=refused))
    if not settings and not signs:
        return None
    return Happened("reset" if same and len(signs) >= SEVERAL else "settings", signs, settings)


def _signs(old: DeviceSheet, new: Observation, settings: tuple[Setting, ...], *, refused: bool) -> Iterator[SignName]:
    changed = {(s.channel, s.stream) for s in settings if s.path.startswith("declared.")}
    if changed and changed == {key for key, _, _ in _streams(old, new)}:
        yield "streams"
    names = {s.channel for s in settings if s.path in ("channel.token", "channel.name", "stream.id")}
    if names and names == _both(old, new).keys():
        yield "names"
    lost = any(s.path == "clock.time_source" and s.before == "ntp" for s in settings)
    if lost or any(s.path == "clock.zone" for s in settings) or _jumped(old, new):
        yield "clock"
    if any(s.path in _LOGINS and s.before is True and s.now is False for s in settings):
        yield "no_login"
    if refused:
        yield "login_refused"


def _jumped(old: DeviceSheet, new: Observation) -> bool:
    """True when the clock shows a default year now, and did not in the look before."""
    before = old.facts.get("clock.offset_s")
    clock = new.device.clock
    if before is None or clock is None or clock.offset_s is None:
        return False
    return _is_default(clock.at, clock.offset_s) and not _is_default(before.at, before.value)


def _is_default(at: datetime, offset_s: float) -> bool:
    """True when a clock that is off by so much shows a default year, whatever zone it takes itself to be in."""
    shown = at + timedelta(seconds=offset_s)
    return any(day.year in DEFAULT_YEARS for day in (shown, shown + _ZONES_APART))


def _of_device(old: DeviceSheet, new: Observation) -> Iterator[Setting]:
    told = {path: value for group in new.device.groups() for path, value in group.present()}
    yield from _others(old, told, _DEVICE)


def _of_streams(old: DeviceSheet, new: Observation) -> Iterator[Setting]:
    for (channel, role), before, declared in _streams(old, new):
        told = dict(declared.present())
        yield from _others(before, told, tuple(f"declared.{name}" for name in _STREAM), channel, role)


def _others(
    old: Sheet, told: Mapping[str, Any], paths: tuple[str, ...], channel: int | None = None, stream: str = ""
) -> Iterator[Setting]:
    for path in paths:
        before, now = old.value(path), told.get(path)
        if None not in (before, now) and before != now:
            yield Setting(path, before, now, channel, stream)


def _streams(old: DeviceSheet, new: Observation) -> list[tuple[tuple[int, str], Sheet, Group]]:
    """The streams whose settings both looks saw, by channel index and role: a reset may rename them."""
    found: list[tuple[tuple[int, str], Sheet, Group]] = []
    for index, (before, now) in _both(old, new).items():
        roles = {s.value("stream.role"): s for s in before.streams if "declared.codec" in s.facts}
        for stream in now.streams:
            role = stream.info.role if stream.info else None
            if stream.declared is not None and role in roles:
                found.append(((index, role or ""), roles[role], stream.declared))
    return found


def _both(old: DeviceSheet, new: Observation) -> dict[int, tuple[Any, Any]]:
    """The channels that stand in both looks, by index."""
    now = {channel.index: channel for channel in new.channels}
    return {channel.index: (channel, now[channel.index]) for channel in old.channels if channel.index in now}


def _names(old: DeviceSheet, new: Observation) -> Iterator[Setting]:
    for index, (before, now) in _both(old, new).items():
        for name in ("token", "name"):
            was, is_ = getattr(before, name), getattr(now, name)
            if None not in (was, is_) and was != is_:
                yield Setting(f"channel.{name}", was, is_, index)
        ids, seen = {s.id for s in before.streams}, {s.id for s in now.streams}
        if ids and seen and not ids & seen:
            yield Setting("stream.id", sorted(ids), sorted(seen), index)
