"""Readers of operator arguments: what stands in the file in, a checked value out, or ValueError saying what to write.

The text of the error completes the sentence "… : write ".
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from probes.facts import paths
from probes.facts.groups import FactKind

_SIDES = {"short", "long", "megapixels"}


def is_number(value: Any) -> bool:
    """True for an int or float that is not a flag, and that is finite as a float."""
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
    except OverflowError:
        return False


def one_value(argument: Any, kind: FactKind) -> Any:
    """true or false for a flag, a text for a text."""
    if kind == "flag" and not isinstance(argument, bool):
        raise ValueError("true or false")
    if kind == "text" and not isinstance(argument, str):
        raise ValueError('a text, like "h264"')
    return argument


def texts(argument: Any, _kind: FactKind) -> tuple[str, ...]:
    """A list of at least one text."""
    if not isinstance(argument, list) or not argument or not all(isinstance(a, str) for a in argument):
        raise ValueError('a list of texts, like ["h264", "h265"]')
    return tuple(argument)


def number(argument: Any, _kind: FactKind) -> float:
    """A number."""
    if not is_number(argument):
        raise ValueError("a number, like 15")
    return float(argument)


def distance(argument: Any, _kind: FactKind) -> float:
    """A number that is not below 0."""
    if not is_number(argument) or argument < 0:
        raise ValueError("a number that is not below 0, like 5")
    return float(argument)


def band(argument: Any, _kind: FactKind) -> tuple[float, float]:
    """Two numbers, the smaller one first."""
    if not isinstance(argument, list) or len(argument) != 2 or not all(map(is_number, argument)):
        raise ValueError("two numbers, like [0.22, 1.3]")
    if argument[0] > argument[1]:
        raise ValueError("the smaller number first")
    return (float(argument[0]), float(argument[1]))


def sizes(argument: Any, _kind: FactKind) -> tuple[dict[str, float], ...]:
    """A list of tables, each with at least one of short, long (px), megapixels."""
    if not isinstance(argument, list) or not argument or not all(map(_is_size, argument)):
        example = "[{ short = 1058, long = 1880 }, { short = 1040, megapixels = 1.9 }]"
        raise ValueError(f"a list of tables with numbers above 0, like {example}")
    return tuple({name: float(value) for name, value in a.items()} for a in argument)


def _is_size(side: Any) -> bool:
    return isinstance(side, dict) and bool(side) and set(side) <= _SIDES and all(map(_is_above_0, side.values()))


def _is_above_0(value: Any) -> bool:
    return is_number(value) and value > 0


def path(argument: Any, kind: FactKind) -> str:
    """The path of a fact of the same kind."""
    known = paths().get(argument) if isinstance(argument, str) else None
    if known is None or known.kind != kind:
        raise ValueError(f"the path of another fact of kind {kind}")
    return str(argument)


def limits(argument: Any, _kind: FactKind) -> dict[str, Any]:
    """A table with the path of the codec, maybe that of the size, and rows."""
    example = (
        '{ codec = "measured.codec", size = "measured.size", '
        'rows = [{ codec = "h264", up_to_mp = 2.4, limit = 8000 }] }'
    )
    if not isinstance(argument, dict) or not {"codec", "rows"} <= set(argument) <= {"codec", "size", "rows"}:
        raise ValueError(f"a table, like {example}")
    path(argument["codec"], "text")
    if "size" in argument:
        path(argument["size"], "size")
    rows = argument["rows"]
    if not isinstance(rows, list) or not rows or not all(_is_row(row, "size" in argument) for row in rows):
        raise ValueError(f"rows with codec, limit and (only beside size) up_to_mp, numbers above 0, like {example}")
    return argument


def _is_row(row: Any, by_size: bool) -> bool:
    allowed = {"codec", "limit", "up_to_mp"} if by_size else {"codec", "limit"}
    return (
        isinstance(row, dict)
        and {"codec", "limit"} <= set(row) <= allowed
        and isinstance(row["codec"], str)
        and _is_above_0(row["limit"])
        and _is_above_0(row.get("up_to_mp", 1))
    )
