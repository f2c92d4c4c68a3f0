"""Periods of reports, who has sent, and frozen figures. The public key of a period is its school year with its kind, of
frozen figures their number.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, select

from camera_registry.models import District, Frozen, Period, School, Sending, Table
from camera_registry.store.places import Sql, choose, rows


def every(session: Session) -> list[Period]:
    """All periods, the newest first."""
    return list(session.exec(select(Period).order_by(col(Period.due_city).desc(), col(Period.id))).all())


def get(session: Session, school_year: str, kind: str) -> Period | None:
    """The period of this kind in this school year."""
    return session.exec(select(Period).where(Period.school_year == school_year, Period.kind == kind)).first()


def is_frozen(session: Session, period_id: int) -> bool:
    """True where figures of anybody are frozen for this period, seen or not: over the bare table, and nothing else."""
    table = Table.metadata.tables["frozen"]
    some = choose(table.c.id).where(table.c.period_id == period_id).limit(1)
    return session.connection().execute(some).first() is not None


def put(session: Session, row: Period) -> None:
    """The period is kept."""
    session.add(row)
    session.flush()


def schools(session: Session, district_id: int) -> Sequence[Any]:
    """Id, code and name of the schools that a unit manages, by code."""
    chosen = choose(School.id, School.code, School.name).where(col(School.managed_by) == district_id)
    return rows(session, chosen.order_by(col(School.code)))


def units(session: Session) -> Sequence[Any]:
    """Id, code and name of the units that manage a school, by code."""
    managing: Sql = choose(col(School.managed_by))
    chosen = choose(District.id, District.code, District.name).where(col(District.id).in_(managing))
    return rows(session, chosen.order_by(col(District.code)))


def sendings(session: Session, period_id: int) -> list[Sending]:
    """Who has sent the report of this period."""
    return list(session.exec(select(Sending).where(Sending.period_id == period_id)).all())


def sent(session: Session, period_id: int, *, district_id: int | None = None, school_id: int | None = None) -> bool:
    """True when this unit, or this school, has sent."""
    return _sending(session, period_id, district_id, school_id) is not None


def put_sending(session: Session, row: Sending) -> None:
    """The sending is kept."""
    session.add(row)
    session.flush()


def drop_sending(session: Session, period_id: int, district_id: int | None, school_id: int | None) -> None:
    """This unit, or this school, has not sent."""
    row = _sending(session, period_id, district_id, school_id)
    if row is not None:
        session.delete(row)
        session.flush()


def _sending(session: Session, period_id: int, district_id: int | None, school_id: int | None) -> Sending | None:
    wanted = select(Sending).where(Sending.period_id == period_id, Sending.district_id == district_id)
    return session.exec(wanted.where(Sending.school_id == school_id)).first()


def last_number(session: Session, year: int) -> int:
    """The largest number of a year that was given to frozen figures, whoever sees them: numbers are given once."""
    table = Table.metadata.tables["frozen"]
    chosen = choose(table.c.number).where(table.c.number.startswith(f"CS-{year}-"))
    found = session.connection().execute(chosen).scalars()
    return max((int(number.rpartition("-")[2]) for number in found), default=0)


def frozen(session: Session, number: str) -> tuple[Frozen, Period, District | None] | None:
    """Frozen figures by their number, with their period and unit."""
    chosen = select(Frozen, Period).join(Period, col(Frozen.period_id) == Period.id).where(Frozen.number == number)
    found = session.exec(chosen).first()
    if found is None:
        return None
    row, period = found
    return row, period, session.get(District, row.district_id) if row.district_id else None


def frozen_rows(session: Session) -> Sequence[Any]:
    """All frozen figures that are seen, the newest first, without the figures themselves."""
    chosen = choose(
        Frozen.number, Frozen.replaces, Frozen.sha256, Frozen.by, Frozen.at, Frozen.period_id, Frozen.district_id,
        col(District.name).label("unit"), col(District.code).label("unit_code"),
        Period.school_year, Period.kind, Period.cut_off,
    ).select_from(Frozen)  # fmt: skip
    chosen = chosen.join(Period, col(Frozen.period_id) == Period.id)
    chosen = chosen.outerjoin(District, col(Frozen.district_id) == District.id)
    return rows(session, chosen.order_by(col(Frozen.id).desc()))


def put_frozen(session: Session, row: Frozen, body: bytes) -> None:
    """The figures with this JSON are kept."""
    row.figures = zlib.compress(body, 9)
    session.add(row)
    session.flush()


def body_of(row: Frozen) -> bytes:
    """The JSON of frozen figures."""
    return zlib.decompress(row.figures)


def every_frozen(session: Session) -> Iterator[Frozen]:
    """All frozen figures, one at a time: a school can stand in those of any unit that ever managed it."""
    for number in session.exec(select(Frozen.id).order_by(col(Frozen.id))).all():
        yield session.get_one(Frozen, number)
