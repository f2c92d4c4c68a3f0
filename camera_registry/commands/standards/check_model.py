"""`standards check-model`: the values of a data sheet, held against what an edition asks of a new camera."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console

from camera_registry import app
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.commands.output import say
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.reports.specification import check_json, check_table
from camera_registry.services.edition_texts import resolve
from standards.buying.data_sheet import DataSheetError, load_data_sheet
from standards.buying.purchase import check_model

FAILED, UNKNOWN = 1, 3


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "check-model",
        help="hold a data sheet against what a new camera has to fulfil",
        description="Judges the values that a data sheet states (a TOML file, see docs/standards.md).\n"
        "Exit status: 0 all is met, 1 a requirement is not, 3 a value is not stated.",
        epilog="example:\n  camera-registry standards check-model offer-1.toml --edition hcmc-3288",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the values of the data sheet, as TOML")
    parser.add_argument("--edition", metavar="E", help="edition to judge by (default: the one that decides)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 all is met, 1 a requirement is not, 3 a value is not stated."""
    settings, _ = load(options.config)
    lang = options.lang or settings.language
    try:
        sheet = load_data_sheet(options.file)
    except DataSheetError as error:
        raise UsageError(str(error)) from None
    with app.registry(settings, rehearsal=True) as engine, reading(engine) as session:
        edition = resolve(session, options.edition or settings.standard.decides)
    found = check_model(edition, sheet)
    if options.json:
        say(json.dumps(check_json(edition, sheet, found, lang), ensure_ascii=False, indent=2))
    else:
        Console(highlight=False).print(check_table(edition, sheet, found, lang))
    outcomes = {finding.outcome for finding in found}
    return FAILED if "fail" in outcomes else UNKNOWN if "unknown" in outcomes else 0
