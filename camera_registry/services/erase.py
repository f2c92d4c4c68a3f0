"""Erasing a school: everything that is kept of it, with what the audit log says of it, in one transaction.

Strategy: the table of what hangs on a school stands in `store.erasing`. Acceptances of several schools stay, without
their part of this one, and so do the frozen figures of its unit and of the city. A dry run is the same work, rolled
back. When it is committed, the files are rewritten, so that no page, free or in the log of SQLite, holds what was
deleted (of PostgreSQL's log: docs/postgresql.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry.audit.doing import Actor, Doing
from camera_registry.database import rehearsing, writing
from camera_registry.models import Acceptance
from camera_registry.services.acceptance import canonical
from camera_registry.services.audit import record
from camera_registry.services.period_values import from_bytes, sha256_of, to_bytes
from camera_registry.services.period_values import without_school as of_figures
from camera_registry.store import acceptances, accounts, audit, erasing, periods, schools
from probes.told import ToldError


class NoSuchSchoolError(ToldError):
    """There is no school with this code."""


@dataclass(frozen=True)
class Erased:
    """What is gone: the name of the school, rows of each table, the codes of closed acceptances whose part of it was
    cut, and the numbers of such frozen figures.
    """

    name: str
    rows: Mapping[str, int]
    cut: tuple[str, ...]
    frozen: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


def rehearse(engine: Engine, code: str, now: datetime) -> Erased:
    """What `erase_school` would erase; nothing has changed. Raises NoSuchSchoolError."""
    with rehearsing(engine) as session:
        return _erase(session, code, Doing(Actor(""), "school_erase"), now)


def erase_school(engine: Engine, code: str, doing: Doing, now: datetime) -> Erased:
    """Nothing of the school is in the registry. The log says who did it and how many rows it was, and nothing by which
    the school is known. The files still hold what was deleted until `database.scrub`. Raises NoSuchSchoolError.
    """
    with writing(engine) as session:
        return _erase(session, code, doing, now)


def _erase(session: Session, code: str, doing: Doing, now: datetime) -> Erased:
    school = schools.by_code(session, code)
    if school is None or school.id is None:
        raise NoSuchSchoolError(f"{code[:50]}: no school has this code")
    name = school.name
    told = sorted(
        {*audit.of_school(session, code), *audit.of_accounts(session, accounts.logins_of(session, school.id))}
    )
    cut, frozen = _cut_acceptances(session, school.id, code, now), _cut_frozen(session, code)
    rows = erasing.erase(session, school.id, code) | {"auditvalues": len(told)}
    made = Erased(name, rows, cut, frozen)
    details = doing.details | {"rows": made.total}
    audit.erase(session, told, record(session, replace(doing, subject={}, details=details), now))
    return made


def _cut_acceptances(session: Session, school_id: int, code: str, now: datetime) -> tuple[str, ...]:
    """The closed acceptances of several schools are without this one; their codes."""
    cut = []
    for number in erasing.acceptances(session, school_id):
        row = session.get_one(Acceptance, number)
        result = acceptances.result(row)
        others = any(each.school != code for each in acceptances.chosen(session, number))
        if result is not None and others:
            text = canonical(without_school(result, code, row.result_sha256, now))
            acceptances.rewrite(session, row, text, hashlib.sha256(text).hexdigest())
            cut.append(row.code)
    return tuple(cut)


def _cut_frozen(session: Session, code: str) -> tuple[str, ...]:
    """Frozen figures are without this school, but for the numbers of the whole; their numbers."""
    cut = []
    for row in periods.every_frozen(session):
        before = from_bytes(periods.body_of(row))
        after = of_figures(before, code)
        if after != before:
            body = to_bytes(after)
            row.sha256_before, row.sha256 = row.sha256_before or row.sha256, sha256_of(body)
            periods.put_frozen(session, row, body)
            cut.append(row.number)
    return tuple(cut)


def without_school(result: Mapping[str, Any], code: str, sha256: str, now: datetime) -> dict[str, Any]:
    """The result of an acceptance without the channels and devices of the school; `erased` says how many channels they
    were, when they were cut, and the SHA-256 of the result as it was closed.
    """
    channels = [each for each in result["channels"] if not _of(each["channel"], code)]
    devices = [each for each in result.get("devices", ()) if not _of(each["device"], code)]
    gone = {"channels": len(result["channels"]) - len(channels), "at": now.isoformat(), "sha256_before": sha256}
    return {**result, "channels": channels, "devices": devices, "erased": [*result.get("erased", ()), gone]}


def _of(key: str, code: str) -> bool:
    return key.startswith(f"{code}/")
