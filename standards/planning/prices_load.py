"""Load a price book: a TOML file in, a `PriceBook` out, or one error that lists every mistake at once."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

from probes.told import ToldError
from standards.model import Fix
from standards.planning.prices import (
    FREE_FIXES,
    Charged,
    DeviceKind,
    Item,
    Kind,
    Per,
    PriceBook,
    PriceSource,
    Setting,
    Use,
    Work,
)
from standards.reading.files import UnreadableError, content_of
from standards.reading.table import NO_TEXT, Table, closest

LARGEST_FILE = 1_000_000
MOST_MISTAKES = 100
DEAREST = 10_000_000_000
MOST_PIECES = 100_000
MOST_IN_ALL = 100_000_000_000
"""VND with VAT that all works of a book may take, each once: so a million channels that need every work, at themselves
and at their site, cost less than `tables.FAR`, and every sum is exact.
"""
MOST_SERVING = 2
MOST_SHARED = 6
"""So many different parts may be shared at one place: the plan tries every choice of them, and stays exact."""
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FIXES: tuple[Fix, ...] = get_args(Fix)
_KINDS: tuple[Kind, ...] = get_args(Kind)
_CHARGED: tuple[Charged, ...] = get_args(Charged)
_PER: tuple[Per, ...] = get_args(Per)
_DEVICE_KINDS: tuple[DeviceKind, ...] = get_args(DeviceKind)
_SETTINGS: tuple[Setting, ...] = get_args(Setting)


class PriceError(ToldError):
    """A price book cannot be used. `mistakes` holds one line for each: file, item or work, key, what to write."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(mistakes))


def load_prices(path: str | Path) -> PriceBook:
    """The price book in the file at `path`. Raises PriceError with all mistakes of the file."""
    path = Path(path)
    try:
        content = content_of(path, LARGEST_FILE, "price book")
    except UnreadableError as error:
        raise PriceError((f"{path.name}: {error}; write the path of a price book",)) from None
    mistakes: list[str] = []
    try:
        top = Table(path.name, tomllib.loads(content.decode("utf-8")), mistakes)
        book = _book(top, content)
    except UnicodeDecodeError as error:
        raise PriceError((f"{path.name}: is not UTF-8 at byte {error.start}; save it as UTF-8",)) from None
    except tomllib.TOMLDecodeError as error:
        raise PriceError((f"{path.name}: is no TOML: {error}",)) from None
    except (RecursionError, OverflowError, ValueError):  # ValueError: more digits than Python reads
        raise PriceError((f"{path.name}: nested too deep, or a number too large; write it plainly",)) from None
    if mistakes:
        more = len(mistakes) - MOST_MISTAKES
        told = [f"{path.name}: and {more} more mistakes"] if more > 0 else []
        raise PriceError((*mistakes[:MOST_MISTAKES], *told))
    return book


def _book(top: Table, content: bytes) -> PriceBook:
    items = _items(top)
    works = _works(top, items)
    book = PriceBook(
        id=_id(top),
        date=top.day("date"),
        title=top.words("title") or NO_TEXT,
        currency=top.code("currency", ("VND",)) or "VND",
        sha256=sha256(content).hexdigest(),
        items=tuple(items.values()),
        works=works,
    )
    top.done()
    return book


def _items(top: Table) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for place, table in enumerate(top.tables("item"), 1):
        _named(top, table, "item", place)
        item = _item(table)
        if item.id in items:
            table.wrong("id", "is used twice; write another one")
        items[item.id] = item
    if not items:
        top.wrong("item", "missing; write at least one [[item]]")
    return items


def _item(table: Table) -> Item:
    item = Item(
        id=_id(table),
        name=table.words("name") or NO_TEXT,
        unit=table.words("unit") or NO_TEXT,
        kind=table.code("kind", _KINDS) or "other",
        price=_whole(table, "price", 0, DEAREST, "VND"),
        vat=_whole(table, "vat", 0, 100, "percent"),
        charged=table.code("charged", _CHARGED) or "once",
        source=_source(table),
        requirement=table.words("requirement", required=False),
    )
    table.done()
    return item


def _source(table: Table) -> PriceSource:
    below = table.table("source")
    if below is None:
        return PriceSource("", "", "")
    source = PriceSource(below.text("firm"), below.day("date"), below.text("document"))
    below.done()
    return source


def _works(top: Table, items: dict[str, Item]) -> tuple[Work, ...]:
    works: list[Work] = []
    for place, table in enumerate(top.tables("work"), 1):
        _named(top, table, "work", place)
        work = _work(table, items)
        if any(known.case == work.case for known in works):
            table.wrong("fix", "the same fix stands twice for the same case; say rule, device_kind or place")
        works.append(work)
    _shared_alike(top, works)
    _payable(top, works)
    return tuple(works)


