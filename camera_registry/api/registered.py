"""What is registered, over JSON: schools, sites, devices and channels, to read and to change, and their history.

Strategy: the fields are those of the files of the import; a change goes the way of the pages. The commit stands before
the answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi import Query as InQuery
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.api.answers import Named, PageAnswer, Words
from camera_registry.api.asked import Registry, there
from camera_registry.api.grid import add_grid
from camera_registry.api.many import add_many
from camera_registry.api.once import RESPONSES, Answered, Changes, OnceOf, tagged
from camera_registry.api.queries import Query
from camera_registry.api.row_values import (
    OF_SCHOOL,
    ChannelBody,
    ChannelRow,
    DeviceBody,
    DeviceRow,
    NewDeviceBody,
    NewSchoolBody,
    SchoolBody,
    SchoolRow,
    SiteBody,
    cells_of,
    told,
)
from camera_registry.services.as_cells import Key, Standing, devices_of, sites_of, standing
from camera_registry.services.audit import about
from camera_registry.services.by_hand import Made, change, make
from camera_registry.services.listed import Filter
from camera_registry.services.register_history import Change, of_device, of_school
from camera_registry.services.registering import Said
from camera_registry.services.removing import remove
from camera_registry.services.school_list import SchoolFound, found
from camera_registry.store.school_list import SchoolsWanted

Index = Annotated[int, Path(ge=1, le=9999)]
SCHOOLS, DEVICES, CHANNELS = "schools.csv", "devices.csv", "channels.csv"
_DEVICE = "/schools/{school}/devices/{code}"
_CHANNEL = _DEVICE + "/channels/{index}"


class SchoolsQuery(Query):
    """Which schools: words, unit, level, tag, with or without devices; and which page of them."""

    q: str = ""
    district: str | None = None
    level: str | None = None
    tag: str | None = None
    devices: str | None = None
    page: int = 1
    size: int = 50


class PagedQuery(Query):
    """Which page of the rows."""

    page: int = 1
    size: int = 50


class HistoryQuery(Query):
    """Of which device (all of the school without), and older than which number; so many at most."""

    device: str | None = None
    before: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None
    size: Annotated[int, Field(ge=1, le=200)] = 50


class SchoolListed(BaseModel):
    """One school of a list, with how much there is of it; `version` is told by the school itself."""

    code: str
    name: str
    levels: str
    kind: str
    tags: str
    district: Named
    sites: int
    devices: int
    channels: int


class SchoolsAnswer(PageAnswer):
    """One page of schools, by code."""

    rows: list[SchoolListed]


class SitesAnswer(BaseModel):
    """The rows of a school, one a site; the main one has no name and stands first."""

    rows: list[SchoolRow]  # type: ignore[valid-type]  # made from the columns


class DevicesOfSchool(PageAnswer):
    """One page of the devices of a school, by code."""

    rows: list[DeviceRow]  # type: ignore[valid-type]  # as above


class FieldChanged(BaseModel):
    """A field that became another: its column and what it is called, what stood and what stands."""

    field: str
    name: Words
    before: Words
    after: Words


class ChangeAnswer(BaseModel):
    """One change of one row; `batch` numbers what was done in one go."""

    model_config = ConfigDict(from_attributes=True)
    number: int
    at: datetime
    by: str
    kind: str
    what: str
    device: str
    index: int | None
    site: str
    fields: list[FieldChanged]
    batch: int | None


class Removed(BaseModel):
    """What is registered no more: school/device or school/device/channel."""

    removed: str


class HistoryAnswer(BaseModel):
    """The changes, the newest first; `older` is the number to ask with for those before."""

    changes: list[ChangeAnswer]
    older: int | None


def add(made: APIRouter, registry: Registry, changes: Changes) -> None:
    """The routes are in `made`."""
    _add_schools(made, registry, changes)
    _add_sites(made, registry, changes)
    _add_devices(made, registry, changes)
    _add_channels(made, registry, changes)
    add_grid(made, registry, changes)
    add_many(made, registry, changes)
    _add_removing(made, changes)

    @made.get("/schools/{code}/history")
    def history(code: str, query: Annotated[HistoryQuery, InQuery()]) -> HistoryAnswer:
        """Who changed what of a school and all that is in it, the newest first."""
        with registry() as session:
            there(session, code, query.device or "")
            if query.device:
                page = of_device(session, code, query.device, current(), query.size, query.before)
            else:
                page = of_school(session, code, current(), query.size, query.before)
        return HistoryAnswer(changes=[_change(each) for each in page.changes], older=page.older)


def _add_schools(made: APIRouter, registry: Registry, changes: Changes) -> None:
    @made.get("/schools")
    def all_schools(query: Annotated[SchoolsQuery, InQuery()]) -> SchoolsAnswer:
        """One page of the schools that have every word of `q`, by code."""
        with registry() as session:
            page = found(session, SchoolsWanted(**query.model_dump()))
        rows = [_listed(row) for row in page.rows]
        return SchoolsAnswer(
            total=page.total, units=page.units, page=page.page, size=page.size, pages=page.pages, rows=rows
        )

    @made.post("/schools", status_code=201, response_model=SchoolRow, responses=RESPONSES)
    def new_school(body: NewSchoolBody, once: OnceOf) -> Response:  # type: ignore[valid-type]  # made from the columns
        """A school is registered, with its main site; without a code it is given one."""
        said = cells_of(SCHOOLS, body)
        return changes.make(once, "school_change", "", lambda session: _new(session, changes, SCHOOLS, said, "school"))

    @made.get("/schools/{code}", response_model=SchoolRow)
    def one_school(code: str) -> Response:
        """A school with its main site."""
        with registry() as session:
            there(session, code)
            return _tagged(SCHOOLS, sites_of(session, code)[0])

    @made.patch("/schools/{code}", response_model=SchoolRow, responses=RESPONSES)
    def change_school(code: str, body: SchoolBody, once: OnceOf) -> Response:  # type: ignore[valid-type]  # as above
        """What is said of a school and its main site stands there; the rest stays."""

        def do(session: Session) -> Answered:
            there(session, code)
            key = ("school", code, sites_of(session, code)[0].cells["site"])
            return _changed(session, changes, SCHOOLS, key, body, once)

        return changes.make(once, "school_change", code, do)


def _add_sites(made: APIRouter, registry: Registry, changes: Changes) -> None:
    @made.get("/schools/{code}/sites")
    def all_sites(code: str) -> SitesAnswer:
        """The sites of a school, each with its version."""
        with registry() as session:
            there(session, code)
            return SitesAnswer(rows=[told(SCHOOLS, row) for row in sites_of(session, code)])

    @made.post("/schools/{code}/sites", status_code=201, response_model=SchoolRow, responses=RESPONSES)
    def new_site(code: str, body: SiteBody, once: OnceOf) -> Response:  # type: ignore[valid-type]  # as above
        """A site is registered at a school; what is of the whole school stays."""

        def do(session: Session) -> Answered:
            there(session, code)
            before = sites_of(session, code)[0].cells
            of_school = {name: before[name] for name in OF_SCHOOL}
            said = {**of_school, **cells_of(SCHOOLS, body), "school.code": code}
            return _new(session, changes, SCHOOLS, said, "site")

        return changes.make(once, "school_change", code, do)

    @made.patch("/schools/{code}/sites", response_model=SchoolRow, responses=RESPONSES)
    def change_site(code: str, body: SiteBody, once: OnceOf) -> Response:  # type: ignore[valid-type]  # as above
        """What is said of the site that `site` names stands there; the rest stays."""

        def do(session: Session) -> Answered:
            there(session, code)
            name = cells_of(SCHOOLS, body).get("site", "")
            return _changed(session, changes, SCHOOLS, ("school", code, name), body, once)

        return changes.make(once, "school_change", code, do)


def _add_devices(made: APIRouter, registry: Registry, changes: Changes) -> None:
    @made.get("/schools/{code}/devices")
    def devices_of_school(code: str, query: Annotated[PagedQuery, InQuery()]) -> DevicesOfSchool:
        """One page of the devices of a school as they are registered, each with its version."""
        Filter(page=query.page, size=query.size)
        with registry() as session:
            there(session, code)
            rows = devices_of(session, code)
        first = (query.page - 1) * query.size
        shown = [told(DEVICES, row) for row in rows[first : first + query.size]]
        pages = max(1, -(-len(rows) // query.size))
        return DevicesOfSchool(
            total=len(rows), units=len(rows), page=query.page, size=query.size, pages=pages, rows=shown
        )

    @made.post("/schools/{code}/devices", status_code=201, response_model=DeviceRow, responses=RESPONSES)
    def new_device(code: str, body: NewDeviceBody, once: OnceOf) -> Response:  # type: ignore[valid-type]  # as above
        """A device is registered; without a code it is given one."""

        def do(session: Session) -> Answered:
            there(session, code)
            return _new(session, changes, DEVICES, {**cells_of(DEVICES, body), "school": code}, "device")

        return changes.make(once, "device_change", code, do)

    @made.get(_DEVICE, response_model=DeviceRow)
    def one_device_registered(school: str, code: str) -> Response:
        """A device as it is registered."""
        with registry() as session:
            there(session, school, code)
            return _tagged(DEVICES, standing(session, ("device", school, code)))

    @made.patch(_DEVICE, response_model=DeviceRow, responses=RESPONSES)
    def change_device(school: str, code: str, body: DeviceBody, once: OnceOf) -> Response:  # type: ignore[valid-type]  # as above
        """What is said of a device stands there; the rest stays."""

        def do(session: Session) -> Answered:
            there(session, school, code)
            return _changed(session, changes, DEVICES, ("device", school, code), body, once)

        return changes.make(once, "device_change", school, do)


def _add_channels(made: APIRouter, registry: Registry, changes: Changes) -> None:
    @made.get(_CHANNEL, response_model=ChannelRow)
    def one_channel(school: str, code: str, index: Index) -> Response:
        """A channel as it is registered."""
        with registry() as session:
            there(session, school, code)
            return _tagged(CHANNELS, standing(session, ("channel", school, code, str(index))))

    @made.patch(_CHANNEL, response_model=ChannelRow, responses=RESPONSES)
    def change_channel(school: str, code: str, index: Index, body: ChannelBody, once: OnceOf) -> Response:  # type: ignore[valid-type]  # as above
        """What is said of a channel stands there; the rest stays."""

        def do(session: Session) -> Answered:
            there(session, school, code)
            return _changed(session, changes, CHANNELS, ("channel", school, code, str(index)), body, once)

        return changes.make(once, "channel_change", school, do)


def _add_removing(made: APIRouter, changes: Changes) -> None:
    @made.delete(_DEVICE, response_model=Removed, responses=RESPONSES)
    def remove_device(school: str, code: str, once: OnceOf) -> Response:
        """A device that was registered by mistake and never seen is registered no more; else 409."""
        return _removed(changes, once, ("device", school, code))

    @made.delete(_CHANNEL, response_model=Removed, responses=RESPONSES)
    def remove_channel(school: str, code: str, index: Index, once: OnceOf) -> Response:
        """A channel that was registered by mistake and never seen is registered no more; else 409."""
        return _removed(changes, once, ("channel", school, code, str(index)))


def _removed(changes: Changes, once: OnceOf, key: Key) -> Response:
    def do(session: Session) -> Answered:
        there(session, key[1], key[2])
        remove(session, key, once.version(None), changes.hand())
        return Answered({"removed": "/".join(key[1:])})

    return changes.make(once, f"{key[0]}_change", key[1], do)


def _changed(session: Session, changes: Changes, file: str, key: Key, body: Any, once: OnceOf) -> Answered:
    said = {name: cell for name, cell in cells_of(file, body).items() if name != "site" or file != SCHOOLS}
    standing(session, key)
    change(session, [Said(file, said, key, once.version(body.version))], changes.hand())
    row = standing(session, key)
    if key[0] != "school":
        about(session, device=key[2], **({"channel": key[3]} if key[0] == "channel" else {}))
    return Answered(told(file, row), version=row.version)


def _new(session: Session, changes: Changes, file: str, said: dict[str, str], kind: Made) -> Answered:
    row = make(session, Said(file, {name: cell for name, cell in said.items() if cell}), changes.hand(), kind)
    keys: dict[Made, Key] = {
        "school": ("school", row.get("school.code"), row.get("site") or ""),
        "site": ("school", row.get("school.code"), row.get("site") or ""),
        "device": ("device", row.get("school"), row.get("device.code")),
    }
    made = standing(session, keys[kind])
    about(session, school=keys[kind][1], device=row.get("device.code"))
    return Answered(told(file, made), 201, made.version, keys[kind][1])


def _tagged(file: str, row: Standing) -> Response:
    return tagged(told(file, row), row.version)


def _listed(row: SchoolFound) -> SchoolListed:
    same = ("code", "name", "levels", "kind", "tags", "sites", "devices", "channels")
    unit = Named(code=row.district_code, name=row.district)
    return SchoolListed(district=unit, **{name: getattr(row, name) for name in same})


def _change(each: Change) -> ChangeAnswer:
    fields = [
        FieldChanged(field=p.field, name=Words(**p.name), before=Words(**p.before), after=Words(**p.after))
        for p in each.parts
    ]
    same = ("number", "at", "by", "kind", "what", "device", "index")
    batch = each.batch.number if each.batch else None
    return ChangeAnswer(**{name: getattr(each, name) for name in same}, site=each.name, fields=fields, batch=batch)
