"""What every route of the API is made of: the registry, the editions in force, and the error of what is not there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlmodel import Session

from standards import Editions

Registry = Callable[[], AbstractContextManager[Session]]
"""Opens a session that only reads; may raise DatabaseUnusableError."""
Asked = Callable[[], Editions]
"""Says which editions are in force now."""


class NoSuchDeviceError(Exception):
    """The school has no device of this code."""


class NoSuchEditionError(Exception):
    """There is no edition of this name; the lines say which there are."""
