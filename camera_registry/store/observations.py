"""What was seen of devices: the merged sheet, the description when it changed, streams, what a model can do.

Strategy: bodies are JSON under zlib: a sheet of 16 channels shrinks to a twentieth. Numbers of looks: see `numbers`.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from camera_registry.models import Channel, Description, Device, ModelEncoding, SheetRecord, Stream
from camera_registry.store.devices import AtWork
from camera_registry.store.known import forget
from camera_registry.store.schools import chunks
from probes.facts import DeviceSheet, Encoding, sheet_from_json, sheet_to_json
from probes.facts import Stream as SeenStream
from probes.login import LoginState
from probes.target import Remembered

_LEVEL = 4
"""How hard zlib tries: at 4 a sheet costs half of what it costs at 6, and is a fiftieth larger."""
_ENCODINGS = 1024
"""So many encodings are held in memory: a city has some hundred."""


def sheet(session: Session, device_id: int) -> tuple[DeviceSheet, datetime] | None:
    """The merged facts of a device and the time of its newest observation; None when it was never looked at."""
    row = session.execute(_SHEET, {"device": device_id}).first()
    return None if row is None else (opened(row.body), row.at)


def bodies(session: Session, device_ids: Collection[int]) -> dict[int, bytes]:
    """The merged facts of these devices as they are kept (see `opened`), as far as they were looked at."""
    found: dict[int, bytes] = {}
    for chunk in chunks(device_ids):
        wanted = select(SheetRecord.device_id, SheetRecord.body).where(col(SheetRecord.device_id).in_(chunk))
        found |= dict(session.exec(wanted).all())
    return found


def opened(body: bytes) -> DeviceSheet:
    """The merged facts of a device, as they are kept in `body`."""
    return sheet_from_json(zlib.decompress(body))


def sheets(session: Session, device_ids: Collection[int]) -> dict[int, DeviceSheet]:
    """The merged facts of these devices by device id, as far as they were looked at."""
    return {device_id: opened(body) for device_id, body in bodies(session, device_ids).items()}


def put_sheet(session: Session, device_id: int, merged: DeviceSheet, at: datetime) -> None:
    """`merged` is the sheet of the device, as of `at`."""
    body = zlib.compress(sheet_to_json(merged), _LEVEL)
    new = {"device": device_id, "new_at": at, "new_body": body}
    if not session.connection().execute(_PUT_SHEET, new).rowcount:
        session.add(SheetRecord(device_id=device_id, at=at, body=body))
        session.flush()
    forget(session, SheetRecord, [device_id])


def put_description(session: Session, device_id: int, content: Mapping[str, Any], at: datetime) -> bool:
    """True when `content` (identity, declared, capable) differs from the last one stored, and is stored now."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    digest = hashlib.sha256(text).hexdigest()
    if session.execute(_DESCRIBED, {"device": device_id}).scalar() == digest:
        return False
    session.add(Description(device_id=device_id, at=at, digest=digest, body=zlib.compress(text)))
    session.flush()
    return True


def descriptions(session: Session, device_id: int) -> list[tuple[datetime, dict[str, Any]]]:
    """Every description of a device with the time from which it held, the newest first."""
    wanted = select(Description).where(Description.device_id == device_id).order_by(col(Description.id).desc())
    return [(row.at, json.loads(zlib.decompress(row.body))) for row in session.exec(wanted).all()]


def streams(session: Session, device_id: int) -> dict[int, list[Stream]]:
    """The streams of a device, by channel id."""
    found: dict[int, list[Stream]] = {}
    for row in session.execute(_STREAMS, {"device": device_id}).scalars():
        found.setdefault(row.channel_id, []).append(row)
    return found


