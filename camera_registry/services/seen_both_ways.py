"""Seen both ways: cameras that a school may have registered twice, themselves and through a recorder."""

from __future__ import annotations

from sqlmodel import Session

from camera_registry.models import Channel, Device
from camera_registry.services.same_camera import Candidate, OwnCamera, Place, RecordedChannel, candidates
from camera_registry.store import channels, devices, look_alikes, observations, schools
from probes.facts import ChannelSheet, DeviceSheet, said_of


def proposed(session: Session, school: str) -> tuple[Candidate, ...]:
    """The pairs of this school that may be one camera, of which nobody has said yet whether they are."""
    of = schools.by_code(session, school)
    known = list(devices.of_schools(session, [of.id or 0]).values()) if of else []
    ids = [device.id or 0 for device in known]
    sheets = observations.sheets(session, ids)
    rows: dict[int | None, list[Channel]] = {device.id: [] for device in known}
    for channel in channels.of_devices(session, ids).values():
        rows[channel.device_id].append(channel)
    linked = {c.recorded_as for each in rows.values() for c in each}
    cameras, recorded = [], []
    for device in known:
        sheet = sheets.get(device.id or 0, DeviceSheet(target=device.code))
        own = rows[device.id]
        if device.kind in look_alikes.RECORDERS:
            recorded += [_recorded(device, c, sheet) for c in own if c.id not in linked]
        elif len(own) == 1 and own[0].recorded_as is None:
            cameras.append(_camera(device, own[0], sheet))
    denied = {frozenset((row.channel_id, row.other_channel_id)) for row in look_alikes.not_same(session, ids)}
    found = candidates(cameras, recorded)
    return tuple(one for one in found if frozenset((one.camera.channel_id, one.recorded.channel_id)) not in denied)


def confirm(session: Session, school: str, camera: str, recorded: str) -> bool:
    """A person says that this pair (each as CODE/INDEX) is one camera, which counts once from now on. False where it is
    no longer one of those that were proposed.
    """
    for one in proposed(session, school):
        if (key(one.camera), key(one.recorded)) == (camera, recorded):
            row = session.get_one(Channel, one.camera.channel_id)
            row.recorded_as = one.recorded.channel_id
            session.add(row)
            session.flush()
            return True
    return False


def key(place: Place) -> str:
    """CODE/INDEX, as in the files of the import."""
    return f"{place.device}/{place.index}"


def _camera(device: Device, channel: Channel, sheet: DeviceSheet) -> OwnCamera:
    said = {name: value for name, value in said_of(sheet).items() if value}
    registered = {name: getattr(device, name) for name in ("mac", "serial") if getattr(device, name)}
    names = (channel.name, *(c.name or "" for c in sheet.channels))
    return OwnCamera(place=_place(device, channel), host=device.host, names=names, identity={**registered, **said})


def _recorded(device: Device, channel: Channel, sheet: DeviceSheet) -> RecordedChannel:
    seen = next((c for c in sheet.channels if c.token == channel.token), ChannelSheet())
    return RecordedChannel(place=_place(device, channel), words=(seen.name or "", channel.token or ""))


def _place(device: Device, channel: Channel) -> Place:
    return Place(device=device.code, index=channel.index, channel_id=channel.id or 0)
