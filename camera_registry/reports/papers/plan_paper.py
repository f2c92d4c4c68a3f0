"""The upgrade plan as a paper: what it comes to, the estimate, and which cameras. Pure.

Strategy: the words and tables are those of `reports.plan`, so that screen, paper and spreadsheet say the same. Who
sends it, its number and its day are for the person who edits it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from camera_registry.reports.listing_columns import Shown
from camera_registry.reports.money import money, thousands
from camera_registry.reports.papers.document import (
    GAP,
    Bullets,
    Column,
    Document,
    Facts,
    Head,
    Heading,
    Paragraph,
    Part,
    Run,
    Table,
)
from camera_registry.reports.papers.in_words import dong_in_words
from camera_registry.reports.plan import (
    book_line,
    by_fix_grid,
    by_school_grid,
    goal_lines,
    left_over_lines,
    place_name,
    works_grid,
)
from camera_registry.reports.plan_tasks import Grid, left_out_grid, tasks_grid
from camera_registry.reports.plan_words import say
from camera_registry.reports.words import word
from camera_registry.services.plan import UpgradePlan
from standards.planning.prices import CHARGED

MOST = 2000
"""So many cameras are named on paper; the workbook names them all."""
_NUMBERS = frozenset({"cameras", "once", "yearly", "quantity", "price", "amount"})
_WIDE = {"no": 0.7, "content": 2.4, "requirement": 3, "school": 2.6, "todo": 3, "source": 2.2, "camera_name": 1.6,
         "place": 1.3, "reason": 2.4}  # fmt: skip


def plan_paper(plan: UpgradePlan, to: Shown) -> Document:
    """The paper of this plan."""
    lang, made = to.lang, plan.plan
    parts = [Part(tuple(_summary(plan, to)))]
    if made.cost.lines:
        heading = Heading(f"{say('paper.appendix', lang, n=1)}\n{say('works', lang)}", 1)
        parts.append(Part((heading, _table(works_grid(made.cost, to), lang)), across=True))
    if made.chosen:
        parts.append(_cameras(plan, to, len(parts)))
    notice = word("working_values", lang) if plan.edition.rests_on_working_values else ""
    head = Head(GAP, GAP, _number(lang), say("paper.place_and_day", lang))
    return Document(say("paper.title", lang), tuple(parts), head, notice=notice, lang=lang)


def _number(lang: str) -> str:
    return say("paper.number", lang)


def _summary(plan: UpgradePlan, to: Shown) -> Iterator[Heading | Paragraph | Facts | Table | Bullets]:
    lang, made = to.lang, plan.plan
    yield Heading(f"{say('paper.title', lang).upper()}\n{_own(place_name(plan, lang))}", 1)
    yield Paragraph(Run(say("free", lang, n=len(made.free)) + ".", bold=True))
    if made.free_by_supplier:
        yield Paragraph(say("free_by_supplier", lang, n=made.free_by_supplier))
    for line in goal_lines(plan, to):
        yield Paragraph(f"{line}.".replace("..", "."))
    yield Heading(say("paper.money", lang))
    yield _sums(plan, lang)
    if lang == "vi":
        yield Paragraph(Run(f"Bằng chữ: {dong_in_words(made.cost.first_year)}.", italic=True))
    yield Heading(say("paper.base", lang))
    yield Facts(
        (
            (say("fact.edition", lang), _text(plan.edition.name)),
            ("SHA-256", _in_parts(plan.edition.sha256)),
            (say("fact.book", lang), _text(book_line(plan, lang))),
            (say("fact.at", lang), to.moment(plan.at)),
        )
    )
    if made.chosen:
        for grid in (by_school_grid(plan, to), by_fix_grid(plan, to)):
            yield Heading(grid.title)
            yield _table(grid, lang)
    yield Heading(say("paper.open", lang))
    yield Bullets(tuple(_text(line.strip()) for line in left_over_lines(plan, to)))
    yield Paragraph(say("method", lang), small=True)


def _sums(plan: UpgradePlan, lang: str) -> Table:
    cost = plan.plan.cost
    rows = []
    for charged in CHARGED:
        amount = cost.once if charged == "once" else cost.yearly
        rows.append((say(charged, lang), *(money(value, lang) for value in (amount.net, amount.vat, amount.total))))
    sums = (Column(say(name, lang), align="right") for name in ("net", "vat", "total"))
    columns = (Column(say("paper.kind", lang), 1.4), *sums)
    return Table(columns, tuple(rows), (say("first_year", lang), "", "", money(cost.first_year, lang)))


def _cameras(plan: UpgradePlan, to: Shown, number: int) -> Part:
    lang = to.lang
    grid = tasks_grid(plan, to)
    blocks: list[Heading | Paragraph | Table] = [
        Heading(f"{say('paper.appendix', lang, n=number)}\n{say('paper.cameras', lang)}", 1)
    ]
    if len(grid.rows) > MOST:
        told = say("paper.cut", lang, most=thousands(MOST, lang))
        blocks.append(Paragraph(Run(told, bold=True), indent=False))
        grid = replace(grid, rows=(*grid.rows[: MOST - 1], grid.rows[-1]))
    blocks.append(_table(grid, lang))
    if plan.plan.left_out:
        left = left_out_grid(plan, to)
        blocks += [Heading(left.title), _table(replace(left, rows=left.rows[:MOST]), lang)]
    return Part(tuple(blocks), across=True)


def _table(grid: Grid, lang: str) -> Table:
    """The grid as a table: numbers on the right; the names of its columns say how wide they are."""
    names = {say(name, lang): name for name in (*_NUMBERS, *_WIDE)}
    columns = []
    for head in grid.heads:
        name = names.get(head, "")
        columns.append(Column(head, _WIDE.get(name, 1.2), "right" if name in _NUMBERS else "left"))
    return Table(tuple(columns), tuple(tuple(_text(cell) for cell in row) for row in grid.rows))


def _text(text: str) -> Run:
    """What others wrote: a gap in it is none of ours."""
    return Run(text)


def _in_parts(digest: str) -> str:
    """A digest in parts, between which a line may end."""
    return " ".join(digest[start : start + 16] for start in range(0, len(digest), 16))


def _own(text: str) -> str:
    return text.replace(GAP, "")
