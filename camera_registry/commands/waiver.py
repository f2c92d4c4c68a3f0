"""`waiver`: ask for an exception with an end, approve or refuse one, take one back, list them."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date

from sqlmodel import Session

from camera_registry import app
from camera_registry.api.waiver_answers import WaiversAnswer, waiver_answer
from camera_registry.audit.doing import Doing, Plain
from camera_registry.commands.acting import doing
from camera_registry.commands.options import Commands, UsageError, add_common, add_language, kept_number
from camera_registry.config import Settings, load
from camera_registry.database import reading
from camera_registry.reports.waiver_words import scope_in_words, standing_in_words
from camera_registry.services import waived, waivers
from camera_registry.services.audit import recorded
from camera_registry.services.editions import InForce
from camera_registry.services.waivers import Desk, Request, terms_of
from camera_registry.store.waivers import WaiversWanted
from probes.visit import utc_now
from standards import Editions
from standards.waiving.waivers import LEVELS, STANDINGS, Decision, Scope, Waived, Waiver, standing

CHANNEL = re.compile(r"(?P<school>[^/]+)/(?P<device>.+)/(?P<channel>\d{1,4})")
DEVICE = re.compile(r"(?P<school>[^/]+)/(?P<device>.+)")


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and those below it."""
    parser = commands.add_parser(
        "waiver",
        help="exceptions with an end: ask, approve, refuse, withdraw, list",
        description="An accepted exception to a rule that fails: who, why, until when. It hides no row and changes no\n"
        "verdict. There are no accounts yet: a person is the name that is typed.",
        epilog="examples:\n  camera-registry waiver ask --rule resolution-main --channel 0790123/DG-01/5 \\\n"
        '    --reason "Thay trong năm 2027" --ends 2027-06-30 --by "Nguyễn Văn A"\n'
        '  camera-registry waiver approve 1 --by "Trần Thị B" --level district\n'
        "  camera-registry waiver list --state lapsing",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    below = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_ask(below)
    _add_decide(below, "approve", "approve a request")
    _add_decide(below, "refuse", "refuse a request, and say why")
    _add_withdraw(below)
    _add_list(below)


def _add_ask(below: Commands[argparse.ArgumentParser]) -> None:
    parser = _below(below, "ask", "ask for a waiver", "--rule codec-main --school 0790123 --reason … --ends 2027-06-30")
    parser.add_argument("--rule", metavar="R", required=True, help="the id of the rule that fails")
    scope = parser.add_mutually_exclusive_group(required=True)
    scope.add_argument("--channel", metavar="SCHOOL/DEVICE/N", help="for one channel")
    scope.add_argument("--device", metavar="SCHOOL/DEVICE", help="for a device and its channels")
    scope.add_argument("--model", metavar="M", help="for every device of this model; say --make too")
    scope.add_argument("--school", metavar="S", help="for a school")
    scope.add_argument("--district", metavar="D", help="for the schools of a unit")
    parser.add_argument("--make", metavar="M", default="", help="the make of --model, as it is registered")
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why")
    parser.add_argument("--begins", metavar="DAY", type=_day, help="the first day, like 2026-12-01 (default: today)")
    parser.add_argument("--ends", metavar="DAY", type=_day, required=True, help="the last day, like 2027-06-30")
    parser.add_argument("--level", choices=LEVELS, help="who is asked first (default: the lowest that may decide)")
    parser.add_argument("--alone", action="store_true", help="nobody else is at that level: the one above is asked")
    _add_by(parser, "who asks")
    parser.set_defaults(run=_ask)


def _add_decide(below: Commands[argparse.ArgumentParser], name: str, text: str) -> None:
    parser = _below(below, name, text, f"1 --by NAME --level district --note …  ({name})")
    _add_number(parser)
    _add_by(parser, "who decides: another person than the one who asked")
    parser.add_argument("--level", choices=LEVELS, required=True, help="the level for which this person decides")
    parser.add_argument("--note", metavar="TEXT", default="", required=name == "refuse", help="why")
    parser.set_defaults(run=_decide, approve=name == "approve")


def _add_withdraw(below: Commands[argparse.ArgumentParser]) -> None:
    parser = _below(below, "withdraw", "take back a request or a waiver", "1 --by NAME --note …")
    _add_number(parser)
    _add_by(parser, "who takes it back")
    parser.add_argument("--level", choices=LEVELS, help="the level of a person who did not ask for it")
    parser.add_argument("--note", metavar="TEXT", default="", help="why; needed of a person who did not ask for it")
    parser.set_defaults(run=_withdraw)


def _add_list(below: Commands[argparse.ArgumentParser]) -> None:
    parser = _below(below, "list", "list requests and waivers", "--state asked --district 26740")
    parser.add_argument("--state", metavar="STATE", help=", ".join(STANDINGS))
    parser.add_argument("--district", metavar="D", help="in the unit with this code")
    parser.add_argument("--school", metavar="S", help="in the school with this code")
    parser.add_argument("--device", metavar="SCHOOL/DEVICE", help="for this device or one of its channels")
    parser.add_argument("--rule", metavar="R", help="about the rule with this id")
    parser.add_argument("--json", action="store_true", help="print all of them as JSON, each with its history")
    add_language(parser)
    parser.set_defaults(run=_list)


def _below(below: Commands[argparse.ArgumentParser], name: str, text: str, example: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = below.add_parser(
        name,
        help=text,
        description=f"{text[0].upper()}{text[1:]}.",
        epilog=f"example:\n  camera-registry waiver {name} {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_common(parser)
    return parser


def _add_number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=kept_number, help="the number of the waiver; `list` shows it")


def _add_by(parser: argparse.ArgumentParser, text: str) -> None:
    parser.add_argument("--by", metavar="NAME", required=True, help=text)


def _ask(options: argparse.Namespace) -> int:
    asked = ("rule", "reason", "by", "begins", "ends", "level", "alone")
    request = Request(scope=_scope(options), **{name: getattr(options, name) for name in asked})
    settings, _ = load(options.config)

    def work(session: Session, editions: Editions, desk: Desk) -> Waiver:
        return waivers.get(session, waivers.ask(session, request, editions, desk))

    return _done(settings, doing("waiver_ask", by=options.by), work)


def _decide(options: argparse.Namespace) -> int:
    settings, _ = load(options.config)

    def work(session: Session, _editions: Editions, desk: Desk) -> Waiver:
        decision = Decision(options.approve, options.by, options.level, desk.now, options.note)
        return waivers.decide(session, options.number, decision, desk)

    outcome = "approved" if options.approve else "refused"
    return _done(settings, doing("waiver_decide", by=options.by, level=options.level, outcome=outcome), work)


def _withdraw(options: argparse.Namespace) -> int:
    settings, _ = load(options.config)

    def work(session: Session, _editions: Editions, desk: Desk) -> Waiver:
        return waivers.withdraw(session, options.number, options.by, options.level, options.note, desk)

    return _done(settings, doing("waiver_withdraw", by=options.by, level=options.level), work)


def _list(options: argparse.Namespace) -> int:
    settings, _ = load(options.config)
    place = {"school": options.school}
    if options.device:
        place = _parts(DEVICE, options.device, "--device", "SCHOOL/DEVICE, as in 0790123/DG-01")
    wanted = {name: getattr(options, name) for name in ("state", "district", "rule")}
    # A rehearsal: a registry that is not there yet is not made by looking for waivers in it.
    with app.registry(settings, rehearsal=True) as engine:
        editions, desk = InForce(engine, settings.standard)(), _desk(settings)
        with reading(engine) as session:
            rows = waived.every_listed(session, WaiversWanted(**wanted, **place), editions, desk)
    if options.json:
        answers = [waiver_answer(row) for row in rows]
        print(WaiversAnswer(total=len(rows), page=1, size=max(1, len(rows)), pages=1, rows=answers).model_dump_json())
        return 0
    lang = options.lang or settings.language
    for row in rows:
        print(_line(row.waived, lang))
    return 0


def _line(shown: Waived, lang: str) -> str:
    waiver = shown.waiver
    told = (
        waiver.rule,
        scope_in_words(shown, lang),
        standing_in_words(shown, lang),
        f"{waiver.asked_by}: {waiver.reason}",
    )
    return f"{waiver.number}  " + " | ".join(told)


def _done(settings: Settings, act: Doing, work: Callable[[Session, Editions, Desk], Waiver]) -> int:
    """Does the work, writes it into the log, and says what the waiver is now."""
    with app.registry(settings) as engine:
        editions, desk = InForce(engine, settings.standard)(), _desk(settings)
        with recorded(engine, act, desk.now) as session:
            waiver = work(session, editions, desk)
            act.subject.update(_subject(waiver))
    print(_line(Waived(waiver, standing(waiver, desk.now, desk.terms)), settings.language))
    return 0


def _subject(waiver: Waiver) -> dict[str, Plain]:
    """The waiver and what it is for, by the codes that people know."""
    scope = waiver.scope
    told: dict[str, Plain] = {name: getattr(scope, name) for name in ("district", "school", "device", "channel")}
    if scope.kind != "district":
        del told["district"]
    return told | {"waiver": waiver.number, "rule": waiver.rule}


def _desk(settings: Settings) -> Desk:
    return Desk(utc_now(), terms_of(settings.waiver), settings.zone)


def _scope(options: argparse.Namespace) -> Scope:
    if options.make and not options.model:
        raise UsageError("--make says of which make --model is; write --model too")
    if options.channel:
        found = _parts(CHANNEL, options.channel, "--channel", "SCHOOL/DEVICE/N, as in 0790123/DG-01/5")
        return Scope(kind="channel", school=found["school"], device=found["device"], channel=int(found["channel"]))
    if options.device:
        found = _parts(DEVICE, options.device, "--device", "SCHOOL/DEVICE, as in 0790123/DG-01")
        return Scope(kind="device", school=found["school"], device=found["device"])
    if options.model:
        return Scope(kind="model", make=options.make, model=options.model)
    if options.school:
        return Scope(kind="school", school=options.school)
    return Scope(kind="district", district=options.district or "")


def _parts(form: re.Pattern[str], text: str, option: str, wanted: str) -> dict[str, str]:
    found = form.fullmatch(text)
    if found is None:
        raise UsageError(f"{option}: {text[:100]}: write {wanted}")
    return found.groupdict()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2027-06-30") from None
