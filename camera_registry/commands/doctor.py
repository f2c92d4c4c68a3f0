"""`doctor`: checks everything that an installation has to have, and says what to do."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence

from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.config import ConfigError, load
from camera_registry.doctor import examined
from camera_registry.doctor.checked import Around, Checked, bad, both, well
from camera_registry.reports.doctor import doctor_json, doctor_text
from probes.visit import utc_now

SOMETHING_BAD = 1
_MEND = {
    "vi": "sửa từng dòng nêu trên; docs/settings.md giải thích mọi khóa",
    "en": "mend each line above; docs/settings.md explains every key",
}


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "doctor",
        help="check everything that an installation has to have, and say what to do",
        description="Checks settings, files, key, database, disk, clock, names, decoder, edition, last night, worker,\n"
        "mail, webhooks, backup, and the pages as people open them. Changes nothing and asks no camera.\n"
        "Exit status: 0 when nothing is bad, else 1.",
        epilog="examples:\n  camera-registry doctor\n  camera-registry doctor --address https://cameras.example.vn",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--address", default="", metavar="A", help="where people open the pages (default: mail.links)")
    parser.add_argument("--http-port", type=int, default=80, metavar="N", help="where http:// is sent on (default: 80)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=doctor)


def doctor(options: argparse.Namespace) -> int:
    """0 when nothing is bad, else 1."""
    if options.address and not options.address.startswith("https://"):
        raise UsageError("--address begins with https://")
    lang, found = _found(options)
    if options.json:
        print(json.dumps(doctor_json(found, lang), ensure_ascii=False))
    else:
        print("\n".join(doctor_text(found, lang)))
    return SOMETHING_BAD if any(each.state == "bad" for each in found) else 0


def _found(options: argparse.Namespace) -> tuple[str, Sequence[Checked]]:
    """The language, and what every check came to; without settings there is nothing else to check."""
    try:
        settings, file = load(options.config)
    except ConfigError as error:
        return options.lang or "vi", [bad("settings", both(str(error)), _MEND)]
    around = Around(settings, file, os.environ, utc_now(), options.address, options.http_port)
    read = well("settings", "đọc được, không có khóa lạ", "can be read, and hold no unknown key")
    return options.lang or settings.language, [read, *examined(around)]
