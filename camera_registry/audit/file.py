"""The audit log as JSON lines: everything that is needed to check it elsewhere. Pure: text in, values out, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from camera_registry.audit.chain import Entry, Kept
from probes.told import ToldError


class AuditFileError(ToldError):
    """A file is no audit log; the text says which line and why."""


def line_of(kept: Kept) -> str:
    """One entry as one line of JSON, without the end of the line."""
    entry = kept.entry
    said: dict[str, Any] = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": entry.action,
        "digest": entry.digest,
        "previous": entry.previous,
        "hash": entry.hash,
    }
    if kept.values is not None:
        said |= {"salt": kept.salt, "values": kept.values}
    if kept.erased_by is not None:
        said |= {"erased_by": kept.erased_by}
    return json.dumps(said, ensure_ascii=False)


def read_lines(lines: Iterable[str]) -> Iterator[Kept]:
    """The entries of a file that `line_of` wrote. Raises AuditFileError at the first line that is none."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _kept(json.loads(line))
            except (ValueError, TypeError, KeyError, RecursionError):
                raise AuditFileError(
                    f"line {number}: is no entry of an audit log; write it by `audit export`"
                ) from None


def _kept(said: dict[str, Any]) -> Kept:
    at = datetime.fromisoformat(said["at"])
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    texts = [said[name] for name in ("action", "digest", "previous", "hash")]
    values, salt, erased_by = said.get("values"), said.get("salt"), said.get("erased_by")
    fits = isinstance(values, dict | None) and isinstance(salt, str | None) and isinstance(erased_by, int | None)
    if not fits or not isinstance(said["number"], int) or not all(isinstance(text, str) for text in texts):
        raise TypeError("another kind of value")
    return Kept(Entry(said["number"], at, *texts), salt, values, erased_by)
