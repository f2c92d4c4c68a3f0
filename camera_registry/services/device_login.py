"""The login of a device as a person types it: sealed at once; one more try where it was refused. The edge commits."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from camera_registry.models import Device
from camera_registry.store import credentials
from camera_registry.vault import Vault

ONVIF_DOORS = "onvif"
STREAM_DOORS = "rtsp,https"
LONGEST_NAME = 64
LONGEST_PASSWORD = 1024
"""In bytes of UTF-8."""


class LoginUnusableError(Exception):
    """A login that no device could take; `field` is `username` or `password`, and the text never holds either."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the {field} cannot be used")
        self.field = field


def set_login(
    session: Session,
    vault: Vault,
    device: Device,
    username: str,
    password: str,
    now: datetime,
    *,
    by: int | None = None,
) -> None:
    """The device is looked at with this login from now on: a new version, untried, unless it is the one in force. `by`:
    the account that typed it.

    Raises LoginUnusableError, and VaultError when the one in force was sealed with another key.
    """
    _refuse_unusable(username, password)
    device.username = username
    session.add(device)
    doors = credentials.ALL_DOORS if device.onvif_account == "same" else STREAM_DOORS
    credentials.put(session, vault, device.id or 0, username, password, now, doors, by)


def set_onvif_login(
    session: Session,
    vault: Vault,
    device: Device,
    username: str,
    password: str,
    now: datetime,
    *,
    by: int | None = None,
) -> None:
    """ONVIF has an account of its own in this device: this login goes there alone, and the one for everything is kept
    for the streams. Raises as `set_login`.
    """
    _refuse_unusable(username, password)
    set_account(session, vault, device, "other", now)
    credentials.put(session, vault, device.id or 0, username, password, now, ONVIF_DOORS, by)


def set_account(session: Session, vault: Vault, device: Device, account: str, now: datetime) -> None:
    """Which login ONVIF takes: the `same` as the streams, an `other`, or `none`, so that none is sent there. Logins in
    force keep what is known of the doors they keep. Raises VaultError.
    """
    device.onvif_account = account
    session.add(device)
    for row in credentials.current(session, device.id or 0):
        if row.doors == ONVIF_DOORS and account != "other":
            credentials.retire(session, row, now)
        elif row.doors == credentials.ALL_DOORS and account != "same":
            credentials.reseal(session, vault, row, STREAM_DOORS, now)
        elif row.doors == STREAM_DOORS and account == "same":
            credentials.reseal(session, vault, row, credentials.ALL_DOORS, now)


def try_again(session: Session, device: Device, *, at_stream: bool = False) -> bool:
    """A person said so: the login in force may be sent once more where the device refused it, or, `at_stream`, to the
    stream although ONVIF has refused it. False where there was nothing to try again.
    """
    return credentials.try_again(session, device.id or 0, at_stream=at_stream)


def held(session: Session, device: Device, now: datetime) -> bool:
    """True when the device has refused so often within a day that no login is tried until that day is over."""
    return not credentials.refusals_left(session, device.id or 0, now)


def _refuse_unusable(username: str, password: str) -> None:
    if not 0 < len(username) <= LONGEST_NAME or not username.isprintable() or username != username.strip():
        raise LoginUnusableError("username")
    if not password or len(password.encode()) > LONGEST_PASSWORD or not password.isprintable():
        raise LoginUnusableError("password")
