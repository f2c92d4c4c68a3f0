"""The page of bundles: what a laptop brought from a school is looked at, and taken when a person says so.

Strategy: nothing stays between the two steps. The preview is a rehearsal; its form holds the file itself, which is
verified again when it is sent, with the choices of the person and the end of the fingerprint that the laptop shows.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from camera_registry.access.viewer import current
from camera_registry.bundles import document
from camera_registry.bundles.document import LARGEST, Bundle
from camera_registry.bundles.errors import BundleError
from camera_registry.services.audit import detail
from camera_registry.services.bundles import Judging, Taken, Taker, end_key, take
from camera_registry.store import bundles as store
from camera_registry.web.guard import LARGER
from camera_registry.web.notices import after
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

NEWEST = 30
TYPED = 2
"""So many groups of a fingerprint are read on the laptop and typed; the page shows the others."""
CHOICE = "look-"
NUMBER = Path(ge=1, le=2**63 - 1)


class NothingNewError(Exception):
    """The bundle was taken before: nothing is written, not even that somebody asked."""


@dataclass(frozen=True)
class Sent:
    """The file, and what the person says of it: devices by the numbers of looks, and the end of the fingerprint."""

    content: bytes
    chosen: Mapping[int, str]
    typed: str


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/bundles")
    def show(request: Request) -> Response:
        return _list(parts, pages, request)

    @made.post("/bundles")
    def preview(request: Request, sent: Annotated[Sent, Depends(_sent)]) -> Response:
        return _preview(parts, pages, request, sent)

    @made.post("/bundles/take")
    def keep(request: Request, sent: Annotated[Sent, Depends(_sent)]) -> Response:
        return _take(parts, pages, request, sent)

    @made.post("/bundles/keys/{number}/end")
    def end(number: Annotated[int, NUMBER]) -> Response:
        with parts.writing("laptop_key_end") as session:
            if not end_key(session, current().account_id, number, parts.now()):
                raise HTTPException(404)
        return after("/bundles", "laptop-ended")

    return made


async def _sent(request: Request) -> Sent:
    """The fields of the form; the file comes as one, or as text that the preview has made of it."""
    largest = LARGER["/bundles"]
    async with request.form(max_files=1, max_fields=document.MOST_LOOKS + 20, max_part_size=largest) as form:
        texts = {name: value for name, value in form.items() if isinstance(value, str)}
        file = form.get("bundle")
        content = _decoded(texts.get("content", "")) if file is None or isinstance(file, str) else await file.read()
    numbers = {name.removeprefix(CHOICE): value for name, value in texts.items() if name.startswith(CHOICE)}
    chosen = {int(n): code for n, code in numbers.items() if n.isascii() and n.isdigit() and len(n) < 6}
    return Sent(content, chosen, texts.get("fingerprint", ""))


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.encode("ascii"))
    except (binascii.Error, ValueError):
        return b""


def _list(parts: Parts, pages: Pages, request: Request, wrong: BundleError | None = None) -> Response:
    with parts.reading() as session:
        values = {"brought": store.newest(session, NEWEST), "keys": store.keys_of(session, current().account_id)}
    values |= {"wrong": wrong.words if wrong else None, "most": LARGEST // 2**20}
    return pages.page(request, "bundles.html", values, 422 if wrong else 200)


def _preview(parts: Parts, pages: Pages, request: Request, sent: Sent, wrong: BundleError | None = None) -> Response:
    """The page that says what would become of the bundle; the list with what is wrong, where it cannot be taken."""
    try:
        bundle = _read(sent)
        with parts.rehearsing() as session:
            taken = _taken(parts, session, bundle, sent.chosen, None)
    except BundleError as error:
        return _list(parts, pages, request, error)
    groups = bundle.fingerprint.split("-")
    values = {
        "taken": taken,
        "bundle": bundle,
        "content": base64.urlsafe_b64encode(sent.content).decode(),
        "shown": groups[:-TYPED],
        "typed": TYPED,
        "wrong": wrong.words if wrong else None,
    }
    return pages.page(request, "bundle.html", values, 422 if wrong else 200)


def _take(parts: Parts, pages: Pages, request: Request, sent: Sent) -> Response:
    try:
        bundle = _read(sent)
        with parts.writing("bundle_take", school=bundle.heading.school[:50], sha256=bundle.sha256) as session:
            confirmed = "-".join(bundle.fingerprint.split("-")[:-TYPED]) + sent.typed
            taken = _taken(parts, session, bundle, sent.chosen, confirmed)
            _note(session, taken)
    except NothingNewError:
        return after("/bundles", "bundle-same")
    except BundleError as error:
        if error.kind in ("key_not_confirmed", "no_such_device"):
            again = sent if error.kind == "key_not_confirmed" else Sent(sent.content, {}, "")
            return _preview(parts, pages, request, again, error)
        return _list(parts, pages, request, error)
    return after("/bundles", "bundle-left" if taken.left else "bundle")


def _note(session: Session, taken: Taken) -> None:
    """The entry of the audit log says how much was taken, and of which laptop. Raises NothingNewError."""
    if not taken.changed:
        raise NothingNewError
    laptop = "laptop" if taken.trusted_since else "laptop confirmed now"
    detail(session, count=taken.new, looks=len(taken.looks), what=f"{laptop}: {taken.bundle.fingerprint}")


def _read(sent: Sent) -> Bundle:
    if not sent.content:
        raise BundleError("no_file")
    return document.read(sent.content)


def _taken(parts: Parts, session: Session, bundle: Bundle, chosen: Mapping[int, str], confirmed: str | None) -> Taken:
    viewer = current()
    judging = Judging(parts.editions(), parts.now(), parts.sun_up, parts.zone)
    return take(session, bundle, Taker(viewer.account_id, viewer.name, confirmed), judging, chosen)
