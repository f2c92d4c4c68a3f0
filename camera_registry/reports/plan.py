"""The upgrade plan for a person and for a spreadsheet. Pure: a plan in, text or bytes out.

Strategy: one order for every form. First what costs nothing, then on what it rests, the goal, the sums, by school, by
fix, the list of works with the columns of the paper (STT … Căn cứ giá), which cameras are made ready and what is done
at each, and what was left out and why. Sums once and yearly, before VAT, VAT and total, always stand apart.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from camera_registry.reports.listing import DELIMITERS, harmless
from camera_registry.reports.listing_columns import Shown
from camera_registry.reports.money import money
from camera_registry.reports.plan_tasks import Grid, left_out_grid, number, school_text, tasks_grid
from camera_registry.reports.plan_words import say
from camera_registry.reports.words import word
from camera_registry.services.plan import UpgradePlan
from standards.planning.costs import Cost, fixes_of
from standards.planning.prices import CHARGED, Amount, Charged, Item, PriceSource

PL6 = ("no", "content", "requirement", "unit", "quantity", "price", "amount", "source")


@dataclass(frozen=True)
class WorkLine:
    """One item of the plan: so many pieces in all."""

    item: Item
    quantity: int

    @property
    def amount(self) -> Amount:
        """What they cost."""
        return self.item.amount.times(self.quantity)


def works(cost: Cost) -> tuple[WorkLine, ...]:
    """The lines of the list of works: what is paid once first, then every year; by id."""
    pieces: Counter[str] = Counter()
    items: dict[str, Item] = {}
    for line in cost.lines:
        pieces[line.item.id] += line.quantity
        items[line.item.id] = line.item
    ordered = sorted(items.values(), key=lambda item: (item.charged != "once", item.id))
    return tuple(WorkLine(item, pieces[item.id]) for item in ordered)


def plan_text(plan: UpgradePlan, to: Shown) -> str:
    """The plan as plain lines."""
    lines: list[str] = []
    for block in _blocks(plan, to):
        if isinstance(block, str):
            lines.append(block)
            continue
        lines += ["", block.title, " | ".join(block.heads), *(" | ".join(row) for row in block.rows), ""]
    return "\n".join(lines).rstrip()


def plan_table(plan: UpgradePlan, to: Shown) -> RenderableType:
    """The plan for a terminal."""
    return Group(*(Styled(block) if isinstance(block, str) else _table(block) for block in _blocks(plan, to)))


def plan_csv(plan: UpgradePlan, to: Shown) -> bytes:
    """For a spreadsheet the list of works with its sums, then which cameras are made ready and what is done at each;
    above them on what it rests, below them what was left out.
    """
    made = io.StringIO()
    writer = csv.writer(made, delimiter=DELIMITERS[to.lang], lineterminator="\r\n")
    writer.writerows([harmless(line)] for line in (*_head(plan, to), *goal_lines(plan, to), ""))
    _put(writer, works_grid(plan.plan.cost, to, plain=True))
    if plan.plan.chosen:
        _put(writer, tasks_grid(plan, to, plain=True))
    writer.writerows([harmless(line)] for line in (*left_over_lines(plan, to), ""))
    if plan.plan.left_out:
        _put(writer, left_out_grid(plan, to))
    return made.getvalue().encode("utf-8-sig")


def _put(writer: Any, grid: Grid) -> None:
    """The table with its title, and an empty line."""
    writer.writerows([[harmless(grid.title)], grid.heads])
    writer.writerows([harmless(cell) for cell in row] for row in grid.rows)
    writer.writerow([""])


def _table(grid: Grid) -> Table:
    table = Table(*grid.heads, title=grid.title, title_justify="left", title_style="bold")
    for row in grid.rows:
        table.add_row(*map(Styled, row))
    return table


def _blocks(plan: UpgradePlan, to: Shown) -> Iterator[str | Grid]:
    made = plan.plan
    yield from _head(plan, to)
    yield from goal_lines(plan, to)
    for charged in CHARGED:
        yield _sum(charged, made.cost, to)
    yield f"{say('first_year', to.lang)}: {money(made.cost.first_year, to.lang)}"
    if made.chosen:
        yield by_school_grid(plan, to)
        yield by_fix_grid(plan, to)
    if made.cost.lines:
        yield works_grid(made.cost, to)
    if made.chosen:
        yield tasks_grid(plan, to)
    yield from left_over_lines(plan, to)
    if made.left_out:
        yield left_out_grid(plan, to)
    yield say("method", to.lang)


def _head(plan: UpgradePlan, to: Shown) -> Iterator[str]:
    made, lang = plan.plan, to.lang
    yield say("free", lang, n=len(made.free))
    if made.free_by_supplier:
        yield say("free_by_supplier", lang, n=made.free_by_supplier)
    yield say("title", lang)
    if plan.edition.rests_on_working_values:
        yield word("working_values", lang)
    yield place(plan.district, plan.school, lang)
    yield say("edition", lang, name=plan.edition.name, sha256=plan.edition.sha256)
    if plan.book is None:
        yield say("no_book", lang)
    else:
        book = plan.book
        yield say("book", lang, title=book.title[lang], id=book.id, date=_day(book.date, lang), sha256=book.sha256)
    yield say("at", lang, at=to.moment(plan.at))


def place(district: str | None, school: str | None, lang: str) -> str:
    """Of which place something is."""
    if school is not None:
        return say("place.school", lang, code=school)
    return say("place.all", lang) if district is None else say("place.district", lang, code=district)


def place_name(plan: UpgradePlan, lang: str) -> str:
    """Of which place the plan is, by its name; by its code where it has no camera that is offered."""
    schools = plan.fleet.schools
    if plan.school is not None and plan.school in schools:
        return say("place.school_name", lang, name=schools[plan.school].name)
    if plan.school is None and plan.district is not None:
        name = next((s.district for s in schools.values() if s.district_code == plan.district), None)
        if name is not None:
            return say("place.district_name", lang, name=name)
    return place(plan.district, plan.school, lang)


def book_line(plan: UpgradePlan, lang: str) -> str:
    """Which price book was used, of which day; or that there is none."""
    book = plan.book
    return (
        say("no_book_short", lang)
        if book is None
        else say("book_short", lang, title=book.title[lang], date=_day(book.date, lang))
    )


def goal_lines(plan: UpgradePlan, to: Shown) -> Iterator[str]:
    """What is aimed at, and what comes of it."""
    made, goal, lang = plan.plan, plan.plan.goal, to.lang
    if goal.ceiling is None:
        yield say(f"goal.{goal.of}", lang, wanted=made.wanted, total=made.total)
    else:
        yield say(f"goal.ceiling.{goal.of}", lang, ceiling=money(goal.ceiling, lang))
    cameras = made.ready + len(made.chosen)
    yield say(f"reached.{goal.of}", lang, ready=made.ready, total=made.total, reached=made.reached, cameras=cameras)
    if not made.met:
        yield say("not_met", lang)


def _sum(charged: Charged, cost: Cost, to: Shown) -> str:
    amount = cost.once if charged == "once" else cost.yearly
    shown = {name: money(getattr(amount, name), to.lang) for name in ("net", "vat", "total")}
    return say("money", to.lang, what=say(charged, to.lang), **shown)


def by_school_grid(plan: UpgradePlan, to: Shown) -> Grid:
    """A row for each school of the plan: cameras, what is paid once and every year."""
    cameras = Counter(camera.school for camera in plan.plan.chosen)
    rows = []
    for code, cost in plan.schools:
        rows.append((school_text(plan.fleet.schools[code]), str(cameras[code]), *_amounts(cost, to)))
    heads = ("school", "cameras", *CHARGED)
    return Grid(say("by_school", to.lang), tuple(say(head, to.lang) for head in heads), tuple(rows))


def by_fix_grid(plan: UpgradePlan, to: Shown) -> Grid:
    """A row for each fix of the plan."""
    counted, _ = fixes_of(plan.plan.chosen)
    rows = tuple(
        (word(f"fix.{fix}", to.lang), str(counted[fix]), *_amounts(plan.plan.cost.of(fix), to))
        for fix in sorted(counted)
    )
    heads = ("fix", "cameras", *CHARGED)
    return Grid(say("by_fix", to.lang), tuple(say(head, to.lang) for head in heads), rows)


def _amounts(cost: Cost, to: Shown) -> tuple[str, str]:
    return money(cost.once.total, to.lang), money(cost.yearly.total, to.lang)


def works_grid(cost: Cost, to: Shown, *, plain: bool = False) -> Grid:
    """The list of works; `plain` numbers can be summed by a spreadsheet."""
    lang = to.lang
    rows: list[tuple[str, ...]] = []
    n = 0
    for charged in CHARGED:
        mine = [line for line in works(cost) if line.item.charged == charged]
        if not mine:
            continue
        rows.append(("", say(charged, lang), *[""] * (len(PL6) - 2)))
        for line in mine:
            n += 1
            rows.append(_work(n, line, lang, plain=plain))
        amount = sum((line.amount for line in mine), Amount())
        for name in ("net", "vat", "total"):
            shown = number(getattr(amount, name), lang, plain=plain)
            rows.append(("", say(name, lang), "", "", "", "", shown, ""))
    return Grid(say("works", lang), tuple(say(head, lang) for head in PL6), tuple(rows))


def _work(n: int, line: WorkLine, lang: str, *, plain: bool) -> tuple[str, ...]:
    item = line.item
    return (
        str(n),
        item.name[lang],
        item.requirement[lang] if item.requirement else "",
        item.unit[lang],
        number(line.quantity, lang, plain=plain),
        number(item.price, lang, plain=plain),
        number(line.amount.net, lang, plain=plain),
        source(item.source, lang),
    )


def source(said: PriceSource, lang: str) -> str:
    """Who said a price, in which document, when."""
    return say("source.text", lang, firm=said.firm, document=said.document, date=_day(said.date, lang))


def left_over_lines(plan: UpgradePlan, to: Shown) -> Iterator[str]:
    """What a replacement spares, who does things for nothing, what stays open and why, what stands apart."""
    made, lang = plan.plan, to.lang
    _, spared = fixes_of(made.chosen)
    if spared:
        yield say("spared", lang, n=spared)
    for name, n in made.cost.suppliers:
        yield say("supplier", lang, name=name or say("supplier.unnamed", lang), n=n)
    yield say("later", lang, n=len(made.later))
    yield say("left_out", lang, n=len(made.left_out))
    for why, n in sorted(Counter(out.why for out in made.left_out).items()):
        yield f"  {n} – {say(f'why.{why}', lang)}"
    if plan.fleet.private:
        yield say("private", lang, n=len(plan.fleet.private), total=_sum_of(plan.private, lang))
    if plan.fleet.uplink_unknown:
        yield say("uplink_unknown", lang, n=plan.fleet.uplink_unknown)


def _sum_of(cost: Cost, lang: str) -> str:
    """What the first year takes, as far as it is known: never 0 where nothing is."""
    if cost.gaps and not cost.lines:
        return say("unknown", lang)
    return money(cost.first_year, lang) + (say("more", lang) if cost.gaps else "")


def _day(text: str, lang: str) -> str:
    return date.fromisoformat(text).strftime("%d/%m/%Y") if lang == "vi" else text
