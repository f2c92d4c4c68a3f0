"""`answers`: what a school was asked, what it answered, and what is open."""

from __future__ import annotations

import argparse
from zoneinfo import ZoneInfo

from camera_registry import app
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.reports.answers import answers_text
from camera_registry.reports.listing_columns import Shown
from camera_registry.services.editions import InForce
from camera_registry.services.manual_answers import questions
from probes.visit import utc_now


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "answers",
        help="list what a school is asked, and what it answered",
        description="Every question that no probe can answer: open ones first, then those that are answered.",
        epilog="example:\n  camera-registry answers 0790123",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("school", metavar="SCHOOL", help="code of the school")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints the questions; the exit status."""
    settings, _ = load(options.config)
    to = Shown(options.lang or settings.language, ZoneInfo(settings.zone))
    with app.registry(settings, rehearsal=True) as engine, reading(engine) as session:
        found = questions(session, options.school, InForce(engine, settings.standard)(), utc_now())
    print(answers_text(found, to))
    return 0
