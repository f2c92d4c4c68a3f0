"""Codes for rows without one: the code that the registry gave before, where it can be told, else a new one. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from camera_registry.importing.known import Address, Known
from camera_registry.importing.table import Row
from camera_registry.lists import plain

SCHOOL_PREFIX, DEVICE_PREFIX = "TAM-", "TB-"
DEFAULT_ONVIF_PORT = 80


def issue_codes(schools: Iterable[Row], devices: Iterable[Row], known: Known) -> None:
    """Every row that can be told from others has a code: schools by unit and name, devices by their address.

    A device without code and address keeps none, which is a mistake of its row.
    """
    _schools([row for row in schools if "school.code" not in row.wrong], known)
    _devices([row for row in devices if "device.code" not in row.wrong and row.get("school")], known)


def address_of(row: Row, before: Address | None = None) -> Address:
    """Where the device of a row is looked at; what the row leaves out is as it was `before`."""
    host, onvif_port, rtsp_port, path = before or ("", DEFAULT_ONVIF_PORT, None, "")
    if row.cleared:
        host = "" if "host" in row.cleared else host
        onvif_port = DEFAULT_ONVIF_PORT if "onvif_port" in row.cleared else onvif_port
        rtsp_port = None if "rtsp_port" in row.cleared else rtsp_port
        path = "" if "stream_path" in row.cleared else path
    return (
        row.get("host") or host,
        row.get("onvif_port") or onvif_port,
        row.get("rtsp_port") or rtsp_port,
        row.get("stream_path") or path,
    )


def _schools(rows: list[Row], known: Known) -> None:
    given = {(plain(name), unit): code for code, (name, unit) in known.schools.items()}
    used = {*known.schools, *known.issued, *(row.get("school.code") for row in rows)}
    for row in rows:
        if row.get("school.code") or not (row.get("name") and row.get("managed_by")):
            continue
        units = known.units_named(row.get("managed_by"))
        key = (plain(row.get("name")), units[0] if units else plain(row.get("managed_by")))
        if key not in given:
            given[key] = _next(SCHOOL_PREFIX, used, 4)
            used.add(given[key])
        row.values["school.code"] = given[key]


def _devices(rows: list[Row], known: Known) -> None:
    given = {(school, device.address): code for (school, code), device in known.devices.items() if device.address[0]}
    used = {*known.devices, *((row.get("school"), row.get("device.code")) for row in rows)}
    for row in rows:
        if row.get("device.code") or not row.get("host"):
            continue
        school = row.get("school")
        key = (school, address_of(row))
        if key not in given:
            given[key] = _next(DEVICE_PREFIX, {code for of, code in used if of == school}, 2)
            used.add((school, given[key]))
        row.values["device.code"] = given[key]


def _next(prefix: str, used: set[str | None], width: int) -> str:
    taken = {code for code in used if code}
    number = 1
    while f"{prefix}{number:0{width}}" in taken:
        number += 1
    return f"{prefix}{number:0{width}}"
