"""Findings and verdicts as intervals: a row begins when something about it changes, and ends when the next one begins.

Strategy: the rows of now are compared with those that are open. The same outcome, expected value, fix and edition go on
as one row. While a rule fails, what was seen last is kept fresh in it, because the list of what is not compliant shows
the number, its age and who acts; while it does not apply, why, because a person may be asked, or not any more. Findings
that are no longer made (a rule or a channel is gone) end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from camera_registry.models import FindingRecord, VerdictRecord
from camera_registry.store.schools import chunks
from standards import Verdict

_MAKES_A_NEW_ROW = ("outcome", "expected", "fix", "edition", "sha256", "decides")
_KEPT_FRESH = ("seen", "seen_at", "how", "why", "actor", "fact", "state")
_FRESH_OUTCOMES = frozenset({"fail", "not_applicable"})
_GO_ON = frozenset({"fail", "unknown"})
"""Through these a failure goes on, and its nights are counted on."""

Key = tuple[int | None, str, str, str, str]


def now_open(session: Session, device_id: int) -> list[FindingRecord]:
    """The findings of a device that hold now."""
    wanted = select(FindingRecord).where(FindingRecord.device_id == device_id, col(FindingRecord.until).is_(None))
    return list(session.exec(wanted.order_by(col(FindingRecord.id))).all())


def put(session: Session, device_id: int, made: Iterable[FindingRecord], now: datetime) -> int:
    """The findings of a device are `made`; how many intervals began."""
    return _put(session, now_open(session, device_id), made, now)


def now_open_at(session: Session, subject: str, place_id: int) -> list[FindingRecord]:
    """The findings that hold now about a site or a school itself (`subject` says which `place_id` is the id of)."""
    column = {"site": FindingRecord.site_id, "school": FindingRecord.school_id}[subject]
    wanted = select(FindingRecord).where(col(column) == place_id, FindingRecord.subject == subject)
    return list(session.exec(wanted.where(col(FindingRecord.until).is_(None)).order_by(col(FindingRecord.id))).all())


def put_of_place(session: Session, subject: str, place_id: int, made: Iterable[FindingRecord], now: datetime) -> int:
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


def _put(session: Session, before_now: Iterable[FindingRecord], made: Iterable[FindingRecord], now: datetime) -> int:
    before = {_key(row): row for row in before_now}
    began = 0
    for row in made:
        old = before.pop(_key(row), None)
        nights, night = _nights(old, row)
        if old is not None and _same(old, row):
            _freshen(session, old, row)
            if (old.nights, old.night) != (nights, night):
                old.nights, old.night = nights, night
                session.add(old)
            continue
        began += 1
        _end(session, old, now)
        row.nights, row.night, row.fails_since = nights, night, _fails_since(old, row)
        session.add(row)
    for gone in before.values():
        _end(session, gone, now)
    session.flush()
    return began


def verdicts_now(session: Session, device_id: int) -> dict[int | None, VerdictRecord]:
    """The verdicts of a device that hold now, by channel id."""
    wanted = select(VerdictRecord).where(VerdictRecord.device_id == device_id, col(VerdictRecord.until).is_(None))
    return {row.channel_id: row for row in session.exec(wanted).all()}


def verdicts_of(session: Session, device_ids: Collection[int]) -> dict[tuple[int, int | None], VerdictRecord]:
    """The verdicts of these devices that hold now, by device id and channel id."""
    found: dict[tuple[int, int | None], VerdictRecord] = {}
    for chunk in chunks(device_ids):
        wanted = select(VerdictRecord).where(col(VerdictRecord.device_id).in_(chunk))
        rows = session.exec(wanted.where(col(VerdictRecord.until).is_(None)).order_by(col(VerdictRecord.id))).all()
        found |= {(row.device_id, row.channel_id): row for row in rows}
    return found


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


def _key(row: FindingRecord) -> Key:
    return (row.channel_id, row.subject, row.stream, row.edition.partition("@")[0], row.rule)


def _same(old: FindingRecord, new: FindingRecord) -> bool:
    return all(getattr(old, name) == getattr(new, name) for name in _MAKES_A_NEW_ROW)


def _nights(old: FindingRecord | None, new: FindingRecord) -> tuple[int, date | None]:
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


def _fails_since(old: FindingRecord | None, new: FindingRecord) -> datetime | None:
    """When the failure began that is seen, or may still be there. Another edition, value or fix begins none."""
    if new.outcome not in _GO_ON:
        return None
    begun = old.fails_since if old is not None else None
    return begun or (new.since if new.outcome == "fail" else None)


def _freshen(session: Session, old: FindingRecord, new: FindingRecord) -> None:
    if new.outcome not in _FRESH_OUTCOMES:
        return
    for name in _KEPT_FRESH:
        if getattr(old, name) != getattr(new, name):
            setattr(old, name, getattr(new, name))
            session.add(old)


def _end(session: Session, row: FindingRecord | VerdictRecord | None, now: datetime) -> None:
    if row is not None:
        row.until = now
        session.add(row)
