"""Seals: what travels between the registry and one agent opens there alone, whoever carries it.

Strategy: AES-256-GCM with a key for each direction, drawn (HKDF-SHA256, RFC 5869) from the one that an agent shares
with the registry. A sealed message is one byte of version, twelve of nonce, and the cipher text with its tag over
compressed bytes; it is bound to the agent and the direction. What it unpacks to has a bound. No secret stands in an
error.
"""

from __future__ import annotations

import os
import zlib
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from probes.told import ToldError

Direction = Literal["work", "result"]
KEY_BYTES = 32
LARGEST = 32 * 2**20
"""Bytes that a message may unpack to."""
_VERSION = b"\x01"
_NONCE_BYTES = 12


class SealError(ToldError):
    """A message does not open, or is too large; the text holds nothing of it."""


def seal(key: bytes, direction: Direction, agent: str, plain: bytes) -> bytes:
    """`plain`, so that only `open_sealed` with the same key, direction and agent gives it. Raises SealError."""
    if len(plain) > LARGEST:
        raise SealError(f"the message is larger than {LARGEST // 2**20} MB")
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + _cipher(key, direction).encrypt(nonce, zlib.compress(plain), _bound(direction, agent))


def open_sealed(key: bytes, direction: Direction, agent: str, sealed: bytes) -> bytes:
    """What was sealed. Raises SealError for another key, agent or direction, for damage, and for what unpacks to too
    much.
    """
    nonce, cipher = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if sealed[:1] != _VERSION or len(nonce) < _NONCE_BYTES:
        raise SealError("the message is not sealed as this program seals")
    try:
        return _unpacked(_cipher(key, direction).decrypt(nonce, cipher, _bound(direction, agent)))
    except InvalidTag:
        raise SealError("the message was not sealed by whom it should be, or was changed") from None


def _cipher(key: bytes, direction: Direction) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise SealError(f"the key has {len(key)} bytes and must have {KEY_BYTES}")
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=f"camera-registry/agent/{direction}".encode()).derive(key))


def _bound(direction: Direction, agent: str) -> bytes:
    return f"camera-registry/agent/{direction}/{agent}".encode()


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        plain = unpacking.decompress(packed, LARGEST + 1)
    except zlib.error:
        raise SealError("the message is damaged") from None
    if len(plain) > LARGEST:
        raise SealError(f"the message unpacks to more than {LARGEST // 2**20} MB")
    if not unpacking.eof or unpacking.unused_data:
        raise SealError("the message is damaged")
    return plain
