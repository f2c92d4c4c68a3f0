"""`bundle take`: what a laptop has brought is recorded, by whoever calls at the server."""

from __future__ import annotations

import argparse
import re
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from camera_registry import app
from camera_registry.bundles import document, file
from camera_registry.commands.acting import doing, user
from camera_registry.commands.options import UsageError, add_common, add_language
from camera_registry.config import load
from camera_registry.database import rehearsing
from camera_registry.services.audit import recorded
from camera_registry.services.bundles import Judging, LookTaken, Taken, Taker, take
from camera_registry.services.editions import InForce
from probes.visit import utc_now
from standards.model import Text
from standards.names import VERDICTS

_CHOICE = re.compile(r"(\d{1,4})=(.*)")
WORDS: dict[str, Text] = {
    "taken": {
        "vi": "{school}: đã nhận {new} kết quả, {before} đã nhận trước đây, {left} chưa có thiết bị",
        "en": "{school}: {new} looks taken, {before} taken before, {left} without a device",
    },
    "seen": {
        "vi": "{school}: sẽ nhận {new} kết quả, {before} đã nhận trước đây, {left} chưa có thiết bị; chưa ghi gì",
        "en": "{school}: {new} looks would be taken, {before} were before, {left} without a device; nothing is kept",
    },
    "before": {"vi": "đã nhận trước đây", "en": "taken before"},
    "none": {
        "vi": "chưa có thiết bị; chọn bằng --choose {number}=MÃ",
        "en": "no device; choose one with --choose {number}=CODE",
    },
}


class _NothingStaysError(Exception):
    """Nothing is written, not even that somebody asked."""


def add_take(parser: argparse.ArgumentParser) -> None:
    """The options of `bundle take`."""
    parser.add_argument("file", metavar="FILE", type=Path, help="what `inspect --bundle` has made")
    parser.add_argument(
        "--fingerprint", metavar="F", default="", help="the first time: what the laptop shows as its own"
    )
    parser.add_argument(
        "--choose", metavar="N=CODE", action="append", default=[], help="look N was at this device; N= at none"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would become of it, and keep nothing")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 when every look has a device, 3 when some have none; what is wrong with the bundle is an error."""
    settings, _ = load(options.config)
    lang: str = options.lang or settings.language
    bundle, chosen = document.read(file.read_file(options.file)), _chosen(options.choose)
    act = doing("bundle_take", {"school": bundle.heading.school[:50]}, sha256=bundle.sha256)
    taker = Taker(None, f"cli:{user()}", None if options.dry_run else options.fingerprint)
    with app.registry(settings) as engine:
        now = utc_now()
        judging = Judging(InForce(engine, settings.standard)(), now, app.sun_up(settings), ZoneInfo(settings.zone))
        with (
            suppress(_NothingStaysError),
            rehearsing(engine) if options.dry_run else recorded(engine, act, now) as session,
        ):
            taken = take(session, bundle, taker, judging, chosen)
            act.details.update(count=taken.new, looks=len(taken.looks), what=f"laptop: {bundle.fingerprint}")
            if not taken.changed:
                raise _NothingStaysError
    for look in taken.looks:
        print(_line(look, lang))
    print(_sum(taken, "seen" if options.dry_run else "taken", lang))
    return 3 if taken.left else 0


def _chosen(words: list[str]) -> dict[int, str]:
    found = [_CHOICE.fullmatch(each) for each in words]
    if not all(found):
        raise UsageError("--choose: write the number of the look and the code of the device, as in --choose 3=CAM-02")
    return {int(each[1]): each[2].strip() for each in found if each}


def _line(look: LookTaken, lang: str) -> str:
    at = look.at.isoformat(timespec="seconds")
    if look.before:
        became = WORDS["before"][lang]
    elif not look.device:
        became = WORDS["none"][lang].format(number=look.number)
    else:
        became = VERDICTS[look.verdict.name][lang] if look.verdict else ""
    return f"{look.number}. {at} {look.address} {look.unit} → {look.device or '–'}: {became}"


def _sum(taken: Taken, which: str, lang: str) -> str:
    before = sum(look.before for look in taken.looks)
    return WORDS[which][lang].format(school=taken.school, new=taken.new, before=before, left=taken.left)
