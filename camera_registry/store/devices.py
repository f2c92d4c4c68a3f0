"""Devices; the public key is the code in its school."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from camera_registry.models import Device, School, Site
from camera_registry.store.schools import chunks


def get(session: Session, device_id: int) -> Device:
    """The device with this id; raises sqlalchemy.exc.NoResultFound when there is none."""
    return session.get_one(Device, device_id)


def by_code(session: Session, school_code: str, code: str) -> Device | None:
    """The device with this code in this school."""
    wanted = select(Device).join(School).where(School.code == school_code, Device.code == code)
    return session.exec(wanted).first()


def of_schools(session: Session, school_ids: Collection[int]) -> dict[tuple[int, str], Device]:
    """The devices of these schools, by school id and code."""
    found: dict[tuple[int, str], Device] = {}
    for chunk in chunks(school_ids):
        rows = session.exec(select(Device).where(col(Device.school_id).in_(chunk)).order_by(col(Device.id))).all()
        found |= {(row.school_id, row.code): row for row in rows}
    return found


@dataclass(frozen=True)
class Place:
    """Which device it is, and where on earth its site lies, as far as that is registered."""

    device_id: int
    code: str
    latitude: float | None
    longitude: float | None


def was_silent(session: Session, device_ids: Collection[int]) -> None:
    """These devices have not answered for one night more."""
    for chunk in chunks(device_ids):
        more = update(Device).where(col(Device.id).in_(chunk)).values(silent_nights=col(Device.silent_nights) + 1)
        session.execute(more)


def places(session: Session, device_ids: Collection[int]) -> list[Place]:
    """Where these devices stand, in the order of their ids."""
    found: list[Place] = []
    for chunk in chunks(device_ids):
        wanted = select(Device.id, Device.code, Site.latitude, Site.longitude).join(Site)
        rows = session.exec(wanted.where(col(Device.id).in_(chunk)).order_by(col(Device.id))).all()
        found += [Place(device_id or 0, *rest) for device_id, *rest in rows]
    return found


def of_sites(session: Session, site_ids: Collection[int]) -> list[tuple[str, Device]]:
    """The devices of these sites, each with the code of its school, in the order of both codes."""
    found: list[tuple[str, Device]] = []
    for chunk in chunks(site_ids):
        wanted = select(School.code, Device).join(Device).where(col(Device.site_id).in_(chunk))
        found += session.exec(wanted).all()
    return sorted(found, key=lambda pair: (pair[0], pair[1].code))
