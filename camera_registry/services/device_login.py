"""The login of a device as a person types it: sealed at once; one more try where it was refused. The edge commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from camera_registry.models import Device
from camera_registry.store import credentials
from camera_registry.vault import Vault

LONGEST_NAME = 64
LONGEST_PASSWORD = 1024
"""In bytes of UTF-8."""


class LoginUnusableError(Exception):
    """A login that no device could take; `field` is `username` or `password`, and the text never holds either."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the {field} cannot be used")
        self.field = field


def set_login(session: Session, vault: Vault, device: Device, username: str, password: str, now: datetime) -> None:
    """The device is looked at with this login from now on: a new version, untried, unless it is the one in force.

    Raises LoginUnusableError, and VaultError when the one in force was sealed with another key.
    """
    if not 0 < len(username) <= LONGEST_NAME or not username.isprintable() or username != username.strip():
        raise LoginUnusableError("username")
    if not password or len(password.encode()) > LONGEST_PASSWORD or not password.isprintable():
        raise LoginUnusableError("password")
    device.username = username
    session.add(device)
    credentials.put(session, vault, device.id or 0, username, password, now)


def try_again(session: Session, device: Device) -> None:
    """The login in force may be sent once more, although the device refused it: a person said so."""
    credentials.try_again(session, device.id or 0)


def held(session: Session, device: Device, now: datetime) -> bool:
    """True when the device has refused so often within a day that no login is tried until that day is over."""
    refused = credentials.refusals_since(session, device.id or 0, now - timedelta(days=1))
    return refused >= credentials.REFUSALS_A_DAY
