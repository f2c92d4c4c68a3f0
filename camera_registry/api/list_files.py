"""The lists as files: /api/v1/non-compliant and /not-checked as CSV, XLSX, JSON and PDF.

Strategy: every form has the same rows in the same order with the same columns, whatever the page. A file is written
while its rows are read, to a file without a name, and sent from there in pieces: so it takes little memory, and an
error comes before the answer has begun.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import IO, Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from sqlmodel import Session
from starlette.responses import Response

from camera_registry.api.asked import Asked, Registry
from camera_registry.api.queries import FileQuery
from camera_registry.reports.filter_words import in_words
from camera_registry.reports.listing_columns import UNCHECKED, UNIT, Column, Shown, chosen
from camera_registry.reports.listing_csv import listing_csv
from camera_registry.reports.listing_files import Heading, listing_json, listing_xlsx
from camera_registry.reports.papers.list_paper import list_paper
from camera_registry.reports.papers.pdf import pdf_of
from camera_registry.reports.register_files import XLSX
from camera_registry.services.listed import Filter
from camera_registry.services.listing_asked import column_names, named
from camera_registry.services.listing_whole import all_unchecked, all_units
from camera_registry.services.row_costs import Pricing
from camera_registry.services.waivers import Desk
from standards import Edition
from standards.planning.prices import PriceBook

Form = Literal["csv", "xlsx", "json", "pdf"]
TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8", "xlsx": XLSX, "json": "application/json", "pdf": "application/pdf",
}  # fmt: skip
_IN_MEMORY = 1024 * 1024
_AT_ONCE = 64 * 1024


@dataclass(frozen=True)
class _List:
    """One of both lists: its name, its columns, and how all its rows are read."""

    name: str
    columns: Sequence[Column[Any]]
    rows: Callable[[Session, Filter, Edition, Desk], Iterable[Any]]


def add(
    made: APIRouter,
    registry: Registry,
    editions: Asked,
    zone: tzinfo,
    desk: Callable[[], Desk],
    prices: PriceBook | None,
) -> None:
    """The routes of the files of both lists."""
    pricing = Pricing(prices, zone)

    def every_unit(session: Session, wanted: Filter, edition: Edition, at: Desk) -> Iterator[Any]:
        return all_units(session, wanted, edition, at, pricing)

    def every_unchecked(session: Session, wanted: Filter, edition: Edition, _: Desk) -> Iterator[Any]:
        return all_unchecked(session, wanted, edition)

    def file(of: _List, form: Form, query: FileQuery) -> Response:
        wanted, at, edition = query.filter(), desk(), editions().decides
        columns = chosen(of.columns, column_names(query.columns, [column.group for column in of.columns]))
        to = Shown(query.lang, zone)
        out = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (it is closed when it is sent)
        try:
            with registry() as session:
                above = heading(session, of.name, wanted, edition, at)
                write(form, out, columns, of.rows(session, wanted, edition, at), above, to)
        except BaseException:
            out.close()
            raise
        return sent(out, f"{of.name}.{form}", TYPES[form])

    _add(made, _List("non-compliant", UNIT, every_unit), file)
    _add(made, _List("not-checked", UNCHECKED, every_unchecked), file)


def _add(made: APIRouter, of: _List, file: Callable[[_List, Form, FileQuery], Response]) -> None:
    def route(form: Form) -> None:
        @made.get(f"/{of.name}.{form}", response_class=Response, name=f"{of.name} as {form}")
        def whole(query: Annotated[FileQuery, Query()]) -> Response:
            """All rows of the list as a file."""
            return file(of, form, query)

    for form in TYPES:
        route(form)


def write(
    form: Form, out: IO[bytes], columns: Sequence[Column[Any]], rows: Iterable[Any], heading: Heading, to: Shown
) -> None:
    """The list is written in this form."""
    if form == "csv":
        listing_csv(out, columns, rows, to, heading.above(to))
    elif form == "xlsx":
        listing_xlsx(out, columns, rows, heading, to)
    elif form == "json":
        listing_json(out, columns, rows, heading, to)
    else:
        out.write(pdf_of(list_paper(rows, heading, to)))


def sent(out: IO[bytes], name: str, media_type: str) -> Response:
    """The answer that gives this file to be kept under this name, in pieces."""
    out.seek(0)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_pieces(out), media_type=media_type, headers=headers)


def _pieces(out: IO[bytes]) -> Iterator[bytes]:
    with out:
        while piece := out.read(_AT_ONCE):
            yield piece


def heading(session: Session, which: str, wanted: Filter, edition: Edition, desk: Desk) -> Heading:
    """What stands above the list `which`: non-compliant, not-checked."""
    return Heading(
        which=which,
        at=desk.now,
        edition=edition.name,
        sha256=edition.sha256,
        preliminary=edition.rests_on_working_values and which == "non-compliant",
        filters=in_words(wanted, named(session, wanted, edition)),
    )
