"""Changes of devices that no interval tells, and the intervals of findings on both sides of a moment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, literal, null, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from camera_registry.models import (
    ChangeRecord,
    Channel,
    Device,
    District,
    FindingRecord,
    School,
    Site,
    Sweep,
    Table,
    UnitRecord,
    VerdictRecord,
)
from camera_registry.store.places import PLACE, Sql, Wanted, choose, rows, within

_FINDING = ("channel_id", "subject", "stream", "rule", "edition", "sha256", "outcome", "fix", "fact", "seen", "seen_at",
            "expected", "state", "why", "since", "until")  # fmt: skip


def put(
    session: Session, device_id: int, kind: str, body: Mapping[str, Any], at: datetime, channel_id: int | None = None
) -> None:
    """Something happened to a device, seen at `at`; the same told twice is one row."""
    known = select(ChangeRecord.id).where(ChangeRecord.device_id == device_id, col(ChangeRecord.at) == at)
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    same = known.where(ChangeRecord.kind == kind, ChangeRecord.body == text)
    if session.exec(same).first() is None:
        session.add(ChangeRecord(device_id=device_id, channel_id=channel_id, at=at, kind=kind, body=text))


def of_device(session: Session, device_id: int) -> list[ChangeRecord]:
    """What happened to a device, the oldest first."""
    wanted = select(ChangeRecord).where(ChangeRecord.device_id == device_id)
    return list(session.exec(wanted.order_by(col(ChangeRecord.at), col(ChangeRecord.id))).all())


def last_night(session: Session) -> datetime | None:
    """When the newest nightly sweep began; None when there was none."""
    begun = select(Sweep.started_at).where(Sweep.kind == "night", col(Sweep.started_at).is_not(None))
    return session.exec(begun.order_by(col(Sweep.started_at).desc()).limit(1)).first()


def happened(session: Session, wanted: Wanted, since: datetime) -> Sequence[Any]:
    """What happened to devices from `since` on, with their places, by school and device."""
    chosen = choose(*PLACE, ChangeRecord.at, ChangeRecord.kind, ChangeRecord.body)
    found = _joined(chosen.select_from(ChangeRecord), ChangeRecord).where(col(ChangeRecord.at) >= since)
    return rows(session, _ordered(found, wanted, ChangeRecord))


def other_units(session: Session, wanted: Wanted, since: datetime) -> Sequence[Any]:
    """The units that came from `since` on to the place of another, by school and device."""
    earlier = choose(UnitRecord.device_id).where(col(UnitRecord.since) < since)
    chosen = choose(*PLACE, col(UnitRecord.since).label("at")).select_from(UnitRecord)
    found = chosen.join(Device, col(UnitRecord.device_id) == Device.id)
    found = _placed(found.outerjoin(Channel, col(Channel.id).is_(None)))
    found = found.where(col(UnitRecord.since) >= since, col(UnitRecord.device_id).in_(earlier), *within(wanted))
    return rows(session, found.order_by(School.code, Device.code))


def changed_findings(session: Session, wanted: Wanted, since: datetime) -> Sequence[Any]:
    """The intervals of deciding findings that began or ended after `since`, with their places, by school and device."""
    named = [getattr(FindingRecord, name) for name in _FINDING]
    chosen = choose(col(FindingRecord.id), *PLACE, *named).select_from(FindingRecord)
    found = _joined(chosen, FindingRecord).where(
        col(FindingRecord.decides),
        or_(col(FindingRecord.since) > since, col(FindingRecord.until) > since),
    )
    return rows(session, _ordered(found, wanted, FindingRecord))


def pairs(session: Session, since: datetime) -> Sequence[Any]:
    """How many deciding findings about devices came out otherwise at `since` (`was`) than now (`is_`; each null where
    nothing was asked), in groups; `moved` is 1 where the fix is another. Rules are compared so that rows are looked for
    by their device, and not by the rule: each stands on every camera of the city.
    """
    was, now = aliased(FindingRecord), aliased(FindingRecord)
    held = (col(was.since) <= since, col(was.until) > since, col(was.decides))
    same = and_(*(col(getattr(was, name)) == getattr(now, name) for name in ("device_id", "subject", "stream")),
                func.coalesce(was.channel_id, 0) == func.coalesce(now.channel_id, 0),
                func.coalesce(was.rule, "") == func.coalesce(now.rule, ""))  # fmt: skip
    moved = case((func.coalesce(was.fix, "") != func.coalesce(now.fix, ""), 1), else_=0)
    groups: tuple[Sql, ...] = (col(was.outcome).label("was"), col(now.outcome).label("is_"), moved.label("moved"))
    begun = (col(now.since) > since, col(now.until).is_(None), col(now.decides), col(now.device_id).is_not(None))
    chosen = choose(*groups, func.count().label("n")).select_from(now).outerjoin(was, and_(same, *held)).where(*begun)
    left = choose(now.id).where(same, col(now.until).is_(None)).correlate(was).exists()
    ended = choose(
        col(was.outcome).label("was"), null().label("is_"), literal(0).label("moved"), func.count().label("n")
    )
    ended = ended.select_from(was).where(col(was.id).in_(_ended_after(since)))
    ended = ended.where(*held, col(was.device_id).is_not(None), ~left).group_by(col(was.outcome))
    return [*rows(session, chosen.group_by(*groups)), *rows(session, ended)]


def _ended_after(since: datetime) -> Sql:
    """The ids of what has ended since then, of whomever: the few rows of a night, by the index of ends. What is seen of
    them is for the statement around it.
    """
    finding = Table.metadata.tables["findingrecord"]
    return finding.select().with_only_columns(finding.c.id).where(finding.c.until > since)


def noted(session: Session, since: datetime) -> dict[str, int]:
    """How often something happened to a device from `since` on, by kind, another unit too."""
    happened_to = choose(ChangeRecord.kind, func.count().label("n")).where(col(ChangeRecord.at) >= since)
    found = {row.kind: row.n for row in rows(session, happened_to.group_by(col(ChangeRecord.kind)))}
    earlier = choose(UnitRecord.device_id).where(col(UnitRecord.since) < since)
    others = choose(func.count().label("n")).select_from(UnitRecord)
    (row,) = rows(session, others.where(col(UnitRecord.since) >= since, col(UnitRecord.device_id).in_(earlier)))
    return {**found, "other_unit": row.n} if row.n else found


def _joined(chosen: Sql, table: Any) -> Sql:
    chosen = chosen.join(Device, col(table.device_id) == Device.id)
    return _placed(chosen.outerjoin(Channel, col(table.channel_id) == Channel.id))


def _placed(chosen: Sql) -> Sql:
    chosen = chosen.join(Site, col(Device.site_id) == Site.id)
    chosen = chosen.join(School, col(Device.school_id) == School.id)
    return chosen.join(District, col(School.managed_by) == District.id)


def _ordered(found: Sql, wanted: Wanted, table: Any) -> Sql:
    return found.where(*within(wanted)).order_by(
        School.code, Device.code, col(Channel.index).asc().nulls_first(), col(table.id)
    )


def at_moment(session: Session, device_id: int, moment: datetime) -> list[FindingRecord]:
    """The findings of a device that held at `moment`."""
    begun = select(FindingRecord).where(FindingRecord.device_id == device_id, col(FindingRecord.since) <= moment)
    held = begun.where(or_(col(FindingRecord.until).is_(None), col(FindingRecord.until) > moment))
    return list(session.exec(held.order_by(col(FindingRecord.id))).all())


def verdicts_at(session: Session, device_id: int, moment: datetime) -> list[VerdictRecord]:
    """The verdicts of a device and its channels that held at `moment`."""
    begun = select(VerdictRecord).where(VerdictRecord.device_id == device_id, col(VerdictRecord.since) <= moment)
    held = begun.where(or_(col(VerdictRecord.until).is_(None), col(VerdictRecord.until) > moment))
    return list(session.exec(held.order_by(col(VerdictRecord.id))).all())
