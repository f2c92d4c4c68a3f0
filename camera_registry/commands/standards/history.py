"""`standards history`: what was confirmed in an edition, by whom, from which scan, and what still waits."""

from __future__ import annotations

import argparse
import json

from camera_registry import app
from camera_registry.api.confirmations import confirmation_answer
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.reports.standards import history_text
from camera_registry.services.editions import InForce
from camera_registry.store import editions


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "history",
        help="who confirmed what in an edition",
        description="Lists every confirmation that was asked for, the newest first, and what came of it.",
        epilog="example:\n  camera-registry standards history hcmc-3288",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("edition", metavar="EDITION", help="id of the edition")
    parser.add_argument("--json", action="store_true", help="as JSON")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints the history; 0."""
    settings, _ = load(options.config)
    with app.registry(settings) as engine:
        in_force = InForce(engine, settings.standard)()
        with reading(engine) as session:
            kept = editions.confirmations(session, options.edition)
            rows = [confirmation_answer(session, row, in_force) for row in kept]
    if options.json:
        print(json.dumps([row.model_dump(mode="json") for row in rows], ensure_ascii=False, indent=1))
        return 0
    print(history_text(rows, options.edition, options.lang or settings.language))
    return 0
