"""The cameras of the handover with everything that the centre is told of them. Reading only.

What is measured comes from the merged facts of the device, so each number has its own time. Of the channels that are
one camera, the first that complies gives the streams.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import Session

from camera_registry.models import Handover
from camera_registry.services.handed import Handed, Position, StateSeen, StreamTold, registered
from camera_registry.services.handover_read import plain
from camera_registry.services.listed import LARGEST_PAGE, LAST_PAGE, ListingError, Page, not_one_of
from camera_registry.services.places import check_place, parts
from camera_registry.store import handover as store
from camera_registry.store import observations
from camera_registry.store.handover import STATES, Wanted
from probes.facts import ChannelSheet, DeviceSheet, StreamSheet

FILTERS = ("new", *STATES, "lost")
_RECORDERS = ("nvr", "dvr")
_NUMBERS = ("codec", "width", "height", "fps", "bitrate_kbps")


def check(session: Session, wanted: Wanted) -> None:
    """Raises ListingError for a unit, school, state or page that there is not."""
    if wanted.state is not None and wanted.state not in FILTERS:
        raise not_one_of("state", wanted.state, FILTERS)
    for field, most in (("page", LAST_PAGE), ("size", LARGEST_PAGE)):
        if not 1 <= getattr(wanted, field) <= most:
            raise ListingError(field, {"vi": f"phải từ 1 đến {most}.", "en": f"must be 1 to {most}."})
    check_place(session, wanted.district, wanted.school)


def page(session: Session, wanted: Wanted) -> Page[Handed]:
    """One page of the cameras that are ready or were handed over, with their history. Raises ListingError."""
    check(session, wanted)
    total = store.count(session, wanted)
    cameras = store.ids(session, wanted) if total else []
    shown = _of_ids(session, cameras, store.ready(session, cameras), history=True)
    return Page(tuple(shown), total, total, wanted.page, wanted.size)


def every(session: Session, wanted: Wanted) -> Iterator[Handed]:
    """All of them in their order, whatever the page, read in pieces. Raises ListingError."""
    check(session, wanted)
    cameras = store.ids(session, wanted, every=True)
    ready = store.ready(session, cameras)
    return (row for piece in parts(cameras) for row in _of_ids(session, list(piece), ready))


def addresses(session: Session) -> dict[str, dict[int, tuple[str, str]]]:
    """The cameras that are ready or were handed over, each with the codes of its school and device, by the addresses of
    their streams as two are compared (`plain`). In several schools cameras may have the same address.
    """
    found: dict[str, dict[int, tuple[str, str]]] = {}
    for piece in map(list, parts(store.ids(session, store.ALL, every=True))):
        sources = _sources(store.members(session, piece))
        streams = store.streams(session, [source.id for source in sources.values()])
        named = store.names(session, piece)
        for camera, source in sources.items():
            for uri in streams.get(source.id, {}).values():
                address = plain(registered(uri, source.host, source.rtsp_port))
                if address and camera in named:
                    found.setdefault(address, {})[camera] = (named[camera].school_code, named[camera].device)
    return found


def _sources(members: Mapping[int, list[Any]]) -> dict[int, Any]:
    """The channel of each camera that its streams are of."""
    return {camera: next((m for m in each if m.verdict == "compliant"), each[0]) for camera, each in members.items()}


def _of_ids(session: Session, cameras: list[int], ready: set[int], *, history: bool = False) -> list[Handed]:
    """These cameras, in this order; with their earlier states where `history` is wanted."""
    members = store.members(session, cameras)
    sources = _sources(members)
    sheets = observations.sheets(session, {source.device_id for source in sources.values()})
    streams = store.streams(session, [source.id for source in sources.values()])
    since = store.found_ready(session, [source.id for source in sources.values()])
    now, before = store.now(session, cameras), store.history(session, cameras) if history else {}
    return [
        _handed(row, members[row.camera], sources[row.camera], sheets, streams, since, now.get(row.camera),
                before.get(row.camera, []), row.camera in ready)
        for row in store.of_ids(session, cameras)
    ]  # fmt: skip


def _handed(
    row: Any,
    members: list[Any],
    source: Any,
    sheets: Mapping[int, DeviceSheet],
    streams: Mapping[int, Mapping[str, str]],
    since: Mapping[int, tuple[str, Any]],
    now: Handover | None,
    before: list[Handover],
    ready: bool,
) -> Handed:
    same = ("district_code", "district", "school_code", "school", "site", "device_code", "index", "heading",
            "networks", "contact_name", "contact_phone", "contact_email")  # fmt: skip
    edition, found = since.get(source.id, ("", None))
    seen = _sheet(sheets.get(source.device_id), source)
    uris = streams.get(source.id, {})
    return Handed(
        channel=row.camera,
        name=next((member.name for member in members if member.name), ""),
        area=next((member.area for member in members if member.area), ""),
        main=_stream(seen, "main", uris, source),
        sub=_stream(seen, "sub", uris, source),
        **_position(row),
        way="recorder" if source.kind in _RECORDERS else "direct",
        through=source.device_code,
        sessions=json.loads(source.remembered).get("session_limit"),
        ready=ready,
        ready_since=found if ready else None,
        edition=edition if ready else "",
        state=now.state if now else "",
        day=now.day if now else None,
        reason=now.reason if now else "",
        by=now.by if now else "",
        history=tuple(StateSeen(each.state, each.day, each.reason, each.by, each.at) for each in before),
        **{name: getattr(row, name) for name in same},
    )


def _position(row: Any) -> dict[str, Any]:
    places: tuple[tuple[Position, Any, Any], ...] = (
        ("channel", row.latitude, row.longitude),
        ("site", row.site_latitude, row.site_longitude),
    )
    for name, latitude, longitude in places:
        if latitude is not None and longitude is not None:
            return {"position": name, "latitude": latitude, "longitude": longitude}
    return {"position": "", "latitude": None, "longitude": None}


def _sheet(sheet: DeviceSheet | None, source: Any) -> ChannelSheet:
    """What was seen of the channel: by the device's own token, else by the index."""
    sheets = sheet.channels if sheet is not None else ()
    by_token = (s for s in sheets if s.token is not None and s.token == source.token)
    by_index = (s for s in sheets if s.index == source.index and None in (s.token, source.token))
    return next(by_token, None) or next(by_index, None) or ChannelSheet(index=source.index)


def _stream(seen: ChannelSheet, role: str, uris: Mapping[str, str], source: Any) -> StreamTold:
    found: StreamSheet = next((s for s in seen.streams if s.value("stream.role") == role), StreamSheet())
    facts = [found.facts[path] for path in (f"measured.{name}" for name in _NUMBERS) if path in found.facts]
    return StreamTold(
        address=registered(uris.get(role, ""), source.host, source.rtsp_port),
        measured_at=max((fact.at for fact in facts), default=None),
        **{name: found.value(f"measured.{name}") for name in _NUMBERS},
    )
