"""The forms of a device: a new one of a school, and one that is there."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.importing.table import Row
from camera_registry.store import schools
from camera_registry.web.forms import Choices, Fields
from camera_registry.web.language import N_
from camera_registry.web.pages.device import AT, address
from camera_registry.web.pages.edit_school import address as of_school
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.row_page import RowPage, RowPages
from camera_registry.web.sent import Sent

FIELDS = ("kind", "site", "make", "model", "serial", "mac", "host", "onvif_port", "rtsp_port", "stream_path", "owner",
          "maintainer", "in_use_since", "warranty_until", "funding", "price", "tags")  # fmt: skip
NEW = "/schools/{code}/devices/new"


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made, rows = APIRouter(), RowPages(parts, pages)

    @made.get(NEW)
    def new_device(request: Request, code: str) -> Response:
        return rows.show(request, lambda session: _new(session, code))

    @made.post(NEW)
    def make_device(request: Request, code: str, form: Sent) -> Response:
        return rows.save(request, lambda session: _new(session, code), form, _to_channels)

    @made.get(f"{AT}/edit")
    def edit_device(request: Request, school: str, code: str) -> Response:
        return rows.show(request, lambda session: _one(session, school, code))

    @made.post(f"{AT}/edit")
    def save_device(request: Request, school: str, code: str, form: Sent) -> Response:
        return rows.save(request, lambda session: _one(session, school, code), form, _to_device)

    return made


def _to_channels(row: Row) -> str:
    return f"{address(row.get('school'), row.get('device.code'))}/channels/edit?done=device-made"


def _to_device(row: Row) -> str:
    return f"{address(row.get('school'), row.get('device.code'))}?done=registered"


def _fields(session: Session, code: str, *first: str) -> Fields:
    """The fields of a device of this school; that of the site only where there are several. HTTPException 404."""
    school = schools.by_code(session, code)
    if school is None:
        raise HTTPException(404)
    names = sorted(name for _, name in schools.sites(session, [school.id or 0]))
    main = {"vi": "Điểm trường chính", "en": "Main site"}
    choices: Choices = tuple((name, {"vi": name, "en": name} if name else main) for name in names)
    fields = tuple(name for name in FIELDS if name != "site" or len(names) > 1)
    return Fields("devices.csv", (*first, *fields), {"site": choices})


def _new(session: Session, code: str) -> RowPage:
    where = f"{of_school(code)}/devices/new"
    school = schools.by_code(session, code)
    return RowPage(
        _fields(session, code, "device.code"), N_("New device"), school.name if school else "", where,
        of_school(code), "device_change", {"school": code}, given={"school": code},
    )  # fmt: skip


def _one(session: Session, school: str, code: str) -> RowPage:
    here = address(school, code)
    return RowPage(
        _fields(session, school), N_("Change the device"), code, f"{here}/edit", here, "device_change",
        {"school": school, "device": code}, key=("device", school, code), values={"channels": f"{here}/channels/edit"},
    )  # fmt: skip
