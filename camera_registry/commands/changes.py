"""`changes` and `timeline`: what changed since a day, what happened to one channel, what a device was on a past day."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from camera_registry import app
from camera_registry.commands.check import split
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.moments import day_in_reach
from camera_registry.reports.changes import changes_json, changes_text, past_day_text, timeline_text
from camera_registry.services.editions import InForce
from camera_registry.services.timeline import past_day, timeline
from camera_registry.services.what_changed import since_last_night, what_changed
from probes.visit import utc_now


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Both commands and their options."""
    parser = commands.add_parser(
        "changes",
        help="what changed since the last night, or since a day",
        description="What newly fails, what is resolved, what is another value, which devices were replaced or reset.",
        epilog="examples:\n  camera-registry changes\n  camera-registry changes --since 2026-11-01 --school 0790123",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--since", metavar="DAY", help="from the beginning of this day, like 2026-11-01")
    parser.add_argument("--district", metavar="D", help="of the unit with this code")
    parser.add_argument("--school", metavar="S", help="of the school with this code")
    _common(parser, changed)
    parser = commands.add_parser(
        "timeline",
        help="what happened to one channel; what a device was on a past day",
        description="Verdicts, criteria, units, resets and visits of one channel, the newest first; with --as-of the\n"
        "verdicts and findings of a device at the end of that day.",
        epilog="examples:\n  camera-registry timeline 0790123/DG-01/5\n"
        "  camera-registry timeline 0790123/DG-01 --as-of 2026-11-01",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("channel", metavar="SCHOOL/DEVICE[/CHANNEL]", help="what is meant, by its codes")
    parser.add_argument("--as-of", metavar="DAY", help="what the device was at the end of this day")
    _common(parser, told)


def _common(parser: argparse.ArgumentParser, run: Any) -> None:
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def changed(options: argparse.Namespace) -> int:
    """Prints what changed; 0."""
    settings, _ = load(options.config)
    lang, zone = options.lang or settings.language, ZoneInfo(settings.zone)
    asked = day_begins(options.since, zone) if options.since else None
    with app.registry(settings, rehearsal=True) as engine:
        editions = InForce(engine, settings.standard)()
        with reading(engine) as session:
            since = asked or since_last_night(session)
            if since is None:
                raise UsageError("there was no nightly check yet; write --since DAY, like --since 2026-11-01")
            found = what_changed(session, editions, since, options.district, options.school)
    print(changes_json(found, since) if options.json else changes_text(found, since, lang, zone))
    return 0


def told(options: argparse.Namespace) -> int:
    """Prints the timeline, or the past day; 0."""
    settings, _ = load(options.config)
    lang, zone = options.lang or settings.language, ZoneInfo(settings.zone)
    school, code, index = split(options.channel)
    at = day_begins(options.as_of, zone) + timedelta(days=1) if options.as_of else None
    if at is None and index is None:
        raise UsageError("write SCHOOL/DEVICE/CHANNEL, as in 0790123/DG-01/5, or --as-of DAY")
    with app.registry(settings, rehearsal=True) as engine:
        editions = InForce(engine, settings.standard)()
        with reading(engine) as session:
            if at is not None:
                past = past_day(session, school, code, min(at, utc_now()), editions)
                text = past_day_text(_or_error(past, options.channel), lang, zone, as_json=options.json)
            else:
                events = timeline(session, school, code, index or 0, editions)
                text = timeline_text(_or_error(events, options.channel), lang, zone, as_json=options.json)
    print(text)
    return 0


def _or_error(found: Any, asked: str) -> Any:
    if found is None:
        raise UsageError(f"{asked}: nothing of these codes is registered")
    return found


def day_begins(text: str, zone: ZoneInfo) -> datetime:
    """The first moment of a day in the zone, in UTC. Raises UsageError for what is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text[:50]}: this is no day; write it like 2026-11-01") from None
    try:
        return datetime.combine(day_in_reach(day), time(), zone).astimezone(UTC)
    except ValueError as error:
        raise UsageError(f"{day}: {error}") from None
