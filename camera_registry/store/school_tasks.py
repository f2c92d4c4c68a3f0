"""What fails at a school, as plain rows: what the three things to do first are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col

from camera_registry.models import Channel, Device, ListedFinding, Site
from camera_registry.store.places import Sql, choose, rows

_COLUMNS: tuple[Sql, ...] = (
    ListedFinding.rule, ListedFinding.fix, ListedFinding.actor, ListedFinding.since, ListedFinding.camera,
    ListedFinding.channel_id, ListedFinding.channel_index, ListedFinding.school_code, ListedFinding.device_code,
    col(Device.id).label("device_id"), col(Device.kind).label("device_kind"), Device.owner, Device.maintainer,
    Device.warranty_until, Channel.outdoor, col(Channel.name).label("channel_name"),
    col(Channel.scope).label("scope"), col(Channel.area).label("area"), col(Site.name).label("site"),
)  # fmt: skip


def failing(session: Session, school_id: int) -> Sequence[Any]:
    """Every deciding rule that fails now at this school, with its camera, device and site; by device and channel (0:
    the device as a whole). They can be priced (`services.row_costs`).
    """
    chosen = choose(*_COLUMNS).select_from(ListedFinding).join(Device, col(ListedFinding.device_id) == Device.id)
    chosen = chosen.join(Site, col(Device.site_id) == Site.id)
    chosen = chosen.outerjoin(Channel, col(ListedFinding.channel_id) == Channel.id)
    found = chosen.where(ListedFinding.school_id == school_id)
    return rows(session, found.order_by(col(Device.code), col(ListedFinding.channel_index), col(ListedFinding.rule)))


def offering(session: Session, school_id: int) -> set[int]:
    """The ids of the devices of this school with a channel that is offered for connection."""
    chosen = choose(col(Device.id)).join(Channel, col(Channel.device_id) == Device.id)
    offered = chosen.where(Device.school_id == school_id, col(Channel.scope) == "offered")
    return {row.id for row in rows(session, offered.distinct())}
