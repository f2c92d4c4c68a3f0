"""What a client sends as JSON: what cannot be used is answered once, for every route, with what is wrong."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from camera_registry import sane_json
from camera_registry.sane_json import DEEPEST, LARGEST, NotSaneError

__all__ = ["DEEPEST", "LARGEST", "BodyError", "Sent", "read"]


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
        return sane_json.read(body)
    except NotSaneError as error:
        raise BodyError(str(error)) from None
