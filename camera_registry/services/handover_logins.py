"""The logins of the devices that handed-over streams come from, opened for the one file that holds them.

The edge asks for the password of the person again, writes the entry of the audit log, and keeps the file nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from camera_registry.reports.handover_configs import Login
from camera_registry.services.handed import Handed
from camera_registry.store import credentials, devices
from camera_registry.vault import Opener


def logins(session: Session, vault: Opener, rows: Iterable[Handed]) -> dict[tuple[str, str], Login]:
    """The login of each device that takes streams, by the codes of school and device: of several the one that was good.
    Raises VaultError.
    """
    found: dict[tuple[str, str], Login] = {}
    for school, code in dict.fromkeys((row.school_code, row.through) for row in rows):
        device = devices.by_code(session, school, code)
        known = credentials.in_force(session, device.id or 0) if device is not None else []
        usable = [each for each in known if "rtsp" in each.doors and each.state.rtsp != "refused"]
        best = sorted(usable, key=lambda each: each.state.rtsp != "good")
        if best:
            found[school, code] = Login(best[0].username, vault.open(best[0].sealed, best[0].place))
    return found
