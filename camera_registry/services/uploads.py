"""Uploads: files that people have sent in and not imported yet, for as long as they work on them.

Strategy: in the memory of this process alone, and each for the account that sent it: such a file may hold addresses,
logins and telephone numbers. One an account; a newer one takes its place. What is forgotten after hours, or by a
restart, is chosen again. Reading and writing take seconds, so they are done by a thread, one at a time, which says how
far it is.
"""

from __future__ import annotations

import contextvars
import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from camera_registry.importing.reading import Files
from camera_registry.services.import_run import File, Look

Stage = Literal["reading", "looked_at", "writing", "written", "failed"]
BUSY: frozenset[Stage] = frozenset({"reading", "writing"})
"""While a thread works on it."""
KEPT = timedelta(hours=2)
MOST = 8
_log = logging.getLogger(__name__)


@dataclass
class Upload:
    """A file that was sent in: by which account, what it is called, when, what was answered, how far it is, what stands
    in it, what that comes to, and the batch that it became. `moved`: the register changed after the person looked.
    """

    token: str
    account_id: int
    name: str
    files: Files = field(repr=False)
    at: datetime
    answers: Mapping[str, str] = field(default_factory=dict)
    stage: Stage = "reading"
    done: int = 0
    of: int = 0
    file: File | None = field(default=None, repr=False)
    look: Look | None = field(default=None, repr=False)
    batch: int | None = None
    moved: bool = False

    def told(self, done: int, of: int) -> None:
        """So many rows of so many are read."""
        self.done, self.of = done, of

    @property
    def busy(self) -> bool:
        """True while a thread works on it."""
        return self.stage in BUSY


class Uploads:
    """The files that are being worked on."""

    def __init__(self) -> None:
        self._kept: dict[str, Upload] = {}
        self._lock = threading.Lock()
        self._turn = threading.Semaphore(1)

    def keep(self, account_id: int, name: str, files: Files, now: datetime) -> Upload:
        """The file is kept for this account, in place of an earlier one."""
        made = Upload(secrets.token_urlsafe(18), account_id, name, files, now)
        with self._lock:
            self._tidy(now, account_id)
            self._make_room()
            self._kept[made.token] = made
        return made

    def find(self, token: str, account_id: int, now: datetime) -> Upload | None:
        """The file of this token, if this account has sent it and it is not too old."""
        with self._lock:
            self._tidy(now)
            found = self._kept.get(token)
        return found if found is not None and found.account_id == account_id else None

    def drop(self, token: str) -> None:
        """The file is forgotten."""
        with self._lock:
            self._kept.pop(token, None)

    def start(self, upload: Upload, stage: Stage, work: Callable[[], None]) -> threading.Thread:
        """The work is done by a thread; `stage` stands until it sets another one. What it raises is logged."""
        upload.stage, upload.done, upload.of = stage, 0, 0

        def run() -> None:
            with self._turn:
                try:
                    work()
                except Exception:  # noqa: BLE001  (whatever it is: the page says that it failed, and the log why)
                    upload.stage = "failed"
                    _log.exception("an import has failed")

        here = contextvars.copy_context()  # the viewer of the request, above all
        thread = threading.Thread(target=here.run, args=(run,), name="import", daemon=True)
        thread.start()
        return thread

    def _tidy(self, now: datetime, account_id: int | None = None) -> None:
        old = [t for t, each in self._kept.items() if now - each.at > KEPT or each.account_id == account_id]
        for token in old:
            if self._kept[token].stage != "writing":
                del self._kept[token]

    def _make_room(self) -> None:
        idle = [token for token, each in self._kept.items() if not each.busy]
        for token in idle[: max(0, len(self._kept) - MOST + 1)]:
            del self._kept[token]
