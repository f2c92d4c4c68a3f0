"""The page of a school: what people registered, its devices and channels, and what each is worth. Reading only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from camera_registry.models import Channel, Device, School
from camera_registry.services.overview import SchoolRow, of_school
from camera_registry.store import channels, devices, findings, schools
from standards.verdict import WORST_FIRST


@dataclass(frozen=True)
class SitePlace:
    """A place of the school; the main one has no name."""

    name: str
    address: str
    uplink_mbps: float | None


@dataclass(frozen=True)
class ChannelRow:
    """One channel, with its verdict and how many deciding rules it fails."""

    index: int
    name: str
    area: str
    scope: str
    verdict: str
    failing: int


@dataclass(frozen=True)
class DeviceRow:
    """One device with its channels; its verdict is the worst of them."""

    code: str
    kind: str
    make: str
    model: str
    host: str
    site: str
    last_answered_at: datetime | None
    silent_nights: int
    verdict: str
    failing: int
    channels: tuple[ChannelRow, ...]


@dataclass(frozen=True)
class SchoolPage:
    """Everything that the page of a school shows."""

    row: SchoolRow
    registered: School
    sites: tuple[SitePlace, ...]
    devices: tuple[DeviceRow, ...]


def school_page(session: Session, code: str) -> SchoolPage | None:
    """The page of the school with this code; None when there is none."""
    school, row = schools.by_code(session, code), of_school(session, code)
    if school is None or row is None:
        return None
    school_id = school.id or 0
    sites = {site.id: site for site in schools.sites(session, [school_id]).values()}
    names = {site_id: site.name for site_id, site in sites.items()}
    found = devices.of_schools(session, [school_id]).values()
    ids = [device.id or 0 for device in found]
    known = _Known(
        _by_device(channels.of_devices(session, ids)),
        findings.failing_of(session, ids),
    )
    return SchoolPage(
        row,
        school,
        tuple(SitePlace(s.name, s.address, s.uplink_mbps) for s in sorted(sites.values(), key=lambda s: s.name)),
        tuple(known.device(d, names[d.site_id]) for d in sorted(found, key=lambda d: (names[d.site_id], d.code))),
    )


@dataclass(frozen=True)
class _Known:
    """What is stored of the devices of the school: channels by device, failures by device and channel."""

    channels: Mapping[int, Sequence[Channel]]
    failing: Mapping[tuple[int, int | None], int]

    def device(self, device: Device, site: str) -> DeviceRow:
        """The row of a device."""
        device_id = device.id or 0
        rows = tuple(self.channel(channel) for channel in self.channels.get(device_id, ()))
        verdicts = {row.verdict for row in rows} or {device.verdict}
        return DeviceRow(
            code=device.code,
            kind=device.kind,
            make=device.make,
            model=device.model,
            host=device.host,
            site=site,
            last_answered_at=device.last_answered_at,
            silent_nights=device.silent_nights,
            verdict=next(name for name in WORST_FIRST if name in verdicts),
            failing=self.failing.get((device_id, None), 0),
            channels=rows,
        )

    def channel(self, channel: Channel) -> ChannelRow:
        """The row of a channel; one that was never judged is unverified."""
        return ChannelRow(
            index=channel.index,
            name=channel.name,
            area=channel.area,
            scope=channel.scope,
            verdict=channel.verdict,
            failing=self.failing.get((channel.device_id, channel.id), 0),
        )


def _by_device(found: Mapping[tuple[int, int], Channel]) -> dict[int, list[Channel]]:
    grouped: dict[int, list[Channel]] = {}
    for (device_id, _), channel in sorted(found.items()):
        grouped.setdefault(device_id, []).append(channel)
    return grouped
