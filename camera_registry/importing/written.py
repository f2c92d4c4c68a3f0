"""What is registered, written as the cells of a file: read again, they are the same. Pure.

Strategy: the opposite of `cells`. Lists are written by code; `in_words` makes the words of them that people read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from camera_registry.importing.columns import Column
from camera_registry.models import Channel, Device, School, Site

Cells = dict[str, str]


def school_cells(school: School, unit: str, site: Site) -> Cells:
    """The row of schools.csv for one site of a school; `unit` is the code of who manages it."""
    return {
        "school.code": school.code, "name": school.name, "levels": school.levels, "kind": school.kind,
        "managed_by": unit, "located_in": school.located_in, "former_district": school.former_district,
        "site": site.name, "address": site.address, "lat": text(site.latitude), "lon": text(site.longitude),
        "contact": school.contact_name, "phone": school.contact_phone, "email": school.contact_email,
        "uplink": text(site.uplink_mbps), "networks": site.networks, "power": "day" if site.day_window else "always",
        "tags": school.tags,
    }  # fmt: skip


def device_cells(device: Device, school: str, site: str) -> Cells:
    """The row of devices.csv for a device; `school` is a code, `site` a name."""
    same = ("kind", "make", "model", "serial", "mac", "host", "onvif_port", "rtsp_port", "stream_path", "username",
            "owner", "maintainer", "in_use_since", "warranty_until", "funding", "price", "tags")  # fmt: skip
    place = {"school": school, "site": site, "device.code": device.code}
    return place | {name: text(getattr(device, name)) for name in same}


def channel_cells(channel: Channel, school: str, device: str, recorded_as: str) -> Cells:
    """The row of channels.csv for a channel; `recorded_as` is DEVICE/INDEX, or empty."""
    outdoor = {True: "outdoor", False: "indoor", None: ""}[channel.outdoor]
    return {
        "school": school, "device": device, "index": text(channel.index), "name": channel.name, "area": channel.area,
        "scope": channel.scope, "recorded_as": recorded_as, "outdoor": outdoor, "heading": text(channel.heading),
        "height": text(channel.height_m), "scene_width": text(channel.scene_width_m), "lat": text(channel.latitude),
        "lon": text(channel.longitude), "note": channel.note, "tags": channel.tags,
    }  # fmt: skip


def text(value: Any) -> str:
    """A value as a cell holds it: a decimal comma, dd/mm/yyyy, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f").replace(".", ",")  # all digits: it is read as the same
    return str(value)


def in_words(cells: Mapping[str, str], columns: Mapping[str, Column], lang: str) -> Cells:
    """The cells with the words of lists in place of their codes."""
    return {field: _words(columns[field], cell, lang) for field, cell in cells.items()}


def _words(column: Column, cell: str, lang: str) -> str:
    if column.choices is None:
        return cell
    parts = cell.split("; ") if column.several else [cell]
    return "; ".join(column.choices[part][lang] if part in column.choices else part for part in parts)
