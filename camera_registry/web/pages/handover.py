"""The handover to the operations centre: what is ready, what became of it, and what the centre's programs are set up
with.

The filters stand in the address. Logins leave the registry on one page alone: for the role that may have them, after
its password, with an entry in the audit log.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.reports.handover_configs import FILES, Program, config
from camera_registry.services.accounts import AccountError
from camera_registry.services.audit import detail
from camera_registry.services.days import day_of
from camera_registry.services.handed import LOST, STATE_WORDS, WAY_WORDS, Handed
from camera_registry.services.handover import check, every, page
from camera_registry.services.handover_logins import logins
from camera_registry.services.handover_states import propose, propose_all
from camera_registry.services.listed import MOST_SCHOOLS
from camera_registry.store import handover as store
from camera_registry.store import totals
from camera_registry.store.handover import Wanted
from camera_registry.web.notices import after
from camera_registry.web.pages.listing import page_of
from camera_registry.web.pages.login_steps import password_is_right
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.selects import Select, named
from standards.model import Text

YAML = "application/yaml"
TABS: dict[str, Text] = {"new": STATE_WORDS[""], **{n: w for n, w in STATE_WORDS.items() if n}, "lost": LOST}
_DISTRICT: Text = {"vi": "Đơn vị quản lý", "en": "Managing unit"}
_SCHOOL: Text = {"vi": "Trường", "en": "School"}


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    @made.get("/handover")
    def show(request: Request) -> Response:
        return shown(request, parts, pages)

    @made.post("/handover/propose")
    def offer(
        camera: Annotated[list[str] | None, Form()] = None,
        every_one: Annotated[str, Form(alias="all")] = "",
        district: Annotated[str, Form()] = "",
        school: Annotated[str, Form()] = "",
    ) -> Response:
        by, now = current().name, parts.now()
        today, place = day_of(now, parts.zone), Wanted(district=district or None, school=school or None)
        with parts.writing("handover_propose", district=district, school=school) as session:
            check(session, place)
            if every_one:
                done = propose_all(session, place, by, now, today)
            else:
                done = propose(session, _chosen(session, camera or []), by, now, today)
            detail(session, channels=len(done))
        return after("/handover?state=proposed" if done else "/handover", "proposed" if done else "not-proposed")

    for program, name in FILES.items():
        made.add_api_route(f"/handover/{name}", _file_route(parts, program), methods=["GET"])
    _add_logins(made, parts, pages)
    return made


def asked(query: QueryParams) -> Wanted:
    """The cameras that an address asks for. Raises ListingError for a page that is no number."""
    words: dict[str, Any] = {name: query.get(name) or None for name in ("district", "school", "state")}
    return Wanted(**words, page=page_of(query))


def shown(request: Request, parts: Parts, pages: Pages, wrong: str = "", status: int = 200) -> Response:
    """The page; `wrong` is what is wrong with a file that was sent in."""
    wanted = asked(request.query_params)
    with parts.reading() as session:
        found, tally = page(session, wanted), store.tally(session, wanted)
        values: dict[str, Any] = {"page": found, "selects": _selects(session, wanted)}
    counts = {name: sum(n for (state, _), n in tally.items() if state == name) for name in STATE_WORDS}
    counts["lost"] = sum(n for (state, ready), n in tally.items() if state in store.AWAY and not ready)
    counts["new"] = counts.pop("")
    values |= {"wanted": wanted, "tabs": TABS, "counts": counts, "total": sum(tally.values()), "states": STATE_WORDS}
    values |= {"files": FILES, "ways": WAY_WORDS, "lost": LOST, "wrong": wrong}
    return pages.page(request, "handover.html", values, status)


def cameras(session: Session, wanted: Wanted) -> list[Handed]:
    """The cameras of a configuration: those that are ready, without what was returned unless that is asked for."""
    found = every(session, wanted)
    return [row for row in found if wanted.state is not None or (row.ready and row.state != "returned")]


def _file_route(parts: Parts, program: Program) -> Any:
    def file(request: Request) -> Response:
        with parts.reading() as session:
            content = config(program, cameras(session, asked(request.query_params)))
        return _file(content, FILES[program])

    return file


def _add_logins(made: APIRouter, parts: Parts, pages: Pages) -> None:
    def form(request: Request, wanted: Wanted, error: Text | None = None) -> Response:
        with parts.reading() as session:
            check(session, wanted)
            count = store.count_streams(session, wanted)
        values = {"files": FILES, "wanted": wanted, "count": count, "error": error}
        return pages.page(request, "handover_logins.html", values, 422 if error else 200)

    @made.get("/handover/logins")
    def ask(request: Request) -> Response:
        return form(request, asked(request.query_params))

    @made.post("/handover/logins")
    def give(  # an empty form  # nosec B107
        request: Request,
        program: Annotated[Program, Form()],
        password: Annotated[str, Form()] = "",
        district: Annotated[str, Form()] = "",
        school: Annotated[str, Form()] = "",
        state: Annotated[str, Form()] = "",
    ) -> Response:
        wanted = Wanted(district=district or None, school=school or None, state=state or None)
        try:
            password_is_right(parts, current(), password)
        except AccountError as error:
            return form(request, wanted, error.said)
        with parts.writing("handover_logins", district=district, school=school, form=program) as session:
            rows = cameras(session, wanted)
            known = logins(session, parts.vault(), rows)
            detail(session, channels=len(rows), devices=len(known))
            content = config(program, rows, known)
        return _file(content, FILES[program])


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=YAML, headers=headers)


def _chosen(session: Session, keys: list[str]) -> list[int]:
    """The cameras with these public names; those that there are not are left out."""
    apart = [(school, *rest.rpartition("/")[::2]) for school, _, rest in (key.partition("/") for key in keys)]
    known = store.cameras_at(session, (school for school, _, _ in apart))
    wanted = [(school, device, int(index)) for school, device, index in apart if index.isdecimal() and len(index) < 6]
    return [known[key][0] for key in wanted if key in known]


def _selects(session: Session, wanted: Wanted) -> list[Select]:
    """What there is to choose from; nothing where there is no choice."""
    units = named(totals.district_names(session))
    schools = totals.school_rows(session, wanted.district, MOST_SCHOOLS, wanted.school)
    selects = [
        Select("district", _DISTRICT, wanted.district, tuple(units if units[1:] else ())),
        Select("school", _SCHOOL, wanted.school, tuple(named({row.code: row.name for row in schools}))),
    ]
    return [select for select in selects if select.choices[1:]]
