"""`audit`: check the log of what people did, write it out, list it."""

from __future__ import annotations

import argparse
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from camera_registry import app
from camera_registry.audit.checking import Report, check
from camera_registry.audit.file import line_of, read_lines
from camera_registry.audit.words import ACTIONS
from camera_registry.commands.changes import day_begins
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.config import Settings, load
from camera_registry.database import reading
from camera_registry.reports.audit import list_text, report_text
from camera_registry.services import audit
from camera_registry.store.audit import AuditWanted

BROKEN = 1
MOST = 1000
_HASH = re.compile(r"[0-9a-f]{64}")


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and those below it."""
    parser = commands.add_parser(
        "audit",
        help="the log of who did what: check it, write it out, list it",
        description="Who did what to what, from where. Entries are only added; each is bound to the one before.",
        epilog="example:\n  camera-registry audit verify --head 5f0c…",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    below = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    checking = _below(below, "verify", "say whether the log is as it was written", verify, "exported.jsonl")
    checking.add_argument("file", metavar="FILE", type=Path, nargs="?", help="what `audit export` wrote; else the log")
    checking.add_argument("--head", metavar="HASH", help="the hash of an entry that was kept elsewhere")
    writing_out = _below(below, "export", "print the log as lines of JSON", export, "--since 2026-11-01 > log.jsonl")
    listing = _below(below, "list", "list entries, the newest first", list_entries, "--school 0790123")
    listing.add_argument("--school", metavar="S", help="about the school with this code")
    listing.add_argument("--account", metavar="A", help="by this account; cli:NAME is a user of this machine")
    listing.add_argument("--action", metavar="A", help="of this action, like device_login")
    listing.add_argument("--json", action="store_true", help="print lines of JSON, as `export` does")
    for each in (writing_out, listing):
        each.add_argument("--since", metavar="DAY", help="from the beginning of this day, like 2026-11-01")
        each.add_argument("--until", metavar="DAY", help="until the end of this day")


def verify(options: argparse.Namespace) -> int:
    """0 intact, 1 broken."""
    settings, _ = load(options.config)
    if options.head is not None and not _HASH.fullmatch(options.head):
        raise UsageError("--head: write the hash as `audit verify` prints it: 64 digits and letters a to f")
    report = _checked_file(options.file, options.head) if options.file else _checked(settings, options.head)
    print(report_text(report, options.lang or settings.language, asked_head=options.head is not None))
    return 0 if report.intact else BROKEN


def export(options: argparse.Namespace) -> int:
    """0 when all of it is printed."""
    settings, _ = load(options.config)
    since, until = _between(options, settings)
    with app.existing(settings) as engine, reading(engine) as session:
        for line in audit.export(session, since, until):
            print(line)
    return 0


def list_entries(options: argparse.Namespace) -> int:
    """0 when they are printed."""
    settings, _ = load(options.config)
    since, until = _between(options, settings)
    if options.action is not None and options.action not in ACTIONS:
        raise UsageError(f"--action: {options.action[:50]}: there is none; actions are {', '.join(ACTIONS)}")
    told = {name: getattr(options, name) for name in ("school", "account", "action")}
    wanted = AuditWanted(since=since, until=until, size=MOST, **told)
    with app.existing(settings) as engine, reading(engine) as session:
        total, found = audit.page(session, wanted)
    if options.json:
        for each in found:
            print(line_of(each.kept))
    else:
        print(list_text(total, found, options.lang or settings.language, ZoneInfo(settings.zone)))
    return 0


def _checked(settings: Settings, head: str | None) -> Report:
    with app.existing(settings) as engine, reading(engine) as session:
        return audit.verify(session, head)


def _checked_file(file: Path, head: str | None) -> Report:
    """What a check of the file comes to. Raises AuditFileError, UsageError."""
    try:
        with file.open(encoding="utf-8") as lines:
            return check(read_lines(lines), head, whole=False)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}: is not UTF-8; it is no audit log") from None


def _between(options: argparse.Namespace, settings: Settings) -> tuple[datetime | None, datetime | None]:
    zone = ZoneInfo(settings.zone)
    since = day_begins(options.since, zone) if options.since else None
    until = day_begins(options.until, zone) + timedelta(days=1) if options.until else None
    return since, until


def _below(
    below: Commands[argparse.ArgumentParser], name: str, words: str, run: Any, example: str
) -> argparse.ArgumentParser:
    parser = below.add_parser(
        name,
        help=words,
        description=f"{words[0].upper()}{words[1:]}.",
        epilog=f"example:\n  camera-registry audit {name} {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)
    return parser
