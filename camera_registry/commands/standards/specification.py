"""`standards specification`: what a camera that is to be bought has to fulfil, from an edition."""

from __future__ import annotations

import argparse
import json

from rich.console import Console

from camera_registry import app
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.commands.output import say, write
from camera_registry.commands.standards.warned import warned
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.reports.specification import specification_csv, specification_json, specification_table
from camera_registry.services.edition_texts import resolve
from standards.buying.purchase import specification


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "specification",
        help="what a camera that is to be bought has to fulfil",
        description="Lists what an edition asks of a new camera: minimum, preferred, source and its state, proof.\n"
        "No make, model or origin is named.",
        epilog="example:\n  camera-registry standards specification hcmc-3288 --csv requirements.csv",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("edition", help="id of an edition, id@version, or the path of a TOML file")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", metavar="FILE", help="write it for a spreadsheet; - is standard output")
    form.add_argument("--json", action="store_true", help="print it as JSON")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """The specification, in the form that was asked for; the exit status."""
    settings, _ = load(options.config)
    lang = options.lang or settings.language
    with app.registry(settings, rehearsal=True) as engine, reading(engine) as session:
        edition = warned(resolve(session, options.edition))
    rows = specification(edition)
    if options.csv:
        write("--csv", options.csv, specification_csv(edition, rows, lang))
    elif options.json:
        say(json.dumps(specification_json(edition, rows, lang), ensure_ascii=False, indent=2))
    else:
        Console(highlight=False).print(specification_table(edition, rows, lang))
    return 0
