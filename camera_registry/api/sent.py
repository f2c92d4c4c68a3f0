"""What a client sends as JSON: only what the rest of the program can keep and say again gets further than here.

Strategy: bytes that are no UTF-8, JSON that is none, texts with half of a sign or with none at all (NUL), numbers that
no column holds, and nesting without reason are answered once, for every route, with what is wrong.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import Request

DEEPEST = 32
LARGEST = 2**63 - 1


class BodyError(HTTPException):
    """The body of a request cannot be used; `detail` says why."""

    def __init__(self, why: str) -> None:
        super().__init__(422, f"body: {why}")


class Sent(Request):
    """A request whose JSON is sane."""

    async def json(self) -> Any:
        """The value of the body. Raises BodyError."""
        if not hasattr(self, "_sane"):
            self._sane = read(await self.body())
        return self._sane


def read(body: bytes) -> Any:
    """The value that this JSON says. Raises BodyError."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise BodyError(f"is not UTF-8 at byte {error.start}; send it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise BodyError(f"is no JSON at character {error.pos}: {error.msg}") from None
    except RecursionError:
        raise BodyError("is nested too deep; send it plainly") from None
    except ValueError:  # a whole number of more digits than Python reads
        raise BodyError("holds a number that is too large") from None
    _look_through(value)
    return value


def _no_number(name: str) -> NoReturn:
    raise BodyError(f"{name} is no number")


def _look_through(value: Any) -> None:
    """Raises BodyError for the first part of the value that cannot be used."""
    level = [value]
    for _ in range(DEEPEST):
        for each in level:
            _look_at(each)
        level = [below for each in level for below in _below(each)]
    if level:
        raise BodyError("is nested too deep; send it plainly")


def _below(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _look_at(value: Any) -> None:
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value)):
        raise BodyError("holds a text with a sign that is none (half of a pair, or NUL); leave it out")
    if isinstance(value, (int, float)) and not (isfinite(value) and abs(value) <= LARGEST):
        raise BodyError("holds a number that is too large")
