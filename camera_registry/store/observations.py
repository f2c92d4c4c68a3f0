"""What was seen of devices: the merged sheet, the description when it changed, streams, what a model can do.

Strategy: bodies are JSON under zlib: a sheet of 16 channels shrinks to a twentieth. Numbers of looks: see `numbers`.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from camera_registry.models import Channel, Description, Device, ModelEncoding, SheetRecord, Stream
from camera_registry.store.schools import chunks
from probes.facts import DeviceSheet, Encoding, sheet_from_json, sheet_to_json
from probes.facts import Stream as SeenStream
from probes.login import LoginState
from probes.target import Remembered


def sheet(session: Session, device_id: int) -> tuple[DeviceSheet, datetime] | None:
    """The merged facts of a device and the time of its newest observation; None when it was never looked at."""
    row = session.get(SheetRecord, device_id)
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
    row = session.get(SheetRecord, device_id) or SheetRecord(device_id=device_id, at=at, body=b"")
    row.at, row.body = at, zlib.compress(sheet_to_json(merged))
    session.add(row)
    session.flush()


def put_description(session: Session, device_id: int, content: Mapping[str, Any], at: datetime) -> bool:
    """True when `content` (identity, declared, capable) differs from the last one stored, and is stored now."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    digest = hashlib.sha256(text).hexdigest()
    newest = select(Description.digest).where(Description.device_id == device_id)
    if session.exec(newest.order_by(col(Description.id).desc()).limit(1)).first() == digest:
        return False
    session.add(Description(device_id=device_id, at=at, digest=digest, body=zlib.compress(text)))
    session.flush()
    return True


def descriptions(session: Session, device_id: int) -> list[tuple[datetime, dict[str, Any]]]:
    """Every description of a device with the time from which it held, the newest first."""
    wanted = select(Description).where(Description.device_id == device_id).order_by(col(Description.id).desc())
    return [(row.at, json.loads(zlib.decompress(row.body))) for row in session.exec(wanted).all()]


def put_streams(session: Session, channel: Channel, seen: Iterable[SeenStream]) -> dict[str, int]:
    """The streams of a channel by the device's own ids, or by their roles where every id is another; the row ids."""
    known = {row.key: row for row in session.exec(select(Stream).where(Stream.channel_id == channel.id)).all()}
    seen = tuple(seen)
    if not any(stream.id in known for stream in seen):
        roles = {row.role: row for row in known.values() if row.role and row.role != "extra"}
        renamed = {s.id: roles[s.info.role] for s in seen if s.info and s.info.role in roles}
        for key, row in renamed.items():
            row.key = key
        known = {row.key: row for row in known.values()}
    for stream in seen:
        row = known.setdefault(stream.id, Stream(channel_id=channel.id or 0, key=stream.id))
        row.role = (stream.info.role if stream.info else None) or row.role
        row.uri = stream.uri or row.uri
        session.add(row)
    session.flush()
    return {key: row.id or 0 for key, row in known.items()}


def remembered(device: Device, logins: Mapping[str, LoginState]) -> Remembered:
    """What earlier probes learned of `device`, with what is known of its logins (`credentials.login_states`)."""
    return Remembered(**json.loads(device.remembered), logins=logins)


def put_remembered(session: Session, device: Device, learned: Remembered) -> None:
    """What the probe learned, without its logins: these stand in their own table."""
    kept = asdict(replace(learned, logins={}))
    del kept["logins"]
    device.remembered = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    session.add(device)


def learn_encodings(session: Session, manufacturer: str, model: str, encodings: Iterable[Encoding]) -> None:
    """A device of this model has said that it can do these."""
    known = set(session.exec(_of_model(ModelEncoding.digest, manufacturer, model)).all())
    for encoding in encodings:
        body = json.dumps(asdict(encoding), sort_keys=True)
        digest = hashlib.sha256(body.encode()).hexdigest()
        if digest not in known:
            known.add(digest)
            session.add(ModelEncoding(manufacturer=manufacturer, model=model, digest=digest, body=body))
    session.flush()


def encodings_of_model(session: Session, manufacturer: str, model: str) -> tuple[Encoding, ...]:
    """What devices of this model have said that they can do, whichever they were."""
    bodies = session.exec(_of_model(ModelEncoding.body, manufacturer, model)).all()
    return tuple(_encoding(json.loads(body)) for body in bodies)


def _of_model(column: Any, manufacturer: str, model: str) -> Any:
    return (
        select(column)
        .where(ModelEncoding.manufacturer == manufacturer, ModelEncoding.model == model)
        .order_by(col(ModelEncoding.id))
    )


def _encoding(data: Mapping[str, Any]) -> Encoding:
    fps, gop, bitrate = (tuple(data[n]) if data[n] else None for n in ("fps", "gop", "bitrate_kbps"))
    return Encoding(data["codec"], tuple((w, h) for w, h in data["sizes"]), fps, gop, bitrate)
