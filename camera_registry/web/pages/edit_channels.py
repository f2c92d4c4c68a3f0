"""The grid of the channels of a device: a row a channel, saved in one go, and a row for one more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from camera_registry.importing.mistakes import Mistake
from camera_registry.numbers import number_of
from camera_registry.services.as_cells import NoSuchRowError, Standing, channels_of
from camera_registry.services.by_hand import LastChange, change, last_change
from camera_registry.services.registering import ImportRefusedError, Said, StaleError
from camera_registry.web.forms import Cells, Fields, Form, changed, opened, typed
from camera_registry.web.pages.device import AT, address
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.row_page import STALE, WRONG
from camera_registry.web.sent import Sent

FILE, NEW = "channels.csv", "new"
USUAL = ("name", "area", "scope", "outdoor", "tags", "note")
MORE = ("recorded_as", "heading", "height", "scene_width", "lat", "lon")
FILLED = ("name", "area", "scope", "outdoor", "tags")
"""Columns that can be filled down."""


@dataclass(frozen=True)
class Grid:
    """What was typed, by index; `new` is the row for one more channel, with its index."""

    rows: Mapping[str, Cells]
    before: Mapping[str, Cells]
    versions: Mapping[str, int]
    new: Cells


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get(f"{AT}/channels/edit")
    def show(request: Request, school: str, code: str) -> Response:
        with parts.reading() as session:
            known = _known(session, school, code)
        forms = {index: _fields(request).form(row.cells, row.version) for index, row in known.items()}
        return _shown(request, pages, (school, code), forms, _fields(request, new=True).form({"index": _next(known)}))

    @made.post(f"{AT}/channels/edit")
    def save(request: Request, school: str, code: str, form: Sent) -> Response:
        with parts.reading() as session:
            known = _known(session, school, code)
        grid = _typed(form, _fields(request), known)
        said, wrong = _said((school, code), grid, known)
        if wrong:
            return _wrong(request, pages, (school, code), grid, said, wrong)
        try:
            _keep(parts, (school, code), said)
        except StaleError:
            return _late(request, parts, pages, (school, code), grid)
        except ImportRefusedError as refused:
            return _wrong(request, pages, (school, code), grid, said, refused.mistakes)
        except NoSuchRowError:
            raise HTTPException(404) from None
        return RedirectResponse(f"{address(school, code)}?done=registered", 303)

    return made


def _known(session: Session, school: str, code: str) -> Mapping[str, Standing]:
    try:
        return channels_of(session, school, code)
    except NoSuchRowError:
        raise HTTPException(404) from None


def _fields(request: Request, *, new: bool = False) -> Fields:
    whole = USUAL + MORE if request.query_params.get("columns") == "all" else USUAL
    return Fields(FILE, ("index", *whole) if new else whole)


def _keep(parts: Parts, at: tuple[str, str], said: Sequence[Said]) -> None:
    if said:
        hand = parts.hand()
        with parts.writing("channel_change", school=at[0], device=at[1], count=len(said)) as session:
            change(session, said, hand)


def _next(known: Mapping[str, Standing]) -> str:
    return str(max(map(int, known), default=0) + 1)


def _typed(form: FormData, fields: Fields, known: Mapping[str, Standing]) -> Grid:
    """What was typed for the channels that there are."""
    indexes = [str(index) for index in form.getlist("row") if str(index) in known]
    before = {index: opened(form, f".{index}") for index in indexes}
    rows = {index: typed(form, fields.names, f".{index}") for index in indexes}
    versions = {index: number_of(str(form.get(f"version.{index}", ""))) or 0 for index in indexes}
    new = typed(form, ("index", *fields.names), f".{NEW}")
    return Grid(rows, before, versions, {**new, "index": new["index"] or _next(known)})


def _said(at: tuple[str, str], grid: Grid, known: Mapping[str, Standing]) -> tuple[list[Said], list[Mistake]]:
    """What is to be kept, and what is wrong already: the number of a new channel that is there."""
    said = [
        Said(FILE, different, ("channel", *at, index), grid.versions[index])
        for index, cells in grid.rows.items()
        if (different := changed(cells, grid.before.get(index, {})))
    ]
    if not any(cell for name, cell in grid.new.items() if name != "index"):
        return said, []
    there = grid.new["index"] in known
    said.append(Said(FILE, {"school": at[0], "device": at[1], **grid.new}))
    return said, [Mistake(FILE, len(said), "index", grid.new["index"], "is_there", {"other": at[1]})] if there else []


def _wrong(
    request: Request, pages: Pages, at: tuple[str, str], grid: Grid, said: Sequence[Said], wrong: Sequence[Mistake]
) -> Response:
    """The grid as it was typed, with what is wrong in each row."""
    of = {index: [m for m in wrong if _row_of(said, m) == index] for index in (*grid.rows, NEW)}
    fields = _fields(request)
    forms = {
        index: replace(fields.form(cells, grid.versions[index], of[index]), before=grid.before.get(index, {}))
        for index, cells in grid.rows.items()
    }
    return _shown(request, pages, at, forms, _fields(request, new=True).form(grid.new, None, of[NEW]), WRONG)


def _row_of(said: Sequence[Said], mistake: Mistake) -> str:
    key = said[mistake.row - 1].key if 0 < mistake.row <= len(said) else None
    return key[-1] if key else NEW


def _late(request: Request, parts: Parts, pages: Pages, at: tuple[str, str], grid: Grid) -> Response:
    """The grid over what stands now, with what was typed."""
    fields, late = _fields(request), dict[str, LastChange | None]()
    with parts.reading() as session:
        known = _known(session, *at)
        for index, row in known.items():
            if row.version != grid.versions.get(index, row.version):
                late[index] = last_change(session, ("channel", *at, index))
    forms = {
        index: fields.late(
            grid.rows.get(index, {}), grid.before.get(index, row.cells), row.cells, row.version, late.get(index)
        )
        for index, row in known.items()
    }
    whole = {index: replace(form, is_late=index in late) for index, form in forms.items()}
    return _shown(request, pages, at, whole, _fields(request, new=True).form(grid.new), STALE)


def _shown(
    request: Request, pages: Pages, at: tuple[str, str], forms: Mapping[str, Form], new: Form, status: int = 200
) -> Response:
    names = _fields(request).names
    values = {
        "address": address(*at), "device": at[1], "school": at[0], "rows": forms, "new": new, "filled": FILLED,
        "columns": _fields(request).form({}).entries, "whole": len(names) > len(USUAL),
        "mistakes": sum(len(e.wrong) for form in (*forms.values(), new) for e in form.entries),
    }  # fmt: skip
    return pages.page(request, "edit_channels.html", values, status)
