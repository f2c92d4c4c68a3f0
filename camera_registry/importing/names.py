"""What fields are called on pages: the headings of the files, and their English words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from camera_registry.importing.columns import FILES, Column
from camera_registry.lists import PLACES, POWER
from standards.model import LANGUAGES, Text

_ENGLISH = {
    "school.code": "School code", "name": "Name", "levels": "Levels", "kind": "Kind", "managed_by": "Managing unit",
    "located_in": "Area code", "former_district": "Former district", "site": "Site", "address": "Address",
    "lat": "Latitude", "lon": "Longitude", "contact": "Person in charge", "phone": "Telephone", "email": "E-mail",
    "uplink": "Uplink (Mbps)", "networks": "Networks of the school", "power": "Power of the cameras", "tags": "Tags",
    "school": "School code", "device.code": "Device code", "make": "Make", "model": "Model", "serial": "Serial number",
    "mac": "MAC", "host": "IP address or name", "onvif_port": "ONVIF port", "rtsp_port": "RTSP port",
    "stream_path": "Path of the stream", "username": "Login name", "owner": "Owner", "maintainer": "Maintainer",
    "in_use_since": "In use since", "warranty_until": "Warranty until", "funding": "Funding", "price": "Original price",
    "device": "Device code", "index": "Channel", "area": "Area", "scope": "Offered for connection",
    "recorded_as": "Recorded by recorder/channel", "outdoor": "Indoor/outdoor", "heading": "Direction",
    "height": "Height", "scene_width": "Width of the scene", "note": "Note",
}  # fmt: skip
_COLUMNS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "school": ("schools.csv", {"code": "school.code", "contact_name": "contact", "contact_phone": "phone",
                               "contact_email": "email"}),
    "site": ("schools.csv", {"name": "site", "latitude": "lat", "longitude": "lon", "uplink_mbps": "uplink",
                             "day_window": "power"}),
    "device": ("devices.csv", {"code": "device.code", "site_id": "site"}),
    "channel": ("channels.csv", {"height_m": "height", "scene_width_m": "scene_width", "latitude": "lat",
                                 "longitude": "lon"}),
}  # fmt: skip
"""By the kind of a row: its file, and the fields of those columns of the table that are called otherwise."""
_WITHOUT_FIELD: Mapping[str, Text] = {
    "private": {"vi": "Ngoài công lập", "en": "Not public"},
    "scope_why": {"vi": "Lý do về diện kết nối", "en": "Why it is offered or not"},
    "signal": {"vi": "Tín hiệu", "en": "Signal"},
    "onvif_account": {"vi": "Tài khoản ONVIF", "en": "Account of ONVIF"},
    "basic_in_clear": {"vi": "Cho gửi mật khẩu không mã hóa", "en": "The password may go in clear"},
}
_FLAGS = {"day_window": (POWER["always"], POWER["day"]), "outdoor": (PLACES["indoor"], PLACES["outdoor"])}
_YES_NO: tuple[Text, Text] = ({"vi": "không", "en": "no"}, {"vi": "có", "en": "yes"})


def name_of(file: str, field: str) -> Text:
    """What a field of a file is called."""
    return {"vi": FILES[file][field].heading, "en": _ENGLISH[field]}


def name_of_column(kind: str, column: str) -> Text:
    """What a column of the table of this kind (school, site, device, channel) is called."""
    if column in _WITHOUT_FIELD:
        return _WITHOUT_FIELD[column]
    file, fields = _COLUMNS[kind]
    return name_of(file, fields.get(column, column))


def in_words(column: Column | None, cell: str) -> Text:
    """What a cell says, in both languages: the words of lists in place of their codes."""
    if column is None or column.choices is None:
        return {"vi": cell, "en": cell}
    parts, words = cell.split("; ") if column.several else [cell], column.choices
    return {lang: "; ".join(words[part][lang] if part in words else part for part in parts) for lang in LANGUAGES}


def flag_in_words(column: str, value: bool) -> Text:
    """What a column that holds yes or no says."""
    words = _FLAGS.get(column, _YES_NO)[value]
    return {"vi": words["vi"], "en": words["en"]}


def column_of(kind: str, column: str) -> Column | None:
    """The column of the file in which this column of the table stands; None for one that stands in none."""
    file, fields = _COLUMNS[kind]
    return FILES[file].get(fields.get(column, column))
