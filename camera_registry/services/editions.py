"""Editions in force: which edition decides and which advise, by the settings and by what was confirmed here.

Strategy: loaded when first asked for, and again when the registry has another newest edition: a confirmed rule is in
force at the next device, without a restart.
"""

from __future__ import annotations

from sqlalchemy import Engine

from camera_registry.config import StandardSettings
from standards import Edition, load_edition
from standards.editions import Editions


class InForce:
    """Says which editions are in force now."""

    def __init__(self, engine: Engine, named: StandardSettings) -> None:
        self._engine = engine
        self._named = named
        self._known: Editions | None = None

    def __call__(self) -> Editions:
        """The editions in force. Raises EditionError, DatabaseUnusableError."""
        if self._known is None:
            self._known = Editions.of(self._load(self._named.decides), map(self._load, self._named.advises))
        return self._known

    def _load(self, name: str) -> Edition:
        return load_edition(name)
