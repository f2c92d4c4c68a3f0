"""Targets: all that a probe is given, made from a registered device.

Strategy: what people registered, what earlier probes learned, and the logins in force with their states. The try that
may follow is marked before the target is handed out; the edge commits before anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from camera_registry.importing.check import split_networks
from camera_registry.models import Device
from camera_registry.store import credentials, observations, schools
from camera_registry.vault import Opener
from probes.outgoing import Networks
from probes.target import Address, Limits, Target
from standards import Editions


@dataclass(frozen=True)
class Asking:
    """What every probe of a sweep has in common."""

    vault: Opener
    editions: Callable[[], Editions]
    limits: Limits
    outgoing: Callable[[], Networks]
    """Where may be connected to now, whatever the site; without its networks."""


def target(session: Session, device: Device, asking: Asking, now: datetime) -> Target:
    """The target of `device`, its logins marked as being tried; to be committed before the probe begins.

    It is looked at within the networks of its site. Raises VaultError when a password was sealed with another key.
    """
    device_id = device.id or 0
    states = credentials.trying(session, device_id, now)
    left = credentials.refusals_left(session, device_id, now)
    networks = split_networks(schools.site(session, device.site_id).networks)
    return Target(
        key=str(device_id),
        address=address(device),
        credentials=credentials.opened(session, asking.vault, device_id, basic_in_clear=device.basic_in_clear),
        remembered=observations.remembered(device, states),
        needs=asking.editions().needs,
        maker=device.make,
        limits=replace(asking.limits, refusals=left),
        networks=replace(asking.outgoing(), allowed=tuple(map(str, networks))),
    )


def address(device: Device) -> Address:
    """Where `device` is; one with a stream path is looked at over RTSP alone."""
    if device.stream_path:
        return Address("rtsp", device.host, rtsp_port=device.rtsp_port, stream_path=device.stream_path)
    return Address("host", device.host, onvif_port=device.onvif_port, rtsp_port=device.rtsp_port)
