"""Editions in force: which edition decides and which advise, by the settings and by what was confirmed here.

Strategy: loaded when first asked for, and again when the registry has another newest edition: a confirmed rule is in
force at the next device, without a restart; a worker, which asks twice a device, looks once a second (`Lately`). A file
that was spoilt meanwhile changes nothing: what is in force stays.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry.config import StandardSettings
from camera_registry.database import DatabaseUnusableError, reading
from camera_registry.services.edition_texts import resolve
from camera_registry.store import editions
from standards import EditionError
from standards.editions import Editions

_log = logging.getLogger(__name__)


class InForce:
    """Says which editions are in force now."""

    def __init__(self, engine: Engine, named: StandardSettings) -> None:
        self._engine = engine
        self._named = named
        self._known: tuple[str | None, Editions] | None = None

    def __call__(self) -> Editions:
        """The editions in force; while the database cannot be asked, those that were before: the page that says so
        names one. Raises EditionError and DatabaseUnusableError while none could be loaded yet.
        """
        try:
            with reading(self._engine) as session:
                newest = editions.newest_made(session)
                if self._known is None or self._known[0] != newest:
                    self._known = newest, self._loaded(session)
        except DatabaseUnusableError:
            if self._known is None:
                raise
        return self._known[1]

    def _loaded(self, session: Session) -> Editions:
        load = partial(resolve, session)
        try:
            return Editions.of(load(self._named.decides), map(load, self._named.advises))
        except EditionError as error:
            if self._known is None:
                raise
            _log.error("an edition of the settings cannot be used any more; the one before stays: %s", error)
            return self._known[1]


class Lately:
    """Says which editions were in force within the last `for_s` seconds of the clock `seconds`."""

    def __init__(self, in_force: Callable[[], Editions], seconds: Callable[[], float], for_s: float = 1.0) -> None:
        self._in_force = in_force
        self._seconds = seconds
        self._for_s = for_s
        self._known: tuple[float, Editions] | None = None

    def __call__(self) -> Editions:
        """The editions; raises what asking for them raises."""
        now = self._seconds()
        if self._known is None or not 0 <= now - self._known[0] < self._for_s:
            self._known = now, self._in_force()
        return self._known[1]
