"""The viewer: the person a request comes from, known for as long as the request is worked on.

Strategy: the gate sets it, sessions of the database ask for it. Without a viewer there is no session: what is called in
a way that passes by the gate fails, and shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from camera_registry.access.roles import LEVEL_OF, MAY, Action, Role
from standards.waiving.waivers import Level


@dataclass(frozen=True)
class Viewer:
    """A person who has signed in: `login` is unique, `name` is what others see. An officer of a unit sees
    `district_id`, school and technician the `school_ids`; city and administrator everything. `writes` is false for a
    token that may only read; `only` is the one action that its token is for; `address` is where the request came from;
    `session_id` is 0 for a token.
    """

    account_id: int
    login: str
    name: str
    role: Role
    district_id: int | None = None
    school_ids: frozenset[int] = frozenset()
    writes: bool = True
    address: str = ""
    session_id: int = 0
    only: Action | None = None

    def may(self, action: Action) -> bool:
        """True when the role allows it, and the token; on which rows is another question."""
        if self.only is not None and action != self.only:
            return False
        return action in ("public", "signing_in") or self.role in MAY[action]

    @property
    def level(self) -> Level | None:
        """The level for which this person decides about waivers."""
        return LEVEL_OF[self.role]

    @property
    def sees_all(self) -> bool:
        """True for who sees every school."""
        return self.role in ("city", "admin")


class NoViewerError(RuntimeError):
    """The registry was to be read for nobody: a request that did not pass the gate."""


_current: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


def current() -> Viewer:
    """The person whose request is worked on. Raises NoViewerError."""
    viewer = _current.get()
    if viewer is None:
        raise NoViewerError
    return viewer


def known() -> Viewer | None:
    """The person whose request is worked on; None for a visitor who has not signed in."""
    return _current.get()


@contextmanager
def viewing(viewer: Viewer | None) -> Iterator[None]:
    """While the block goes on, requests are this viewer's."""
    token = _current.set(viewer)
    try:
        yield
    finally:
        _current.reset(token)
