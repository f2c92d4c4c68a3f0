"""`standards approve` and `standards refuse`: another person decides what was asked with `standards confirm`."""

from __future__ import annotations

import argparse
from zoneinfo import ZoneInfo

from camera_registry import app
from camera_registry.audit.doing import Doing
from camera_registry.commands.acting import doing
from camera_registry.commands.options import Commands, add_common, add_language, kept_number
from camera_registry.commands.standards.rejudge import judge_all
from camera_registry.config import load
from camera_registry.reports.standards import say
from camera_registry.services import confirm_rule
from camera_registry.services.audit import recorded
from camera_registry.services.editions import InForce
from probes.visit import utc_now


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Both commands and their options."""
    approving = _below(commands, "approve", "approve a confirmed rule: a new version of the edition is made")
    approving.add_argument("--later", action="store_true", help="do not judge stored facts again now")
    approving.set_defaults(run=approve)
    refusing = _below(commands, "refuse", "refuse a confirmed rule: nothing changes")
    refusing.add_argument("--note", required=True, metavar="TEXT", help="why")
    refusing.set_defaults(run=refuse)


def approve(options: argparse.Namespace) -> int:
    """0 when the edition is made, and what is stored is judged by it."""
    settings, _ = load(options.config)
    with app.registry(settings) as engine:
        in_force = InForce(engine, settings.standard)()
        act, now = _act(options, "approved"), utc_now()
        with recorded(engine, act, now) as session:
            zone = ZoneInfo(settings.zone)
            made = confirm_rule.approve(session, options.number, options.by, in_force, now, zone)
            act.subject.update(edition=made.name)
            act.details.update(sha256=made.sha256)
        lang = options.lang or settings.language
        print(say("made", lang, name=made.name, sha256=made.sha256))
        if not options.later:
            print(f"  {say('again', lang, n=judge_all(settings, engine))}")
    return 0


def refuse(options: argparse.Namespace) -> int:
    """0 when it is refused."""
    settings, _ = load(options.config)
    act, now = _act(options, "refused"), utc_now()
    with app.registry(settings) as engine, recorded(engine, act, now) as session:
        row = confirm_rule.refuse(session, options.number, options.by, options.note, now)
    print(say("refused", options.lang or settings.language, id=row.id, note=row.note))
    return 0


def _act(options: argparse.Namespace, outcome: str) -> Doing:
    return doing("rule_decide", {"confirmation": options.number}, by=options.by, outcome=outcome)


def _below(commands: Commands[argparse.ArgumentParser], name: str, words: str) -> argparse.ArgumentParser:
    more = " --note 'sai mục'" if name == "refuse" else ""
    parser = commands.add_parser(
        name,
        help=words,
        description=f"Lets you {words}. Who asked cannot decide.",
        epilog=f"example:\n  camera-registry standards {name} 1 --by 'Trần Bình'{more}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("number", metavar="ID", type=kept_number, help="number of the confirmation")
    parser.add_argument("--by", required=True, metavar="NAME", help="who decides")
    add_language(parser)
    add_common(parser)
    return parser
