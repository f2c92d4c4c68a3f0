"""The list of what is not compliant in groups: how many rows and cameras each has, and what costs are summed from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, ListedFinding, School, Site
from camera_registry.store.listing import of_wanted
from camera_registry.store.places import Sql, Wanted, rows

GROUPS: dict[str, Sql] = {
    "actor": col(ListedFinding.actor),
    "school": col(ListedFinding.school_code),
    "rule": col(ListedFinding.rule),
    "fix": col(ListedFinding.fix),
    "model": col(ListedFinding.model),
}
"""What the rows may be grouped by."""
_PLACED: tuple[Sql, ...] = (
    ListedFinding.camera, ListedFinding.channel_id, ListedFinding.school_code, ListedFinding.device_code,
    ListedFinding.channel_index, ListedFinding.rule, ListedFinding.fix, col(Site.name).label("site"),
    col(Device.kind).label("device_kind"), Device.owner, Device.maintainer, Device.warranty_until, Channel.outdoor,
)  # fmt: skip


def groups(session: Session, wanted: Wanted, by: str) -> Sequence[Any]:
    """Key, rows and cameras of each group, the one with the most rows first, and what it is called where the registry
    knows: the school, or make and model as one of its devices has them.
    """
    key = GROUPS[by]
    names: tuple[Sql, ...] = (key.label("key"), func.count().label("n"))
    names += (func.count(col(ListedFinding.camera).distinct()).label("units"),)
    if by == "school":
        names += (func.min(School.name).label("name"),)
    if by == "model":
        names += (func.min(Device.make).label("make"), func.min(Device.model).label("model"))
    chosen = of_wanted(session, wanted, *names)
    if by == "school":
        chosen = chosen.join(School, col(School.id) == ListedFinding.school_id)
    if by == "model":
        chosen = chosen.join(Device, col(Device.id) == ListedFinding.device_id)
    return rows(session, chosen.group_by(key).order_by(func.count().desc(), key))


def to_price(session: Session, wanted: Wanted, by: str, most: int) -> Sequence[Any]:
    """Of the wanted rows of public schools, `most` at the most: the key of the group, where the row stands, its rule
    and fix, and who would pay.
    """
    chosen = of_wanted(session, wanted, GROUPS[by].label("key"), *_PLACED)
    chosen = chosen.join(Device, col(Device.id) == ListedFinding.device_id).join(Site, col(Site.id) == Device.site_id)
    chosen = chosen.join(School, col(School.id) == ListedFinding.school_id)
    chosen = chosen.outerjoin(Channel, col(Channel.id) == ListedFinding.channel_id)
    return rows(session, chosen.where(col(School.private).is_(False)).limit(most))
