"""The newest look that somebody asked for, told line by line as it happens: what was reached, what failed, and when.
Reading only.

Strategy: the worker writes down every part of such a look with its second (`SweepItem.step`); what failed, and how it
ended, comes with the result. It ends with one sentence of what was the cause, and one of what to do next.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from camera_registry.models import Device, SweepItem
from camera_registry.services.explained import NO_TEXT, advice
from camera_registry.services.look_now import STEPS, lonely, step_of
from camera_registry.services.unchecked import SKIPPED
from camera_registry.store import devices, findings, history
from probes.errors import Failure
from standards.model import LANGUAGES, Text

State = Literal["done", "going", "failed"]
FRESH = timedelta(minutes=30)
"""So long after its end a look is told unfolded."""
_WAITS: Text = {"vi": "Đang chờ chương trình kiểm tra nhận việc.", "en": "Waiting for the program that checks."}
_LONELY: Text = {
    "vi": "Chưa có chương trình kiểm tra nào nhận việc; báo quản trị viên chạy camera-registry work.",
    "en": "No program that checks takes it up; tell the administrator to run camera-registry work.",
}
_BEGAN: Text = {"vi": "Bắt đầu kết nối tới {host}.", "en": "Connecting to {host}."}
_PARTS: dict[str, Text] = {
    "onvif": {"vi": "Hỏi thiết bị qua ONVIF.", "en": "Asking the device over ONVIF."},
    "stream": {"vi": "Nhận luồng hình thứ {number}.", "en": "Receiving stream {number}."},
    "picture": {"vi": "Xem một hình, không lưu lại.", "en": "Looking at one picture, which is not kept."},
}
_ENDED: dict[str, Text] = {
    "done": {
        "vi": "Kiểm tra xong: thiết bị có trả lời, số liệu đã ghi.",
        "en": "Done: the device answered, and what it said is written down.",
    },
    "failed": {"vi": "Dừng: không kiểm tra được thiết bị.", "en": "Stopped: the device could not be checked."},
    "skipped": {"vi": "Không kiểm tra: {reason}.", "en": "Left out: {reason}."},
}
_WELL: Text = {"vi": "Thiết bị trả lời đầy đủ, không gặp lỗi nào.", "en": "The device answered everything."}
_NOTHING_TO_DO: Text = {"vi": "Không phải làm gì thêm.", "en": "There is nothing to do."}
_TO_DO: Text = {
    "vi": "Còn {count} tiêu chí chưa đạt: làm theo biện pháp ghi ở từng tiêu chí bên dưới, rồi kiểm tra lại.",
    "en": "{count} criteria are not met: do what each says below, then check again.",
}


@dataclass(frozen=True)
class Line:
    """One thing that happened, so many seconds after the look began (None: before it did), and what came back."""

    second: float | None
    state: State
    words: Text
    detail: str = ""


@dataclass(frozen=True)
class LookLog:
    """The look, line by line. `fresh`: it goes on, or has just ended; `cause` and `action` are empty until it is
    over.
    """

    began: datetime | None
    ended: datetime | None
    over: bool
    fresh: bool
    well: bool
    lines: tuple[Line, ...]
    cause: Text
    action: Text


def look_log(session: Session, school: str, code: str, now: datetime) -> LookLog | None:
    """The newest look at the device, when it is one that a person asked for; None otherwise."""
    device = devices.by_code(session, school, code)
    found = history.newest(session, device.id or 0) if device else None
    if device is None or found is None or found[1].kind != "asked":
        return None
    item, sweep = found
    failures = _failures(item)
    over = item.ended_at is not None
    cause, action = _in_short(session, item, failures) if over else (NO_TEXT, NO_TEXT)
    return LookLog(
        began=item.started_at,
        ended=item.ended_at,
        over=over,
        fresh=item.ended_at is None or now - item.ended_at < FRESH,
        well=item.state == "done" and not failures,
        lines=tuple(_lines(item, device, failures, alone=lonely(item, sweep, now))),
        cause=cause,
        action=action,
    )


def _failures(item: SweepItem) -> list[Failure]:
    """What failed, each kind at each step once."""
    known: dict[tuple[str, str], Failure] = {}
    for failure in (Failure.from_json(each) for each in json.loads(item.failures)):
        if failure.kind != "unsupported":  # nothing is wrong with a device that has not got a function
            known.setdefault((failure.kind, step_of(failure, answered=item.state == "done")), failure)
    return list(known.values())


def _lines(item: SweepItem, device: Device, failures: Sequence[Failure], *, alone: bool) -> Iterator[Line]:
    if item.state == "skipped":
        yield Line(None, "failed", _put(_ENDED["skipped"], reason=SKIPPED.get(item.reason, NO_TEXT)))
        return
    if item.started_at is None or item.state == "waiting":
        yield Line(None, "failed" if alone else "going", _LONELY if alone else _WAITS)
        return
    parts = [(0.0, _put(_BEGAN, host=device.host)), *_parts(item.step or "")]
    over = item.ended_at is not None
    for place, (second, words) in enumerate(parts):
        yield Line(second, "done" if over or place + 1 < len(parts) else "going", words)
    if item.ended_at is None:
        return
    length = max((item.ended_at - item.started_at).total_seconds(), parts[-1][0])
    for failure in failures:
        title = STEPS[step_of(failure, answered=item.state == "done")]
        words = {lang: f"{title[lang]}: {_sentence(failure.meaning.words[lang])}" for lang in LANGUAGES}
        yield Line(length, "failed", words, failure.detail)
    yield Line(length, "done" if item.state == "done" else "failed", _ENDED.get(item.state, _ENDED["failed"]))


def _parts(told: str) -> Iterator[tuple[float, Text]]:
    """The parts that the worker wrote down, each with its second."""
    for each in told.split():
        name, _, second = each.partition("@")
        part, _, number = name.partition("/")
        if part in _PARTS:
            yield float(second or 0), _put(_PARTS[part], number=number)


def _in_short(session: Session, item: SweepItem, failures: Sequence[Failure]) -> tuple[Text, Text]:
    """What was the cause, and what to do next, in a sentence each."""
    if item.state == "skipped":
        return _whole(SKIPPED.get(item.reason, NO_TEXT)), NO_TEXT
    if failures:
        return _whole(failures[0].meaning.words), _whole(advice(failures[0]))
    open_now = findings.now_open(session, item.device_id)
    count = sum(row.outcome == "fail" and row.decides for row in open_now)
    return _WELL, _put(_TO_DO, count=str(count)) if count else _NOTHING_TO_DO


def _sentence(words: str) -> str:
    return f"{words.rstrip('.')}." if words else ""


def _whole(text: Text) -> Text:
    return {lang: _sentence(text[lang]) for lang in LANGUAGES}


def _put(text: Text, **values: str | Text) -> Text:
    return {
        lang: text[lang].format(**{n: v if isinstance(v, str) else v[lang].rstrip(".") for n, v in values.items()})
        for lang in LANGUAGES
    }
