"""`report`: what is not compliant, or what could not be checked, for a person, a spreadsheet or a program.

On a terminal a table of the first rows; into a file or a pipe plain text of all of them, CSV, or JSON.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from rich.console import Console, RenderableType
from sqlmodel import Session

from camera_registry import app
from camera_registry.api.answers import non_compliant_answer, not_checked_answer
from camera_registry.commands.options import Commands, add_common
from camera_registry.commands.output import say, write
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.reports import listing
from camera_registry.reports.listing import Head
from camera_registry.reports.listing_columns import Shown
from camera_registry.services import waived
from camera_registry.services.actors import ACTORS
from camera_registry.services.editions import InForce
from camera_registry.services.listed import FIXES, LARGEST_PAGE, VERDICTS, WAIVERS
from camera_registry.services.listing import (
    Filter,
    Page,
    Place,
    Unchecked,
    Unit,
    every_non_compliant,
    every_not_checked,
    non_compliant,
    not_checked,
)
from camera_registry.services.waivers import Desk, terms_of
from probes.visit import utc_now
from standards import Edition
from standards.model import LANGUAGES

Row = TypeVar("Row", bound=Place)


@dataclass(frozen=True)
class _List(Generic[Row]):
    """One of the two lists: how it is had, and how it is shown in each form."""

    name: str
    page: Callable[[Session, Filter, Edition], Page[Row]]
    every: Callable[[Session, Filter, Edition], Iterable[Row]]
    csv: Callable[[Iterable[Row], Shown], bytes]
    table: Callable[[tuple[Row, ...], Head, Shown], RenderableType]
    text: Callable[[Iterable[Row], Head, Shown], str]
    answer: Callable[[Page[Row]], BaseModel]
    beside: Callable[[Session, Iterable[Row], Desk], Iterable[Row]]


@dataclass(frozen=True)
class _Asked:
    """What a list is made from."""

    session: Session
    wanted: Filter
    edition: Edition
    desk: Desk


NON_COMPLIANT: _List[Unit] = _List(
    "non_compliant",
    non_compliant,
    every_non_compliant,
    listing.units_csv,
    listing.units_table,
    listing.units_text,
    non_compliant_answer,
    waived.every_beside,
)
NOT_CHECKED: _List[Unchecked] = _List(
    "not_checked",
    not_checked,
    every_not_checked,
    listing.unchecked_csv,
    listing.unchecked_table,
    listing.unchecked_text,
    not_checked_answer,
    lambda _session, rows, _desk: rows,
)


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "report",
        help="list what is not compliant, or what could not be checked",
        description="Lists every deciding rule that fails now: what was measured and required, what to do, who acts.\n"
        "No camera is looked at: it is what the registry knows.",
        epilog="examples:\n  camera-registry report --district 26740 --fix reconfigure\n"
        "  camera-registry report --school 0790123 --csv list.csv\n  camera-registry report --not-checked",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--district", metavar="D", help="of the unit with this code")
    parser.add_argument("--school", metavar="S", help="of the school with this code")
    parser.add_argument("--rule", metavar="R", help="of the rule with this id")
    parser.add_argument("--fix", metavar="F", help=", ".join(FIXES))
    parser.add_argument("--verdict", metavar="V", help=", ".join(VERDICTS))
    parser.add_argument("--actor", metavar="A", help=", ".join(ACTORS))
    parser.add_argument("--waiver", metavar="W", help=f"by the waiver beside the row: {', '.join(WAIVERS)}")
    parser.add_argument("--official", metavar="O", help="yes: only the official list; no: only what waits for it")
    parser.add_argument("--not-checked", action="store_true", help="list what could not be checked, and why, instead")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", metavar="FILE", help="write all rows for a spreadsheet; - is standard output")
    form.add_argument("--json", action="store_true", help="print all rows as JSON")
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the texts")
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """The list, in the form that was asked for; the exit status."""
    settings, _ = load(options.config)
    to = Shown(options.lang or settings.language, ZoneInfo(settings.zone))
    names = ("district", "school", "rule", "fix", "verdict", "actor", "waiver", "official")
    wanted = Filter(**{name: getattr(options, name) for name in names}, size=LARGEST_PAGE)
    # A rehearsal: a registry that is not there yet is not made by looking for what is wrong in it.
    with app.registry(settings, rehearsal=True) as engine:
        decides = InForce(engine, settings.standard)().decides
        with reading(engine) as session:
            desk = Desk(utc_now(), terms_of(settings.waiver), settings.zone, app.entry(settings))
            asked = _Asked(session, waived.narrowed(session, wanted, desk), decides, desk)
            _show(NOT_CHECKED if options.not_checked else NON_COMPLIANT, asked, to, options)
    return 0


def _show(wanted_list: _List[Any], asked: _Asked, to: Shown, options: argparse.Namespace) -> None:
    session, wanted, edition = asked.session, asked.wanted, asked.edition
    if options.csv:
        write("--csv", options.csv, wanted_list.csv(_every(wanted_list, asked), to))
        return
    page = wanted_list.page(session, wanted, edition)
    head = Head(wanted_list.name, page.total, page.units, edition.name, edition.rests_on_working_values, page.nothing)
    if options.json:
        rows = tuple(_every(wanted_list, asked))
        say(wanted_list.answer(Page(rows, page.total, page.units, 1, max(1, len(rows)))).model_dump_json(indent=2))
    elif sys.stdout.isatty():
        shown = tuple(wanted_list.beside(session, page.rows, asked.desk))
        Console(highlight=False).print(wanted_list.table(shown, head, to))
    else:
        say(wanted_list.text(_every(wanted_list, asked), head, to))


def _every(wanted_list: _List[Any], asked: _Asked) -> Iterable[Any]:
    rows = wanted_list.every(asked.session, asked.wanted, asked.edition)
    return wanted_list.beside(asked.session, rows, asked.desk)
