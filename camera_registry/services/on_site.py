"""Seen on site: a technician stood before a camera and saw that it has to be replaced. The edge commits."""

from __future__ import annotations

from sqlmodel import Session

from camera_registry.models import OnSiteRecord
from camera_registry.services.said import Said, SaidError
from camera_registry.store import channels, devices
from camera_registry.store import on_site as store


def seen_on_site(session: Session, school: str, device: str, index: int, said: Said) -> OnSiteRecord:
    """It is written down that this camera was seen. Raises SaidError for a channel that is not registered."""
    said.check()
    found = devices.by_code(session, school, device)
    mine = channels.of_device(session, found.id or 0) if found else []
    channel = next((c for c in mine if c.index == index), None)
    if channel is None:
        raise SaidError(f"{school}/{device}/{index}: no such channel; write SCHOOL/DEVICE/CHANNEL as registered")
    row = OnSiteRecord(
        channel_id=channel.id or 0,
        by=said.by.strip(),
        at=said.at,
        note=said.note.strip(),
        attachment_name=said.attachment.name,
        attachment_sha256=said.attachment.sha256,
    )
    session.add(row)
    session.flush()
    return row


def seen_at(session: Session, school: str, device: str) -> dict[int, list[OnSiteRecord]]:
    """What was seen on site at this device, by channel index, the newest first."""
    found = devices.by_code(session, school, device)
    if found is None:
        return {}
    indexes = {channel.id: channel.index for channel in channels.of_device(session, found.id or 0)}
    return {indexes[channel]: rows for channel, rows in store.of_device(session, found.id or 0).items()}
