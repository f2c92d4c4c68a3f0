"""Devices at another address: no login in force goes along.

Strategy: every session that writes is followed (as by `store.edits`), so that no form, import, visit, undo or program
can forget it. Where a person gives a device another host, port or path of its stream, its logins are retired in the
same flush, before anybody can look there: whoever may write an address is not thereby sent the password of a camera.
One that is typed afterwards is a new version, in the same transaction too. What a probe learns changes no address.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, inspect
from sqlmodel import Session

from camera_registry.models import Device, Table
from camera_registry.store import credentials

ADDRESS = ("host", "onvif_port", "rtsp_port", "stream_path")
"""Where a login is sent."""


def follow(session: Session) -> None:
    """From now on what this session moves to another address has no login in force there."""
    event.listen(session, "before_flush", _retire)


def _retire(session: Session, _context: Any, _instances: Any) -> None:
    written = {row.id or 0: row for row in session.dirty if isinstance(row, Device) and _touched(row)}
    moved = [id_ for id_, stood in _standing(session, written) if stood != _address(written[id_])]
    if moved:
        credentials.retire_all(session, moved, session.info.get("moment") or datetime.now(UTC))


def _touched(row: Device) -> bool:
    state: Any = inspect(row)
    return any(state.attrs[name].history.added for name in ADDRESS)


def _address(row: Device) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in ADDRESS)


def _standing(session: Session, ids: Iterable[int]) -> Iterable[tuple[int, tuple[Any, ...]]]:
    """The addresses that stand before this flush."""
    table, wanted = Table.metadata.tables["device"], sorted(ids)
    for start in range(0, len(wanted), 500):
        chosen = table.select().with_only_columns(*table.c["id", *ADDRESS])
        for row in session.connection().execute(chosen.where(table.c.id.in_(wanted[start : start + 500]))).all():
            yield row[0], tuple(row[1:])
