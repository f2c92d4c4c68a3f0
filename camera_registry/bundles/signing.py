"""Signing: who has made a bundle, and that nobody has changed it since. Ed25519 (RFC 8032); nothing is hidden by it.

Strategy: a laptop has a key of its own, made at its first bundle, in a file that only its user may read. What it signs
begins with words that no other signature of ours begins with. People compare fingerprints: half of the SHA-256 of the
public key, which nobody finds another key for.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from camera_registry.bundles.errors import BundleError

KEY_FILE = "laptop.key"
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64
GROUPS, OF_EACH = 8, 4
"""A fingerprint is so many groups of so many hexadecimal digits."""
_BEGINS = b"camera-registry bundle\n"


class LaptopKey:
    """The key of this machine and user; never shown."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @property
    def public(self) -> bytes:
        """What others verify with."""
        return self._private.public_key().public_bytes_raw()

    def sign(self, content: bytes) -> bytes:
        """The signature of `content`."""
        return self._private.sign(_BEGINS + content)

    def __repr__(self) -> str:
        """Names the key by its fingerprint."""
        return f"LaptopKey({fingerprint(self.public)})"


def is_signed(public: bytes, content: bytes, signature: bytes) -> bool:
    """True when who holds the private part of `public` has signed `content`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _BEGINS + content)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: bytes) -> str:
    """What people compare: groups of digits and letters, as the laptop shows them."""
    digits = hashlib.sha256(public).hexdigest().upper()
    return "-".join(digits[at : at + OF_EACH] for at in range(0, GROUPS * OF_EACH, OF_EACH))


def key_of(folder: Path) -> LaptopKey:
    """The key that stands in the state folder; made when there is none. Raises BundleError."""
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _make(path)
        if sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise BundleError("key_file", file=path, why=f"others may read it; run: chmod 600 {path}")
        content = path.read_bytes()
    except OSError as error:
        raise BundleError("key_file", file=path, why=error.strerror) from None
    if len(content) != PUBLIC_BYTES:
        raise BundleError("key_file", file=path, why="this is no key; delete it, and a new one is made")
    return LaptopKey(Ed25519PrivateKey.from_private_bytes(content))


def _make(path: Path) -> None:
    """A new key stands in `path`, whole or not at all, and never over one that another process has just made."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            if sys.platform == "win32":
                temporary.rename(path)  # which replaces nothing there
            else:
                os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
