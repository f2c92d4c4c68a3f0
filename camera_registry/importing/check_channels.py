"""Checks of channels against devices, each other and the registry. Pure; also completes rows that leave out what there
is one answer to: the school of a device code that only one school has, and channel 1 of a camera.
"""

from __future__ import annotations

from collections.abc import Iterator

from camera_registry.importing.check import Case, lacking, site_of_device, unknown_school
from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.table import Row
from camera_registry.lists import plain

Key = tuple[str, str, int]
_ONE_CHANNEL_KINDS = frozenset({"ip_camera", "cloud"})


def check_channels(case: Case) -> list[Mistake]:
    """Everything that is wrong with the channels; their rows have school, device and index after the call."""
    placed = [mistake for row in case.channels for mistake in _place(case, row)]
    return [*placed, *_lacking(case), *_rows(case), *_names(case), *_reasons(case), *_recorded(case)]


def key_of(row: Row) -> Key | None:
    """School, device and index; None while one is missing."""
    school, device, index = row.get("school"), row.get("device"), row.get("index")
    return None if school is None or device is None or index is None else (school, device, index)


def _place(case: Case, row: Row) -> Iterator[Mistake]:
    device = row.get("device")
    if device is None or {"school", "index"} & row.wrong:
        return
    if row.get("school") is None:
        schools = sorted({s for s, code in {*case.device_rows, *case.known.devices} if code == device and s})
        if len(schools) > 1:
            yield row.mistake("school", "which_school")
            return
        row.values |= {"school": schools[0]} if schools else {}
    school = row.get("school")
    if school is not None and school not in case.school_codes:
        yield unknown_school(case, row)
    elif (school, device) not in case.device_rows and (school, device) not in case.known.devices:
        row.wrong.add("device")
        yield row.mistake("device", "unknown_device")
    elif row.get("index") is None:
        if _kind(case, (school, device)) in _ONE_CHANNEL_KINDS:
            row.values["index"] = 1
        else:
            yield row.mistake("index", "index_missing")


def _kind(case: Case, device: tuple[str, str]) -> str | None:
    row, before = case.device_rows.get(device), case.known.devices.get(device)
    told: str | None = row.get("kind") if row else None
    return told or (before.kind if before else None)


def _lacking(case: Case) -> Iterator[Mistake]:
    for row in case.channels:
        key = key_of(row)
        if key is None or case.known.row("channel", key) is None:
            yield from lacking(row)


def _rows(case: Case) -> Iterator[Mistake]:
    seen: dict[Key, int] = {}
    for row in case.channels:
        key = key_of(row)
        if key is None or "device" in row.wrong:
            continue
        if key in seen:
            yield row.mistake("index", "row_twice", row=seen[key])
        seen.setdefault(key, row.number)


def _names(case: Case) -> Iterator[Mistake]:
    """Two cameras of a site never have one name."""
    rows = {key: row for row in case.channels if (key := key_of(row)) is not None and "device" not in row.wrong}
    taken = {
        (key[0], site, plain(name)): f"{key[1]}/{key[2]}"
        for key, (site, name) in case.known.channels.items()
        if key not in rows and name
    }
    for key, row in rows.items():
        if row.get("name") is None:
            continue
        place = (key[0], site_of_device(case, key[:2]), plain(row.get("name")))
        before = case.known.row("channel", key)
        stays = before is not None and plain(str(before.get("name"))) == place[2]
        if place in taken and not stays:
            yield row.mistake("name", "name_twice", other=taken[place])
        taken.setdefault(place, f"{key[1]}/{key[2]}")


def _reasons(case: Case) -> Iterator[Mistake]:
    for row in case.channels:
        key = key_of(row)
        before = (case.known.row("channel", key) if key else None) or {}
        offered = row.get("area") == "classroom" and row.get("scope") == "offered"
        stays = (before.get("area"), before.get("scope")) == ("classroom", "offered")
        stays = stays and "note" not in row.cleared
        if offered and not stays and row.get("note") is None and "note" not in row.wrong:
            yield row.mistake("scope", "reason_missing")


def _recorded(case: Case) -> Iterator[Mistake]:
    there = {key_of(row) for row in case.channels} | set(case.known.channels)
    for row in case.channels:
        target, key = row.get("recorded_as"), key_of(row)
        if target is None or key is None or "device" in row.wrong:
            continue
        if (key[0], *target) not in there:
            yield row.mistake("recorded_as", "unknown_channel")
        elif (key[0], *target) == key:
            yield row.mistake("recorded_as", "itself")
