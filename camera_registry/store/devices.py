"""Devices; the public key is the code in its school."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, cast

from sqlalchemy import bindparam, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from camera_registry.models import Device, School, Site
from camera_registry.store.known import forget
from camera_registry.store.schools import chunks


def get(session: Session, device_id: int) -> Device:
    """The device with this id; raises sqlalchemy.exc.NoResultFound when there is none."""
    return session.get_one(Device, device_id)


class AtWork(Protocol):
    """A device as looks need it, read without the rest of its row; a `Device` is one."""

    @property
    def id(self) -> int | None:
        """The key of its row."""

    @property
    def site_id(self) -> int:
        """Where it stands."""

    @property
    def host(self) -> str:
        """Its address; empty for one that can only be seen through the maker's cloud."""

    @property
    def onvif_port(self) -> int:
        """Where its device service is."""

    @property
    def rtsp_port(self) -> int | None:
        """Where its streams are, as far as anybody said."""

    @property
    def stream_path(self) -> str:
        """The path of one that is looked at over RTSP alone."""

    @property
    def make(self) -> str:
        """Who people say has made it."""

    @property
    def basic_in_clear(self) -> bool:
        """Whether its password may go over the wire as it is."""

    @property
    def owner(self) -> str:
        """Whose it is, a word of the lists."""

    @property
    def maintainer(self) -> str:
        """Who maintains it."""

    @property
    def warranty_until(self) -> date | None:
        """Until when its supplier answers for it."""

    @property
    def remembered(self) -> str:
        """What probes learned (JSON)."""


def at_work(session: Session, device_id: int) -> AtWork:
    """The device with this id; raises sqlalchemy.exc.NoResultFound when there is none."""
    found: Any = session.execute(_AT_WORK, {"device": device_id}).one()
    return cast("AtWork", found)


def put_look(session: Session, device_id: int, remembered: str, answered_at: datetime | None) -> None:
    """What probes learned of the device is `remembered` (JSON); it has answered then, if it has."""
    values: dict[str, Any] = {"device": device_id, "learned": remembered, "at": answered_at}
    session.connection().execute(_ANSWERED if answered_at is not None else _LEARNED, values)
    forget(session, Device, [device_id])


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


_NEEDED = ("id", "site_id", "host", "onvif_port", "rtsp_port", "stream_path", "make", "basic_in_clear", "owner",
           "maintainer", "warranty_until", "remembered")  # fmt: skip
_AT_WORK = sa_select(*(getattr(Device, name) for name in _NEEDED)).where(col(Device.id) == bindparam("device"))
_TABLE: Any = Device.__table__  # type: ignore[attr-defined]  # SQLModel gives it to every table
_LEARNED = update(_TABLE).where(_TABLE.c.id == bindparam("device")).values(remembered=bindparam("learned"))
_ANSWERED = _LEARNED.values(last_answered_at=bindparam("at", type_=_TABLE.c.last_answered_at.type), silent_nights=0)