def put_streams(
    session: Session, channel: Channel, rows: Iterable[Stream], seen: Iterable[SeenStream]
) -> dict[str, int]:
    """The streams `rows` of a channel by the device's own ids, or by their roles where every id is another, and what
    was `seen` of them is kept; the row ids.
    """
    known = {row.key: row for row in rows}
    seen = tuple(seen)
    if not any(stream.id in known for stream in seen):
        roles = {row.role: row for row in known.values() if row.role and row.role != "extra"}
        renamed = {s.id: roles[s.info.role] for s in seen if s.info and s.info.role in roles}
        for key, row in renamed.items():
            row.key = key
        known = {row.key: row for row in known.values()}
    for stream in seen:
        row = known.get(stream.id) or Stream(channel_id=channel.id or 0, key=stream.id)
        role, uri = (stream.info.role if stream.info else None) or row.role, stream.uri or row.uri
        if row.id is None or (row.role, row.uri) != (role, uri):
            row.role, row.uri = role, uri
            session.add(row)
        known[stream.id] = row
    if session.new or session.dirty:
        session.flush()
    return {key: row.id or 0 for key, row in known.items()}


def remembered(device: AtWork, logins: Mapping[str, LoginState]) -> Remembered:
    """What earlier probes learned of `device`, with what is known of its logins (`credentials.login_states`)."""
    return Remembered(**json.loads(device.remembered), logins=logins)


def put_remembered(session: Session, device: Device, learned: Remembered) -> None:
    """What the probe learned, without its logins: these stand in their own table."""
    device.remembered = remembered_text(learned)
    session.add(device)


def remembered_text(learned: Remembered) -> str:
    """What the probe learned as it is kept (JSON), without its logins."""
    kept = {name: value for name, value in vars(learned).items() if name != "logins"}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def learn_encodings(session: Session, manufacturer: str, model: str, encodings: Iterable[Encoding]) -> None:
    """A device of this model has said that it can do these."""
    known = {row.digest for row in session.execute(_OF_MODEL, {"manufacturer": manufacturer, "model": model})}
    for encoding in encodings:
        body, digest = _written(encoding)
        if digest not in known:
            known.add(digest)
            session.add(ModelEncoding(manufacturer=manufacturer, model=model, digest=digest, body=body))
            session.flush()


def encodings_of_model(session: Session, manufacturer: str, model: str) -> tuple[Encoding, ...]:
    """What devices of this model have said that they can do, whichever they were."""
    rows = session.execute(_OF_MODEL, {"manufacturer": manufacturer, "model": model})
    return tuple(_encoding(row.body) for row in rows)


@lru_cache(_ENCODINGS)
def _written(encoding: Encoding) -> tuple[str, str]:
    """An encoding as it is kept, and the digest of that."""
    body = json.dumps(asdict(encoding), sort_keys=True)
    return body, hashlib.sha256(body.encode()).hexdigest()


@lru_cache(_ENCODINGS)
def _encoding(body: str) -> Encoding:
    data = json.loads(body)
    fps, gop, bitrate = (tuple(data[n]) if data[n] else None for n in ("fps", "gop", "bitrate_kbps"))
    return Encoding(data["codec"], tuple((w, h) for w, h in data["sizes"]), fps, gop, bitrate)


_SHEETS: Any = SheetRecord.__table__  # type: ignore[attr-defined]  # SQLModel gives it to every table
_OF_DEVICE = _SHEETS.c.device_id == bindparam("device")
_SHEET = sa_select(col(SheetRecord.body), col(SheetRecord.at)).where(col(SheetRecord.device_id) == bindparam("device"))
_PUT_SHEET = update(_SHEETS).where(_OF_DEVICE).values(at=bindparam("new_at"), body=bindparam("new_body"))
_DESCRIBED = (
    sa_select(col(Description.digest))
    .where(col(Description.device_id) == bindparam("device"))
    .order_by(col(Description.id).desc())
    .limit(1)
)
_STREAMS = (
    sa_select(Stream)
    .join(Channel, col(Channel.id) == col(Stream.channel_id))
    .where(col(Channel.device_id) == bindparam("device"))
)
_OF_MODEL = (
    sa_select(col(ModelEncoding.digest), col(ModelEncoding.body))
    .where(col(ModelEncoding.manufacturer) == bindparam("manufacturer"), col(ModelEncoding.model) == bindparam("model"))
    .order_by(col(ModelEncoding.id))
)
