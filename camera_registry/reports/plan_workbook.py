"""The upgrade plan as a workbook: what it comes to, by school, by work, by camera. Pure: a plan in, bytes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from camera_registry.reports.listing_columns import Shown
from camera_registry.reports.plan import goal_lines, place_name, source, works
from camera_registry.reports.plan_tasks import bought, done, where
from camera_registry.reports.plan_words import say
from camera_registry.reports.sheet_cells import (
    BOLD,
    LARGE,
    WARNING,
    head_cell,
    number_cell,
    set_paper,
    set_widths,
    text_cell,
)
from camera_registry.reports.words import word
from camera_registry.reports.xlsx import saved
from camera_registry.services.plan import UpgradePlan
from standards.planning.costs import Cost, fixes_of
from standards.planning.prices import CHARGED

Cell = str | int | date | None
_DAY = {"vi": "dd/mm/yyyy", "en": "yyyy-mm-dd"}
_WORK_HEADS = (
    *("no", "content", "requirement", "unit", "quantity", "price", "amount", "vat", "total", "charged", "source"),
)
_CAMERA_HEADS = ("no", "school_code", "school", "place", "camera_name", "todo", "once", "yearly", "status")
_SHEETS = ("sheet.summary", "sheet.schools", "sheet.works", "sheet.cameras")


def plan_workbook(plan: UpgradePlan, to: Shown) -> bytes:
    """The workbook of this plan, with numbers that can be summed."""
    book = openpyxl.Workbook(write_only=True)
    summary, schools, by_work, cameras = (book.create_sheet(say(name, to.lang)) for name in _SHEETS)
    _write_summary(summary, plan, to)
    _write(schools, _school_heads(to.lang), (14, 36, 28, 12, 20, 20), list(_schools(plan, to)), to)
    titles = [say(head, to.lang) for head in _WORK_HEADS]
    _write(by_work, titles, (6, 36, 44, 10, 10, 16, 18, 16, 18, 16, 40), list(_works(plan, to)), to)
    titles = [say(head, to.lang) for head in _CAMERA_HEADS]
    _write(cameras, titles, (6, 14, 36, 18, 26, 44, 18, 18, 36), list(_cameras(plan, to)), to)
    return saved(book)


def _write(sheet: Any, heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Cell]], to: Shown) -> None:
    """A sheet of one table, its headings in view and with filters; a first cell of None in the last row is a total."""
    set_paper(sheet)
    set_widths(sheet, widths)
    sheet.freeze_panes = "A2"
    sheet.append([head_cell(sheet, head) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value, to.lang) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{1 + len(rows)}"


def _cell(sheet: Any, value: Cell, lang: str, font: Any = None) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, int):
        return number_cell(sheet, value, font)
    if isinstance(value, date):
        cell = text_cell(sheet, "")
        cell.value = value
        cell.number_format = _DAY[lang]
        return cell
    return text_cell(sheet, value, font)


def _write_summary(sheet: Any, plan: UpgradePlan, to: Shown) -> None:
    lang = to.lang
    set_paper(sheet)
    set_widths(sheet, (46, 24, 18, 18, 18))
    sheet.append([text_cell(sheet, say("title", lang), LARGE)])
    if plan.edition.rests_on_working_values:
        sheet.append([text_cell(sheet, word("working_values", lang), WARNING)])
    for line in (say("free", lang, n=len(plan.plan.free)), place_name(plan, lang), *goal_lines(plan, to)):
        sheet.append([text_cell(sheet, line, BOLD if line.startswith(say("free_begins", lang)) else None)])
    sheet.append([])
    for label, value in _facts(plan, lang):
        sheet.append([text_cell(sheet, label), _cell(sheet, value, lang)])
    sheet.append([])
    sheet.append([head_cell(sheet, title) for title in ("", *(say(n, lang) for n in ("net", "vat", "total")))])
    for charged in CHARGED:
        amount = plan.plan.cost.once if charged == "once" else plan.plan.cost.yearly
        money = [number_cell(sheet, value) for value in (amount.net, amount.vat, amount.total)]
        sheet.append([text_cell(sheet, say(charged, lang)), *money])
    sheet.append([text_cell(sheet, say("first_year", lang), BOLD), None, None,
                  number_cell(sheet, plan.plan.cost.first_year, BOLD)])  # fmt: skip
    sheet.append([])
    sheet.append([head_cell(sheet, say(name, lang)) for name in ("fix", "cameras", *CHARGED)])
    counted, _ = fixes_of(plan.plan.chosen)
    for fix in sorted(counted):
        cost = plan.plan.cost.of(fix)
        numbers = (counted[fix], cost.once.total, cost.yearly.total)
        sheet.append([text_cell(sheet, word(f"fix.{fix}", lang)), *(number_cell(sheet, n) for n in numbers)])


def _facts(plan: UpgradePlan, lang: str) -> Iterator[tuple[str, Cell]]:
    made, book = plan.plan, plan.book
    yield say("fact.at", lang), plan.at.date()
    yield say("fact.edition", lang), plan.edition.name
    yield say("fact.book", lang), book.title[lang] if book else say("unknown", lang)
    if book:
        yield say("fact.book_date", lang), date.fromisoformat(book.date)
        yield "SHA-256", book.sha256
    yield say("fact.total", lang), made.total
    yield say("fact.before", lang), made.ready
    yield say("fact.after", lang), made.ready + len(made.chosen)
    yield say("fact.free", lang), len(made.free)
    yield say("fact.free_by_supplier", lang), made.free_by_supplier
    yield say("fact.later", lang), len(made.later)
    for why, n in sorted(Counter(out.why for out in made.left_out).items()):
        yield f"{say('fact.left_out', lang)}: {say(f'why.{why}', lang)}", n
    for name, n in made.cost.suppliers:
        yield f"{say('fact.supplier', lang)}: {name or say('supplier.unnamed', lang)}", n
    yield say("fact.private", lang), len(plan.fleet.private)
    yield say("fact.uplink_unknown", lang), plan.fleet.uplink_unknown


def _school_heads(lang: str) -> list[str]:
    return [say(name, lang) for name in ("school_code", "school", "district", "cameras", *CHARGED)]


def _schools(plan: UpgradePlan, to: Shown) -> Iterator[Sequence[Cell]]:
    cameras = Counter(camera.school for camera in plan.plan.chosen)
    for code, cost in plan.schools:
        school = plan.fleet.schools[code]
        yield code, school.name, school.district, cameras[code], cost.once.total, cost.yearly.total
    cost = plan.plan.cost
    yield None, say("total", to.lang), None, len(plan.plan.chosen), cost.once.total, cost.yearly.total


def _works(plan: UpgradePlan, to: Shown) -> Iterator[Sequence[Cell]]:
    lang = to.lang
    for n, line in enumerate(works(plan.plan.cost), 1):
        item, amount = line.item, line.amount
        yield (
            *(n, item.name[lang], item.requirement[lang] if item.requirement else "", item.unit[lang], line.quantity),
            *(item.price, amount.net, amount.vat, amount.total, say(item.charged, lang), source(item.source, lang)),
        )


def _cameras(plan: UpgradePlan, to: Shown) -> Iterator[Sequence[Cell]]:
    lang = to.lang
    for n, task in enumerate(plan.todo.tasks, 1):
        shares = task.shares and not task.cost.lines
        money = (None, None) if shares else _money(task.cost)
        place = where(plan, task.camera.school, task.camera.key, to)
        yield n, task.camera.school, *place, done(task, to), *money, say("status.chosen", lang)
    for line in plan.todo.shared:
        place = where(plan, line.part.school, line.part.place, to)
        yield None, line.part.school, *place, bought(line, to), *_money(Cost((line,))), say("status.shared", lang)
    for out in plan.plan.left_out:
        place = where(plan, out.camera.school, out.camera.key, to)
        reason = f"{say('status.left_out', lang)}: {say(f'why.{out.why}', lang)}"
        yield None, out.camera.school, *place, "", None, None, reason


def _money(cost: Cost) -> tuple[int, int]:
    return cost.once.total, cost.yearly.total
