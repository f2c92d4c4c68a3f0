"""The chain of the audit log: what each entry is bound to. Pure.

Strategy: an entry holds no value, only the digest of a random salt with its values, so that the values can be erased
and the chain still holds; without the salt nobody can try out what they were. The hash of an entry covers its number,
its time, its action, that digest and the hash of the entry before: nothing of what came earlier can become another
without every later hash becoming another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Values = Mapping[str, Any]
BEFORE_THE_FIRST = "0" * 64
"""What the first entry has as the hash of the one before."""
SALT_BYTES = 32


@dataclass(frozen=True)
class Entry:
    """One link: `at` is UTC; `digest`, `previous` and `hash` are SHA-256 in hexadecimal."""

    number: int
    at: datetime
    action: str
    digest: str
    previous: str
    hash: str


@dataclass(frozen=True)
class Kept:
    """An entry as it stands: with its salt (hexadecimal) and values, or erased by the entry numbered `erased_by`."""

    entry: Entry
    salt: str | None = None
    values: Values | None = None
    erased_by: int | None = None


def follow(last: Entry | None, at: datetime, action: str, salt: bytes, values: Values) -> Entry:
    """The entry that comes after `last` (None: it is the first one)."""
    number, previous = (last.number + 1, last.hash) if last else (1, BEFORE_THE_FIRST)
    digest = digest_of(salt.hex(), values)
    return Entry(number, at, action, digest, previous, hash_of(number, at, action, digest, previous))


def digest_of(salt: str, values: Values) -> str:
    """The SHA-256 of a salt (hexadecimal) with the values of an entry."""
    return _sha256({"salt": salt, "values": values})


def hash_of(number: int, at: datetime, action: str, digest: str, previous: str) -> str:
    """The SHA-256 of an entry."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _sha256({"number": number, "at": moment, "action": action, "digest": digest, "previous": previous})


def canonical(value: Any) -> bytes:
    """The JSON of which a SHA-256 is made: keys sorted, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _sha256(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()
