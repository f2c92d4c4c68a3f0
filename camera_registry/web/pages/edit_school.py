"""The forms of a school and of its sites: a new one, and one that is there."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.importing.table import Row
from camera_registry.services.as_cells import standing
from camera_registry.store import districts, schools
from camera_registry.web.forms import Choices, Fields
from camera_registry.web.language import N_
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.row_page import RowPage, RowPages
from camera_registry.web.sent import Sent

OF_SCHOOL = (
    "name",
    "levels",
    "kind",
    "managed_by",
    "located_in",
    "former_district",
    "contact",
    "phone",
    "email",
    "tags",
)
OF_SITE = ("address", "lat", "lon", "uplink", "networks", "power")
AT = "/schools/{code}"


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made, rows = APIRouter(), RowPages(parts, pages)

    @made.get("/new-school")
    def new_school(request: Request) -> Response:
        return rows.show(request, _new_school)

    @made.post("/new-school")
    def make_school(request: Request, form: Sent) -> Response:
        return rows.save(request, _new_school, form, _to_school)

    @made.get(f"{AT}/edit")
    def edit_school(request: Request, code: str, site: str = "") -> Response:
        return rows.show(request, lambda session: _school(session, code, site))

    @made.post(f"{AT}/edit")
    def save_school(request: Request, code: str, form: Sent, site: str = "") -> Response:
        return rows.save(request, lambda session: _school(session, code, site), form, _to_school)

    @made.get(f"{AT}/sites/new")
    def new_site(request: Request, code: str) -> Response:
        return rows.show(request, lambda session: _new_site(session, code))

    @made.post(f"{AT}/sites/new")
    def make_site(request: Request, code: str, form: Sent) -> Response:
        return rows.save(request, lambda session: _new_site(session, code), form, _to_school)

    return made


def address(code: str) -> str:
    """Where the page of this school is."""
    return f"/schools/{quote(code, safe='')}"


def _to_school(row: Row) -> str:
    return f"{address(row.get('school.code'))}?{urlencode({'done': 'registered'})}"


def _units(session: Session) -> Choices:
    return tuple((unit.code, {"vi": unit.name, "en": unit.name}) for unit in districts.every(session))


def _new_school(session: Session) -> RowPage:
    units = _units(session)
    fields = Fields("schools.csv", ("school.code", *OF_SCHOOL, *OF_SITE), {"managed_by": units})
    given = {"managed_by": units[0][0]} if len(units) == 1 and not current().sees_all else {}
    return RowPage(
        fields, N_("New school"), "", "/new-school", "/schools", "school_change", {}, made="school", given=given
    )


def _school(session: Session, code: str, name: str) -> RowPage:
    """The form of the school with its first site, or of a site of it alone, for who may change no more."""
    names = _sites(session, code)
    site = name if name in names else names[0]
    whole = site == names[0] and current().may("register_school")
    fields = Fields("schools.csv", (*OF_SCHOOL, *OF_SITE) if whole else OF_SITE, {"managed_by": _units(session)})
    school = schools.by_code(session, code)
    return RowPage(
        fields,
        N_("Change the school") if whole else N_("Change the site"),
        f"{school.name if school else ''}{f', {site}' if site else ''}",
        f"{address(code)}/edit?{urlencode({'site': site})}",
        address(code),
        "school_change",
        {"school": code},
        key=("school", code, site),
        values={"sites": names, "site": site, "school": code},
    )


def _new_site(session: Session, code: str) -> RowPage:
    names = _sites(session, code)
    before = standing(session, ("school", code, names[0])).cells
    given = {name: before[name] for name in ("school.code", *OF_SCHOOL)}
    fields = Fields("schools.csv", ("site", *OF_SITE))
    return RowPage(
        fields, N_("New site"), before["name"], f"{address(code)}/sites/new", address(code), "school_change",
        {"school": code}, made="site", given=given,
    )  # fmt: skip


def _sites(session: Session, code: str) -> list[str]:
    """The names of the sites of this school, the main one first. Raises HTTPException 404."""
    school = schools.by_code(session, code)
    if school is None:
        raise HTTPException(404)
    return sorted(name for _, name in schools.sites(session, [school.id or 0])) or [""]
