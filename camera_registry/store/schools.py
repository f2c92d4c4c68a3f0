"""Schools and their sites; the public keys are the code of a school, and the name of a site in its school."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from camera_registry.models import School, Site

CHUNK = 500
"""How many values one query names; SQLite has a limit."""
_NAMES = sa_select(School.code, School.name, School.managed_by).order_by(col(School.code))  # type: ignore[call-overload]  # SQLModel types columns as values
_TABLE = School.__table__  # type: ignore[attr-defined]  # SQLModel gives it to every table


def chunks(ids: Collection[int]) -> Iterator[list[int]]:
    """`ids` in lists of at most CHUNK."""
    whole = sorted(ids)
    return (whole[i : i + CHUNK] for i in range(0, len(whole), CHUNK))


def chunks_of(names: Collection[str]) -> Iterator[list[str]]:
    """`names` in lists of at most CHUNK."""
    whole = sorted(names)
    return (whole[i : i + CHUNK] for i in range(0, len(whole), CHUNK))


def code_of(session: Session, school_id: int) -> str:
    """The code of the school with this id."""
    return session.exec(select(School.code).where(School.id == school_id)).one()


def by_code(session: Session, code: str) -> School | None:
    """The school with this code."""
    return session.exec(select(School).where(School.code == code)).first()


def of_ids(session: Session, ids: Collection[int]) -> list[School]:
    """The schools with these ids, by code."""
    found = [s for chunk in chunks(ids) for s in session.exec(select(School).where(col(School.id).in_(chunk))).all()]
    return sorted(found, key=lambda school: school.code)


def every(session: Session) -> dict[str, School]:
    """All schools, by code: 3,600 in a city."""
    return {school.code: school for school in session.exec(select(School).order_by(col(School.code))).all()}


def by_codes(session: Session, codes: Collection[str]) -> dict[str, School]:
    """The schools with these codes, by code."""
    found: dict[str, School] = {}
    for chunk in chunks_of(codes):
        rows = session.exec(select(School).where(col(School.code).in_(chunk)).order_by(col(School.code))).all()
        found |= {school.code: school for school in rows}
    return found


@dataclass(frozen=True)
class Named:
    """A school by its name, and the id of its unit."""

    name: str
    managed_by: int


def names(session: Session) -> dict[str, Named]:
    """Every school by code, without the rest of its row: a change of one looks at the names of all."""
    return {code: Named(*rest) for code, *rest in session.execute(_NAMES)}


def taken(session: Session, codes: Collection[str]) -> set[str]:
    """Which of these codes a school has, seen by the viewer or not: a code is given once in the whole registry. Over
    the bare table, which is why it says nothing but that.
    """
    column, found = _TABLE.c.code, set[str]()
    for chunk in chunks_of(codes):
        found |= set(session.connection().execute(sa_select(column).where(column.in_(chunk))).scalars())
    return found


def issued(session: Session, prefix: str) -> set[str]:
    """The codes with this prefix, which the registry gave, seen by the viewer or not: none is given twice."""
    column = _TABLE.c.code
    wanted = sa_select(column).where(column.startswith(prefix, autoescape=True))
    return set(session.connection().execute(wanted).scalars())


def sites(session: Session, school_ids: Collection[int]) -> dict[tuple[int, str], Site]:
    """The sites of these schools, by school id and name; the main one has an empty name."""
    found: dict[tuple[int, str], Site] = {}
    for chunk in chunks(school_ids):
        rows = session.exec(select(Site).where(col(Site.school_id).in_(chunk)).order_by(col(Site.id))).all()
        found |= {(row.school_id, row.name): row for row in rows}
    return found


def with_networks(session: Session) -> list[Site]:
    """The sites of the whole registry for which networks are registered."""
    return list(session.exec(select(Site).where(Site.networks != "").order_by(col(Site.id))).all())


def stands(session: Session, site_id: int) -> tuple[float | None, float | None, str]:
    """Latitude and longitude of a site, as far as they are registered, and its networks; raises NoResultFound."""
    latitude, longitude, networks = session.execute(_STANDS, {"site": site_id}).one()
    return latitude, longitude, networks


def site(session: Session, site_id: int) -> Site:
    """The site with this id; raises sqlalchemy.exc.NoResultFound when there is none."""
    return session.get_one(Site, site_id)


_PLACE = (col(Site.latitude), col(Site.longitude), col(Site.networks))
_STANDS = sa_select(*_PLACE).where(col(Site.id) == bindparam("site"))
