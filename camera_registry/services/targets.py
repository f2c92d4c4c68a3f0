"""Targets: all that a probe is given, made from a registered device.

Strategy: what people registered, what earlier probes learned, and the logins in force with their states. The try that
may follow is marked before the target is handed out; the edge commits before anything is sent. A nightly look leaves
out what is looked at every few nights only, but never for so long that a fact would grow too old for its rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from camera_registry.importing.check import split_networks
from camera_registry.store import acceptances, credentials, observations, schools
from camera_registry.store.devices import AtWork
from camera_registry.vault import Opener
from probes.nights import NIGHT
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


MISSED = 2
"""A fact may miss its turn once, because the device was off, and is had again before it is too old."""


def target(
    session: Session, device: AtWork, asking: Asking, now: datetime, *, thrifty: bool = False, mark: bool = True
) -> Target:
    """The target of `device`, its logins marked as being tried (`mark`: unless an agent does that, where it looks); to
    be committed before the probe begins. A `thrifty`
    look leaves out what is not due (`Limits.picture_nights`, `ask_nights`), unless an acceptance counts on it.

    It is looked at within the networks of its site. Raises VaultError when a password was sealed with another key.
    """
    device_id = device.id or 0
    trying = credentials.in_trial(session, device_id, now, mark=mark)
    if thrifty and not acceptances.running_on(session, device_id, now):
        limits = _in_time(asking.limits, asking.editions().shortest_age)
    else:
        limits = replace(asking.limits, picture_nights=0, ask_nights=0)
    _, _, networks = schools.stands(session, device.site_id)
    return Target(
        key=str(device_id),
        address=address(device),
        credentials=credentials.open_all(trying.logins, asking.vault, basic_in_clear=device.basic_in_clear),
        remembered=observations.remembered(device, trying.states),
        needs=asking.editions().needs,
        maker=device.make,
        limits=replace(limits, refusals=trying.left),
        networks=replace(asking.outgoing(), allowed=tuple(map(str, split_networks(networks)))),
    )


def _in_time(limits: Limits, shortest: timedelta | None) -> Limits:
    """`limits` under which nothing is left out until it is older than `shortest`, even if it misses a turn."""
    if shortest is None:
        return limits
    most = int(shortest / NIGHT / MISSED)
    return replace(limits, picture_nights=min(limits.picture_nights, most), ask_nights=min(limits.ask_nights, most))


def address(device: AtWork) -> Address:
    """Where `device` is; one with a stream path is looked at over RTSP alone."""
    if device.stream_path:
        return Address("rtsp", device.host, rtsp_port=device.rtsp_port, stream_path=device.stream_path)
    return Address("host", device.host, onvif_port=device.onvif_port, rtsp_port=device.rtsp_port)
