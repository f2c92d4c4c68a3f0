"""JSON that came from outside: only what the rest of the program can keep and say again gets further than here.

Strategy: bytes that are no UTF-8, JSON that is none, texts with half of a sign or with none at all (NUL), numbers that
no column holds, and nesting without reason are errors, whoever sent them.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, NoReturn

DEEPEST = 32
LARGEST = 2**63 - 1


class NotSaneError(ValueError):
    """What was sent cannot be used; the text says why, and what to do."""


def read(text: bytes) -> Any:
    """The value that this JSON says. Raises NotSaneError."""
    try:
        value = json.loads(text.decode("utf-8"), parse_constant=_no_number)
    except NotSaneError:
        raise
    except UnicodeDecodeError as error:
        raise NotSaneError(f"is not UTF-8 at byte {error.start}; send it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotSaneError(f"is no JSON at character {error.pos}: {error.msg}") from None
    except RecursionError:
        raise NotSaneError("is nested too deep; send it plainly") from None
    except ValueError:  # a whole number of more digits than Python reads
        raise NotSaneError("holds a number that is too large") from None
    _look_through(value)
    return value


def _no_number(name: str) -> NoReturn:
    raise NotSaneError(f"{name} is no number")


def _look_through(value: Any) -> None:
    """Raises NotSaneError for the first part of the value that cannot be used."""
    level = [value]
    for _ in range(DEEPEST):
        for each in level:
            _look_at(each)
        level = [below for each in level for below in _below(each)]
    if level:
        raise NotSaneError("is nested too deep; send it plainly")


def _below(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _look_at(value: Any) -> None:
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value)):
        raise NotSaneError("holds a text with a sign that is none (half of a pair, or NUL); leave it out")
    if isinstance(value, (int, float)) and not (isfinite(value) and abs(value) <= LARGEST):
        raise NotSaneError("holds a number that is too large")
