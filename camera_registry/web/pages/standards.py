"""The page of the standards: editions with every rule, its source and state; two people who confirm a rule."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.api.confirmations import confirmation_answer
from camera_registry.models import ConfirmationRecord
from camera_registry.services import confirm_rule
from camera_registry.services.confirmation_error import ConfirmationError, Kind
from camera_registry.services.confirmed_text import Asked, table_of
from camera_registry.services.edition_shown import changeable, shown
from camera_registry.services.edition_texts import every, newest
from camera_registry.services.rule_values import place_name, shown_value, typed_value
from camera_registry.store import editions as store
from camera_registry.web.language import N_
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from standards import Edition, Editions
from standards.arguments import is_number
from standards.model import Text

WRONG: Mapping[Kind, str] = {
    "wrong": N_("Not kept. Correct what stands here:"),
    "no_such": N_("This confirmation is not there."),
    "conflict": N_("Not done: this was decided already, or the criterion has become another. See how it stands now."),
    "own": N_("Not done: nobody approves what they asked for; another person has to decide."),
}
"""What is said above the mistakes, as message ids."""


@dataclass(frozen=True)
class Sent:
    """What a form says: its texts by name, and the SHA-256 of the scan (empty: there is none)."""

    texts: Mapping[str, str]
    scan: str


@dataclass(frozen=True)
class Field:
    """A value of the rule as it stands in the form: its name, its text, whether it is a number or a text in words."""

    place: str
    name: Text
    text: str
    number: bool
    words: bool


SECTIONS = (
    (N_("What is asked for"), ("expect", "prefer", "fails_also", "within", "needs", "max_age")),
    (N_("What is asked of a new camera"), ("purchase",)),
    (N_("Texts of the criterion"), ("title", "why", "fix_text")),
)
"""The parts of the form: message ids, and the keys of the values that stand there."""
NUMBER = Path(ge=1, le=2**63 - 1)


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/standards")
    def show(request: Request, edition: str = "") -> Response:
        return _page(parts, pages, request, edition)

    @made.post("/standards/confirmations/{number}/approve")
    def approve(request: Request, number: Annotated[int, NUMBER]) -> Response:
        in_force = parts.editions()
        try:
            with parts.writing("rule_decide", confirmation=number, decision="approve") as session:
                confirm_rule.approve(session, number, current().name, in_force, parts.now(), parts.zone)
        except ConfirmationError as error:
            return _page(parts, pages, request, "", error)
        return after("/standards", "approved")

    @made.post("/standards/confirmations/{number}/refuse")
    def refuse(
        request: Request,
        number: Annotated[int, NUMBER],
        note: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            with parts.writing("rule_decide", confirmation=number, decision="refuse") as session:
                confirm_rule.refuse(session, number, current().name, note, parts.now())
        except ConfirmationError as error:
            return _page(parts, pages, request, "", error)
        return after("/standards", "refused")

    _add_form(made, parts, pages)
    return made


def _add_form(made: APIRouter, parts: Parts, pages: Pages) -> None:
    @made.get("/standards/confirm")
    def form(request: Request, edition: str, rule: str) -> Response:
        return _form(parts, pages, request, edition, rule, {}, None)

    @made.post("/standards/confirm")
    def confirm(request: Request, sent: Annotated[Sent, Depends(_sent)]) -> Response:
        return _confirm(parts, pages, request, sent)


async def _sent(request: Request) -> Sent:
    """The fields of the form, with the SHA-256 of the scan; the scan itself is forgotten here."""
    async with request.form(max_files=1, max_fields=200) as form:
        texts = {name: value for name, value in form.items() if isinstance(value, str)}
        scan = form.get("scan")
        content = b"" if scan is None or isinstance(scan, str) else await scan.read()
    return Sent(texts, hashlib.sha256(content).hexdigest() if content else "")


def _confirm(parts: Parts, pages: Pages, request: Request, sent: Sent) -> Response:
    given = sent.texts
    rule, in_force = given.get("rule", ""), parts.editions()
    whole = _named(parts, given.get("edition", ""))
    value = {}
    for place, before in changeable(_table(whole, rule)):
        typed = typed_value(place, given[f"set:{place}"], before) if f"set:{place}" in given else before
        if typed != before:
            value[place] = typed
    asked = Asked(rule, given.get("clause", ""), given.get("quote", ""), sent.scan, current().name, value)
    try:
        with parts.writing("rule_confirm", rule=rule, edition=whole.name) as session:
            confirm_rule.ask(session, whole, asked, in_force, parts.now())
    except ConfirmationError as error:
        return _form(parts, pages, request, whole.name, rule, given, error)
    return after("/standards", "confirmed")


def _table(edition: Edition, rule: str) -> Any:
    """The table of a rule in the text of the edition."""
    found = table_of(edition, rule)
    if found is None:
        raise HTTPException(404)
    return found


def _named(parts: Parts, name: str) -> Edition:
    """The edition that is called so (`id@version`)."""
    found = next((edition for edition in _all(parts) if edition.name == name), None)
    if found is None:
        raise HTTPException(404)
    return found


def _all(parts: Parts) -> list[Edition]:
    """The editions in force first, then the others; each once."""
    with parts.reading() as session:
        return every(session, parts.editions())


def _page(
    parts: Parts, pages: Pages, request: Request, edition: str, wrong: ConfirmationError | None = None
) -> Response:
    whole = _named(parts, edition) if edition else parts.edition
    in_force = parts.editions()
    with parts.reading() as session:
        pending = [_waiting(session, row, in_force) for row in store.confirmations(session, state="asked")]
        there = newest(session, whole.id, in_force)
    values = {
        "shown": whole,
        "rules": [shown(rule) for rule in whole.rules],
        "editions": _all(parts),
        "decides": in_force.decides.sha256,
        "advises": {each.sha256 for each in in_force.advises},
        "pending": pending,
        "newest": there,
        "confirmable": there is not None and there.sha256 == whole.sha256,
        "wrong": _told(wrong, {}),
    }
    return pages.page(request, "standards.html", values, 422 if wrong else 200)


def _waiting(session: Session, row: ConfirmationRecord, in_force: Editions) -> dict[str, Any]:
    """A confirmation with what would become another, in words."""
    answer, base = confirmation_answer(session, row, in_force), newest(session, row.edition, in_force)
    table = (table_of(base, row.rule) if base else None) or {}
    changes = [
        (place_name(each.key, table), shown_value(each.key, each.before), shown_value(each.key, each.after))
        for each in answer.changes
        if not each.key.startswith("source")  # clause, quote and scan stand there anyway
    ]
    return {"told": answer, "title": table.get("title"), "changes": changes}


def _form(
    parts: Parts,
    pages: Pages,
    request: Request,
    edition: str,
    rule: str,
    given: Mapping[str, str],
    wrong: ConfirmationError | None,
) -> Response:
    whole = _named(parts, edition)
    table, lang = _table(whole, rule), pages.language(request)
    fields = [_field(place, value, table, given, lang) for place, value in changeable(table)]
    values = {
        "whole": whole,
        "rule": shown(whole.rule(rule)),
        "sections": [(title, [f for f in fields if f.place.startswith(keys)]) for title, keys in SECTIONS],
        "given": given,
        "wrong": _told(wrong, {field.place: field.name for field in fields}),
    }
    return pages.page(request, "confirm_rule.html", values, 422 if wrong else 200)


def _field(place: str, value: Any, table: Any, given: Mapping[str, str], lang: str) -> Field:
    text = given.get(f"set:{place}", shown_value(place, value)[lang])
    return Field(place, place_name(place, table), text, is_number(value), place.endswith((".vi", ".en")))


def _told(wrong: ConfirmationError | None, names: Mapping[str, Text]) -> dict[str, Any] | None:
    """What stands above a form that was not kept; `names` are those of the values of the rule."""
    return None if wrong is None else {"title": WRONG[wrong.kind], "mistakes": wrong.told, "names": names}
