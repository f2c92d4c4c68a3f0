"""`standards rejudge`: stored facts are judged by the editions in force, without touching a camera."""

from __future__ import annotations

import argparse
import sys
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from camera_registry import app
from camera_registry.collector import look_seldom
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.config import Settings, load
from camera_registry.reports.standards import say
from camera_registry.services.editions import InForce
from camera_registry.services.rejudge import rejudge
from probes.visit import utc_now

EVERY = 500
"""Devices between two lines of progress."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "rejudge",
        help="judge stored facts by the editions in force",
        description="Judges every device that was last judged by another edition, from what is stored. May be stopped\n"
        "and begun again; `serve` does it by itself.",
        epilog="example:\n  camera-registry standards rejudge",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 when every device is judged by the editions in force."""
    settings, _ = load(options.config)
    with app.registry(settings) as engine:
        print(say("again", options.lang or settings.language, n=judge_all(settings, engine)))
    return 0


def judge_all(settings: Settings, engine: Engine) -> int:
    """How many devices were judged again; says on standard error how far it is."""
    in_force = InForce(engine, settings.standard)
    look_seldom()
    return rejudge(engine, in_force, app.sun_up(settings), utc_now, ZoneInfo(settings.zone), _tell)


def _tell(done: int, total: int) -> None:
    if done % EVERY == 0:
        print(f"{done}/{total}", file=sys.stderr)
