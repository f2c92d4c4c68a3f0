"""`erase`: everything that is kept of a school is deleted, and the files are rewritten without it."""

from __future__ import annotations

import argparse
import sys

from sqlalchemy import Engine

from camera_registry import app
from camera_registry.backups.folder import listed
from camera_registry.commands.acting import doing
from camera_registry.commands.options import Commands, UsageError, add_common, add_language, complain
from camera_registry.config import Settings, load
from camera_registry.database import DatabaseUnusableError, scrub
from camera_registry.reports.erasing import erased_text, rehearsal_text, say
from camera_registry.services.erase import erase_school, rehearse
from probes.visit import utc_now

NOT_CLEAN = 1


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "erase",
        help="delete everything that is kept of a school",
        description="Deletes a school with its devices, what was seen of them and what people said of them, and what\n"
        "the audit log says of it; then rewrites the database file. It cannot be undone (docs/privacy.md).",
        epilog="examples:\n  camera-registry erase 0790123 --dry-run\n"
        "  camera-registry erase 0790123 --yes 0790123 --by 'Lê An'",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("school", metavar="SCHOOL", nargs="?", help="code of the school")
    parser.add_argument("--dry-run", action="store_true", help="count what would be deleted, and delete nothing")
    parser.add_argument("--yes", metavar="CODE", help="the code again, for scripts; else it is asked for")
    parser.add_argument("--by", metavar="NAME", default="", help="who decided it")
    parser.add_argument("--decision", metavar="TEXT", default="", help="number of the paper that says so")
    parser.add_argument("--scrub", action="store_true", help="only rewrite the files, where that could not be done")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=erase)


def erase(options: argparse.Namespace) -> int:
    """0 when nothing of it is left; 1 when it is deleted and the files still hold it."""
    settings, _ = load(options.config)
    lang: str = options.lang or settings.language
    if options.scrub == bool(options.school):
        raise UsageError("write the code of a school, or --scrub alone")
    with app.existing(settings) as engine:
        if options.scrub:
            return _scrubbed(engine, settings, lang)
        would = rehearse(engine, options.school, utc_now())
        if options.dry_run:
            print(rehearsal_text(options.school, would, lang))
            return 0
        _be_sure(options, rehearsal_text(options.school, would, lang), lang)
        act = doing("school_erase", by=options.by, decision=options.decision)
        done = erase_school(engine, options.school, act, utc_now())
        print(erased_text(options.school, done, lang))
        return _scrubbed(engine, settings, lang)


def _be_sure(options: argparse.Namespace, would: str, lang: str) -> None:
    """The code was typed twice. Raises UsageError."""
    typed = options.yes
    if typed is None:
        if not sys.stdin.isatty():
            raise UsageError("nobody can be asked here; write --yes CODE with the code of the school again")
        print(would)
        typed = input(say("type", lang)).strip()
    if typed != options.school:
        raise UsageError(say("other", lang))


def _scrubbed(engine: Engine, settings: Settings, lang: str) -> int:
    try:
        scrub(engine)
    except DatabaseUnusableError as error:
        complain(f"{error}\n{say('held', lang)}")
        return NOT_CLEAN
    print(say("scrubbed", lang))
    print(say("copies", lang))
    backups = ", ".join(path.name for path in listed(settings.backup.folder))
    if backups:
        print(say("backups", lang, names=backups))
    if engine.dialect.name == "postgresql":
        print(say("log", lang))
    return 0
