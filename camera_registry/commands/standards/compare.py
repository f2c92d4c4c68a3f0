"""`standards compare`: stored facts judged by two editions: which cameras get another verdict, and why."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import track

from camera_registry import app
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.commands.output import STANDARD_OUTPUT, table
from camera_registry.commands.standards.warned import warned
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.reports import comparison
from camera_registry.reports.comparison import Sides
from camera_registry.reports.listing import DELIMITERS
from camera_registry.services.compare import CHUNK, Asked, Flipped, Part, compare, devices_of
from camera_registry.services.edition_texts import resolve
from probes.visit import utc_now
from standards.planning.prices import PriceBook
from standards.planning.prices_load import load_prices

Row = Callable[[Flipped], None]
SHOWN = 50
"""Cameras that are listed on a terminal; the files hold all."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "compare",
        help="what another edition would say of the cameras, by stored facts",
        description="Judges what is stored by editions A and B, without touching a camera: which cameras get another\n"
        "verdict, and which rules cause it. Nothing is written into the registry.",
        epilog="example:\n  camera-registry standards compare hcmc-3288 other.toml --district 26740 --csv flips.csv",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("a", metavar="A", help="id, id@version, or the path of a file")
    parser.add_argument("b", metavar="B", help="id, id@version, or the path of a file")
    parser.add_argument("--district", metavar="CODE", help="only the schools of this unit")
    parser.add_argument("--school", metavar="CODE", help="only this school")
    parser.add_argument("--prices", metavar="FILE", help="the price book (default: plan.prices of the settings)")
    parser.add_argument("--csv", metavar="FILE", help="write a row for each camera and rule; - is standard output")
    parser.add_argument("--json", action="store_true", help="a JSON object for each camera, one a line; totals last")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 when every camera has the same verdict by both, 1 when any has another one, 3 when nothing is there."""
    settings, _ = load(options.config)
    lang = options.lang or settings.language
    if options.json and options.csv == STANDARD_OUTPUT:
        raise UsageError("--csv -: with --json only one of them can be standard output; write --csv FILE")
    with app.registry(settings, rehearsal=True) as engine:
        with reading(engine) as session:  # a mistake is told before any work begins
            sides = warned(resolve(session, options.a)), warned(resolve(session, options.b))
        book = load_prices(options.prices) if options.prices else app.prices(settings)
        wanted = devices_of(engine, options.district, options.school)
        sun, zone = partial(app.sun_up, settings), ZoneInfo(settings.zone)
        asked = Asked(settings.registry.database, options.a, options.b, utc_now(), sun, book, zone)
        if not wanted:
            print("no device is registered there; look at the codes with `camera-registry report`", file=sys.stderr)
            return 3
        with _csv(options, sides, lang) as row:
            whole = _told(compare(asked, wanted), len(wanted), options, lang, row)
    _sum(whole, sides, book, options, lang)
    return int(any(a != b for a, b in whole.every))


@contextmanager
def _csv(options: argparse.Namespace, sides: Sides, lang: str) -> Iterator[Row]:
    """Writes cameras into the file that was named, if one was."""
    if not options.csv:
        yield lambda _flipped: None
        return
    with table("--csv", options.csv, DELIMITERS[lang]) as put:
        put([comparison.headings(lang)])
        yield lambda flipped: put(comparison.rows(flipped, sides, lang))


def _told(parts: Iterator[Part], devices: int, options: argparse.Namespace, lang: str, row: Row) -> Part:
    """Writes each camera as it comes, and adds up."""
    whole, shown = Part(), 0
    for part in _watched(parts, devices):
        for flipped in part.flipped:
            if options.json:
                print(json.dumps(comparison.to_json(flipped), ensure_ascii=False))
            elif shown < SHOWN and options.csv != STANDARD_OUTPUT:
                print("\n".join(comparison.lines(flipped, lang)))
                shown += 1
            row(flipped)
        whole += part
    return whole


def _sum(whole: Part, sides: Sides, book: PriceBook | None, options: argparse.Namespace, lang: str) -> None:
    if options.json:
        told = {name: comparison.totals_json(counted) for name, counted in _counted(whole)}
        cost = {"price_book": book.id, "sha256": book.sha256, **comparison.bills_json(whole.bills)} if book else None
        print(json.dumps({**comparison.sides_json(sides), **told, "cost": cost}, ensure_ascii=False))
    elif options.csv != STANDARD_OUTPUT:
        print("\n".join(["", *comparison.sides(sides)]))
        for name, counted in _counted(whole):
            print("\n".join(["", *comparison.totals(name, counted, lang)]))
        print("\n".join(["", *comparison.cost(whole.bills, book, lang)]))


def _counted(whole: Part) -> tuple[tuple[str, Counter[tuple[str, str]]], ...]:
    return (("every", whole.every), ("offered", whole.offered))


def _watched(parts: Iterator[Part], devices: int) -> Iterator[Part]:
    """The parts, with a bar on the terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        return parts
    return iter(track(parts, "", total=-(-devices // CHUNK), console=console, transient=True))
