"""`standards confirm`: a person with the document in hand says where the value of a rule stands."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from camera_registry import app
from camera_registry.commands.acting import doing
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.config import load
from camera_registry.reports.standards import say
from camera_registry.services.attachments import sha256_of
from camera_registry.services.audit import recorded
from camera_registry.services.confirm_rule import ask
from camera_registry.services.confirmed_text import Asked
from camera_registry.services.edition_editing import value_of
from camera_registry.services.edition_texts import resolve
from camera_registry.services.editions import InForce
from probes.visit import utc_now

EXAMPLES = """examples:
  camera-registry standards confirm hcmc-3288 codec-main \\
    --clause 'Phụ lục, mục 2.2' --quote 'Chuẩn nén H.264 hoặc H.265' --scan 3288.pdf --by 'Lê An'
  camera-registry standards confirm hcmc-3288 frame-rate-main \\
    --clause 'Phụ lục, mục 2.1' --quote 'Tốc độ khung hình tối thiểu 20 hình/giây' --scan 3288.pdf --by 'Lê An' \\
    --set expect.at_least=20 --set within.encoding.fps=20 --set fails_also.below=19 \\
    --set purchase.expect.at_least=20 \\
    --set title.vi='Luồng chính có ít nhất 20 hình/giây' --set title.en='Main stream has at least 20 frames a second' \\
    --set fix_text.vi='Đặt luồng chính từ 20 hình/giây trở lên.' --set fix_text.en='Set 20 frames a second or more.'"""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "confirm",
        help="say where the value of a rule stands in the document",
        description="Confirms a rule: clause, quoted sentence, the values that become others, and the scan, of which\n"
        "only the SHA-256 is kept. Another person has to approve it; that makes a new version of the edition.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("edition", metavar="EDITION", help="id of the edition, id@version, or the path of a file")
    parser.add_argument("rule", metavar="RULE", help="id of the rule")
    parser.add_argument("--clause", required=True, metavar="TEXT", help="where it stands: article, clause, item")
    parser.add_argument("--quote", required=True, metavar="TEXT", help="the sentence as it stands there")
    parser.add_argument("--scan", required=True, type=Path, metavar="FILE", help="scan of the document; it is not kept")
    parser.add_argument("--by", required=True, metavar="NAME", help="who has the document in hand")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a value that becomes another, as in expect.at_least=20 or title.vi='…'; may stand several times",
    )
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=confirm)


def confirm(options: argparse.Namespace) -> int:
    """0 when it waits for another person."""
    scan = sha256_of(options.scan, "--scan")
    if options.scan.stat().st_size == 0:
        raise UsageError(f"--scan: {options.scan}: is empty; attach the scan of the document")
    asked = Asked(options.rule, options.clause, options.quote, scan, options.by, dict(map(_given, options.set)))
    settings, _ = load(options.config)
    with app.registry(settings) as engine:
        in_force = InForce(engine, settings.standard)()
        act, now = doing("rule_confirm", {"rule": options.rule}, by=options.by, sha256=scan), utc_now()
        with recorded(engine, act, now) as session:
            row = ask(session, resolve(session, options.edition), asked, in_force, now)
            act.subject.update(confirmation=row.id, edition=row.edition)
    lang = options.lang or settings.language
    print(say("asked", lang, id=row.id, edition=row.edition, rule=row.rule, scan=row.scan_sha256))
    return 0


def _given(text: str) -> tuple[str, Any]:
    place, equals, value = text.partition("=")
    if not equals or not place.strip():
        raise UsageError(f"--set {text}: write KEY=VALUE, as in expect.at_least=20")
    return place.strip(), value_of(value)
