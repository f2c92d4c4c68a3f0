"""NKey: the key by which the broker knows a user (Ed25519). The seed stays with the user; what is public travels."""

from __future__ import annotations

import secrets
from binascii import Error as NotBase32

import nkeys

from probes.told import ToldError

SEED_BYTES = 32


class NKeyError(ToldError, ValueError):
    """A seed is none of a user; the text does not hold it."""


def make() -> tuple[str, str]:
    """A new user: its seed, to be kept secret, and its public key."""
    seed = nkeys.encode_seed(secrets.token_bytes(SEED_BYTES), nkeys.PREFIX_BYTE_USER).decode()
    return seed, public_of(seed)


def public_of(seed: str) -> str:
    """The public key of this seed. Raises NKeyError."""
    try:
        prefix, raw = nkeys.decode_seed(seed.encode())
        whole = nkeys.encode_seed(raw, prefix).decode() == seed  # the library does not look at the checksum
        public: str = nkeys.from_seed(bytearray(seed.encode())).public_key.decode()
    except (nkeys.NkeysError, NotBase32, ValueError, IndexError, AttributeError):
        whole, prefix, public = False, None, ""
    if not whole or prefix != nkeys.PREFIX_BYTE_USER:
        raise NKeyError("the seed of the NATS user is damaged: it begins with SU and has 58 letters")
    return public
