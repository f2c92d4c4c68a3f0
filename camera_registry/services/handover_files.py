"""Files of the operations centre that somebody has sent in and not written yet: in the memory of this process alone.

Strategy: one an account, as lists that are imported; a newer one takes its place, and after two hours it is chosen
again. What its rows came to when they were shown is kept beside them: that alone is written.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from camera_registry.services.handover_read import Line

Seen = tuple[int | None, str, str]
KEPT = timedelta(hours=2)
MOST = 8


@dataclass(frozen=True)
class StatesFile:
    """The rows of a file, by which account it was sent, what it is called, its SHA-256, when. `seen`: camera, kind and
    state of now as they were shown, by the place of the row in `lines`.
    """

    token: str
    account_id: int
    name: str
    sha256: str
    lines: Sequence[Line]
    at: datetime
    seen: Mapping[int, Seen] = field(default_factory=dict)


class StatesFiles:
    """The files that are being looked at."""

    def __init__(self) -> None:
        self._kept: dict[str, StatesFile] = {}
        self._lock = threading.Lock()

    def keep(self, account_id: int, name: str, sha256: str, lines: Sequence[Line], now: datetime) -> StatesFile:
        """The file is kept for this account, in place of an earlier one."""
        made = StatesFile(secrets.token_urlsafe(18), account_id, name, sha256, lines, now)
        with self._lock:
            others = [each for each in self._kept.values() if each.account_id != account_id and now - each.at <= KEPT]
            self._kept = {each.token: each for each in [*others[-MOST + 1 :], made]}
        return made

    def find(self, token: str, account_id: int, now: datetime) -> StatesFile | None:
        """The file of this token, if this account has sent it and it is not too old."""
        with self._lock:
            found = self._kept.get(token)
        return found if found is not None and found.account_id == account_id and now - found.at <= KEPT else None

    def saw(self, token: str, every: Mapping[int, Seen], shown: Mapping[int, Seen]) -> None:
        """These rows were shown like this; of the others counts what `every` row came to when the first were."""
        with self._lock:
            found = self._kept.get(token)
            if found is not None:
                self._kept[token] = replace(found, seen={**(found.seen or every), **shown})

    def drop(self, token: str) -> None:
        """The file is forgotten."""
        with self._lock:
            self._kept.pop(token, None)
