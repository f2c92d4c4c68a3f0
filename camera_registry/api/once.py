"""A change that is made once: it says what it saw, and a request that comes twice is answered as the first time.

Strategy: the answer to a request with an `Idempotency-Key` is kept in the transaction of its change, for a day. Whoever
changes a row names its version, in `If-Match` or in the body: without one nothing is changed (428), and with an old one
neither (412), with the row that stands now.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from camera_registry.access.viewer import current
from camera_registry.api.asked import Registry, Writing
from camera_registry.api.row_values import told
from camera_registry.models import GivenAnswer
from camera_registry.services.as_cells import Key, NoSuchRowError, Standing, standing
from camera_registry.services.by_hand import Hand, last_change
from camera_registry.services.registering import StaleError
from camera_registry.store import given, schools

KEPT = timedelta(days=1)
ANY = "*"
_TAG = re.compile(r'(?:W/)?"(\d{1,18})"')
_FILES = {"school": "schools.csv", "device": "devices.csv", "channel": "channels.csv"}
RESPONSES: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is nothing of this name, for you."},
    412: {"description": "Somebody has changed it meanwhile: `now` is the row that stands, `changed` who and when."},
    428: {"description": "No version was said: send If-Match with the ETag, or `version` in the body."},
}


class NoVersionError(Exception):
    """A change does not say which version it saw."""


class KeyUsedError(Exception):
    """The idempotency key was used for another request."""


class _AnsweredError(Exception):
    """The request was answered before; nothing is done again."""

    def __init__(self, answer: GivenAnswer) -> None:
        self.answer = answer


@dataclass(frozen=True)
class Once:
    """What a request says of itself: its key (empty: none), its digest, and the version that it saw, as it was sent."""

    key: str
    digest: str
    if_match: str

    def version(self, said: int | None) -> int | None:
        """The version that was seen; None for any; 0 for one that there cannot be. Raises NoVersionError."""
        if not self.if_match:
            if said is None:
                raise NoVersionError
            return said
        if self.if_match.strip() == ANY:
            return None
        found = _TAG.fullmatch(self.if_match.strip())
        return int(found[1]) if found else 0


async def once(
    request: Request,
    key: Annotated[str, Header(alias="Idempotency-Key", max_length=200, pattern="^[ -~]*$")] = "",
    if_match: Annotated[str, Header(alias="If-Match", max_length=200, pattern="^[ -~]*$")] = "",
) -> Once:
    """What this request says of itself."""
    whole = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()
    return Once(key, hashlib.sha256(whole).hexdigest(), if_match)


OnceOf = Annotated[Once, Depends(once)]


@dataclass(frozen=True)
class Answered:
    """What is answered to a change: the body, the status, the version that stands now, and the code of the school that
    was made by it.
    """

    body: Mapping[str, Any]
    status: int = 200
    version: int | str | None = None
    school: str = ""


class Changes:
    """Makes changes, each once."""

    def __init__(self, registry: Registry, writing: Writing, hand: Callable[[], Hand]) -> None:
        self._registry, self._writing, self.hand = registry, writing, hand

    def make(self, asked: Once, action: str, school: str, do: Callable[[Session], Answered]) -> Response:
        """The answer to this request: of what `do` has done, or of what was done before. Raises KeyUsedError, and what
        `do` raises but StaleError.
        """
        try:
            with self._registry() as session:
                self._again(session, asked)
            with self._writing(action, school=school) as session:
                self._again(session, asked)
                made = do(session)
                self._keep(session, asked, school, made)
        except _AnsweredError as before:
            return _answer(json.loads(before.answer.body), before.answer.status, again=True)
        except StaleError as late:
            return self._late(late)
        return _answer({**made.body}, made.status, made.version)

    def _now(self) -> datetime:
        return self.hand().now

    def _again(self, session: Session, asked: Once) -> None:
        """Raises _AnsweredError when the same was answered before, KeyUsedError when something else was."""
        if not asked.key:
            return
        before = earlier(session, asked.key, self._now())
        if before is None:
            return
        if before.digest != asked.digest:
            raise KeyUsedError
        raise _AnsweredError(before)

    def _keep(self, session: Session, asked: Once, school: str, made: Answered) -> None:
        if asked.key:
            keep(session, asked, school or made.school, made, self._now())

    def _late(self, late: StaleError) -> Response:
        """412, with the row that stands now and who was first."""
        with self._registry() as session:
            row, by = _standing(session, late.key), last_change(session, late.key)
        body = {
            "detail": [f"{'/'.join(late.key[1:])}: somebody has changed it; see `now`, and send its version"],
            "now": told(_FILES[late.key[0]], row) if row else None,
            "changed": {"by": by.by, "at": by.at.isoformat()} if by else None,
        }
        return _answer(body, 412, late.version)


def earlier(session: Session, key: str, now: datetime) -> GivenAnswer | None:
    """What was answered to this account under this key within a day."""
    before = given.get(session, current().account_id, key)
    return None if before is None or before.at < now - KEPT else before


def keep(session: Session, asked: Once, school: str, made: Answered, now: datetime) -> None:
    """The answer stands in the transaction of what was done for it, in the place of the one before of this key."""
    found = schools.by_code(session, school)
    row = GivenAnswer(
        account_id=current().account_id, key=asked.key, school_id=found.id if found else None,
        digest=asked.digest, status=made.status, body=json.dumps({**made.body}, ensure_ascii=False), at=now,
    )  # fmt: skip
    given.put(session, row)


def tagged(body: Mapping[str, Any], version: int | str) -> Response:
    """The answer with its version as ETag."""
    return _answer({**body}, 200, version)


def _answer(body: dict[str, Any], status: int, version: int | str | None = None, *, again: bool = False) -> Response:
    version = version if version is not None else body.get("version")
    headers = {"ETag": f'"{version}"'} if version is not None else {}
    return JSONResponse(body, status, {**headers, **({"Idempotency-Replayed": "true"} if again else {})})


def _standing(session: Session, key: Key) -> Standing | None:
    try:
        return standing(session, key)
    except NoSuchRowError:
        return None
