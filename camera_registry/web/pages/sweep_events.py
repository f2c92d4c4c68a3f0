"""How far the sweeps are, said as they go: server-sent events of the panel.

Strategy: the loop holds no session of the database; every few seconds one short read in a thread makes the panel, and
what is another than before is sent. A stream ends after some minutes and the browser comes again, through the gate: so
nobody listens who has signed out. There are so many streams and no more; who gets none asks as without them (204 tells
the browser not to come again).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from math import ceil

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from camera_registry.access.viewer import current
from camera_registry.database import DatabaseUnusableError
from camera_registry.web.pages.sweep import shown_panel
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

MOST_STREAMS = 64
MOST_OF_ONE = 3
"""So many streams at once, and of one person: a browser has six lines to a server, and some are for its pages."""
EVERY_S = 2.0


@dataclass
class Streams:
    """Who listens: how many streams each person has."""

    held: dict[int, int]

    def are_full(self, account: int) -> bool:
        """True where no more may listen, or not this person."""
        return sum(self.held.values()) >= MOST_STREAMS or self.held.get(account, 0) >= MOST_OF_ONE

    def take(self, account: int) -> bool:
        """True where one more may listen, who is counted then."""
        if self.are_full(account):
            return False
        self.held[account] = self.held.get(account, 0) + 1
        return True

    def leave(self, account: int) -> None:
        """One listens no more."""
        left = self.held.get(account, 0) - 1
        self.held = {**self.held, account: left} if left > 0 else {k: n for k, n in self.held.items() if k != account}


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The route of the events."""
    made, streams = APIRouter(), Streams({})

    @made.get("/sweep/events")
    async def events(request: Request, school: str = "") -> Response:
        account = current().account_id
        if streams.are_full(account):
            return Response(status_code=204)
        said = counted(streams, account, _events(request, school))
        return StreamingResponse(said, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    async def _events(request: Request, school: str) -> AsyncIterator[bytes]:
        before, running = "", ""
        for _ in range(ceil(parts.listens_s / EVERY_S)):
            if await request.is_disconnected():
                return
            try:
                body, going_on = await run_in_threadpool(shown_panel, parts, pages, request, school)
            except DatabaseUnusableError:
                return
            if set(filter(None, running.split(","))) - set(going_on.split(",")):
                yield event_of("ended", going_on)
                return
            yield event_of("panel", body) if body != before else b": \n\n"
            before, running = body, going_on
            await asyncio.sleep(EVERY_S)

    return made


async def counted(streams: Streams, account: int, events: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The events, as long as there is room for one more who listens. Who is gone before anything was sent is not
    counted: an answer that is never sent is never begun.
    """
    if not streams.take(account):
        return
    try:
        async for event in events:
            yield event
    finally:
        streams.leave(account)


def event_of(name: str, data: str) -> bytes:
    """One event as it goes over the line: every line of its data behind `data:`."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines())
    return f"event: {name}\n{lines}\n".encode()
