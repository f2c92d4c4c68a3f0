"""Sealing to the server: what a browser seals without signal, only this registry opens.

Strategy: ECDH on P-256 with a key pair of the browser's own for each value, HKDF-SHA256 (RFC 5869), AES-256-GCM: what
every browser's WebCrypto has. The salt is both public keys; `bound` says what the value is for, and a value opens for
that alone. No secret stands in a repr, an error or a log.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from probes.told import ToldError

_CURVE = ec.SECP256R1()
_POINT_BYTES, _NONCE_BYTES, _KEY_BYTES = 65, 12, 32


class SealError(ToldError):
    """A sealed value does not open; the text says what to do, and holds no secret."""


@dataclass(frozen=True)
class SealedForUs:
    """What a browser sent, each part in base64: its public point, the nonce, the cipher text with its tag. `key` is the
    number of the pair that it was sealed to.
    """

    key: int
    point: str
    nonce: str
    cipher: str


def make_pair() -> tuple[bytes, str]:
    """A new pair: the public point (65 bytes, uncompressed), and the private number as text, to be sealed."""
    private = ec.generate_private_key(_CURVE)
    return _point(private), str(private.private_numbers().private_value)


def open_sealed(sealed: SealedForUs, private: str, bound: str) -> str:
    """The text. Raises SealError for another pair, another purpose, and damage."""
    key = ec.derive_private_key(int(private), _CURVE)
    try:
        point = _decoded(sealed.point, _POINT_BYTES)
        shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point))
        secret = HKDF(SHA256(), _KEY_BYTES, salt=point + _point(key), info=bound.encode()).derive(shared)
        nonce, cipher = _decoded(sealed.nonce, _NONCE_BYTES), _decoded(sealed.cipher)
        return AESGCM(secret).decrypt(nonce, cipher, None).decode()
    except (InvalidTag, ValueError):
        raise SealError("the sealed password does not open; type it again") from None


def _point(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _decoded(text: str, length: int | None = None) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError from None
    if length is not None and len(value) != length:
        raise ValueError
    return value
