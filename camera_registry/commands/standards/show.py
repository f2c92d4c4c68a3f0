"""`standards show`: the editions there are, or every rule of one with values, source and state."""

from __future__ import annotations

import argparse

from camera_registry import app
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.commands.standards.warned import warned
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.reports.standards import editions_text, rules_text
from camera_registry.services.edition_texts import every, resolve


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "show",
        help="list the editions, or the rules of one",
        description="Lists the editions of the product and those made here; of one, every rule with its minimum, its\n"
        "preferred value, its source and how well it is known.",
        epilog="example:\n  camera-registry standards show hcmc-3288 --lang en",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("edition", nargs="?", help="id of an edition, id@version, or the path of a TOML file")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints the editions, or the rules of one; the exit status."""
    settings, _ = load(options.config)
    lang = options.lang or settings.language
    with app.registry(settings, rehearsal=True) as engine, reading(engine) as session:
        if options.edition:
            print(rules_text(warned(resolve(session, options.edition)), lang))
        else:
            print(editions_text(every(session), lang))
    return 0
