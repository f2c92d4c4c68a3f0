"""`standards diff`: which rules of two editions differ, and in what."""

from __future__ import annotations

import argparse

from camera_registry import app
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.commands.standards.warned import warned
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.reports.standards import differences_text
from camera_registry.services.edition_texts import resolve
from standards.reading.differences import differences


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "diff",
        help="which rules of two editions differ, and in what",
        description="Lists every key of every rule that stands otherwise in B than in A.",
        epilog="example:\n  camera-registry standards diff hcmc-3288@draft-1 hcmc-3288",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("before", metavar="A", help="id, id@version, or the path of a file")
    parser.add_argument("after", metavar="B", help="id, id@version, or the path of a file")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 when they say the same, 1 when anything differs."""
    settings, _ = load(options.config)
    with app.registry(settings, rehearsal=True) as engine, reading(engine) as session:
        before, after = (warned(resolve(session, name)) for name in (options.before, options.after))
    found = differences(before, after)
    print(differences_text(before, after, found, options.lang or settings.language))
    return 1 if found else 0
