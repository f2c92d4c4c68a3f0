"""`sweep`: what a sweep has come to, the newest nightly one where none is named."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from camera_registry import app
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.reports.sweep_summary import summary_text
from camera_registry.services.sweep_summary import sweep_summary
from probes.visit import utc_now


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "sweep",
        help="what a night has come to",
        description="The summary of a sweep: how its devices ended and why, what it cost, what took long, what it\n"
        "changed. Without a number that of the newest nightly one.",
        epilog="examples:\n  camera-registry sweep\n  camera-registry sweep 17 --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("number", metavar="NUMBER", nargs="?", type=int, help="the sweep with this number")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints it; 0."""
    settings, _ = load(options.config)
    with app.registry(settings, rehearsal=True) as engine, reading(engine) as session:
        found = sweep_summary(session, options.number, utc_now())
    if found is None:
        which = "no nightly sweep yet" if options.number is None else f"no sweep {options.number}"
        raise UsageError(f"there is {which}; `probe` looks at devices now")
    if options.json:
        print(json.dumps(asdict(found), ensure_ascii=False, default=str, indent=2))
    else:
        print(summary_text(found, options.lang or settings.language))
    return 0
