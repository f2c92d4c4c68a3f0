"""Bundles that were taken, the laptops that are trusted, and the looks that came with them.

Strategy: a look that was carried here is an item of a sweep of the kind `bundle`, so that ledgers, summaries and what
is deleted after a while know it as any other. A sweep has one item for each device: what a device has more of goes into
a further sweep of the same bundle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from camera_registry.bundles.matching import Registered
from camera_registry.models import BundleRecord, Device, LaptopKey, School, Sweep, SweepItem, SweepSite, UnitRecord
from camera_registry.store.schools import chunks

KIND = "bundle"
_KEYS = ("mac", "endpoint", "serial")


@dataclass(frozen=True)
class Brought:
    """A bundle that was taken, and of which school."""

    record: BundleRecord
    school_code: str
    school: str
    fingerprint: str


def registered(session: Session, school_id: int) -> list[Registered]:
    """The devices of a school by what they may be known again, in the order of their codes."""
    rows = session.exec(select(Device).where(Device.school_id == school_id).order_by(col(Device.code))).all()
    units = _newest_units(session, [row.id or 0 for row in rows])
    return [
        Registered(
            row.id or 0,
            row.code,
            row.host,
            row.onvif_port,
            ({"mac": row.mac, "serial": row.serial}, units.get(row.id or 0, {})),
        )
        for row in rows
    ]


def _newest_units(session: Session, device_ids: Collection[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for chunk in chunks(device_ids):
        wanted = select(UnitRecord).where(col(UnitRecord.device_id).in_(chunk)).order_by(col(UnitRecord.id))
        found |= {u.device_id: {key: getattr(u, key) for key in _KEYS} for u in session.exec(wanted).all()}
    return found


def trusted(session: Session, account_id: int | None, fingerprint: str) -> LaptopKey | None:
    """The key with this fingerprint that this account (None: whoever calls at the server) trusts."""
    wanted = select(LaptopKey).where(LaptopKey.fingerprint == fingerprint, col(LaptopKey.ended_at).is_(None))
    return session.exec(wanted.where(col(LaptopKey.account_id) == account_id)).first()


def keys_of(session: Session, account_id: int) -> list[LaptopKey]:
    """The laptops that this account has confirmed and not ended, the newest first."""
    wanted = select(LaptopKey).where(LaptopKey.account_id == account_id, col(LaptopKey.ended_at).is_(None))
    return list(session.exec(wanted.order_by(col(LaptopKey.id).desc())).all())


def key_by_id(session: Session, account_id: int, number: int) -> LaptopKey | None:
    """The key with this number, where this account has confirmed it and not ended it."""
    wanted = select(LaptopKey).where(LaptopKey.id == number, LaptopKey.account_id == account_id)
    return session.exec(wanted.where(col(LaptopKey.ended_at).is_(None))).first()


def newest(session: Session, limit: int) -> list[Brought]:
    """The bundles that were taken last, the newest first."""
    wanted = select(BundleRecord, School.code, School.name, LaptopKey.fingerprint)
    wanted = wanted.join(School, col(School.id) == col(BundleRecord.school_id))
    wanted = wanted.join(LaptopKey, col(LaptopKey.id) == col(BundleRecord.key_id))
    rows = session.exec(wanted.order_by(col(BundleRecord.id).desc()).limit(limit)).all()
    return [Brought(*row) for row in rows]


def by_sha256(session: Session, sha256: str) -> BundleRecord | None:
    """The bundle whose file has this SHA-256."""
    return session.exec(select(BundleRecord).where(BundleRecord.sha256 == sha256)).first()


def looked(session: Session, device_ids: Collection[int]) -> dict[datetime, int]:
    """The looks at these devices that were carried here: when each began, to the millisecond, and at which device."""
    found: dict[datetime, int] = {}
    for chunk in chunks(device_ids):
        wanted = select(SweepItem.device_id, SweepItem.started_at).join(Sweep).where(Sweep.kind == KIND)
        rows = session.exec(wanted.where(col(SweepItem.device_id).in_(chunk))).all()
        found |= {at: device for device, at in rows if at is not None}
    return found


def sweep_called(session: Session, name: str) -> tuple[Sweep, set[int]] | None:
    """The sweep of this name with the ids of its devices."""
    row = session.exec(select(Sweep).where(Sweep.night == name)).first()
    if row is None:
        return None
    ids = session.exec(select(SweepItem.device_id).where(SweepItem.sweep_id == row.id)).all()
    return row, set(ids)


def put_items(session: Session, sweep: Sweep, items: Iterable[Mapping[str, Any]]) -> None:
    """Looks that are over are in `sweep`, and their sites are done."""
    session.add(sweep)
    session.flush()
    rows = [{"sweep_id": sweep.id, **item} for item in items]
    there = set(session.exec(select(SweepSite.site_id).where(SweepSite.sweep_id == sweep.id)).all())
    sites = sorted({row["site_id"] for row in rows} - there)
    if sites:
        session.execute(insert(SweepSite), [{"sweep_id": sweep.id, "site_id": s, "state": "done"} for s in sites])
    session.execute(insert(SweepItem), rows)
