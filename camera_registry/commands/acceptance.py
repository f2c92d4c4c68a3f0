"""`acceptance`: chosen channels, one edition, several looks over a day, before a contractor is paid."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any
from zoneinfo import ZoneInfo

from camera_registry import app
from camera_registry.audit.doing import Doing
from camera_registry.commands.acting import doing, school_of
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.config import Settings, load
from camera_registry.database import reading
from camera_registry.reports.acceptance import acceptance_text
from camera_registry.reports.acceptance_file import acceptance_csv
from camera_registry.reports.listing_columns import Shown
from camera_registry.services import acceptance as services
from camera_registry.services.audit import recorded
from camera_registry.store import acceptances
from probes.visit import utc_now

STATUS = {"accepted": 0, "not_accepted": 1, "not_finished": 3}
"""The exit status of `show` and `close`, by the result."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and the commands below it."""
    parser = commands.add_parser(
        "acceptance",
        help="look at chosen channels several times over a day, and say whether they are accepted",
        description="Chosen channels, one edition, several looks over a day, a result with every value.",
        epilog="example:\n  camera-registry acceptance start HD-12 --name 'Gói thầu 12' --channels 0790123/DG-01 \\\n"
        "    --standard hcmc-3288 --looks 4 --hours 24 --by 'Lê An'",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    below = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_start(below)
    showing = _below(below, "show", "say what the looks came to", show, "HD-12 --csv > HD-12.csv")
    showing.add_argument("code", metavar="CODE")
    form = showing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="every look, finding and value as JSON")
    form.add_argument("--csv", action="store_true", help="one row for each channel, rule and look")
    add_language(showing)
    _below(below, "list", "name the acceptances", list_all, "")
    closing = _below(below, "close", "freeze the result; it never changes again", close, "HD-12 --by 'Lê An'")
    cancelling = _below(below, "cancel", "give an acceptance up", cancel, "HD-12 --by 'Lê An'")
    add_language(closing)
    for each in (closing, cancelling):
        each.add_argument("code", metavar="CODE")
        each.add_argument("--by", required=True, metavar="NAME", help="who says so")


def start(options: argparse.Namespace) -> int:
    """0 when it runs."""
    settings, _ = load(options.config)
    named = options.standard or settings.standard.decides
    asked = services.Asked(
        options.code, options.name, tuple(options.channels), named, options.looks, options.hours, options.by
    )
    act, now = _act("acceptance_start", options, asked.channels), utc_now()
    with app.registry(settings) as engine, recorded(engine, act, now) as session:
        row = services.start(session, asked, now)
        chosen = len(acceptances.chosen(session, row.id or 0))
        act.details.update(channels=chosen, looks=row.looks, sha256=row.edition_sha256)
    to = _shown(settings, options)
    print(f"{row.code}: {chosen} channels, {row.looks} looks from {to.moment(row.begins)} to {to.moment(row.ends)}")
    print("  the looks are made while `camera-registry serve` runs")
    return 0


def show(options: argparse.Namespace) -> int:
    """0 accepted, 1 not accepted, 3 not finished."""
    settings, _ = load(options.config)
    with app.registry(settings) as engine, reading(engine) as session:
        result = services.show(session, options.code, utc_now())
    if options.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    elif options.csv:
        sys.stdout.buffer.write(acceptance_csv(result, _shown(settings, options)))
        sys.stdout.buffer.flush()
    else:
        print(acceptance_text(result, _shown(settings, options)))
    return _status(result)


def list_all(options: argparse.Namespace) -> int:
    """Prints one line for each; 0."""
    settings, _ = load(options.config)
    to = _shown(settings, options)
    with app.registry(settings) as engine, reading(engine) as session:
        for row in acceptances.every(session):
            print(f"{row.code}  {row.state}  {to.moment(row.begins)} – {to.moment(row.ends)}  {row.name}")
    return 0


def close(options: argparse.Namespace) -> int:
    """The status of the result, which is frozen."""
    settings, _ = load(options.config)
    act, now = _act("acceptance_close", options), utc_now()
    with app.registry(settings) as engine, recorded(engine, act, now) as session:
        result = services.close(session, options.code, options.by, now)
        act.subject.update(school_of({each["channel"].split("/")[0] for each in result["channels"]}))
        act.details.update(outcome=result["result"], sha256=result["sha256"])
    print(acceptance_text(result, _shown(settings, options)))
    return _status(result)


def cancel(options: argparse.Namespace) -> int:
    """0 when it is given up."""
    settings, _ = load(options.config)
    act, now = _act("acceptance_cancel", options), utc_now()
    with app.registry(settings) as engine, recorded(engine, act, now) as session:
        services.cancel(session, options.code, options.by, now)
    print(f"{options.code}: is cancelled; what was seen stays")
    return 0


def _add_start(below: Commands[argparse.ArgumentParser]) -> None:
    example = "HD-12 --name 'Gói thầu 12' --channels 0790123/DG-01 0790123/DG-02/3 --by 'Lê An'"
    parser = _below(below, "start", "begin an acceptance", start, example)
    parser.add_argument("code", metavar="CODE", help="a code of your own, as in the contract")
    parser.add_argument("--name", required=True, metavar="TEXT", help="what is accepted")
    parser.add_argument(
        "--channels", required=True, nargs="+", metavar="SCHOOL/DEVICE[/INDEX]", help="a whole device, or one channel"
    )
    parser.add_argument("--standard", metavar="EDITION", help="by which edition (default: the one that decides)")
    parser.add_argument("--looks", type=int, default=4, metavar="N", help="looks at each device (default 4)")
    parser.add_argument("--hours", type=float, default=24.0, metavar="N", help="over how many hours (default 24)")
    parser.add_argument("--by", required=True, metavar="NAME", help="who asks for it")


def _below(
    below: Commands[argparse.ArgumentParser], name: str, words: str, run: Any, example: str
) -> argparse.ArgumentParser:
    parser = below.add_parser(
        name,
        help=words,
        description=f"{words[0].upper()}{words[1:]}.",
        epilog=f"example:\n  camera-registry acceptance {name} {example}".rstrip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_common(parser)
    parser.set_defaults(run=run)
    return parser


def _act(action: str, options: argparse.Namespace, channels: tuple[str, ...] = ()) -> Doing:
    subject = school_of({text.split("/")[0] for text in channels}) | {"acceptance": options.code}
    return doing(action, subject, by=options.by)


def _shown(settings: Settings, options: argparse.Namespace) -> Shown:
    return Shown(getattr(options, "lang", None) or settings.language, ZoneInfo(settings.zone))


def _status(result: Any) -> int:
    return STATUS[result["result"]]
