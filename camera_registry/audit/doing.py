"""What is written into the audit log: who did what to what, from where. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from camera_registry.audit.words import ACTIONS, DETAILS, LONGEST, SUBJECTS

Plain = str | int | float | bool | None


class UnfitForAuditError(ValueError):
    """A fault of the program: something that the log has no word for. The text names the key and never its value."""


@dataclass(frozen=True)
class Actor:
    """Who does it: the name of the account (`cli:OSUSER` at the command line, `system` for the program itself), the
    name that is shown, in which role, and from which IP address (or `command line`, `timetable`).
    """

    account: str
    name: str = ""
    role: str = ""
    where: str = ""


SYSTEM = Actor("system", where="timetable")
"""The program itself, by its timetable."""


@dataclass(frozen=True)
class Doing:
    """One thing that is done. `subject` and `details` are filled until the entry is written: the number of what is made
    is known only then. An entry names one school at most; what touches several says how many.
    """

    who: Actor
    action: str
    subject: dict[str, Plain] = field(default_factory=dict)
    details: dict[str, Plain] = field(default_factory=dict)


def values_of(doing: Doing) -> dict[str, Any]:
    """What is kept of it, with nothing that has no place in the log. Raises UnfitForAuditError."""
    if doing.action not in ACTIONS:
        raise UnfitForAuditError(f"{doing.action[:40]}: there is no such action; add it to audit/words.py")
    who = doing.who
    return {
        "who": {"account": _cut(who.account), "name": _cut(who.name)},
        "role": _cut(who.role),
        "from": _cut(who.where),
        "what": _fit(doing.subject, SUBJECTS, "subject"),
        "details": _fit(doing.details, DETAILS, "details"),
    }


def _fit(given: Mapping[str, Plain], known: frozenset[str], place: str) -> dict[str, Plain]:
    """Only keys that are listed, and no values in values."""
    for key, value in given.items():
        if key not in known:
            raise UnfitForAuditError(f"{place}.{key[:40]}: has no place in the log; see audit/words.py")
        if not isinstance(value, str | int | float | bool | None):
            raise UnfitForAuditError(f"{place}.{key}: is no plain value")
    return {key: _cut(value) for key, value in given.items() if value not in ("", None)}


def _cut(value: Plain) -> Plain:
    return value[:LONGEST] if isinstance(value, str) else value
