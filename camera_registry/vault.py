"""The vault: secrets, sealed so that the database alone tells nobody anything.

Strategy: AES-256-GCM. A sealed value is one byte of version, twelve of nonce, and the cipher text with its tag. It is
bound to its place (a password of a camera to the device, the doors and the version of its credential): copied to
another row it does not open. The key is 32 bytes in a file that only its owner may read, made at the first start, or in
the environment (CAMERA_REGISTRY_KEY, base64). A new key is never made while sealed values exist, because it would open
none of them. No secret and no key stands in a repr, an error or a log.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from probes.told import ToldError

KEY_VARIABLE = "CAMERA_REGISTRY_KEY"
KEY_BYTES = 32
_VERSION = 1
_NONCE_BYTES = 12
_MAKE_ONE = "make one with: head -c 32 /dev/urandom | base64"


class VaultError(ToldError):
    """The key or a sealed value cannot be used; the text says what to do, and holds no secret."""


class SealedPlace(Protocol):
    """Where a sealed value stands. A new kind of place is a frozen dataclass with a beginning of its own."""

    def bound(self) -> bytes:
        """What the seal is bound to; no two places, of whatever kind, give the same bytes."""
        ...


Sealed = tuple[bytes, SealedPlace]
"""A sealed value and its place."""


@dataclass(frozen=True)
class Place:
    """Which credential a sealed value belongs to."""

    device_id: int
    doors: str
    version: int

    def bound(self) -> bytes:
        """What the seal is bound to; no two places give the same bytes."""
        return f"camera-registry/credential/{self.device_id}/{self.doors}/{self.version}".encode()


class Opener(Protocol):
    """Whatever opens sealed values: a vault, or one that is renewed."""

    def open(self, sealed: bytes, place: SealedPlace) -> str:
        """The text. Raises VaultError."""
        ...


class Vault:
    """Seals and opens secrets with one key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise VaultError(f"the key has {len(key)} bytes and must have {KEY_BYTES}; {_MAKE_ONE}")
        self._cipher = AESGCM(key)

    def seal(self, text: str, place: SealedPlace) -> bytes:
        """The text as bytes that only this key opens, at this place alone."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return bytes([_VERSION]) + nonce + self._cipher.encrypt(nonce, text.encode(), place.bound())

    def open(self, sealed: bytes, place: SealedPlace) -> str:
        """The text. Raises VaultError for another key, for another place, and for damage."""
        if not sealed or sealed[0] != _VERSION:
            raise VaultError("a sealed value is of a newer version of this program, or damaged; install that version")
        nonce, cipher = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, cipher, place.bound()).decode()
        except (InvalidTag, ValueError):
            raise VaultError(
                "a sealed value does not open with this key; put back the key it was sealed with (the key file, or "
                f"{KEY_VARIABLE}), or type the passwords of the devices again"
            ) from None

    def opens(self, value: Sealed) -> bool:
        """True when this key opens the value at its place."""
        try:
            self.open(*value)
        except VaultError:
            return False
        return True


class RenewedVault:
    """Opens sealed values for as long as a worker lives: what does not open is tried once with the vault `opened` anew,
    because the key may have been changed meanwhile.
    """

    def __init__(self, opened: Callable[[], Vault]) -> None:
        self._opened = opened
        self._vault = opened()

    def open(self, sealed: bytes, place: SealedPlace) -> str:
        """The text. Raises VaultError as `Vault.open`, and for a key that is not there any more."""
        if not self._vault.opens((sealed, place)):
            self._vault = self._opened()
        return self._vault.open(sealed, place)


def open_vault(key_file: Path, environment: Mapping[str, str], *, sealed_exist: bool) -> Vault:
    """The vault of this registry: the key of the environment, else that of `key_file`, else a new one in `key_file`.

    Raises VaultError for a key that is none, for a file that others may read, and for a key that is missing while
    `sealed_exist`.
    """
    if KEY_VARIABLE in environment:
        return Vault(_decoded(environment[KEY_VARIABLE], KEY_VARIABLE))
    if not key_file.exists():
        if sealed_exist:
            raise VaultError(
                f"{key_file}: the key is missing, and passwords are sealed with it; put the file back (or set "
                f"{KEY_VARIABLE}). No new key was made: it would open none of them"
            )
        _make(key_file)
    return read_vault(key_file)


def open_vault_of(newest: Sealed | None, key_file: Path, environment: Mapping[str, str]) -> Vault:
    """The vault as `open_vault` has it, with the key that opens the `newest` sealed value: after a change of the key
    that was cut off, that may be the one beside `key_file`. Raises VaultError as `open_vault`, and for a wrong key.
    """
    made = open_vault(key_file, environment, sealed_exist=newest is not None)
    if newest is None or made.opens(newest):
        return made
    beside = new_key_file(key_file)
    if KEY_VARIABLE not in environment and beside.exists():
        made = read_vault(beside)
    made.open(*newest)
    return made


def new_key_file(key_file: Path) -> Path:
    """Where a new key stands until it takes the place of that in `key_file`."""
    return key_file.with_name(f"{key_file.name}.new")


def read_vault(key_file: Path) -> Vault:
    """The vault with the key of this file. Raises VaultError for one that others may read, and for what is no key."""
    try:
        mode = stat.S_IMODE(key_file.stat().st_mode)
        text = key_file.read_bytes()
    except OSError as error:
        raise VaultError(f"{key_file}: the key cannot be read: {error.strerror}") from None
    if mode & 0o077:
        raise VaultError(f"{key_file}: others may read the key; run: chmod 600 {key_file}")
    return Vault(_decoded(text.decode("ascii", errors="replace"), str(key_file)))


def write_key(key_file: Path) -> None:
    """A new key stands in this file, which was not there; it is on the disk. Raises OSError."""
    handle = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    keep_names(key_file.parent)


def keep_names(folder: Path) -> None:
    """Which files there are in `folder` is on the disk. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _decoded(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise VaultError(f"{name}: this is no key: {KEY_BYTES} bytes in base64 are needed; put the right one back")
    return key


def _make(key_file: Path) -> None:
    """A new key, whole or not at all, and never over one that another process has just made."""
    temporary = key_file.with_name(f"{key_file.name}.{os.getpid()}")
    try:
        key_file.parent.mkdir(mode=0o700, exist_ok=True)
        write_key(temporary)
        with suppress(FileExistsError):
            os.link(temporary, key_file)
    except OSError as error:
        raise VaultError(f"{key_file}: the key cannot be made: {error.strerror}; make room, or the folder") from None
    finally:
        temporary.unlink(missing_ok=True)
