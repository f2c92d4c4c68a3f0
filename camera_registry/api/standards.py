"""Editions and confirmations over JSON: what is in force, every rule with its source; ask, approve, refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict

from camera_registry.access.viewer import current
from camera_registry.api import queries
from camera_registry.api.asked import Asked, NoSuchEditionError, Registry, Writing
from camera_registry.api.confirmations import ConfirmationAnswer, confirmation_answer
from camera_registry.services import confirm_rule
from camera_registry.services.confirmed_text import Asked as Said
from camera_registry.services.edition_shown import RuleShown, shown
from camera_registry.services.edition_texts import every, known
from camera_registry.services.listed import not_one_of
from camera_registry.store import editions as store
from standards import Edition, EditionError, Editions, available
from standards.model import Text

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


class EditionAnswer(BaseModel):
    """An edition; `in_force`: decides, advises, or empty."""

    id: str
    version: str
    title: Text
    issuer: str
    date: str
    sha256: str
    working_values: bool
    in_force: str


class WholeEditionAnswer(EditionAnswer):
    """An edition with all its rules and sources, and who confirmed what."""

    rules: list[RuleShown]
    history: list[dict[str, str]]


class ConfirmationsQuery(queries.Query):
    """Which confirmations: of an edition by its id, in a state."""

    edition: str | None = None
    state: Literal["asked", "approved", "refused"] | None = None


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ConfirmBody(_Body):
    """What a person with the document in hand says; `value` are places of the rule with what stands there now."""

    edition: str
    rule: str
    clause: str
    quote: str
    scan_sha256: str
    value: dict[str, Any] = {}


class RefuseBody(_Body):
    """Why."""

    note: str


class MadeAnswer(BaseModel):
    """The edition that an approval made."""

    edition: str
    sha256: str


def add_standards(
    made: APIRouter,
    registry: Registry,
    writing: Writing,
    editions: Asked,
    zone: tzinfo,
    now: Callable[[], datetime],
) -> None:
    """The routes of editions and confirmations are in `made`."""

    @made.get("/standards")
    def all_editions() -> list[EditionAnswer]:
        """The editions in force, those of the product and those made here."""
        in_force = editions()
        with registry() as session:
            return [EditionAnswer(**_told(each, in_force)) for each in every(session, in_force)]

    @made.get("/standards/{edition}")
    def one_edition(edition: Annotated[str, Path(pattern="^[a-z0-9-]+(@[^/]+)?$")]) -> WholeEditionAnswer:
        """One edition (id, or id@version) with all its rules."""
        in_force = editions()
        try:
            with registry() as session:
                found = known(session, edition, in_force)
        except EditionError as error:
            raise NoSuchEditionError(*error.mistakes) from None
        history = [asdict(line) for line in found.history]
        return WholeEditionAnswer(
            **_told(found, in_force), rules=[shown(rule) for rule in found.rules], history=history
        )

    @made.get("/confirmations")
    def all_confirmations(query: Annotated[ConfirmationsQuery, Query()]) -> list[ConfirmationAnswer]:
        """Who confirmed what, the newest first."""
        in_force = editions()
        with registry() as session:
            known_ids = {*available(), *(edition.id for edition in in_force), *store.ids(session)}
            if query.edition is not None and query.edition not in known_ids:
                raise not_one_of("edition", query.edition, sorted(known_ids))
            rows = store.confirmations(session, query.edition, query.state)
            return [confirmation_answer(session, row, in_force) for row in rows]

    @made.post("/confirmations", status_code=201)
    def confirm(body: ConfirmBody) -> ConfirmationAnswer:
        """A rule is confirmed; another person has to approve."""
        asked, in_force = Said(**body.model_dump(exclude={"edition"}), by=current().name), editions()
        with writing("rule_confirm", rule=body.rule, edition=body.edition) as session:
            base = known(session, body.edition, in_force)
            row = confirm_rule.ask(session, base, asked, in_force, now())
            return confirmation_answer(session, row, in_force)

    @made.post("/confirmations/{number}/approve")
    def approve(number: Number) -> MadeAnswer:
        """A new version of the edition is made."""
        in_force = editions()
        with writing("rule_decide", confirmation=number, decision="approve") as session:
            edition = confirm_rule.approve(session, number, current().name, in_force, now(), zone)
        return MadeAnswer(edition=edition.name, sha256=edition.sha256)

    @made.post("/confirmations/{number}/refuse")
    def refuse(number: Number, body: RefuseBody) -> ConfirmationAnswer:
        """Nothing changes."""
        in_force = editions()
        with writing("rule_decide", confirmation=number, decision="refuse") as session:
            row = confirm_rule.refuse(session, number, current().name, body.note, now())
            return confirmation_answer(session, row, in_force)


def _told(edition: Edition, editions: Editions) -> dict[str, Any]:
    in_force = {each.sha256: "advises" for each in editions.advises} | {editions.decides.sha256: "decides"}
    return {
        "id": edition.id,
        "version": edition.version,
        "title": edition.title,
        "issuer": edition.issuer,
        "date": edition.date,
        "sha256": edition.sha256,
        "working_values": edition.rests_on_working_values,
        "in_force": in_force.get(edition.sha256, ""),
    }
