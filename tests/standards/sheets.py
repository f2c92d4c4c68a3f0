"""Builders of fact sheets: a camera that meets every rule, and the same camera with some facts changed.

A change is `path: value`, `path: None` (nobody looked) or `path: Missing(kind)` (it failed); a group name as path takes
away or fails the whole group. Everything goes through `merge`, so derived facts are made as in real life.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from probes.errors import Failure, KindName
from probes.facts import (
    Access,
    Capable,
    Channel,
    ChannelInfo,
    Clock,
    Declared,
    Device,
    DeviceSheet,
    Encoding,
    Group,
    Image,
    Measured,
    Observation,
    Onvif,
    Rtsp,
    Security,
    Stream,
    StreamInfo,
    merge,
)
from standards import Edition, Editions, Finding, RegisterFacts, evaluate, load_edition

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HCMC = load_edition("hcmc-3288")
EDITIONS = Editions.of(HCMC)
GROUPS: dict[str, type[Group]] = {
    g.name: g
    for g in (Access, Capable, ChannelInfo, Clock, Declared, Image, Measured, Onvif, Rtsp, Security, StreamInfo)
}
FULL_HD = Encoding("h264", sizes=((1920, 1080), (1280, 720)), fps=(1, 25))
HD_ONLY = Encoding("h264", sizes=((1280, 720), (640, 480)), fps=(1, 25))

GOOD: dict[str, Any] = {
    "onvif.answers": True,
    "onvif.profiles": ("S", "T"),
    "onvif.media": ("media1", "media2"),
    "onvif.media_profiles": 2,
    "onvif.scopes": ("hardware", "name", "profile"),
    "clock.offset_s": 0.4,
    "clock.time_source": "ntp",
    "clock.without_login": True,
    "access.onvif_login_required": True,
    "access.rtsp_login_required": True,
    "access.onvif_schemes": ("digest-md5", "usernametoken"),
    "access.rtsp_schemes": ("digest-md5",),
    "access.basic_in_clear": False,
    "security.https": True,
    "security.tls_version": "TLSv1.3",
    "security.rtsps": True,
    "security.firmware_told": True,
    "security.password_length": 8,
    "security.password_uppercase": 1,
    "security.password_digits": 1,
    "security.password_special": 1,
    "security.telnet_open": False,
    "security.ftp_open": False,
    "channel.kind": "ip",
    "channel.state": "live",
    "channel.via": "direct",
    "channel.further_megapixels": (0.41,),
    "stream.role": "main",
    "stream.role_source": "declared",
    "stream.address_octets": 61,
    "declared.codec": "h264",
    "declared.width": 1920,
    "declared.height": 1080,
    "declared.fps": 25.0,
    "declared.gop": 50,
    "declared.bitrate_kbps": 4096,
    "capable.encodings": (FULL_HD,),
    "rtsp.interleaved": True,
    "rtsp.udp": True,
    "rtsp.methods": True,
    "rtsp.sender_reports": True,
    "measured.codec": "h264",
    "measured.width": 1920,
    "measured.height": 1080,
    "measured.fps": 25.0,
    "measured.bitrate_kbps": 3900.0,
    "measured.keyframe_interval_s": 2.0,
    "measured.seconds": 6.0,
    "measured.frames": 150,
    "measured.packets": 2600,
    "measured.packets_lost": 0,
    "measured.longest_gap_s": 0.05,
    "measured.first_packet_ms": 180.0,
    "image.light": "day",
    "image.black": False,
    "image.covered": False,
    "image.blurred": False,
    "image.no_signal": False,
    **{f"image.{n}": False for n in ("overexposed", "underexposed", "colourless", "cast", "smeared", "combed")},
    "image.moved": False,
}
"""Facts of a camera that meets every rule of every edition that a probe can answer."""


REGISTER = RegisterFacts(scene_width_m={1: 6.0})
"""What the register knows of that camera."""


@dataclass(frozen=True)
class Missing:
    """The fact could not be had, and this is why."""

    kind: KindName


Changes = Mapping[str, Any]


def size(width: int, height: int) -> dict[str, Any]:
    """The changes of a camera whose main stream is declared and arrives in this size."""
    return {f"{group}.{side}": value for group in ("measured", "declared")
            for side, value in (("width", width), ("height", height))}  # fmt: skip


def observed(changes: Changes | None = None, at: datetime = NOW, target: str = "camera") -> Observation:
    """What one probe at `at` saw of the good camera with `changes`; channel 1, stream `main`."""
    changes = changes or {}
    gone = {path for path, value in changes.items() if value is None or isinstance(value, Missing)}
    facts = {**GOOD, **changes}
    facts = {path: v for path, v in facts.items() if path not in gone and path.split(".")[0] not in gone}
    groups = {name: _group(name, facts, at) for name in GROUPS}
    main = Stream(
        id="main",
        info=groups["stream"],
        **{name: groups[name] for name in ("declared", "capable", "rtsp", "measured", "image")},
    )
    channel = Channel(index=1, token="v1", info=groups["channel"], streams=(main,))
    device = Device(onvif=groups["onvif"], clock=groups["clock"], access=groups["access"], security=groups["security"])
    failures = tuple(_failure(path, v.kind) for path, v in changes.items() if isinstance(v, Missing))
    return Observation(target=target, observed_at=at, device=device, channels=(channel,), failures=failures)


def sheet(changes: Changes | None = None, before: Changes | None = None) -> DeviceSheet:
    """The merged facts of two probes, a day apart; the earlier one saw `before`, or else the same `changes`."""
    earlier = observed(changes if before is None else before, NOW - DAY)
    return merge(merge(None, earlier), observed(changes))


def judged(
    changes: Changes | None = None,
    before: Changes | None = None,
    edition: Edition = HCMC,
    register: RegisterFacts | None = None,
) -> dict[str, Finding]:
    """The findings about the changed camera, by rule id."""
    findings = evaluate(edition, sheet(changes, before), REGISTER if register is None else register, (), NOW)
    assert len({f.rule for f in findings}) == len(findings)
    return {finding.rule: finding for finding in findings}


def _group(name: str, facts: Changes, at: datetime) -> Any:
    own = {path.split(".", 1)[1]: value for path, value in facts.items() if path.startswith(f"{name}.")}
    return GROUPS[name](at=at, how="a test", **own) if own else None


def _failure(path: str, kind: KindName) -> Failure:
    group = path.split(".")[0]
    if group in ("onvif", "clock", "access", "security"):
        return Failure(kind, "onvif.device", facts=(path,))
    stream = None if group == "channel" else "main"
    return Failure(kind, "rtsp.sample", "", 1, stream, (path,))