def _work(table: Table, items: dict[str, Item]) -> Work:
    fix = table.code("fix", _FIXES)
    uses = tuple(_use(below, items) for below in table.tables("items"))
    twice = [name for name, n in Counter((use.item.id, use.per) for use in uses).items() if n > 1 and name[0]]
    if twice:
        table.wrong("items", f'"{twice[0][0]}" stands twice per {twice[0][1]}; write it once with the sum')
    if fix is not None and not uses and fix not in FREE_FIXES:
        free = ", ".join(sorted(FREE_FIXES))
        table.wrong("items", f"missing; write what it takes, or leave this work out: only {free} may cost nothing")
    rule = table.text("rule", "")
    if rule and not _ID.fullmatch(rule):
        table.wrong("rule", f'"{rule}" is no id of a rule; write it as in the edition, like uplink')
    work = Work(
        fix=fix or "survey",
        uses=uses,
        rule=rule or None,
        device_kind=table.code("device_kind", _DEVICE_KINDS, required=False),
        place=table.code("place", _SETTINGS, required=False),
    )
    table.done()
    return work


def _use(table: Table, items: dict[str, Item]) -> Use:
    name = table.text("item")
    if name and name not in items:
        table.wrong("item", f'there is no item "{name}"; {closest(name, items)}')
    per = table.code("per", _PER) or "channel"
    serves = _whole(table, "serves", 1, 10_000, "channels") if table.has("serves") else 0
    if serves and per == "channel":
        table.wrong("serves", 'a part of one channel serves no other; write per = "device" or "site"')
    use = Use(items.get(name, _NO_ITEM), _whole(table, "quantity", 1, MOST_PIECES, "pieces"), per, serves)
    table.done()
    return use


_NO_ITEM = Item(
    id="", name=NO_TEXT, unit=NO_TEXT, kind="other", price=0, vat=0, charged="once", source=PriceSource("", "", "")
)
"""Stands for an item that the book does not have, after the mistake is written down."""


def _shared_alike(top: Table, works: list[Work]) -> None:
    """Writes down parts shared at a place in different ways, and more of them than the plan can choose from."""
    shared = (use for work in works for use in work.uses if use.per != "channel" and use.item.id)
    ways = dict.fromkeys((use.item.id, use.per, use.quantity, use.serves) for use in shared)
    for (name, per), n in Counter((name, per) for name, per, *_ in ways).items():
        if n > 1:
            top.wrong("work", f'"{name}" per {per} is one part there for all works; write the same quantity and serves')
    for per in ("device", "site"):
        serving = {name for name, its_per, _, serves in ways if its_per == per and serves}
        whole = {name for name, its_per, _, serves in ways if its_per == per and not serves}
        for words, found, most in (("with serves", serving, MOST_SERVING), ("without serves", whole, MOST_SHARED)):
            if len(found) > most:
                said = f"{len(found)} different items are shared per {per} {words} ({', '.join(sorted(found))})"
                top.wrong("work", f"{said}; write at most {most}, join some into one item")


def _payable(top: Table, works: list[Work]) -> None:
    """Writes down that a city would cost more than can be counted with."""
    costs = [sum(use.item.amount.times(use.quantity).total for use in work.uses) for work in works]
    if sum(costs) > MOST_IN_ALL:
        said = f"all works, each once, take {sum(costs)} VND with VAT, number {costs.index(max(costs)) + 1} the most"
        top.wrong("work", f"{said}; write prices and quantities that take at most {MOST_IN_ALL} together")


def _named(top: Table, table: Table, kind: str, place: int) -> None:
    name = table.data.get("id" if kind == "item" else "fix")
    table.where = f"{top.where}: {kind} " + (f'"{name}"' if name and isinstance(name, str) else f"number {place}")
    if kind == "work":
        table.where = f"{top.where}: work number {place}" + (f' "{name}"' if isinstance(name, str) else "")


def _id(table: Table) -> str:
    name = table.text("id")
    if name and not _ID.fullmatch(name):
        table.wrong("id", f'"{name}" is no id; write small letters, digits and hyphens')
    return name


def _whole(table: Table, key: str, least: int, most: int, of: str) -> int:
    value: Any = table.raw(key, f"a whole number of {of}")
    if value is None:
        return least
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        table.wrong(key, f"{value!r} does not fit; write a whole number of {of} from {least} to {most}")
        return least
    return value
