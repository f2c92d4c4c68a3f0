"""What the registry knows of a site and a school as a whole: cameras counted once, and what those offered send.

Strategy: a camera that is registered itself and seen through a recorder is one, and stands where the recorder stands.
Numbers come from the newest measurement; sheets are for what was never measured, and read elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, Measurement, SheetRecord, Stream
from camera_registry.store.places import Sql, choose, rows

_Counted = aliased(Channel)
_CAMERA = func.coalesce(col(Channel.recorded_as), col(Channel.id))


def offered(session: Session, site_id: int) -> Sequence[Any]:
    """The offered channels of a site: `camera` (the same for two that are one), device, index, token; the newest bit
    rate of the main stream (`kbps`, measured `at`; None: never), and when the device was looked at last (`looked_at`).
    """
    newest = _newest_measurement()
    columns: tuple[Sql, ...] = (
        _CAMERA.label("camera"), Channel.device_id, Channel.index, Channel.token,
        col(Measurement.bitrate_kbps).label("kbps"), col(Measurement.at).label("at"),
        col(SheetRecord.at).label("looked_at"),
    )  # fmt: skip
    chosen = choose(*columns).select_from(Channel).join(_Counted, col(_Counted.id) == _CAMERA)
    chosen = chosen.join(Device, col(_Counted.device_id) == Device.id)
    chosen = chosen.outerjoin(Measurement, col(Measurement.id) == newest)
    chosen = chosen.outerjoin(SheetRecord, col(SheetRecord.device_id) == Channel.device_id)
    chosen = chosen.where(col(Device.site_id) == site_id, col(Channel.scope) == "offered")
    return rows(session, chosen.order_by(_CAMERA, col(Channel.id)))


def counts(session: Session, school_id: int) -> tuple[int, int, int]:
    """How many cameras a school has, how many are offered, and of how many nobody has decided that."""
    said = func.max(case({"offered": 2, "internal": 1}, value=col(Channel.scope), else_=0)).label("said")
    each = choose(_CAMERA.label("camera"), said).select_from(Channel).join(Device, col(Channel.device_id) == Device.id)
    camera = each.where(col(Device.school_id) == school_id).group_by(_CAMERA).subquery()
    numbers = (func.count(), _number_of(camera.c.said == 2), _number_of(camera.c.said == 0))
    (row,) = rows(session, choose(*numbers).select_from(camera))
    return row[0], row[1], row[2]


def _newest_measurement() -> Sql:
    """The newest measurement of the main stream of the channel that has a bit rate."""
    mine = choose(col(Measurement.id)).join(Stream, col(Measurement.stream_id) == Stream.id)
    mine = mine.where(col(Stream.channel_id) == Channel.id, col(Stream.role) == "main")
    mine = mine.where(col(Measurement.bitrate_kbps).is_not(None)).order_by(col(Measurement.at).desc()).limit(1)
    return mine.correlate(Channel).scalar_subquery()


def _number_of(condition: Sql) -> Sql:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
