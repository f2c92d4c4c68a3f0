"""`discover`: looks for cameras and recorders in a network, and says which of them are registered."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from camera_registry import app
from camera_registry.commands.acting import actor, doing, school_of
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.commands.stopping import until_stopped
from camera_registry.config import Settings, load
from camera_registry.database import reading
from camera_registry.reports.discovery import discovery_json, discovery_table, part_text
from camera_registry.services.audit import recorded
from camera_registry.services.compared import compare
from camera_registry.services.discover import Place, place
from camera_registry.services.found_units import Look, keep_of_places
from camera_registry.store import schools
from probes.discovery.found import Found
from probes.discovery.ranges import parse_network
from probes.discovery.scan import Part, Progress, scan
from probes.outgoing import Networks
from probes.visit import utc_now

PLAIN_S = 10.0
"""How often a line is written where there is no terminal."""
PLAIN_WIDTH = 160
"""So wide is the table where there is no terminal to fit it to."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "discover",
        help="look for cameras and recorders in the registered networks",
        description="Asks every address of a school's registered networks, or of a part of a registered network,\n"
        "whether it is a camera or a recorder, and says which are registered. No login is sent, no device is changed.",
        epilog="examples:\n  camera-registry discover --school 0790123\n"
        "  camera-registry discover --school 0790123 --network 10.20.5.0/24\n"
        "  camera-registry discover --network 192.168.1.0/24 --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--school", metavar="CODE", help="in the registered networks of this school")
    parser.add_argument("--site", metavar="NAME", help='at one site of the school; "" is the main one')
    parser.add_argument("--network", metavar="CIDR", help="a part of a registered network")
    parser.add_argument(
        "--keep",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="keep what was found, for the page of what is not registered (default: yes)",
    )
    parser.add_argument("--timeout", type=_seconds, metavar="N", help="seconds to wait for an answer")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=discover)


def discover(options: argparse.Namespace) -> int:
    """0 when the registry and the network agree, 1 when they differ, 3 when nothing answered at all."""
    settings, _ = load(options.config)
    lang: str = options.lang or settings.language
    outgoing = app.outgoing(settings)
    where = _place(options, settings, outgoing)
    plan = app.discovery_plan(settings, where, options.timeout)
    began = utc_now()
    with _shown(lang) as show:
        found = until_stopped(scan(plan, show))
    result = compare(found, where.registered, frozenset(map(str, plan.may_be_asked)))
    if options.json:
        print(json.dumps(discovery_json(result, where.networks, began), ensure_ascii=False, indent=2))
    else:
        table = discovery_table(result, where.networks, lang)
        Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH).print(table)
    if options.keep:
        _keep(settings, where, found, began)
    return 3 if not found else int(result.differs)


def _place(options: argparse.Namespace, settings: Settings, outgoing: Networks) -> Place:
    part = parse_network(options.network) if options.network is not None else None
    if options.school is None and (part is None or options.site is not None):
        raise UsageError("write --school CODE, --school CODE --site NAME, or --network CIDR")
    with app.registry(settings, rehearsal=True) as engine, reading(engine) as session:
        return place(session, options.school, options.site, part=part, outgoing=outgoing)


def _keep(settings: Settings, where: Place, found: Sequence[Found], began: datetime) -> None:
    """What was found stands in the registry, and the log says who looked."""
    now, who = utc_now(), actor()
    look = Look(who.account, began, now, where.whole)
    act = doing("discovery", what=", ".join(map(str, where.networks)))
    with app.registry(settings) as engine, recorded(engine, act, now) as session:
        sites = [schools.site(session, number) for number in where.sites]
        codes = {schools.code_of(session, site.school_id) for site in sites}
        act.subject.update(school_of(codes))
        act.details["count"] = keep_of_places(session, sites, found, look)


@contextmanager
def _shown(lang: str) -> Iterator[Progress]:
    """Shows progress on the terminal: a bar, or a line every ten seconds where standard error is none."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(lang)
        return
    with Bar(BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), console=console) as bar:
        task = bar.add_task(part_text("datagrams", lang), total=None)
        yield lambda part, done, total: bar.update(task, total=total, completed=done, description=part_text(part, lang))


class _Lines:
    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._next = time.monotonic() + PLAIN_S

    def __call__(self, part: Part, done: int, total: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + PLAIN_S
            print(f"{done}/{total} {part_text(part, self._lang)}", file=sys.stderr)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 60:
        raise argparse.ArgumentTypeError(f"{text} is not 0.1 to 60 seconds")
    return value
