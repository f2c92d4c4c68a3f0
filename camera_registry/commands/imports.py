"""`import`: takes schools, devices and channels from a workbook or from CSV files into the registry."""

from __future__ import annotations

import argparse
from pathlib import Path

from camera_registry import app
from camera_registry.audit.doing import Plain
from camera_registry.commands.acting import doing, school_of
from camera_registry.commands.options import Commands, add_common, add_language, complain
from camera_registry.config import load
from camera_registry.database import rehearsing
from camera_registry.importing.reading import Asked, Files
from camera_registry.reports.importing import imported_text, refused_text
from camera_registry.services.audit import recorded
from camera_registry.services.editions import InForce
from camera_registry.services.import_csv import import_files, read_place
from camera_registry.services.judge_places import judge_changed
from camera_registry.services.registering import Imported, ImportRefusedError
from probes.visit import utc_now

REFUSED = 2


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "import",
        help="take schools, devices and channels from a workbook or CSV files",
        description="Takes a workbook (.xlsx), a CSV file, or schools.csv, devices.csv and channels.csv of a folder\n"
        "into the registry. When anything is wrong, all of it is said and nothing is written. Safe to repeat.",
        epilog="examples:\n  camera-registry import data/ward-26740 --dry-run\n"
        "  camera-registry import schools.xlsx --answer tcvn3=yes --answer map.0.5=skip",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("place", metavar="PLACE", type=Path, help="the file, or the folder of files (docs/import.md)")
    parser.add_argument(
        *("--answer", "-a"),
        metavar="KEY=VALUE",
        action="append",
        default=[],
        type=_answer,
        help="the answer to what an import asks; which keys there are stands in docs/import.md",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=import_place)


def import_place(options: argparse.Namespace) -> int:
    """0 when it is taken (or would be); 2 when anything is wrong, and then nothing is."""
    settings, _ = load(options.config)
    lang: str = options.lang or settings.language
    act, asked = doing("import"), Asked(dict(options.answer))
    try:
        files = read_place(options.place)
        act.details["what"] = form_of(files)
        with app.registry(settings, rehearsal=options.dry_run) as engine:
            editions, now = InForce(engine, settings.standard)(), utc_now()
            with rehearsing(engine) if options.dry_run else recorded(engine, act, now) as session:
                imported = import_files(session, files, now, app.outgoing(settings), asked=asked)
                judge_changed(session, imported.schools, editions, now)
                act.subject.update(school_of(imported.schools))
                act.details.update(changes_of(imported))
    except ImportRefusedError as refused:
        complain(refused_text(refused.mistakes, lang))
        return REFUSED
    print(imported_text(imported, lang, dry_run=options.dry_run))
    return 0


def _answer(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not (key and sign):
        raise argparse.ArgumentTypeError("write KEY=VALUE, for example tcvn3=yes")
    return key, value


def form_of(files: Files) -> str:
    """What kind of files these are, for the log."""
    return "xlsx" if any(name.lower().endswith(".xlsx") for name in files) else "csv"


def changes_of(imported: Imported) -> dict[str, Plain]:
    """How many schools the files spoke of, and how many rows are new, changed and the same."""
    kinds = imported.counts.values()
    sums: dict[str, Plain] = {name: sum(count[name] for count in kinds) for name in ("new", "changed", "same")}
    return sums | {"schools": len(imported.schools)}
