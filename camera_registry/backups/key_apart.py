"""The key of the passwords: copied apart from backups, put back with one, and never in one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from camera_registry.backups.errors import BackupError, told
from camera_registry.vault import KEY_VARIABLE, Vault, keep_names, open_vault, read_vault


def copy(key_file: Path, environment: Mapping[str, str], to: Path, backups: Path) -> Path:
    """The key stands in the file `to`, or in `to` under the name of `key_file` where that is a folder; only its owner
    reads it. Raises BackupError for a place beside the backups, for another key that stands there, and for a disk that
    cannot be written.
    """
    place = to / key_file.name if to.is_dir() else to
    if place.resolve().is_relative_to(backups.resolve()):
        raise BackupError(
            f"{place}: is where the backups are, and whoever takes both can read every password; name another folder, "
            "best on another disk"
        )
    with told(place):
        write(place, _key(key_file, environment))
    return place


def write(place: Path, content: bytes) -> None:
    """The key stands at `place`, on the disk. The same one may stand there already. Raises BackupError for another one,
    OSError.
    """
    if place.exists():
        if place.read_bytes().strip() != content.strip():
            raise BackupError(f"{place}: another key stands there; move it to another place, and do not lose it")
        return
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    keep_names(place.parent)


def given(file: Path | None, environment: Mapping[str, str]) -> tuple[Vault, bytes | None]:
    """The vault of the key in `file`, and what stands there; of that in the environment where no file is named (then
    there is nothing to write). Raises BackupError, VaultError.
    """
    if file is not None:
        return read_vault(file), file.read_bytes()
    if KEY_VARIABLE in environment:
        return open_vault(Path(), environment, sealed_exist=True), None
    raise BackupError(
        f"name the file of the key with --key-file (or set {KEY_VARIABLE}): the passwords in the backup are sealed, "
        "and the key is not in it"
    )


def _key(key_file: Path, environment: Mapping[str, str]) -> bytes:
    if KEY_VARIABLE in environment:
        return environment[KEY_VARIABLE].strip().encode() + b"\n"
    return key_file.read_bytes()
