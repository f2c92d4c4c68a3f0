"""What the what-if needs of the register: which devices, the public keys of their channels, and who pays for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from camera_registry.models import Channel, Device, District, School
from camera_registry.store.schools import chunks


@dataclass(frozen=True)
class Place:
    """The public keys of a device and of one of its channels, with what its costs hang on. `site` is an id."""

    district: str
    district_name: str
    school: str
    device: str
    scope: str
    site: int
    kind: str
    owner: str
    maintainer: str
    warranty_until: date | None
    private: bool
    outdoor: bool | None
    recorded_as: int | None


def device_ids(session: Session, district: str | None, school: str | None) -> list[tuple[int, int]]:
    """School and id of the devices of this district and school (None: of all), those of one school together."""
    wanted: Any = select(Device.school_id, Device.id).join(School, col(School.id) == Device.school_id)
    wanted = wanted.join(District, col(District.id) == School.managed_by)
    if district is not None:
        wanted = wanted.where(District.code == district)
    if school is not None:
        wanted = wanted.where(School.code == school)
    return list(session.exec(wanted.order_by(col(Device.school_id), col(Device.id))).all())


def channels(session: Session, wanted: Collection[int]) -> dict[tuple[int, int], Place]:
    """The channels of these devices, by device id and index."""
    columns: list[Any] = [
        Device.id, Channel.index, District.code, District.name, School.code, Device.code, Channel.scope, Device.site_id,
        Device.kind, Device.owner, Device.maintainer, Device.warranty_until, School.private, Channel.outdoor,
        Channel.recorded_as,
    ]  # fmt: skip
    found: dict[tuple[int, int], Place] = {}
    for chunk in chunks(wanted):
        rows: Any = select(*columns).join(Channel, col(Channel.device_id) == Device.id)
        rows = rows.join(School, col(School.id) == Device.school_id)
        rows = rows.join(District, col(District.id) == School.managed_by).where(col(Device.id).in_(chunk))
        found |= {(device, index): Place(*place) for device, index, *place in session.exec(rows)}
    return found
