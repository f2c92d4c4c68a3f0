"""Who acts at the command line, for the audit log."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping

from camera_registry.audit.doing import Actor, Doing, Plain

if sys.platform != "win32":
    import pwd


def actor() -> Actor:
    """The user of this machine whose process this is: what its environment says of the name counts for nothing."""
    return Actor(f"cli:{user()}", where="command line")


def user() -> str:
    """The name of the user of this machine, as the system knows it; "unknown" where it does not."""
    if sys.platform == "win32":
        try:
            return os.getlogin()
        except OSError:
            return "unknown"
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # a user without a name, as in a container
        return str(number)


def doing(action: str, subject: Mapping[str, Plain] | None = None, **details: Plain) -> Doing:
    """What the user of the command line does: `action` to `subject`."""
    return Doing(actor(), action, dict(subject or {}), dict(details))


def place(school: str, device: str = "", channel: int | None = None) -> dict[str, Plain]:
    """The subject that stands at this place, by the codes that people know."""
    return {"school": school, "device": device, "channel": channel}


def school_of(codes: Collection[str]) -> dict[str, Plain]:
    """The subject where all of it is about one school; nothing where it is about several."""
    return {"school": next(iter(codes))} if len(codes) == 1 else {}
