"""The overview: where a person begins. A school begins at its own page.

Strategy: the page is made of sums and costs the same for a city as for a ward. What has to be counted row by row (the
reasons of what could not be checked, what changed last night, what money it takes) is in the page where the viewer sees
few cameras; else the browser asks for it when the page stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from urllib.parse import quote

from fastapi import APIRouter, Request
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from camera_registry.access.routes import methods_of
from camera_registry.access.viewer import Viewer, current
from camera_registry.services.listed import LONGEST_WORDS, not_one_of
from camera_registry.services.overview import ORDERS, Day, Numbers, UnitRow, over_time, overview
from camera_registry.services.periods import next_due
from camera_registry.services.plan import Basis, costs
from camera_registry.services.unchecked import by_reason, without_channels
from camera_registry.services.what_changed import KINDS, counted, since_last_night, what_changed
from camera_registry.store import schools
from camera_registry.web.charts import Series, line_chart
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.running import panel
from standards.model import Text
from standards.planning.costs import Cost

ORDER_WORDS: dict[str, Text] = {
    "school": {"vi": "Theo đơn vị, mã trường", "en": "By unit and code"},
    "free": {"vi": "Nhiều camera xử lý được ngay nhất", "en": "Most that can be done at once"},
    "failing": {"vi": "Nhiều camera chưa đáp ứng nhất", "en": "Most that are not compliant"},
    "unverified": {"vi": "Nhiều camera chưa kiểm tra được nhất", "en": "Most that could not be checked"},
    "ready": {"vi": "Tỷ lệ sẵn sàng thấp nhất", "en": "Smallest share that is ready"},
    "cameras": {"vi": "Nhiều camera nhất", "en": "Most cameras"},
}
AT_ONCE = 1500
"""Of so many cameras everything is in the page; of more, what has to be counted row by row comes after it."""
PRICED = 600
"""So many cameras have their costs added up in the page; for more there is the page of the plan."""
UNITS_SHOWN = 10
CHANGES_SHOWN = 200
_SHARES: tuple[tuple[Text, str, str], ...] = (
    ({"vi": "Đáp ứng / đã kiểm tra", "en": "Compliant / checked"}, "compliant", "checked"),
    ({"vi": "Sẵn sàng / thuộc diện kết nối", "en": "Ready / offered for connection"}, "ready", "offered"),
    ({"vi": "Chưa kiểm tra được / tất cả", "en": "Could not be checked / all"}, "unverified", "cameras"),
)
_OVER_TIME: Text = {"vi": "Tỷ lệ theo ngày", "en": "Shares by day"}


@dataclass(frozen=True)
class Night:
    """What changed since the last nightly sweep began: the moment, and how many changes there are of each kind."""

    since: datetime
    kinds: tuple[tuple[str, Text, int], ...]


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/")
    def show(request: Request) -> Response:
        query = request.query_params
        q, order = query.get("q", "")[:LONGEST_WORDS].strip(), query.get("order") or "school"
        if order not in ORDERS:
            raise not_one_of("order", order, ORDERS)
        viewer, lang = current(), pages.language(request)
        with parts.reading() as session:
            own = _own_school(session, viewer)
            if own is not None:
                return RedirectResponse(f"/schools/{quote(own, safe='')}", 303)
            found = overview(session, q, order, page_of(query))
            few = found.numbers.cameras <= AT_ONCE
            values = {
                "found": found,
                "panel": panel(session, parts.now()),
                "few": few,
                "reasons": by_reason(session) if few else None,
                "bare": without_channels(session) if few else 0,
                "night": _night(session) if few else None,
                "next_report": next_due(session, viewer, parts.desk().today),
                "cost": _cost(session, parts, found.numbers),
                "chart": _chart(over_time(session, viewer.district_id, parts.now()), lang),
            }
        units = ranked(found.units) if viewer.sees_all else ()
        every = query.get("units") == "all"
        known = {"units": units if every else units[:UNITS_SHOWN], "more_units": len(units) > UNITS_SHOWN and not every}
        said = {"q": q, "order": order, "orders": ORDER_WORDS}
        return pages.page(request, "overview.html", {**values, **known, **said, "plan": bool(methods_of("/plan"))})

    @made.get("/overview/reasons")
    def reasons(request: Request) -> Response:
        with parts.reading() as session:
            found, bare = by_reason(session), without_channels(session)
        return pages.page(request, "overview_reasons.html", {"reasons": found, "bare": bare})

    @made.get("/overview/changes")
    def changes(request: Request) -> Response:
        with parts.reading() as session:
            found = _night(session)
        return pages.page(request, "overview_changes.html", {"night": found})

    @made.get("/changes")
    def all_changes(request: Request) -> Response:
        kind = request.query_params.get("kind") or None
        if kind is not None and kind not in KINDS:
            raise not_one_of("kind", kind, KINDS)
        with parts.reading() as session:
            since = since_last_night(session)
            found = what_changed(session, parts.editions(), since, None, None) if since else ()
            wanted = [change for change in found if kind in (None, change.kind)]
            of_shown = schools.by_codes(session, {change.school for change in wanted[:CHANGES_SHOWN]})
        named = {code: school.name for code, school in of_shown.items()}
        said = {"since": since, "kind": kind, "kinds": KINDS, "total": len(wanted), "named": named}
        return pages.page(request, "changes.html", {"changes": wanted[:CHANGES_SHOWN], **said})

    return made


def ranked(units: tuple[UnitRow, ...]) -> tuple[UnitRow, ...]:
    """The units by their share of what is ready, the smallest first; those that offer nothing last."""

    def by(unit: UnitRow) -> tuple[float, str]:
        numbers = unit.numbers
        return (numbers.ready / numbers.offered if numbers.offered else 2.0, unit.code)

    return tuple(sorted(units, key=by))


def _own_school(session: Session, viewer: Viewer) -> str | None:
    """The code of the school of a headmaster."""
    if viewer.role != "school" or len(viewer.school_ids) != 1:
        return None
    return schools.code_of(session, next(iter(viewer.school_ids)))


def _night(session: Session) -> Night | None:
    since = since_last_night(session)
    if since is None:
        return None
    return Night(since, tuple((kind, KINDS[kind], number) for kind, number in counted(session, since).items()))


def _cost(session: Session, parts: Parts, numbers: Numbers) -> Cost | None:
    """What all failures cost, where there are prices and few cameras."""
    if parts.prices is None or numbers.cameras > PRICED:
        return None
    return costs(session, Basis(parts.prices, parts.edition, parts.now(), parts.zone), None, None).total


def _chart(days: tuple[Day, ...], lang: str) -> Markup:
    series: list[Series] = []
    for words, part, whole in _SHARES:
        points = tuple(
            (
                datetime.combine(day.day, time(12), UTC),
                100 * getattr(day, part) / getattr(day, whole) if getattr(day, whole) else None,
            )
            for day in days
        )
        series.append((words[lang], points))
    return line_chart(_OVER_TIME[lang], series, "%", lang=lang, highest=100.0, full="dd/MM/yyyy")
