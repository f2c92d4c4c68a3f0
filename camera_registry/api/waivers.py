"""Waivers over JSON: list them, ask for one, decide, take back. The commit stands before the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict

from camera_registry.access.viewer import current
from camera_registry.api import queries
from camera_registry.api.asked import Asked, Registry, Writing
from camera_registry.api.waiver_answers import WaiverAnswer, WaiversAnswer, waiver_answer
from camera_registry.services import waived, waivers
from camera_registry.services.audit import about
from camera_registry.services.waived import WaiverSeen
from camera_registry.services.waivers import Desk, Request, WaiverError
from camera_registry.store.waivers import WaiversWanted
from standards.waiving.waivers import Decision, Level, Scope, ScopeKind

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
STATUS = {"no_such": 404, "conflict": 409, "wrong": 422}
"""By the kind of a WaiverError."""
_ANSWERS: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no waiver of this number."},
    409: {"description": "It is not the moment or not the person; `detail` says who does it, or what to do first."},
}


class WaiverQuery(queries.Query):
    """Which waivers; `device` is a code in `school`."""

    state: str | None = None
    district: str | None = None
    school: str | None = None
    device: str | None = None
    rule: str | None = None
    page: int = 1
    size: int = 50


class Body(BaseModel):
    """What is sent; a name that there is not is an error."""

    model_config = ConfigDict(extra="forbid")


class ScopeBody(Body):
    """What a waiver is to be for, by codes as they are registered."""

    kind: ScopeKind
    district: str = ""
    school: str = ""
    device: str = ""
    channel: int | None = None
    make: str = ""
    model: str = ""


class AskBody(Body):
    """A request: see `services.waivers.Request`."""

    rule: str
    scope: ScopeBody
    reason: str
    begins: queries.Day | None = None
    ends: queries.Day
    level: Level | None = None
    alone: bool = False


class DecideBody(Body):
    """A decision of the person who asks, for their level; a refusal says why."""

    decision: Literal["approve", "refuse"]
    note: str = ""


class WithdrawBody(Body):
    """Whoever did not ask for it says why."""

    note: str = ""


def add_waivers(
    made: APIRouter, registry: Registry, writing: Writing, editions: Asked, desk: Callable[[], Desk]
) -> None:
    """The routes of waivers are in `made`."""

    @made.get("/waivers")
    def all_waivers(query: Annotated[WaiverQuery, Query()]) -> WaiversAnswer:
        """One page of waivers, what ends first stands first."""
        wanted = WaiversWanted(**query.model_dump())
        with registry() as session:
            page = waived.listed(session, wanted, editions(), desk())
        rows = [waiver_answer(seen) for seen in page.rows]
        return WaiversAnswer(total=page.total, page=page.page, size=page.size, pages=page.pages, rows=rows)

    @made.get("/waivers/{number}", responses=_ANSWERS)
    def one_waiver(number: Number) -> WaiverAnswer:
        """One waiver, and everything that became of it."""
        with registry() as session:
            waivers.get(session, number)
            return _told(waived.one(session, number, editions(), desk()))

    @made.post("/waivers", status_code=201, responses=_ANSWERS)
    def ask_for_one(body: AskBody) -> WaiverAnswer:
        """A request for a waiver."""
        at, known = desk(), editions()
        sent = {**body.model_dump(exclude={"scope"}), "by": current().name}
        of_school = body.scope.school if body.scope.kind in ("school", "device", "channel") else ""
        with writing("waiver_ask", school=of_school, rule=body.rule, scope=body.scope.kind) as session:
            number = waivers.ask(session, Request(scope=Scope(**body.scope.model_dump()), **sent), known, at)
            about(session, waiver=number)
            return _told(waived.one(session, number, known, at))

    @made.post("/waivers/{number}/decide", responses=_ANSWERS)
    def decide_one(number: Number, body: DecideBody) -> WaiverAnswer:
        """A request is approved or refused."""
        at, known = desk(), editions()
        viewer = current()
        decision = Decision(body.decision == "approve", viewer.name, viewer.level or "school", at.now, body.note)
        with writing("waiver_decide", waiver=number, decision=body.decision) as session:
            waivers.decide(session, number, decision, at)
            return _told(waived.one(session, number, known, at))

    @made.post("/waivers/{number}/withdraw", responses=_ANSWERS)
    def withdraw_one(number: Number, body: WithdrawBody) -> WaiverAnswer:
        """A request or a waiver is taken back."""
        at, known, viewer = desk(), editions(), current()
        with writing("waiver_withdraw", waiver=number) as session:
            waivers.withdraw(session, number, viewer.name, viewer.level, body.note, at)
            return _told(waived.one(session, number, known, at))


def told(error: WaiverError) -> tuple[int, list[str]]:
    """The status of the answer, and what it says."""
    return STATUS[error.kind], [f"{field}: {text['en']}" for field, text in error.mistakes]


def _told(seen: WaiverSeen | None) -> WaiverAnswer:
    assert seen is not None  # noqa: S101  (for the type: the service has just found it)  # nosec B101
    return waiver_answer(seen)
