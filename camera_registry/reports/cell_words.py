"""What a change of the register says to a person: the name of a column and a value in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from camera_registry.importing.columns import TABLES, Column
from camera_registry.importing.known import Kind
from camera_registry.importing.plan import COLUMNS
from camera_registry.importing.written import text
from standards.model import Text

NOTHING = "–"
KIND_WORDS: Mapping[str, Text] = {
    "district": {"vi": "Đơn vị quản lý", "en": "Managing unit"},
    "school": {"vi": "Trường", "en": "School"},
    "site": {"vi": "Điểm trường", "en": "Site"},
    "device": {"vi": "Thiết bị", "en": "Device"},
    "channel": {"vi": "Camera (kênh)", "en": "Camera (channel)"},
}
TABLE_WORDS: Mapping[str, Text] = {
    "schools": {"vi": "Trường", "en": "Schools"},
    "devices": {"vi": "Thiết bị", "en": "Devices"},
    "channels": {"vi": "Kênh", "en": "Channels"},
}
_TABLE_OF: Mapping[str, str] = {"school": "schools", "site": "schools", "device": "devices", "channel": "channels"}
_ENGLISH: Mapping[str, str] = {
    "school.code": "School code", "name": "Name", "levels": "Levels", "kind": "Kind", "managed_by": "Managing unit",
    "located_in": "Area", "former_district": "Former district", "site": "Site", "address": "Address",
    "lat": "Latitude", "lon": "Longitude", "contact": "Person in charge", "phone": "Telephone", "email": "E-mail",
    "uplink": "Uplink (Mbps)", "networks": "Networks", "power": "Power", "tags": "Tags", "school": "School code",
    "device.code": "Device code", "make": "Make", "model": "Model", "serial": "Serial number", "mac": "MAC",
    "host": "IP address or name", "onvif_port": "ONVIF port", "rtsp_port": "RTSP port", "stream_path": "Stream path",
    "username": "Login", "owner": "Owner", "maintainer": "Maintainer", "in_use_since": "In use since",
    "warranty_until": "Warranty until", "funding": "Funding", "price": "Original price", "device": "Device code",
    "index": "Channel number", "area": "Area", "scope": "Offered for connection", "recorded_as": "Recorded as",
    "outdoor": "Indoor/outdoor", "heading": "Heading", "height": "Height", "scene_width": "Width of scene",
    "note": "Note",
}  # fmt: skip
_OTHERS: Mapping[str, Text] = {
    "private": {"vi": "Ngoài công lập", "en": "Private"},
    "code": {"vi": "Mã", "en": "Code"},
    "index": {"vi": "Kênh số", "en": "Channel number"},
    "name": {"vi": "Tên", "en": "Name"},
    "site_id": {"vi": "Điểm trường", "en": "Site"},
    "scope_why": {"vi": "Lý do", "en": "Reason"},
    "signal": {"vi": "Loại tín hiệu", "en": "Signal"},
    "onvif_account": {"vi": "Tài khoản ONVIF", "en": "Login of ONVIF"},
    "basic_in_clear": {"vi": "Cho gửi mật khẩu dạng rõ", "en": "Password may go in clear"},
}
_YES: Mapping[bool, Text] = {True: {"vi": "Có", "en": "Yes"}, False: {"vi": "Không", "en": "No"}}


def heading(column: Column) -> Text:
    """The heading of a column of the import."""
    return {"vi": column.heading, "en": _ENGLISH[column.field]}


def column_words(kind: str, name: str) -> Text:
    """The name of a column of the registry, as whoever filled it in knows it."""
    found = _column(kind, name)
    return heading(found) if found is not None else _OTHERS.get(name, {"vi": name, "en": name})


def value_words(kind: str, name: str, value: Any, lang: str) -> str:
    """A value of that column in words; a dash for nothing."""
    if value is None or value == "":
        return NOTHING
    column = _column(kind, name)
    if isinstance(value, bool):
        pair = {"day_window": ("always", "day"), "outdoor": ("indoor", "outdoor")}.get(name)
        if pair is None or column is None or column.choices is None:
            return _YES[value][lang]
        return column.choices[pair[value]][lang]
    if column is not None and column.choices is not None:
        parts = str(value).split("; ") if column.several else [str(value)]
        return "; ".join(column.choices[part][lang] if part in column.choices else part for part in parts)
    if isinstance(value, str) and name == "warranty_until":
        return text(date.fromisoformat(value))
    return text(value)


def _column(kind: str, name: str) -> Column | None:
    table = _TABLE_OF.get(kind)
    if table is None:
        return None
    known: Mapping[str, str] = COLUMNS[_kind(kind)]
    field = next((field for field, column in known.items() if column == name), None)
    return TABLES[table].get(field) if field is not None else None


def _kind(kind: str) -> Kind:
    return next(known for known in COLUMNS if known == kind)
