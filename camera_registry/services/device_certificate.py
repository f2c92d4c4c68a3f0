"""The certificates of a device: what was pinned, what has changed, and a person who accepts the new one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from camera_registry.models import Device
from camera_registry.store import observations


@dataclass(frozen=True)
class ChangedCertificate:
    """The certificate at `port` that is pinned, since when, and the one that was found in its place."""

    port: str
    pinned: str
    since: date | None
    found: str


def changed(device: Device) -> tuple[ChangedCertificate, ...]:
    """The certificates of `device` that have changed and that nobody has accepted yet."""
    known = observations.remembered(device, {})
    return tuple(
        ChangedCertificate(port, known.fingerprints.get(port, ""), _day(known.pinned_on.get(port, "")), found)
        for port, found in sorted(known.new_fingerprints.items())
    )


def accept(session: Session, device: Device, fingerprint: str, now: datetime) -> bool:
    """A person has accepted the certificate with this fingerprint, wherever it was found: it is pinned now. False where
    it is no longer the one that was found.
    """
    known = observations.remembered(device, {})
    ports = {port for port, found in known.new_fingerprints.items() if found == fingerprint}
    learned = replace(
        known,
        fingerprints={**known.fingerprints, **dict.fromkeys(ports, fingerprint)},
        pinned_on={**known.pinned_on, **dict.fromkeys(ports, now.date().isoformat())},
        new_fingerprints={port: found for port, found in known.new_fingerprints.items() if port not in ports},
    )
    observations.put_remembered(session, device, learned)
    return bool(ports)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
