"""Marks: which request and which look a line of the log belongs to, and which words of that look are never written.

Strategy: context variables. A task and a thread that begin inside a request or a look take them along; what many share
(the writer of a worker) has none.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_request: ContextVar[str] = ContextVar("request", default="")
_probe: ContextVar[str] = ContextVar("probe", default="")
_hidden: ContextVar[tuple[str, ...]] = ContextVar("hidden", default=())


def request_id(given: str) -> str:
    """What a proxy in front calls the request, where that is a plain word of 8 to 64 signs; else a word of ours."""
    return given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(8)


def begin_request(word: str) -> None:
    """What this task does is done for this request. A request is a task of its own, so that nothing has to end it: the
    server, which logs an error outside all of our code, knows it still.
    """
    _request.set(word)


@contextmanager
def looking(probe: str) -> Iterator[None]:
    """What the block does is done for this look ("sweep/item")."""
    marked, hid = _probe.set(probe), _hidden.set(())
    try:
        yield
    finally:
        _probe.reset(marked)
        _hidden.reset(hid)


def hide(words: Iterable[str]) -> None:
    """These words of the look that goes on are never written."""
    _hidden.set(tuple(words))


def marks() -> Mapping[str, str]:
    """`request` and `probe`, those that are known."""
    known = {"request": _request.get(), "probe": _probe.get()}
    return {name: word for name, word in known.items() if word}


def hidden() -> tuple[str, ...]:
    """What is not to be written now."""
    return _hidden.get()
