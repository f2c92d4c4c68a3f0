"""`answer`: a person answers a manual rule about a school, a site, a device or a channel."""

from __future__ import annotations

import argparse
from zoneinfo import ZoneInfo

from camera_registry import app
from camera_registry.commands.acting import doing, place
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.commands.seen_on_site import add_said
from camera_registry.config import load
from camera_registry.reports.answers import answer_text
from camera_registry.services.attachments import attached
from camera_registry.services.audit import recorded
from camera_registry.services.editions import InForce
from camera_registry.services.manual_answers import MET, answer, parse_where
from camera_registry.services.said import Said
from probes.visit import utc_now


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "answer",
        help="answer what no probe can see",
        description="Keeps the answer of a person to a manual rule, and judges again what it is about. An answer is\n"
        "never changed: a newer one counts from then on.",
        epilog='example:\n  camera-registry answer 0790123 retention yes --by "Nguyễn Văn A" --attachment bien-ban.pdf',
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("where", metavar="SCHOOL[/DEVICE[/CHANNEL]]", help="what the rule is asked of")
    parser.add_argument("rule", metavar="RULE", help="the id of the rule")
    parser.add_argument("met", choices=tuple(MET), help="unknown: the person could not tell")
    parser.add_argument("--site", metavar="NAME", default="", help="of a rule on a site, where it is not the main one")
    add_said(parser)
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 when it is kept."""
    settings, _ = load(options.config)
    where = parse_where(options.where, options.site)
    said = Said(options.by, utc_now(), options.note, attached(options.attachment))
    subject = place(where.school, where.device, where.channel) | {"rule": options.rule}
    act = doing("answer", subject, by=options.by, met=options.met)
    with app.registry(settings) as engine:
        editions = InForce(engine, settings.standard)()
        with recorded(engine, act, said.at) as session:
            sun, zone = app.sun_up(settings), ZoneInfo(settings.zone)
            answer(session, where, options.rule, MET[options.met], said, editions, sun, zone)
    lang = options.lang or settings.language
    print(answer_text(options.where, options.rule, options.met, options.by.strip(), lang))
    return 0
