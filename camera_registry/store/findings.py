"""Findings and verdicts as intervals: a row begins when something about it changes, and ends when the next one begins.

Strategy: the rows of now are compared with those that are open. The same outcome, expected value, fix and edition go on
as one row. While a rule fails, what was seen last is kept fresh in it, because the list of what is not compliant shows
the number, its age and who acts; while it does not apply, why, because a person may be asked, or not any more. Findings
that are no longer made (a rule or a channel is gone) end. In most nights nothing of that happens: what is open is read
as plain values, what is made is compared with it, and only what differs is written; no row is an object before that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from camera_registry.models import FindingRecord, VerdictRecord
from camera_registry.store.kept import freshen, touch, touch_sums
from camera_registry.store.known import forget
from camera_registry.store.schools import chunks
from standards import Verdict

_MAKES_A_NEW_ROW = ("outcome", "expected", "fix", "edition", "sha256", "decides")
_KEPT_FRESH = ("seen", "seen_at", "how", "why", "actor", "fact", "state")
_FRESH_OUTCOMES = frozenset({"fail", "not_applicable"})
_GO_ON = frozenset({"fail", "unknown"})
"""Through these a failure goes on, and its nights are counted on."""

_WHOLE = ("device_id", "channel_id", "site_id", "school_id", "subject", "stream", "rule", *_MAKES_A_NEW_ROW,
          *_KEPT_FRESH, "since")  # fmt: skip
Key = tuple[int | None, str, str, str, str]


def now_open(session: Session, device_id: int) -> list[FindingRecord]:
    """The findings of a device that hold now."""
    wanted = select(FindingRecord).where(FindingRecord.device_id == device_id, col(FindingRecord.until).is_(None))
    return list(session.exec(wanted.order_by(col(FindingRecord.id))).all())


class Made(Protocol):
    """A finding that was made now: the columns of `FindingRecord` that are compared, and the row it would be. A
    `FindingRecord` is one.
    """

    channel_id: Any
    subject: Any
    stream: Any
    edition: Any
    rule: Any
    outcome: Any
    fix: Any
    sha256: Any
    decides: Any
    seen_at: Any
    how: Any
    actor: Any
    fact: Any
    state: Any
    since: Any
    night: Any

    @property
    def expected(self) -> Any:
        """What the rule asks for."""

    @property
    def seen(self) -> Any:
        """What was seen."""

    @property
    def why(self) -> Any:
        """Why it came out so."""


def open_now(session: Session, device_id: int) -> Sequence[Any]:
    """The findings of a device that hold now, as rows of the columns that `put` compares."""
    return session.execute(_OPEN_NOW, {"device": device_id}).all()


def put(
    session: Session, device_id: int, made: Iterable[Made], now: datetime, before: Iterable[Any] | None = None
) -> int:
    """The findings of a device are `made`; how many intervals began. `before` are those `open_now`, if it was asked."""
    before = open_now(session, device_id) if before is None else before
    return _put(session, before, made, now, device_id)


def now_open_at(session: Session, subject: str, place_id: int) -> list[FindingRecord]:
    """The findings that hold now about a site or a school itself (`subject` says which `place_id` is the id of)."""
    column = {"site": FindingRecord.site_id, "school": FindingRecord.school_id}[subject]
    wanted = select(FindingRecord).where(col(column) == place_id, FindingRecord.subject == subject)
    return list(session.exec(wanted.where(col(FindingRecord.until).is_(None)).order_by(col(FindingRecord.id))).all())


def put_of_place(session: Session, subject: str, place_id: int, made: Iterable[Made], now: datetime) -> int:
    """The findings about a site or a school itself are `made`; how many intervals began."""
    return _put(session, now_open_at(session, subject, place_id), made, now)


def of_places(session: Session, school_id: int) -> list[FindingRecord]:
    """The findings that hold now about a school itself and about its sites."""
    wanted = select(FindingRecord).where(FindingRecord.school_id == school_id, col(FindingRecord.until).is_(None))
    return list(session.exec(wanted.order_by(col(FindingRecord.subject), col(FindingRecord.id))).all())


def asked(session: Session, device_ids: Collection[int]) -> list[FindingRecord]:
    """The findings that hold now about these devices and their channels, which an answer decides."""
    found: list[FindingRecord] = []
    for chunk in chunks(device_ids):
        wanted = select(FindingRecord).where(col(FindingRecord.device_id).in_(chunk), FindingRecord.how == "answer")
        found += session.exec(wanted.where(col(FindingRecord.until).is_(None)).order_by(col(FindingRecord.id))).all()
    return found


def judged_schools(session: Session, school_ids: Collection[int]) -> list[int]:
    """Those of these schools that were judged as a whole before."""
    found: set[int | None] = set()
    for chunk in chunks(school_ids):
        wanted = select(FindingRecord.school_id).where(col(FindingRecord.school_id).in_(chunk))
        found |= set(session.exec(wanted.where(col(FindingRecord.until).is_(None)).distinct()).all())
    return sorted(id_ for id_ in found if id_ is not None)


def schools_judged_by_others(session: Session, in_force: Collection[str]) -> list[int]:
    """The schools of which an open finding as a whole names another SHA-256 than those `in_force`."""
    others = select(FindingRecord.school_id).where(
        col(FindingRecord.school_id).is_not(None),
        col(FindingRecord.until).is_(None),
        col(FindingRecord.sha256).not_in(in_force),
    )
    return sorted(id_ for id_ in session.exec(others.distinct()).all() if id_ is not None)


def _put(
    session: Session, before_now: Iterable[Any], made: Iterable[Made], now: datetime, device_id: int | None = None
) -> int:
    before = {_key(row): row for row in before_now}
    schools = {getattr(row, "school_id", None) for row in before.values()} if device_id is None else set()
    fresh: list[tuple[Any, dict[str, Any]]] = []
    ended: list[int] = []
    new: list[FindingRecord] = []
    for row in made:
        old = before.pop(_key(row), None)
        nights, night = _nights(old, row)
        if old is not None and _same(old, row):
            kept = _kept(old, row) | {"nights": nights, "night": night}
            if any(getattr(old, name) != value for name, value in kept.items()):
                fresh.append((old, kept))
            continue
        if old is not None:
            ended.append(old.id)
        new.append(_record(row, nights, night, _fails_since(old, row)))
    ended += [gone.id for gone in before.values()]
    _write(session, fresh, ended, now)
    if device_id is not None and (ended or any(old.actor != kept["actor"] for old, kept in fresh)):
        touch(session, device_id)  # what begins says so itself, when it is flushed
    for school_id in schools if ended else ():
        touch_sums(session, school_id)
    if new:
        session.add_all(new)
        session.flush()
    return len(new)


def _write(session: Session, fresh: list[tuple[Any, dict[str, Any]]], ended: list[int], now: datetime) -> None:
    connection = session.connection()
    if fresh:
        values = [{"finding": old.id, **{f"new_{name}": kept[name] for name in kept}} for old, kept in fresh]
        connection.execute(_FRESHEN, values)
        failing = [(old, kept) for old, kept in fresh if old.outcome == "fail" and old.decides]
        freshen(session, [(old.id, kept["nights"], kept["seen_at"]) for old, kept in failing])
    if ended:
        connection.execute(_END, [{"finding": id_, "now": now} for id_ in ended])
    forget(session, FindingRecord, [*(old.id for old, _ in fresh), *ended])


def _record(row: Made, nights: int, night: date | None, fails_since: datetime | None) -> FindingRecord:
    """The row that begins."""
    record = row if isinstance(row, FindingRecord) else FindingRecord(**{n: getattr(row, n) for n in _WHOLE})
    record.nights, record.night, record.fails_since = nights, night, fails_since
    return record


def verdicts_now(session: Session, device_id: int) -> dict[int | None, VerdictRecord]:
    """The verdicts of a device that hold now, by channel id."""
    return {row.channel_id: row for row in session.execute(_VERDICTS_NOW, {"device": device_id}).scalars()}


def failing_of(session: Session, device_ids: Collection[int]) -> dict[tuple[int, int | None], int]:
    """How many deciding rules fail now on these devices, by device id and channel id."""
    found: dict[tuple[int, int | None], int] = {}
    for chunk in chunks(device_ids):
        subject = (col(FindingRecord.device_id), col(FindingRecord.channel_id))
        failing = select(*subject, func.count()).where(col(FindingRecord.device_id).in_(chunk))
        failing = failing.where(col(FindingRecord.until).is_(None), col(FindingRecord.outcome) == "fail")
        rows = session.exec(failing.where(col(FindingRecord.decides)).group_by(*subject)).all()
        found |= {(device or 0, channel): number for device, channel, number in rows}
    return found


def put_verdicts(
    session: Session, device_id: int, verdicts: Mapping[int | None, Verdict], edition: str, now: datetime
) -> int:
    """The verdicts of a device by channel id are `verdicts`; how many intervals began."""
    stored = session.execute(_VERDICT_NAMES, {"device": device_id}).all()
    if {row.channel_id: (row.name, row.complete, row.edition) for row in stored} == {
        channel_id: (verdict.name, verdict.complete, edition) for channel_id, verdict in verdicts.items()
    }:
        return 0
    before = verdicts_now(session, device_id)
    began = 0
    for channel_id, verdict in verdicts.items():
        old = before.pop(channel_id, None)
        if old is not None and (old.name, old.complete, old.edition) == (verdict.name, verdict.complete, edition):
            continue
        began += 1
        _end(session, old, now)
        session.add(
            VerdictRecord(
                device_id=device_id,
                channel_id=channel_id,
                edition=edition,
                name=verdict.name,
                complete=verdict.complete,
                since=now,
            )
        )
    for gone in before.values():
        _end(session, gone, now)
    session.flush()
    return began


def _key(row: Made) -> Key:
    return (row.channel_id, row.subject, row.stream, row.edition.partition("@")[0], row.rule)


def _same(old: Any, new: Made) -> bool:
    return all(getattr(old, name) == getattr(new, name) for name in _MAKES_A_NEW_ROW)


def _nights(old: Any, new: Made) -> tuple[int, date | None]:
    """In how many nights the failure was seen, and the last of them. What is unknown takes nothing back; what holds
    does. A night counts once, and one before the last not at all.
    """
    if new.outcome not in _GO_ON:
        return 0, None
    nights, night = 0, None
    if old is not None and (old.sha256 == new.sha256 or old.expected == new.expected):
        nights, night = old.nights, old.night
    if new.outcome == "fail" and new.night is not None and (night is None or new.night > night):
        return nights + 1, new.night
    return nights, night


def _fails_since(old: Any, new: Made) -> datetime | None:
    """When the failure began that is seen, or may still be there. Another edition, value or fix begins none."""
    if new.outcome not in _GO_ON:
        return None
    begun: datetime | None = old.fails_since if old is not None else None
    since: datetime | None = new.since if new.outcome == "fail" else None
    return begun or since


def _kept(old: Any, new: Made) -> dict[str, Any]:
    """What the row that goes on shows now: of what passes or is unknown, what it showed when it began."""
    shown = new if new.outcome in _FRESH_OUTCOMES else old
    return {name: getattr(shown, name) for name in _KEPT_FRESH}


def _end(session: Session, row: VerdictRecord | None, now: datetime) -> None:
    if row is not None:
        row.until = now
        session.add(row)


_COMPARED = ("id", "channel_id", "subject", "stream", "rule", *_MAKES_A_NEW_ROW, *_KEPT_FRESH, "nights", "night",
             "fails_since")  # fmt: skip
_OPEN_NOW = (
    sa_select(*(getattr(FindingRecord, name) for name in _COMPARED))
    .where(col(FindingRecord.device_id) == bindparam("device"), col(FindingRecord.until).is_(None))
    .order_by(col(FindingRecord.id))
)
_FINDINGS: Any = FindingRecord.__table__  # type: ignore[attr-defined]  # SQLModel gives it to every table
_ONE = update(_FINDINGS).where(_FINDINGS.c.id == bindparam("finding"))
_FRESHEN = _ONE.values({name: bindparam(f"new_{name}") for name in (*_KEPT_FRESH, "nights", "night")})
_END = _ONE.values(until=bindparam("now", type_=_FINDINGS.c.until.type))
_OPEN_VERDICTS = (col(VerdictRecord.device_id) == bindparam("device"), col(VerdictRecord.until).is_(None))
_VERDICTS_NOW = sa_select(VerdictRecord).where(*_OPEN_VERDICTS)
_VERDICT_NAMES = sa_select(
    col(VerdictRecord.channel_id), col(VerdictRecord.name), col(VerdictRecord.complete), col(VerdictRecord.edition)
).where(*_OPEN_VERDICTS)
