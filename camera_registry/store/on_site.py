"""What technicians saw on site. A row is never changed."""

from __future__ import annotations

from sqlalchemy import exists
from sqlmodel import Session, col, select

from camera_registry.models import Channel, FindingRecord, OnSiteRecord
from camera_registry.store.places import Entry, Sql

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
    nights = col(FindingRecord.nights) >= entry.nights
    return nights & ((col(FindingRecord.fix) != "replace") | SEEN_ON_SITE) if entry.seen_on_site else nights


def of_device(session: Session, device_id: int) -> dict[int, list[OnSiteRecord]]:
    """What was seen on site at a device, by channel id, the newest first."""
    wanted = select(OnSiteRecord).join(Channel).where(Channel.device_id == device_id)
    found: dict[int, list[OnSiteRecord]] = {}
    for row in session.exec(wanted.order_by(col(OnSiteRecord.at).desc(), col(OnSiteRecord.id).desc())).all():
        found.setdefault(row.channel_id, []).append(row)
    return found
