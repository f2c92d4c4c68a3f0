"""An import from beginning to end, for whoever asks for it: look at files, and write what was seen as one batch.

Strategy: looking reads and checks without holding the registry, and notes how far the history of the register was then.
Writing looks once more, compares with what the person saw, and writes only if the history stands where it stood: so
that what was agreed to is what is done, and the registry is held for the writing alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from camera_registry.access.viewer import Viewer
from camera_registry.audit.doing import Plain
from camera_registry.importing.headings import Answers
from camera_registry.importing.known import Key
from camera_registry.importing.reading import Asked, Books, Files, open_books, read_books
from camera_registry.importing.sheet import Told, untold
from camera_registry.importing.table import SheetRead
from camera_registry.importing.write import write
from camera_registry.models import Batch
from camera_registry.services.audit import about, detail
from camera_registry.services.import_csv import Examined, examine
from camera_registry.services.judge_places import judge_changed
from camera_registry.services.registering import Terms, permit_of
from camera_registry.store import credentials, devices, edits
from camera_registry.vault import Vault
from probes.outgoing import Networks
from standards import Editions

_TRIES = 5


class MovedError(Exception):
    """The register has changed since a person looked: what they agreed to is not what would be done. `look` is how it
    stands now; None where it changed again and again.
    """

    def __init__(self, look: Look | None) -> None:
        super().__init__("the register has changed meanwhile")
        self.look = look


@dataclass(frozen=True)
class File:
    """What was sent in: its name, what stands in it, its SHA-256 (of several files: that of theirs), xlsx or csv."""

    name: str
    books: Books
    sha256: str
    form: str


def open_file(name: str, files: Files, told: Told = untold) -> File:
    """What stands in the files that were sent in."""
    return File(name, open_books(files, told), sha256_of(files), form_of(files))


@dataclass(frozen=True)
class Look:
    """What files come to: the sheets without their rows, everything that was found, and how far the history was."""

    sheets: tuple[SheetRead, ...]
    examined: Examined
    mark: tuple[int, int]

    @property
    def nothing_to_do(self) -> bool:
        """True where nothing is wrong, and everything stands in the register already."""
        plan = self.examined.plan
        return plan is not None and plan.changes_nothing and not plan.passwords

    @property
    def open(self) -> bool:
        """True where a person has to say something before it can be judged: an answer, or what a column is."""
        asked = any(each.needed and not each.answer for each in self.examined.questions)
        return asked or any(each.open_columns or each.layout.missing for each in self.sheets)


@dataclass(frozen=True)
class Office:
    """What an import needs: sessions of whoever asks, editions in force, the clock, where devices may be connected to,
    the vault, and whether passwords are read.
    """

    reading: Callable[[], AbstractContextManager[Session]]
    writing: Callable[..., AbstractContextManager[Session]]
    editions: Callable[[], Editions]
    now: Callable[[], datetime]
    outgoing: Callable[[], Networks]
    vault: Callable[[], Vault]
    passwords: bool = False

    def look(self, viewer: Viewer, books: Books, answers: Answers) -> Look:
        """What the files come to now."""
        found = read_books(books, Asked(answers, self.passwords))
        with self.reading() as session:
            mark = edits.mark(session)
            terms = Terms(self.now(), self.outgoing(), viewer.name, permit_of(session, viewer))
            examined = self._without_known(session, examine(session, found, answers, terms))
        sheets = (
            replace(each, rows=(), sheet=replace(each.sheet, lines=each.sheet.lines[:1])) for each in found.sheets
        )
        return Look(tuple(sheets), examined, mark)

    def _without_known(self, session: Session, found: Examined) -> Examined:
        """The same without the passwords that are kept already."""
        plan = found.plan
        if plan is None or not plan.passwords:
            return found
        vault, new = self.vault(), dict[Key, str]()
        changed = {c.key: c.values["username"] for c in plan.changes if c.kind == "device" and "username" in c.values}
        for (school, code), password in plan.passwords.items():
            device = devices.by_code(session, str(school), str(code))
            username = changed.get((school, code), device.username if device is not None else "")
            if device is None or not credentials.is_current(session, vault, device.id or 0, username, password):
                new[school, code] = password
        return replace(found, plan=replace(plan, passwords=new))

    def write(self, viewer: Viewer, file: File, answers: Answers, digest: str | None = None) -> tuple[int, Look]:
        """The number of the batch, and what was done; `digest` is that of the plan a person agreed to, None for
        whatever it is. Raises MovedError, also where something is wrong now.
        """
        for _ in range(_TRIES):
            look = self.look(viewer, file.books, answers)
            if look.examined.plan is None or digest not in (None, look.examined.plan.digest):
                raise MovedError(look)
            try:
                return self._write(viewer, file, look), look
            except _NotNowError:
                continue
        raise MovedError(None)

    def _write(self, viewer: Viewer, file: File, look: Look) -> int:
        plan, now = look.examined.plan, self.now()
        assert plan is not None  # noqa: S101  (for the type: `write` has looked)  # nosec B101
        with self.writing("import", what=file.form, sha256=file.sha256) as session:
            if edits.mark(session) != look.mark:
                raise _NotNowError
            batch = Batch(kind="import", account_id=viewer.account_id, by=viewer.name, at=now, name=file.name[:200],
                          sha256=file.sha256, counts=json.dumps(plan.counts))  # fmt: skip
            edits.begin_batch(session, batch)
            write(session, plan)
            if plan.passwords:
                self._seal(session, plan.passwords, viewer, now)
            judge_changed(session, look.examined.schools, self.editions(), now)
            detail(session, **changes_of(look.examined))
            if len(look.examined.schools) == 1:
                about(session, school=next(iter(look.examined.schools)))
            return batch.id or 0

    def _seal(self, session: Session, passwords: Mapping[Key, str], viewer: Viewer, now: datetime) -> None:
        vault = self.vault()
        for (school, code), password in passwords.items():
            device = devices.by_code(session, str(school), str(code))
            if device is not None:
                credentials.put(session, vault, device.id or 0, device.username, password, now, by=viewer.account_id)


class _NotNowError(Exception):
    """Somebody has changed the register between looking and writing."""


def form_of(files: Files) -> str:
    """What kind of files these are, for the log."""
    return "xlsx" if any(name.lower().endswith(".xlsx") for name in files) else "csv"


def sha256_of(files: Files) -> str:
    """The digest of the file, or of the digests of several."""
    each = [hashlib.sha256(data).hexdigest() for data in files.values()]
    return each[0] if len(each) == 1 else hashlib.sha256(" ".join(each).encode()).hexdigest()


def changes_of(examined: Examined) -> dict[str, Plain]:
    """How many schools the files spoke of, and how many rows are new, changed and the same."""
    kinds = examined.plan.counts.values() if examined.plan is not None else ()
    sums: dict[str, Plain] = {what: sum(count[what] for count in kinds) for what in ("new", "changed", "same")}
    return sums | {"schools": len(examined.schools)}
