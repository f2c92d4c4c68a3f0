"""Ready: whether this program can do its work now, part by part.

Strategy: a table of checks, each a function that raises where its part cannot be used. Anybody may ask, so that an
answer says which part and never why (that is in the log, once), and no more is asked of the parts than once a second.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from probes.told import ToldError

AGAIN_S = 1.0
Check = Callable[[], object]
_log = logging.getLogger(__name__)


class NotReadyError(ToldError):
    """A part cannot be used; the text says which, why, and what to do."""


class Readiness:
    """What the `checks` say, by the names of their parts; `seconds` is a clock that nobody sets."""

    def __init__(self, checks: Mapping[str, Check], seconds: Callable[[], float]) -> None:
        self._checks = checks
        self._seconds = seconds
        self._known: tuple[float, Mapping[str, bool]] | None = None

    def __call__(self) -> Mapping[str, bool]:
        """Whether each part can be used, as it was within the last second."""
        now = self._seconds()
        if self._known is None or not 0 <= now - self._known[0] < AGAIN_S:
            before = {} if self._known is None else self._known[1]
            self._known = now, {name: self._works(name, before.get(name, True)) for name in self._checks}
        return self._known[1]

    def _works(self, name: str, before: bool) -> bool:
        try:
            self._checks[name]()
        except (ToldError, OSError, SQLAlchemyError) as error:
            if before:
                _log.error("Not ready: %s: %s", name, error)
            return False
        if not before:
            _log.info("Ready again: %s", name)
        return True


def files_are_there(folder: Path, names: Sequence[str]) -> None:
    """Raises NotReadyError where one is missing."""
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise NotReadyError(f"{folder}: {', '.join(missing)} is missing; install this program again")


def has_room(folder: Path, least: int) -> None:
    """Raises NotReadyError where the disk of the folder has fewer bytes left."""
    left = shutil.disk_usage(folder).free
    if left < least:
        raise NotReadyError(f"{folder}: {left // 1_000_000} MB are left on the disk; make room")
