"""A look that a person waits for: how far it is, step by step in words, and what it found so far. Reading only.

Strategy: while it goes on, the worker writes down which part it is at (`SweepItem.step`). When it is over, what failed
says which step it was; what comes after a step that could not be taken was not tried.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from camera_registry.models import Channel, Device, Sweep, SweepItem
from camera_registry.services.explained import NO_TEXT, advice, shown
from camera_registry.services.unchecked import SKIPPED
from camera_registry.store import agents, channels, devices, history, observations
from probes.errors import Failure
from probes.facts import ChannelSheet, DeviceSheet, Fact, StreamSheet
from standards.model import LANGUAGES, Text

State = Literal["done", "going", "failed", "later", "not_tried"]
PATIENCE = timedelta(seconds=20)
"""A look that nobody has begun for so long has no worker that could."""
STEPS: Mapping[str, Text] = {
    "address": {"vi": "Tới địa chỉ của thiết bị", "en": "Reaching the address"},
    "onvif": {"vi": "Hỏi thiết bị qua ONVIF", "en": "Asking the device over ONVIF"},
    "login": {"vi": "Đăng nhập", "en": "Login"},
    "stream": {"vi": "Nhận luồng hình", "en": "Receiving the stream"},
    "picture": {"vi": "Xem một hình (không lưu lại)", "en": "Looking at one picture (not kept)"},
}
"""The steps of a look, in their order."""
_ORDER = list(STEPS)
_REACH = frozenset({"connect", "tls", "target"})
_UNREACHED = frozenset({"unreachable", "refused_connection", "not_allowed"})


@dataclass(frozen=True)
class Step:
    """One step: how it stands; why it failed and what to do, in words."""

    name: str
    state: State
    title: Text
    words: Text = field(default_factory=lambda: NO_TEXT)
    advice: Text = field(default_factory=lambda: NO_TEXT)


@dataclass(frozen=True)
class SeenChannel:
    """A channel as it is known now: its index, its registered name, what the device calls it, its main stream."""

    index: int
    name: str
    said: str
    found: bool
    state: str
    stream: Text


@dataclass(frozen=True)
class LookNow:
    """The newest look at a device. `state` is that of `SweepItem`, or `none`; `lonely`: no worker takes it up. `over`:
    nothing more will come of it. `reason` is why it was left out. `by_agent`: an agent at the school looks, not the
    server.
    """

    sweep_id: int | None
    state: str
    over: bool
    lonely: bool
    by_agent: bool
    reason: Text
    steps: tuple[Step, ...]
    make: str
    model: str
    channels: tuple[SeenChannel, ...]


def look_now(session: Session, school: str, code: str, now: datetime) -> LookNow | None:
    """The newest look at the device; None where there is no such device."""
    device = devices.by_code(session, school, code)
    if device is None:
        return None
    item, sweep = history.newest(session, device.id or 0) or (None, None)
    stored = observations.sheet(session, device.id or 0)
    sheet = stored[0] if stored else DeviceSheet(target=device.code)
    rows = channels.of_device(session, device.id or 0)
    said = [str(sheet.value(f"identity.{name}") or "") for name in ("manufacturer", "model")]
    return LookNow(
        sweep_id=sweep.id if sweep else None,
        state=item.state if item else "none",
        over=item is None or item.ended_at is not None,
        lonely=lonely(item, sweep, now),
        by_agent=agents.at_site(session, device.site_id) is not None,
        reason=SKIPPED.get(item.reason, NO_TEXT) if item is not None and item.state == "skipped" else NO_TEXT,
        steps=_steps(item, device),
        make=said[0],
        model=said[1],
        channels=tuple(_channel(row, sheet, rows) for row in rows),
    )


def lonely(item: SweepItem | None, sweep: Sweep | None, now: datetime) -> bool:
    """True when the look has waited for so long that no worker can be there."""
    waits = item is not None and item.state == "waiting" and item.ended_at is None
    return waits and sweep is not None and now - sweep.planned_at > PATIENCE


def _steps(item: SweepItem | None, device: Device) -> tuple[Step, ...]:
    if item is None or item.state in ("waiting", "skipped"):
        return tuple(Step(name, "later", words) for name, words in STEPS.items())
    if item.ended_at is None:
        return _going(item.step)
    failures = [Failure.from_json(each) for each in json.loads(item.failures)]
    return _ended(failures, answered=item.state == "done", bare=bool(device.stream_path))


def _going(step: str | None) -> tuple[Step, ...]:
    """The steps of a look that is at the last part of `step`; of the streams the worker says which one it is."""
    part, _, number = (step or "address").split()[-1].partition("@")[0].partition("/")
    at = _ORDER.index(part) if part in _ORDER else 0
    states: list[State] = ["done" if n < at else "going" if n == at else "later" for n in range(len(_ORDER))]
    words = {"vi": f"Luồng thứ {number}", "en": f"Stream {number}"} if number else NO_TEXT
    return tuple(
        Step(name, state, STEPS[name], words if state == "going" else NO_TEXT)
        for name, state in zip(_ORDER, states, strict=True)
    )


def _ended(failures: Sequence[Failure], *, answered: bool, bare: bool) -> tuple[Step, ...]:
    first: dict[str, Failure] = {}
    for failure in failures:
        first.setdefault(step_of(failure, answered=answered), failure)
    made, gone_on = [], True
    for name, title in STEPS.items():
        if name == "onvif" and bare:
            continue
        failed = first.get(name)
        if failed is not None:
            made.append(Step(name, "failed", title, failed.meaning.words, advice(failed)))
            gone_on = gone_on and name in ("onvif", "picture")
        else:
            made.append(Step(name, "done" if gone_on else "not_tried", title))
    return tuple(made)


def step_of(failure: Failure, *, answered: bool) -> str:
    """The step of `STEPS` at which this failure came; `answered`: the device has said anything at all."""
    if failure.kind.startswith("auth_"):
        return "login"
    if not answered and (failure.kind in _UNREACHED or failure.step in _REACH):
        return "address"
    return {"onvif": "onvif", "rtsp": "stream", "image": "picture"}.get(failure.step.partition(".")[0], "stream")


def _channel(row: Channel, sheet: DeviceSheet, rows: Sequence[Channel]) -> SeenChannel:
    mine = _seen(row, rows, sheet)
    return SeenChannel(
        row.index,
        "" if row.found else row.name,
        (mine.name or "") if mine else "",
        row.found,
        str(mine.value("channel.state") or "") if mine else "",
        _stream(mine)[0] if mine else NO_TEXT,
    )


def stream_of(row: Channel, rows: Sequence[Channel], sheet: DeviceSheet) -> tuple[Text, datetime | None]:
    """Codec, size and rate of the main stream of this channel of the device, as measured, else as declared, in words;
    and when that was seen (None: never).
    """
    mine = _seen(row, rows, sheet)
    return _stream(mine) if mine else (NO_TEXT, None)


def _seen(row: Channel, rows: Sequence[Channel], sheet: DeviceSheet) -> ChannelSheet | None:
    known = channels.known(rows, sheet.channels)
    return next((each for each in sheet.channels if each.index in known and known[each.index].id == row.id), None)


def _stream(sheet: ChannelSheet) -> tuple[Text, datetime | None]:
    main = sheet.main()
    if main is None:
        return NO_TEXT, None
    best = [_best(main, name) for name in ("codec", "size", "fps")]
    parts = [(shown(path, fact.value), fact.at) for path, fact in best if fact is not None]
    said = {lang: ", ".join(text[lang] for text, _ in parts) for lang in LANGUAGES}
    return said, max((at for _, at in parts), default=None)


def _best(main: StreamSheet, name: str) -> tuple[str, Fact | None]:
    paths = [f"{group}.{name}" for group in ("measured", "declared", "sdp")]
    return next(((path, main.facts[path]) for path in paths if path in main.facts), (paths[0], None))
