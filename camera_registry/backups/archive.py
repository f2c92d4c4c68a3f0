"""The file of a backup: a tar with the manifest and the parts, and behind it a line with the SHA-256 of all before it.

Strategy: any program that reads tar can open it; the line behind the end is left alone by them. Every byte is covered
by that line, and each part by the manifest too. The file is written under another name, is on the disk, and then takes
its name: it is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from camera_registry.backups.errors import BackupError, told
from camera_registry.backups.manifest import Manifest, Part, read
from camera_registry.vault import keep_names

MANIFEST = "manifest.json"
_BEGIN = b"SHA-256 "
_LINE = len(_BEGIN) + 64 + 1
_BLOCK = 1 << 20
_MOST_MANIFEST = 16 << 20
_DAMAGED = "is damaged or cut off; take another backup; nothing was written"


class _Hashed(io.RawIOBase):
    """Hands on what is written, and knows the SHA-256 of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sum = file, hashlib.sha256()

    def writable(self) -> bool:
        """It is written to."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # tarfile hands in bytes alone
        """All of it, or OSError."""
        self.sum.update(data)
        return self._file.write(data)


def part_of(path: Path) -> Part:
    """What the manifest says of this file."""
    with path.open("rb") as file:
        return Part(bytes=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def write(path: Path, manifest: Manifest, parts: Mapping[str, Path], unfinished: Path) -> str:
    """The backup stands at `path`, readable by its owner alone, and is on the disk; the SHA-256 that it ends with.
    `unfinished` is where it is written until then, on the same disk. Raises OSError.
    """
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        hashed = _Hashed(file)
        with tarfile.open(fileobj=hashed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            _add(tar, MANIFEST, io.BytesIO(manifest.as_bytes()), len(manifest.as_bytes()), manifest)
            for name, part in parts.items():
                with part.open("rb") as content:
                    _add(tar, name, content, part.stat().st_size, manifest)
        file.write(_BEGIN + hashed.sum.hexdigest().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    keep_names(path.parent)
    return hashed.sum.hexdigest()


def manifest_of(path: Path) -> Manifest:
    """What the backup says of itself; nothing else in it is looked at. Raises BackupError."""
    with _opened(path) as tar:
        first = tar.next()
        content = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
        if content is None:
            raise BackupError(f"{path}: is no backup of this program")
        return read(content.read(_MOST_MANIFEST), str(path))


def checked(path: Path) -> Manifest:
    """What the backup says of itself, after every byte of it was found as it was written. Raises BackupError."""
    _check_whole(path)
    manifest = manifest_of(path)
    with _opened(path) as tar:
        found = {each.name: _digest(tar, each) for each in tar if each.name != MANIFEST}
    if found != {name: part.sha256 for name, part in manifest.parts.items()}:
        raise BackupError(f"{path}: {_DAMAGED}")
    return manifest


def extract(path: Path, name: str, to: Path) -> None:
    """The part `name` stands in the new file `to`, readable by its owner alone. Raises BackupError, OSError."""
    with _opened(path) as tar:
        content = tar.extractfile(name)
        if content is None:
            raise BackupError(f"{path}: {_DAMAGED}")
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            while block := content.read(_BLOCK):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    """The tar. What is no tar, and a part that is not there, is damage."""
    with told(path):
        try:
            with tarfile.open(path, mode="r:") as tar:
                yield tar
        except (tarfile.TarError, KeyError, EOFError):
            raise BackupError(f"{path}: {_DAMAGED}") from None


def _check_whole(path: Path) -> None:
    with told(path), path.open("rb") as file:
        left = path.stat().st_size - _LINE
        hashed = hashlib.sha256()
        while left > 0 and (block := file.read(min(_BLOCK, left))):
            hashed.update(block)
            left -= len(block)
        if left or file.read() != _BEGIN + hashed.hexdigest().encode() + b"\n":
            raise BackupError(f"{path}: {_DAMAGED}")


def _digest(tar: tarfile.TarFile, each: tarfile.TarInfo) -> str:
    content = tar.extractfile(each)
    return hashlib.file_digest(content, "sha256").hexdigest() if content else ""  # type: ignore[arg-type]  # it has readinto


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int, manifest: Manifest) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(manifest.made_at.timestamp())
    tar.addfile(member, content)
