"""What technicians saw on site. A row is never changed."""

from __future__ import annotations

from sqlalchemy import exists
from sqlmodel import Session, col, select

from camera_registry.models import Channel, FindingRecord, ListedFinding, OnSiteRecord
from camera_registry.store.places import Entry, Sql, choose

SEEN_ON_SITE: Sql = exists(
    select(OnSiteRecord.id)
    .join(Channel)
    .where(
        col(Channel.device_id) == FindingRecord.device_id,
        col(FindingRecord.channel_id).is_(None) | (col(FindingRecord.channel_id) == Channel.id),
        col(OnSiteRecord.at) >= FindingRecord.fails_since,
    )
    .correlate(FindingRecord)
)
"""A technician has confirmed the finding on site since the failure began."""


def official(entry: Entry) -> Sql:
    """The condition of a row of the official list."""
    nights = col(ListedFinding.nights) >= entry.nights
    return nights & ((col(ListedFinding.fix) != "replace") | _seen_since()) if entry.seen_on_site else nights


def _seen_since() -> Sql:
    """A technician has seen the channel, or one of the device, since the failure of a row of the list began."""
    since = choose(col(OnSiteRecord.id)).where(col(OnSiteRecord.at) >= ListedFinding.since)
    of_channel = since.where(col(OnSiteRecord.channel_id) == ListedFinding.channel_id)
    of_device = since.join(Channel, col(Channel.id) == OnSiteRecord.channel_id)
    of_device = of_device.where(col(Channel.device_id) == ListedFinding.device_id)
    device = col(ListedFinding.channel_id).is_(None) & of_device.correlate(ListedFinding).exists()
    return of_channel.correlate(ListedFinding).exists() | device


def of_device(session: Session, device_id: int) -> dict[int, list[OnSiteRecord]]:
    """What was seen on site at a device, by channel id, the newest first."""
    wanted = select(OnSiteRecord).join(Channel).where(Channel.device_id == device_id)
    found: dict[int, list[OnSiteRecord]] = {}
    for row in session.exec(wanted.order_by(col(OnSiteRecord.at).desc(), col(OnSiteRecord.id).desc())).all():
        found.setdefault(row.channel_id, []).append(row)
    return found
