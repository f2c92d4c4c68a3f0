"""What the registry knows of a site and a school as a whole: cameras counted once, and what those offered send.

Strategy: a camera that is registered itself and seen through a recorder is one, and stands where the recorder stands.
Numbers come from the newest measurement; sheets are for what was never measured, and read elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from camera_registry.models import Channel, Device, SheetRecord, Stream
from camera_registry.store import numbers
from camera_registry.store.places import Sql, choose, rows
from camera_registry.store.schools import chunks

MOST_LOOKS = 100
"""So many looks at a device are read for a camera that the newest ones have not measured: what is older is no rate by
which anything is judged today.
"""
_Counted = aliased(Channel)
_CAMERA = func.coalesce(col(Channel.recorded_as), col(Channel.id))


@dataclass(frozen=True)
class Offered:
    """One channel that is offered: `camera` is the same for two that are one; the newest bit rate of the main stream
    (`kbps`, measured `at`; None: never), and when the device was looked at last, to the millisecond as well.
    """

    camera: int
    device_id: int
    index: int
    token: str | None
    kbps: float | None
    at: datetime | None
    looked_at: datetime | None


def offered(session: Session, site_id: int) -> list[Offered]:
    """The offered channels of a site, those together that are one camera."""
    columns: tuple[Sql, ...] = (
        _CAMERA.label("camera"), col(Channel.id), Channel.device_id, Channel.index, Channel.token,
        col(SheetRecord.at).label("looked_at"),
    )  # fmt: skip
    here = choose(col(_Counted.id)).join(Device, col(_Counted.device_id) == Device.id)
    here = here.where(col(Device.site_id) == site_id)
    counted = col(Channel.recorded_as).is_(None) & col(Channel.id).in_(here)
    chosen = choose(*columns).select_from(Channel)
    chosen = chosen.outerjoin(SheetRecord, col(SheetRecord.device_id) == Channel.device_id)
    chosen = chosen.where(counted | col(Channel.recorded_as).in_(here), col(Channel.scope) == "offered")
    found = rows(session, chosen.order_by(_CAMERA, col(Channel.id)))
    rates = _newest_rates(session, found)
    return [_offered(row, *rates.get(row.id, (None, None))) for row in found]


def counts(session: Session, school_id: int) -> tuple[int, int, int]:
    """How many cameras a school has, how many are offered, and of how many nobody has decided that."""
    said = func.max(case({"offered": 2, "internal": 1}, value=col(Channel.scope), else_=0)).label("said")
    each = choose(_CAMERA.label("camera"), said).select_from(Channel).join(Device, col(Channel.device_id) == Device.id)
    camera = each.where(col(Device.school_id) == school_id).group_by(_CAMERA).subquery()
    numbers = (func.count(), _number_of(camera.c.said == 2), _number_of(camera.c.said == 0))
    (row,) = rows(session, choose(*numbers).select_from(camera))
    return row[0], row[1], row[2]


def _offered(row: Any, kbps: float | None, at: datetime | None) -> Offered:
    looked_at = row.looked_at and row.looked_at.replace(microsecond=row.looked_at.microsecond // 1000 * 1000)
    return Offered(row.camera, row.device_id, row.index, row.token, kbps, at, looked_at)


def _newest_rates(session: Session, offered: Sequence[Any]) -> dict[int, tuple[float, datetime]]:
    """The newest bit rate of the main stream of each of these channels that has one, and when it was measured."""
    device = {row.id: row.device_id for row in offered}
    streams: dict[int, dict[int, int]] = {}
    for chunk in chunks(device):
        wanted = choose(col(Stream.id), Stream.channel_id).where(col(Stream.channel_id).in_(chunk))
        for stream_id, channel_id in rows(session, wanted.where(col(Stream.role) == "main")):
            streams.setdefault(device[channel_id], {})[stream_id] = channel_id
    return {
        channel: rate for device_id, mine in streams.items() for channel, rate in _of(session, device_id, mine).items()
    }


def _of(session: Session, device_id: int, channels: dict[int, int]) -> dict[int, tuple[float, datetime]]:
    """The newest bit rates of a device by channel id; `channels` are those of its main streams."""
    found: dict[int, tuple[float, datetime]] = {}
    wanted = len(set(channels.values()))
    for row in numbers.newest(session, device_id, channels, lambda: len(found) == wanted, MOST_LOOKS):
        if row.bitrate_kbps is not None:
            found.setdefault(channels[row.stream_id], (row.bitrate_kbps, row.at))
    return found


def _number_of(condition: Sql) -> Sql:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
