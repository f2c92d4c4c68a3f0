"""States of the handover from a file of the operations centre: what each row comes to, and writing it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from sqlmodel import Session
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from camera_registry.access.viewer import current
from camera_registry.importing.archive import name_of
from camera_registry.importing.book import read_book
from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.sheet import WrongFileError
from camera_registry.services.audit import detail
from camera_registry.services.days import day_of
from camera_registry.services.handed import STATE_WORDS
from camera_registry.services.handover import addresses
from camera_registry.services.handover_files import Seen, StatesFile
from camera_registry.services.handover_read import Line, NoStatesError, lines_of
from camera_registry.services.handover_states import KINDS, Matched, apart, match, write
from camera_registry.services.listed import Page
from camera_registry.store import handover as store
from camera_registry.web.language import N_
from camera_registry.web.notices import after
from camera_registry.web.pages.handover import shown
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from standards.model import Text

ON_PAGE = 100
Token = Annotated[str, Path(max_length=40)]
KIND_WORDS: dict[str, str] = {
    "changes": N_("To be written"),
    "conflict": N_("Conflicting"),
    "unknown": N_("Unknown camera"),
    "mistake": N_("Cannot be read"),
    "same": N_("Already so"),
    "unsaid": N_("Says nothing"),
}
WHY_WORDS: dict[str, str] = {
    "not_here": N_("No camera of the registry is named like this: check the codes."),
    "shared": N_("Several cameras have this address: write school code, device code and channel."),
    "no_index": N_("The row names no channel, and the device has several cameras: write the channel."),
    "twice": N_("Several rows say different things of this camera."),
    "not_proposed": N_("This camera was not proposed yet."),
    "returned": N_("This camera was returned: propose it again first."),
    "backwards": N_("The camera is farther than that already."),
    "no_reason": N_("A camera that is returned needs a reason."),
    "too_early": N_("The day is before that of the state of now."),
    "future": N_("The day has not come yet."),
}
MISTAKE_WORDS: dict[str, str] = {
    "key": N_("The row names no camera: it needs school code, device code and channel, or the address of the stream."),
    "state": N_("This is no state: write Đề nghị, Tiếp nhận, Đã kết nối or Trả lại."),
    "day": N_("This is no day: write it like 31/12/2026."),
}
NO_STATES: Text = {
    "vi": "Tệp không có cột trạng thái bên cạnh cột nêu camera (mã camera; hoặc mã trường, mã thiết bị, kênh số; hoặc "
          "địa chỉ luồng).",
    "en": "The file has no column of states beside one that names cameras (camera code; or school code, device code "
          "and channel; or the address of the stream).",
}  # fmt: skip


async def sent_file(request: Request) -> tuple[str, bytes]:
    """The name and the bytes of the file that the form brings; without any both are empty."""
    async with request.form(max_files=1, max_fields=5) as form:
        sent = form.get("file")
        if not isinstance(sent, UploadFile) or not sent.filename:
            return "", b""
        return name_of(sent.filename), await sent.read()


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    made = APIRouter()

    @made.post("/handover/states")
    def take(request: Request, sent: Annotated[tuple[str, bytes], Depends(sent_file)]) -> Response:
        name, data = sent
        if not name:
            return after("/handover", "not-chosen")
        lang = pages.language(request)
        try:
            lines = lines_of(read_book(name, data))
        except WrongFileError as error:
            wrong = Mistake(name, error.row, "", "", error.kind, error.values)
            return shown(request, parts, pages, f"{wrong.what(lang)}; {wrong.remedy(lang)}", 422)
        except NoStatesError:
            return shown(request, parts, pages, NO_STATES[lang], 422)
        kept = parts.states_files.keep(current().account_id, name, hashlib.sha256(data).hexdigest(), lines, parts.now())
        return RedirectResponse(f"/handover/states/{kept.token}", 303)

    @made.get("/handover/states/{token}")
    def show(request: Request, token: Token) -> Response:
        kept = _find(parts, token)
        if kept is None:
            return after("/handover", "not-here")
        with parts.reading() as session:
            rows = _matched(session, parts, kept.lines)
            wanted, number = request.query_params.get("kind", ""), page_of(request.query_params)
            some = [(at, row) for at, row in enumerate(rows) if not wanted or row.kind == wanted]
            shown_now = dict(some[(number - 1) * ON_PAGE : number * ON_PAGE])
            part = list(shown_now.values())
            names = store.names(session, [row.camera for row in part if row.camera is not None])
        parts.states_files.saw(token, _seen(dict(enumerate(rows))), _seen(shown_now))
        values = {"file": kept, "page": Page(tuple(part), len(some), len(some), number, ON_PAGE), "names": names,
                  "counts": Counter(row.kind for row in rows), "kinds": {kind: KIND_WORDS[kind] for kind in KINDS},
                  "why": WHY_WORDS, "mistakes": MISTAKE_WORDS, "kind": wanted, "total": len(rows),
                  "states": STATE_WORDS, "sheets": len({row.line.sheet for row in rows})}  # fmt: skip
        return pages.page(request, "handover_file.html", values)

    @made.post("/handover/states/{token}/write")
    def keep(token: Token) -> Response:
        kept = _find(parts, token)
        if kept is None:
            return after("/handover", "not-here")
        with parts.writing("handover_states", sha256=kept.sha256, rows=len(kept.lines)) as session:
            same, changed = apart(_matched(session, parts, kept.lines), kept.seen)
            done = write(session, same, current().name, parts.now())
            detail(session, changed=len(done), schools=len({row.school_id for row in done}))
        parts.states_files.drop(token)
        if changed:
            lines = [row.line for row in changed]
            again = parts.states_files.keep(current().account_id, kept.name, kept.sha256, lines, parts.now())
            return after(f"/handover/states/{again.token}", "states-changed")
        return after("/handover", "states-written" if done else "states-not-written")

    @made.post("/handover/states/{token}/drop")
    def drop(token: Token) -> Response:
        if _find(parts, token) is not None:
            parts.states_files.drop(token)
        return after("/handover", "states-dropped")

    return made


def _find(parts: Parts, token: str) -> StatesFile | None:
    return parts.states_files.find(token, current().account_id, parts.now())


def _seen(rows: Mapping[int, Matched]) -> dict[int, Seen]:
    return {at: row.seen for at, row in rows.items()}


def _matched(session: Session, parts: Parts, lines: Sequence[Line]) -> list[Matched]:
    found = addresses(session) if any(line.address and line.index is None for line in lines) else {}
    return match(session, lines, found, day_of(parts.now(), parts.zone))
