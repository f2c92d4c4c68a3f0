"""Key rotation: every sealed value goes over to a new key, and a crash at any moment loses nothing.

Strategy: the new key is on the disk, beside the old one, before anything is sealed with it; all values are sealed anew
in one writing transaction; then the new key takes the place of the old one. Where both are found, because a rotation
was cut off, the key that opens the newest sealed value is the right one. Files of keys change under a lock alone, which
ends with its holder. Whoever seals a value opens the vault inside the writing transaction in which that is kept: so no
value is sealed with a key that is about to go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry.database import reading, writing
from camera_registry.store import sealed
from camera_registry.vault import Sealed, Vault, VaultError, keep_names, new_key_file, read_vault, write_key

Opened = Callable[[Engine], AbstractContextManager[Session]]
"""Opens the writing session of a rotation, with what else is to be kept of it."""
LOCK_S = 10.0
"""How long a rotation waits for a start of the program that puts another one in order."""


def rotate(engine: Engine, key_file: Path, opened: Opened = writing) -> int:
    """Every sealed value is sealed with a new key, which stands in `key_file`; how many values in force there are.

    Raises VaultError: when another rotation runs, a value does not open, nothing is sealed, or the key cannot be
    written; DatabaseUnusableError. Then everything opens as before.
    """
    with _alone(key_file, LOCK_S):
        _settle(engine, key_file)
        old, beside = read_vault(key_file), new_key_file(key_file)
        try:
            write_key(beside)
            return seal_with(engine, old, read_vault(beside), opened)
        finally:
            _settle(engine, key_file)


def seal_with(engine: Engine, old: Vault, new: Vault, opened: Opened = writing) -> int:
    """Every sealed value is sealed with the key of `new`, or none is; how many values in force there are. Raises
    VaultError when one does not open with the key of `old`, or there is none; DatabaseUnusableError.
    """
    with opened(engine) as session:
        count = sealed.seal_anew(session, old, new)
        if not count:
            raise VaultError("nothing is sealed yet, so there is no key to change")
    return count


def settle(engine: Engine, key_file: Path) -> None:
    """A rotation that was cut off is finished or dropped; one that runs is left alone."""
    if new_key_file(key_file).exists():
        with suppress(VaultError), _alone(key_file, 0):
            _settle(engine, key_file)


def _settle(engine: Engine, key_file: Path) -> None:
    """The key that opens the newest sealed value stands in `key_file`, alone. When neither does, both stay."""
    beside = new_key_file(key_file)
    if not beside.exists():
        return
    with reading(engine) as session:
        newest = sealed.newest(session)
    if newest is not None and _opens(beside, newest):
        beside.replace(key_file)
        keep_names(key_file.parent)
    elif newest is None or _opens(key_file, newest):
        beside.unlink()


def _opens(key_file: Path, newest: Sealed) -> bool:
    try:
        return read_vault(key_file).opens(newest)
    except VaultError:  # cut off while it was written, or gone
        return False


@contextmanager
def _alone(key_file: Path, seconds: float) -> Iterator[None]:
    """Nobody else changes files of keys meanwhile. Raises VaultError when that cannot be had within `seconds`."""
    try:
        with FileLock(key_file.with_name(f"{key_file.name}.lock"), timeout=seconds, mode=0o600):
            yield
    except Timeout:
        raise VaultError(f"{key_file}: another change of the key is going on; wait until it has ended") from None
    except OSError as error:
        raise VaultError(f"{key_file}: the key cannot be changed: {error.strerror}; nothing was lost") from None
