"""`check`: a registered device judged by what is stored; and with `--explain` the whole reasoning of one verdict."""

from __future__ import annotations

import argparse
import json
from zoneinfo import ZoneInfo

from sqlmodel import Session

from camera_registry import app
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.config import Settings, load
from camera_registry.database import reading
from camera_registry.numbers import index_of
from camera_registry.reports.checking import checked_json, checked_text
from camera_registry.services.checking import check, explanation
from camera_registry.services.edition_texts import resolve
from probes.visit import utc_now
from standards import Edition
from standards.model import VerdictName

_EXIT_STATUS: dict[VerdictName, int] = {"compliant": 0, "unverified": 3}
_FAILS = 1


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "check",
        help="judge a registered device by what is stored; explain a verdict",
        description="Judges what the registry knows of a device. No camera is looked at.\n"
        "Exit status: 1 when a deciding rule fails, else 3 when something could not be checked, else 0.",
        epilog="examples:\n  camera-registry check 0790123/DG-01\n  camera-registry check 0790123/DG-01/5 --json\n"
        "  camera-registry check --explain 0790123/DG-01/5 --lang en",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("device", metavar="SCHOOL/DEVICE[/CHANNEL]", nargs="?", help="what is judged, by its codes")
    parser.add_argument("--explain", metavar="SCHOOL/DEVICE/CHANNEL", help="the whole reasoning of this verdict")
    parser.add_argument("--standard", metavar="S", help="id of an edition or path of a file; else by the settings")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints the findings, or the reasoning; the exit status."""
    settings, _ = load(options.config)
    if bool(options.device) == bool(options.explain):
        raise UsageError("write SCHOOL/DEVICE, as in 0790123/DG-01, or --explain SCHOOL/DEVICE/CHANNEL")
    with app.registry(settings, rehearsal=True) as engine, reading(engine) as session:
        edition = resolve(session, options.standard or settings.standard.decides)
        judge = _explain if options.explain else _check
        return judge(session, options, settings, edition)


def _check(session: Session, options: argparse.Namespace, settings: Settings, edition: Edition) -> int:
    school, code, index = split(options.device)
    found = check(session, school, code, edition, utc_now(), app.sun_up(settings))
    if found is None or (index is not None and index not in found.verdicts):
        raise UsageError(f"{options.device}: no such device or channel; write SCHOOL/DEVICE or SCHOOL/DEVICE/CHANNEL")
    if options.json:
        print(json.dumps(checked_json(found, index), ensure_ascii=False, indent=2))
    else:
        print(checked_text(found, index, options.lang or settings.language, ZoneInfo(settings.zone)))
    return _EXIT_STATUS.get((found.verdict if index is None else found.verdicts[index]).name, _FAILS)


def _explain(session: Session, options: argparse.Namespace, settings: Settings, edition: Edition) -> int:
    school, code, index = split(options.explain)
    zone, sun = ZoneInfo(settings.zone), app.sun_up(settings)
    found = explanation(session, school, code, index, edition, utc_now(), sun, zone) if index is not None else None
    if found is None:
        raise UsageError(f"{options.explain}: no such channel; write SCHOOL/DEVICE/CHANNEL, as in 0790123/DG-01/5")
    if options.json:
        print(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        print(found.text(options.lang or settings.language))
    return _EXIT_STATUS.get(found.verdict.name, _FAILS)


def split(text: str) -> tuple[str, str, int | None]:
    """School, device and channel index of SCHOOL/DEVICE[/CHANNEL]. Raises UsageError."""
    school, _, rest = text.partition("/")
    code, _, index = rest.rpartition("/") if "/" in rest else (rest, "", "")
    if not (school and code) or (index and index_of(index) is None):
        raise UsageError(f"{text}: write SCHOOL/DEVICE or SCHOOL/DEVICE/CHANNEL, as in 0790123/DG-01/5")
    return school, code, index_of(index)
