"""Checks a chain: entry by entry, from the first one that is there. Pure.

Strategy: one pass, one finding: the first entry that is not what it should be, and why. A chain that begins in the
middle (an export of some days) takes the hash of the entry before its first one on trust. Whoever can write everything
can make a whole new chain; what tells that is a head that was kept elsewhere: it must stand in the chain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from camera_registry.audit.chain import BEFORE_THE_FIRST, Entry, Kept, digest_of, hash_of
from camera_registry.audit.words import ERASING

Why = Literal["missing", "previous", "hash", "digest", "values", "erased_by", "head"]


@dataclass(frozen=True)
class Broken:
    """The first number (0: none) that is not what it should be, and why."""

    number: int
    why: Why


@dataclass(frozen=True)
class Report:
    """What a check came to: the entries `first` to `last` (0: none), how many were erased, the hash of the last one,
    the number at which the given head stands, and what is broken (None: intact).
    """

    first: int = 0
    last: int = 0
    erased: int = 0
    head: str = BEFORE_THE_FIRST
    head_stands_at: int | None = None
    broken: Broken | None = None

    @property
    def intact(self) -> bool:
        """True when nothing is broken."""
        return self.broken is None


def check(chain: Iterable[Kept], head: str | None = None, *, whole: bool = True) -> Report:
    """What stands in `chain`, in the order of numbers. `whole`: it has to begin with number 1. `head` is a hash that
    was kept elsewhere; it has to be that of one of the entries.
    """
    first = erased = 0
    last: Entry | None = None
    stands_at: int | None = 0 if head == BEFORE_THE_FIRST else None
    promised: set[int] = set()
    for kept in chain:
        entry = kept.entry
        why = _why(kept, last, whole=whole) or _not_promised(entry, promised)
        if why is not None:
            broken = Broken(_number(entry, last, why, whole=whole), why)
            return Report(first, last.number if last else 0, erased, _hash(last), stands_at, broken)
        first, last = first or entry.number, entry
        if kept.erased_by is not None:
            erased += 1
            promised.add(kept.erased_by)
        stands_at = entry.number if entry.hash == head else stands_at
    lost = Broken(last.number if last else 0, "head") if head is not None and stands_at is None else None
    return Report(first, last.number if last else 0, erased, _hash(last), stands_at, lost)


def _why(kept: Kept, last: Entry | None, *, whole: bool) -> Why | None:
    entry = kept.entry
    if entry.number != _next(entry, last, whole=whole):
        return "missing"
    if last is not None and entry.previous != last.hash:
        return "previous"
    if entry.number == 1 and entry.previous != BEFORE_THE_FIRST:
        return "previous"
    if entry.hash != hash_of(entry.number, entry.at, entry.action, entry.digest, entry.previous):
        return "hash"
    return _why_values(kept)


def _why_values(kept: Kept) -> Why | None:
    """Values are those of the digest; where there are none, a later entry says that it erased them."""
    if kept.values is not None and kept.salt is not None:
        return None if digest_of(kept.salt, kept.values) == kept.entry.digest else "digest"
    return None if kept.erased_by is not None and kept.erased_by > kept.entry.number else "values"


def _not_promised(entry: Entry, promised: set[int]) -> Why | None:
    """An entry that is said to have erased others has an action that erases."""
    return "erased_by" if entry.number in promised and entry.action not in ERASING else None


def _next(entry: Entry, last: Entry | None, *, whole: bool) -> int:
    if last is not None:
        return last.number + 1
    return 1 if whole else entry.number


def _number(entry: Entry, last: Entry | None, why: Why, *, whole: bool) -> int:
    return _next(entry, last, whole=whole) if why == "missing" else entry.number


def _hash(last: Entry | None) -> str:
    return last.hash if last else BEFORE_THE_FIRST
