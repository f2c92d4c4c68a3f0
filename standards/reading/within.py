"""Within: the part of a rule that says which fix a failure gets, read from its table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, get_args

from probes.facts.groups import FactKind
from standards.arguments import sizes, texts
from standards.model import EncodingWanted, Fix, Within
from standards.reading.table import Table

Item = TypeVar("Item")
_FIXES: tuple[Fix, ...] = get_args(Fix)


def parse_within(table: Table) -> Within | None:
    """The value of the key `within`, or None when it is not there."""
    below = table.table("within", required=False)
    if below is None:
        return None
    within = Within(
        encoding=_encoding(below),
        fix=below.code("fix", _FIXES) or "survey",
        otherwise=below.code("otherwise", _FIXES) or "survey",
        unknown=below.code("unknown", _FIXES) or "survey",
    )
    if within.fix == "replace":
        below.wrong("fix", 'what the device can do never becomes replace; write "reconfigure"')
    if within.unknown == "replace":
        below.wrong("unknown", 'what is unknown never becomes replace; write "survey"')
    below.done()
    return within


def _encoding(within: Table) -> EncodingWanted:
    table = within.table("encoding")
    if table is None:
        return EncodingWanted()
    found = EncodingWanted(
        codecs=_read(table, "codecs", texts),
        covers=_read(table, "covers", sizes),
        fps=table.amount("fps") if table.has("fps") else None,
    )
    if not table.data:
        table.wrong("codecs", "nothing is wanted; write codecs, covers or fps")
    table.done()
    return found


def _read(table: Table, key: str, reader: Callable[[Any, FactKind], tuple[Item, ...]]) -> tuple[Item, ...]:
    value = table.raw(key, "a list", required=False)
    if value is None:
        return ()
    try:
        return reader(value, "encodings")
    except ValueError as error:
        table.wrong(key, f"{value!r} does not fit; write {error}")
        return ()
