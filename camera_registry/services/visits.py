"""A visit: what a technician says of one device of a school and its channels, at once or when the signal is back.

Strategy: a phone sends what was said, and which versions it had seen. What somebody else has changed meanwhile is not
overwritten: every such row is told with both texts, and the person decides and sends again. Sending the same again
changes nothing. A visit is one batch of changes, so that it can be undone in one go. The edge commits.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from camera_registry.importing.columns import FILES, Column
from camera_registry.importing.mistakes import Mistake, WrongCell
from camera_registry.models import Batch, Device
from camera_registry.sealing import SealedForUs
from camera_registry.services import sealed_for_us
from camera_registry.services.as_cells import Key, NoSuchRowError, standing
from camera_registry.services.device_login import set_login
from camera_registry.services.registering import Said, Terms, put
from camera_registry.store import devices, edits, schools
from camera_registry.vault import Vault

DEVICES, CHANNELS = "devices.csv", "channels.csv"


@dataclass(frozen=True)
class RowSaid:
    """What is said of one row, by field, and the version that was seen; None: it was not there."""

    cells: Mapping[str, str]
    seen: int | None = None


@dataclass(frozen=True)
class LoginSaid:
    """A login: the password as it was typed, or as the phone sealed it."""

    username: str
    password: str = ""
    sealed: SealedForUs | None = None


@dataclass(frozen=True)
class Visit:
    """What is said of a device of `school` (code), its channels and its login; `id` is the phone's own name for it."""

    id: str
    school: str
    device: RowSaid
    channels: Sequence[RowSaid] = ()
    login: LoginSaid | None = None


@dataclass(frozen=True)
class Difference:
    """A field that two people have filled in differently: its heading, what is said now, what stands."""

    field: str
    heading: str
    said: str
    stands: str


@dataclass(frozen=True)
class Conflict:
    """A row that was changed meanwhile, or made: its version now, who changed it last and when."""

    key: Key
    version: int
    by: str
    at: datetime | None
    differences: tuple[Difference, ...]


class ConflictsError(Exception):
    """Rows stand otherwise than the person saw them; nothing was written."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__(f"{len(conflicts)} conflicts")
        self.conflicts = tuple(conflicts)


@dataclass(frozen=True)
class Entered:
    """What was taken: the code of the device, the versions of the device and of its channels by index, what is worth a
    look, and whether anything has become another.
    """

    code: str
    version: int
    channels: Mapping[str, int]
    notices: tuple[Mistake, ...]
    changed: bool


def enter(session: Session, visit: Visit, vault: Vault | None, terms: Terms, account_id: int) -> Entered:
    """The visit stands in the registry. `vault` may be None where no login is said.

    Raises NoSuchRowError for a school that is not seen, ConflictsError, ImportRefusedError, LoginUnusableError,
    SealError, VaultError.
    """
    if schools.by_code(session, visit.school) is None:
        raise NoSuchRowError
    code = visit.device.cells.get("device.code", "")
    rows = [_row(session, DEVICES, ("device", visit.school, code), visit.device)]
    rows += [_row(session, CHANNELS, ("channel", visit.school, code, _index(c)), c) for c in visit.channels]
    if conflicts := [conflict for _, conflict in rows if conflict is not None]:
        raise ConflictsError(conflicts)
    batch = edits.begin_batch(session, Batch(kind="entry", account_id=account_id, at=terms.now, by=terms.by))
    code, notices, changed = _put(session, visit, [said for said, _ in rows], terms)
    batch.name = f"{visit.school}/{code}"
    batch.counts = json.dumps({"channels": len(visit.channels)})
    if visit.login is not None and vault is not None:
        _put_login(session, visit, code, vault, terms.now, account_id)
    session.flush()
    return Entered(code, *_versions(session, visit, code), notices, changed)


def bound(visit: Visit) -> str:
    """What the password of a visit is sealed for."""
    return f"camera-registry/visit/{visit.school}/{visit.id}"


def _put(session: Session, visit: Visit, said: Sequence[Said], terms: Terms) -> tuple[str, tuple[Mistake, ...], bool]:
    """The code of the device, what is worth a look, and whether anything changed. A device without a code has to be
    given one before its channels can name it.
    """
    place = {"school": visit.school}
    device, grid = said[0], said[1:]
    first = [device] if not device.cells.get("device.code") else said
    device_said = replace(device, cells={**device.cells, **place})
    together = [device_said, *(_of(each, place, device.cells.get("device.code", "")) for each in first[1:])]
    imported, rows = put(session, together, terms)
    code, notices, changed = rows[0].get("device.code"), imported.notices, not imported.changed_nothing
    if len(first) == 1 and grid:
        imported, _ = put(session, [_of(each, place, code) for each in grid], terms)
        notices, changed = (*notices, *imported.notices), changed or not imported.changed_nothing
    return code, notices, changed


def _of(said: Said, place: Mapping[str, str], code: str) -> Said:
    return replace(said, cells={**said.cells, **place, "device": code})


def _row(session: Session, file: str, key: Key, row: RowSaid) -> tuple[Said, Conflict | None]:
    """What is put for a row, and what is in the way."""
    try:
        stands = standing(session, key)
    except NoSuchRowError:
        return Said(file, row.cells), None
    said = Said(file, row.cells, key, stands.version)
    if row.seen == stands.version:
        return said, None
    nobody_yet = row.seen is None and stands.found
    if nobody_yet:
        return said, None
    found = tuple(_differences(FILES[file], row.cells, stands.cells, new=row.seen is None))
    if not found:
        return said, None
    by, at = _last_changed(session, key)
    return said, Conflict(key, stands.version, by, at, found)


def _differences(
    columns: Mapping[str, Column], said: Mapping[str, str], stands: Mapping[str, str], *, new: bool
) -> Iterable[Difference]:
    """The fields that differ; of a row that was thought new, an empty one says nothing."""
    for field, text in said.items():
        if (text or not new) and not _same(columns[field], text, stands.get(field, "")):
            yield Difference(field, columns[field].heading, text, stands.get(field, ""))


def _same(column: Column, one: str, other: str) -> bool:
    try:
        return bool(one == other or (one and other and column.read(one) == column.read(other)))
    except WrongCell:
        return False


def _last_changed(session: Session, key: Key) -> tuple[str, datetime | None]:
    device = devices.by_code(session, key[1], key[2])
    newest = edits.of_device(session, device.id or 0, 1) if device else []
    return (newest[0].by, newest[0].at) if newest else ("", None)


def _put_login(session: Session, visit: Visit, code: str, vault: Vault, now: datetime, account_id: int) -> None:
    login, device = visit.login, devices.by_code(session, visit.school, code)
    if login is None or device is None:
        return
    password = login.password
    if login.sealed is not None:
        password = sealed_for_us.opened(session, vault, login.sealed, bound(visit))
    set_login(session, vault, device, login.username.strip(), password, now, by=account_id)


def _versions(session: Session, visit: Visit, code: str) -> tuple[int, dict[str, int]]:
    device: Device | None = devices.by_code(session, visit.school, code)
    indices = [_index(channel) for channel in visit.channels]
    of_channels = {n: standing(session, ("channel", visit.school, code, n)).version for n in indices}
    return (device.version if device else 0), of_channels


def _index(row: RowSaid) -> str:
    return row.cells.get("index", "") or "1"
