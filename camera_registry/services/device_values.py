"""The values of the page of a device. Frozen; texts are in both languages, times in UTC, codes as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from standards.model import Fix, Outcome, Text, VerdictName
from standards.waiving.waivers import Waived


@dataclass(frozen=True)
class Told:
    """One value as a person reads it, with the time and method it was had by."""

    text: Text
    at: datetime
    how: str


@dataclass(frozen=True)
class Compared:
    """One part of the identity, by its key in `reports.words`: as people registered it, and as the device says it.

    `differs`: both are there and are not the same.
    """

    name: str
    registered: str
    seen: Told | None
    differs: bool


@dataclass(frozen=True)
class Named:
    """One fact by its path."""

    path: str
    told: Told


@dataclass(frozen=True)
class Line:
    """One property of a stream side by side, by its key in `reports.words`; `why`: why nothing was measured; `differs`:
    in words, how what was measured differs from what is declared; `more`: the device could send more than it does.
    """

    name: str
    declared: Told | None
    capable: Told | None
    measured: Told | None
    why: Text | None
    differs: Text | None = None
    more: bool = False


@dataclass(frozen=True)
class StreamSeen:
    """One stream: `role` main, sub, third or extra; `uri` never holds a login."""

    id: str
    role: str
    role_source: str
    uri: str
    lines: tuple[Line, ...]
    further: tuple[Named, ...]


@dataclass(frozen=True)
class FindingSeen:
    """One rule on one subject from `since` until `until` (None: still), with everything that explains it."""

    channel_index: int | None
    subject: str
    stream: str
    rule: str
    title: Text
    outcome: Outcome
    decides: bool
    fix: Fix | None
    fix_text: Text
    actor: str
    why: Text
    measured: Text
    required: Text
    state: str
    document: str
    clause: str
    edition: str
    sha256: str
    seen_at: datetime | None
    how: str
    since: datetime
    until: datetime | None
    waiver: Waived | None = None


@dataclass(frozen=True)
class VerdictSpan:
    """The verdict of a channel (of the device: None) from `since` until `until` (None: still)."""

    channel_index: int | None
    name: VerdictName
    complete: bool
    edition: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Numbers:
    """What one look measured of the main stream; None is unknown."""

    at: datetime
    codec: str | None
    width: int | None
    height: int | None
    fps: float | None
    bitrate_kbps: float | None
    keyframe_interval_s: float | None
    seconds: float | None
    packets: int | None
    packets_lost: int | None
    longest_gap_s: float | None
    light: str | None


@dataclass(frozen=True)
class ChannelSeen:
    """One channel: what people registered, what was seen, what it is worth. `verdict` None: never judged."""

    index: int
    name: str
    area: str
    scope: str
    scope_by: str
    scope_at: datetime | None
    scope_why: str
    verdict: VerdictSpan | None
    facts: tuple[Named, ...]
    streams: tuple[StreamSeen, ...]
    findings: tuple[FindingSeen, ...]
    numbers: tuple[Numbers, ...]


@dataclass(frozen=True)
class Lacking:
    """What could not be had and why: the kind of failure in words, what a technician does, the paths it concerns."""

    kind: str
    words: Text
    advice: Text
    step: str
    detail: str
    channel: int | None
    stream: str | None
    facts: tuple[str, ...]


@dataclass(frozen=True)
class LoginSeen:
    """One login in force: never its password. `doors` door -> key in `reports.words`; tries `unanswered`."""

    username: str
    made_at: datetime
    doors: Mapping[str, str]
    unanswered: int


@dataclass(frozen=True)
class Look:
    """One look in the ledger: when, how it ended, and what it cost the device. `acceptance` is the code of the one that
    wanted it; empty where none did.
    """

    sweep: str
    kind: str
    acceptance: str
    asked_by: str
    state: str
    reason: Text
    started_at: datetime | None
    ended_at: datetime | None
    attempts: int
    connections: int
    logins: int
    tries: int
    refusals: int
    session_s: float
    bytes_in: int
    bytes_out: int
    failures: tuple[Lacking, ...]


@dataclass(frozen=True)
class Cost:
    """What looks have cost a device: how many looks, and the ledger of them all together."""

    looks: int = 0
    connections: int = 0
    logins: int = 0
    tries: int = 0
    refusals: int = 0
    session_s: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0


@dataclass(frozen=True)
class Registered:
    """What people registered of the device and where it stands; `host` is empty for a cloud-only device. `device_id` is
    for the pages: answers of the API leave it out.
    """

    district_code: str
    district: str
    school_code: str
    school: str
    site: str
    device_id: int = field(metadata={"exclude": True})
    code: str
    kind: str
    host: str
    onvif_port: int
    rtsp_port: int | None
    owner: str
    maintainer: str
    in_use_since: int | None
    warranty_until: date | None


@dataclass(frozen=True)
class UnitSeen:
    """A unit that stood there: what it said of itself, and when it was seen first and last."""

    manufacturer: str
    model: str
    firmware: str
    serial: str
    mac: str
    endpoint: str
    since: datetime
    seen_at: datetime


@dataclass(frozen=True)
class OtherUnit:
    """Another unit than before: both, and what tells them apart."""

    before: UnitSeen
    now: UnitSeen
    why: Text


@dataclass(frozen=True)
class DevicePage:
    """Everything that the page of a device shows. `looked_at` None: never looked at; `verdict`: the worst in force."""

    registered: Registered
    edition: str
    verdict: VerdictName
    complete: bool
    looked_at: datetime | None
    last_answered_at: datetime | None
    silent_nights: int
    identity: tuple[Compared, ...]
    other_unit: OtherUnit | None
    shared_keys: bool
    facts: tuple[Named, ...]
    channels: tuple[ChannelSeen, ...]
    findings: tuple[FindingSeen, ...]
    lacking: tuple[Lacking, ...]
    logins: tuple[LoginSeen, ...]
    login_dropped: bool
    looks: tuple[Look, ...]
    last_night: Look | None
    cost: Cost
    verdict_history: tuple[VerdictSpan, ...]
    finding_history: tuple[FindingSeen, ...]
    changed_at: tuple[datetime, ...]
