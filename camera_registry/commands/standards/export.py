"""`standards export`: the whole text of an edition as TOML, to read, to keep, or to extend."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from camera_registry import app
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.reports.standards import say
from camera_registry.services.edition_editing import whole_text
from camera_registry.services.edition_texts import resolve


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "export",
        help="write an edition as TOML",
        description="Writes the whole text of an edition; of one that extends others, with what it takes from them.\n"
        "An edition of your own beside that file extends it by the name of the file without .toml.",
        epilog="example:\n  camera-registry standards export hcmc-3288@draft-2 --to city.toml",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("edition", metavar="EDITION", help="id, id@version, or the path of a file")
    parser.add_argument("--to", metavar="FILE", type=Path, help="a new file (default: standard output)")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 when it is written."""
    settings, _ = load(options.config)
    lang = options.lang or settings.language
    with app.registry(settings, rehearsal=True) as engine, reading(engine) as session:
        edition = resolve(session, options.edition)
    text = whole_text(edition.texts)
    if options.to is None:
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
        return 0
    try:
        with options.to.open("xb") as file:  # what stands there may be the work of a person
            file.write(text)
    except OSError as error:
        raise UsageError(f"--to: {options.to}: cannot be written: {error.strerror}; name a new file") from None
    print(say("exported", lang, name=edition.name, file=options.to, sha256=hashlib.sha256(text).hexdigest()))
    return 0
