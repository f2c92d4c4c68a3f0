"""What every route of the API is made of: the registry, the editions in force, and the error of what is not there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from sqlmodel import Session

from camera_registry.audit.doing import Plain
from camera_registry.store import devices, schools
from standards import Editions

Registry = Callable[[], AbstractContextManager[Session]]
"""Opens a session that only reads; may raise DatabaseUnusableError."""


class Writing(Protocol):
    """Opens a session whose work is kept, with its entry in the audit log: an action of `audit.words`, with its subject
    and details.
    """

    def __call__(self, action: str, **said: Plain) -> AbstractContextManager[Session]:
        """The session; may raise DatabaseUnusableError."""
        ...


Asked = Callable[[], Editions]
"""Says which editions are in force now."""


class NoSuchDeviceError(Exception):
    """There is no such school, or it has no device of this code."""


class NoSuchSweepError(Exception):
    """There is no such sweep."""


class NoSuchFrozenError(Exception):
    """There are no frozen figures of this number, or they are not seen."""

    def __init__(self, number: str) -> None:
        super().__init__(f"there are no frozen figures {number[:20]}; /api/v1/frozen says which there are")


class NoSuchEditionError(Exception):
    """There is no edition of this name; the lines say which there are."""


def there(session: Session, school: str, device: str = "") -> None:
    """The school is there for this viewer, and the device in it. Raises NoSuchDeviceError."""
    if schools.by_code(session, school) is None:
        raise NoSuchDeviceError(f"there is no school {school[:50]}; use codes that are registered")
    if device and devices.by_code(session, school, device) is None:
        raise NoSuchDeviceError(f"school {school[:50]} has no device {device[:50]}; use codes that are registered")
