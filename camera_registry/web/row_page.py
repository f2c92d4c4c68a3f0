"""The page of one row of the register: a form, and saving it; for schools, sites and devices alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import Request
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from camera_registry.importing.table import Row
from camera_registry.numbers import number_of
from camera_registry.services.as_cells import Key, NoSuchRowError, standing
from camera_registry.services.audit import about
from camera_registry.services.by_hand import Made, change, last_change, make
from camera_registry.services.registering import ImportRefusedError, Said, StaleError
from camera_registry.web.forms import Cells, Fields, Form, changed, opened, typed
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

STALE, WRONG = 409, 422


@dataclass(frozen=True)
class RowPage:
    """What the page of a row is: its fields, its key (None: a new row of the kind `made`, of which `given` is said
    already), its title, where the form is sent and where a link leads back; `values` is what else the template shows.
    """

    fields: Fields
    title: str
    of: str
    address: str
    back: str
    action: str
    subject: Mapping[str, str]
    key: Key | None = None
    made: Made = "device"
    given: Cells = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


About = Callable[[Session], RowPage]
"""Says what the page is; raises HTTPException 404 for what there is not, for this viewer."""


class RowPages:
    """Shows and saves pages of rows."""

    def __init__(self, parts: Parts, pages: Pages) -> None:
        self._parts, self._pages = parts, pages

    def show(self, request: Request, about: About) -> Response:
        """The form over what stands, or over nothing."""
        with self._parts.reading() as session:
            page = about(session)
            if page.key is None:
                form = page.fields.form(page.given)
            else:
                row = _standing(session, page.key)
                form = page.fields.form(row.cells, row.version)
        return self._shown(request, page, form)

    def save(self, request: Request, about: About, form: FormData, done: Callable[[Row], str]) -> Response:
        """Keeps what was typed, and goes to the address that `done` says; or the form once more, with all of it."""
        with self._parts.reading() as session:
            page = about(session)
        cells, before = typed(form, page.fields.names), opened(form)
        seen = number_of(str(form.get("version", ""))) or 0
        try:
            row = self._kept(page, cells, before, seen)
        except StaleError as late:
            return self._shown(request, page, self._late(page, cells, before, late), STALE)
        except ImportRefusedError as refused:
            again = page.fields.form(cells, seen, refused.mistakes)
            return self._shown(request, page, replace(again, before=before), WRONG)
        except NoSuchRowError:
            raise HTTPException(404) from None
        return RedirectResponse(done(row), 303)

    def _kept(self, page: RowPage, cells: Cells, before: Cells, seen: int) -> Row:
        hand, file = self._parts.hand(), page.fields.file
        with self._parts.writing(page.action, **page.subject) as session:
            if page.key is None:
                said = {name: value for name, value in {**page.given, **cells}.items() if value}
                row = make(session, Said(file, said), hand, page.made)
                about(session, school=row.get("school.code") or row.get("school"), device=row.get("device.code"))
                return row
            _, (row,) = change(session, [Said(file, changed(cells, before), page.key, seen)], hand)
            return row

    def _late(self, page: RowPage, cells: Cells, before: Cells, late: StaleError) -> Form:
        with self._parts.reading() as session:
            now = _standing(session, late.key)
            return page.fields.late(cells, before, now.cells, now.version, last_change(session, late.key))

    def _shown(self, request: Request, page: RowPage, form: Form, status: int = 200) -> Response:
        return self._pages.page(request, "edit_row.html", {"page": page, "form": form, **page.values}, status)


def _standing(session: Session, key: Key) -> Any:
    try:
        return standing(session, key)
    except NoSuchRowError:
        raise HTTPException(404) from None
