"""One change of many devices, or of many channels of a school: what to change, what that comes to, and doing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from camera_registry.importing.mistakes import Mistake, WrongCell
from camera_registry.lists import AREAS, SCOPES, has_words
from camera_registry.services.as_cells import Key, of_schools
from camera_registry.services.bulk import MOST, Line, Wish, preview, said, write
from camera_registry.services.by_hand import change
from camera_registry.services.device_search import found
from camera_registry.services.listed import LARGEST_PAGE
from camera_registry.services.registering import ImportRefusedError, StaleError
from camera_registry.store import schools
from camera_registry.web.forms import Fields, typed
from camera_registry.web.language import N_
from camera_registry.web.pages import devices
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.sent import Sent

OF_DEVICES = Fields("devices.csv", ("owner", "maintainer", "in_use_since", "warranty_until", "funding"))
OF_CHANNELS = Fields("channels.csv", ("scope", "area", "outdoor", "note"))
CHANNELS = "/schools/{code}/channels"
WRONG, STALE = 422, 409
NOTHING_CHOSEN = N_("Choose at least one row, and go back here.")
NOTHING_WISHED = N_("Say what is to be changed: choose or fill in at least one field.")
NOTHING_CHANGES = N_("Nothing would change: all of them are so already.")
SOMEBODY_ELSE = N_(
    "Nothing was changed yet: somebody else has changed some of these meanwhile. See what it comes to now."
)


@dataclass(frozen=True)
class Many:
    """Rows that are chosen: their keys as they are written in forms, and where the form and its list are."""

    fields: Fields
    chosen: tuple[str, ...]
    address: str
    back: str
    school: str = ""

    def keys(self) -> list[Key]:
        """The keys of the rows."""
        if self.school:
            return [("channel", self.school, *one.rpartition("/")[::2]) for one in self.chosen if "/" in one]
        return [("device", *one.split("/", 1)) for one in self.chosen if "/" in one]


@dataclass(frozen=True)
class Told:
    """What a page of many says: message id of what is to be done, mistakes by row, the lines of a preview."""

    text: str = ""
    wrong: tuple[tuple[str, Mistake], ...] = ()
    lines: tuple[Line, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    @made.get("/devices/bulk")
    def of_devices(request: Request) -> Response:
        return _shown(request, pages, _devices(_chosen_devices(request, parts)), Told())

    @made.post("/devices/bulk")
    def change_devices(request: Request, form: Sent) -> Response:
        return _sent(request, parts, pages, _devices(_listed(form)), form)

    @made.get(CHANNELS)
    def list_channels(request: Request, code: str) -> Response:
        query = request.query_params
        with parts.reading() as session:
            school = schools.by_code(session, code)
            if school is None:
                raise HTTPException(404)
            rows = _channels_of(session, code, query)
        values = {"rows": rows, "school": school, "q": query.get("q", ""), "areas": AREAS, "scopes": SCOPES}
        wanted = {name: query.get(name, "") for name in ("area", "scope")}
        return pages.page(request, "channels.html", {**values, "wanted": wanted})

    @made.get(f"{CHANNELS}/bulk")
    def of_channels(request: Request, code: str) -> Response:
        _there(parts, code)
        return _shown(request, pages, _channels(code, request.query_params.getlist("row")), Told())

    @made.post(f"{CHANNELS}/bulk")
    def change_channels(request: Request, code: str, form: Sent) -> Response:
        _there(parts, code)
        return _sent(request, parts, pages, _channels(code, _listed(form)), form)

    return made


def _there(parts: Parts, code: str) -> None:
    with parts.reading() as session:
        if schools.by_code(session, code) is None:
            raise HTTPException(404)


def _listed(form: FormData) -> list[str]:
    return [str(one) for one in form.getlist("row")]


def _devices(chosen: Iterable[str]) -> Many:
    return Many(OF_DEVICES, tuple(dict.fromkeys(chosen))[:MOST], "/devices/bulk", "/devices")


def _channels(code: str, chosen: Iterable[str]) -> Many:
    here = CHANNELS.format(code=quote(code, safe=""))
    return Many(OF_CHANNELS, tuple(dict.fromkeys(chosen))[:MOST], f"{here}/bulk", here, code)


def _chosen_devices(request: Request, parts: Parts) -> list[str]:
    """The devices that were ticked, or all that the filters of the list find."""
    query = request.query_params
    if query.get("all") != "1":
        return query.getlist("device")
    q, narrowed = devices.asked(query)
    chosen: list[str] = []
    with parts.reading() as session:
        for number in range(1, -(-MOST // LARGEST_PAGE) + 1):
            page = found(session, q, number, LARGEST_PAGE, narrowed)
            chosen += [f"{row.school_code}/{row.code}" for row in page.rows]
            if number >= page.pages:
                break
    return chosen


def _channels_of(session: Session, code: str, query: Mapping[str, str]) -> list[Mapping[str, str]]:
    """The channels of a school that have the words, and the area and scope that were chosen."""
    return [
        cells
        for cells in of_schools(session, [code])["channels.csv"]
        if has_words(query.get("q", ""), cells["name"], cells["device"], cells["tags"])
        and all(not query.get(name) or cells[name] == query[name] for name in ("area", "scope"))
    ]


def _sent(request: Request, parts: Parts, pages: Pages, many: Many, form: FormData) -> Response:
    values = {name: value for name, value in typed(form, (*many.fields.names, "add", "remove")).items() if value}
    cleared = [str(name) for name in form.getlist("clear") if name in many.fields.names]
    wish = Wish({**{n: v for n, v in values.items() if n in many.fields.names}, **dict.fromkeys(cleared, "")},
                values.get("add", ""), values.get("remove", ""))  # fmt: skip
    typed_all = {**values, **{f"clear {name}": "1" for name in cleared}}
    if not many.chosen or wish.is_empty:
        text = NOTHING_WISHED if many.chosen else NOTHING_CHOSEN
        return _shown(request, pages, many, Told(text, typed=typed_all, status=WRONG))
    told = _tried(parts, many, wish, typed_all)
    if form.get("step") != "write" or told.wrong or not told.lines:
        return _shown(request, pages, many, told)
    versions = [str(version) for version in form.getlist("version")]
    if [line.seen for line in told.lines] != versions:
        return _shown(request, pages, many, Told(SOMEBODY_ELSE, lines=told.lines, typed=typed_all, status=STALE))
    try:
        number = _written(parts, many, told.lines)
    except StaleError:
        again = _tried(parts, many, wish, typed_all)
        return _shown(request, pages, many, Told(SOMEBODY_ELSE, lines=again.lines, typed=typed_all, status=STALE))
    return RedirectResponse(f"/history?batch={number}&done=bulk", 303)


def _tried(parts: Parts, many: Many, wish: Wish, values: Mapping[str, str]) -> Told:
    """What the wish comes to, and what would be wrong: it is done, and nothing of it stays."""
    try:
        with parts.rehearsing() as session:
            lines = tuple(preview(session, many.keys(), wish))
            change(session, said(lines), parts.hand())
    except WrongCell as wrong:
        mistake = Mistake(many.fields.file, 0, "tags", wish.add, wrong.kind, wrong.values)
        return Told(wrong=(("", mistake),), typed=values, status=WRONG)
    except ImportRefusedError as refused:
        named = tuple((_row_of(lines, each), each) for each in refused.mistakes)
        return Told(wrong=named, typed=values, status=WRONG)
    return Told(lines=lines, typed=values) if lines else Told(NOTHING_CHANGES, typed=values, status=WRONG)


def _row_of(lines: Sequence[Line], mistake: Mistake) -> str:
    return "/".join(lines[mistake.row - 1].key[2:]) if 0 < mistake.row <= len(lines) else ""


def _written(parts: Parts, many: Many, lines: Sequence[Line]) -> int:
    hand, action = parts.hand(), "channel_change" if many.school else "device_change"
    with parts.writing(action, school=many.school, what="bulk", count=len(lines)) as session:
        return write(session, lines, hand)


def _shown(request: Request, pages: Pages, many: Many, told: Told) -> Response:
    shown = Fields(many.fields.file, (*many.fields.names, "tags"))
    values: dict[str, Any] = {
        "many": many, "told": told, "entries": many.fields.form(told.typed).entries,
        "labels": {entry.field: entry.label for entry in shown.form({}).entries}, "words": shown.words,
    }  # fmt: skip
    return pages.page(request, "bulk.html", values, told.status)
