"""`readiness`: how many of the cameras offered for connection are ready, of a school, a unit, or all."""

from __future__ import annotations

import argparse

from camera_registry import app
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.reports.readiness import readiness_text
from camera_registry.services.editions import InForce
from camera_registry.services.readiness import readiness
from probes.visit import utc_now


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "readiness",
        help="how many cameras are ready to be connected",
        description="Ready: offered for connection, compliant, and the line of the site is not too slow. Each camera\n"
        "counts once. Of one school also how much of the document is known.",
        epilog="example:\n  camera-registry readiness --school 0790123",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--district", metavar="D", help="of the unit with this code")
    parser.add_argument("--school", metavar="S", help="of the school with this code")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints it; the exit status."""
    settings, _ = load(options.config)
    with app.registry(settings, rehearsal=True) as engine, reading(engine) as session:
        editions = InForce(engine, settings.standard)()
        found = readiness(session, editions, utc_now(), options.district, options.school)
    print(readiness_text(found, options.lang or settings.language))
    return 0
