"""`bundle`: what stands in a bundle, taking it at the server, and the fingerprint of this machine's key."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text as Shown

from camera_registry import app
from camera_registry.bundles import document, file, signing
from camera_registry.bundles.document import Bundle, PackedLook
from camera_registry.commands.bundle_taking import add_take
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.config import load
from standards.model import Text

WORDS: dict[str, Text] = {
    "title": {
        "vi": "Gói kết quả của trường {school}, ghi lúc {at} bởi {by} (phiên bản {program})",
        "en": "Bundle of school {school}, of {at}, by {by} (version {program})",
    },
    "key": {"vi": "Mã khóa máy xách tay: {key}", "en": "Fingerprint of the laptop: {key}"},
    "number": {"vi": "Số", "en": "Number"},
    "device": {"vi": "Mã thiết bị", "en": "Device"},
    "address": {"vi": "Địa chỉ kiểm tra", "en": "Address"},
    "at": {"vi": "Thời điểm kiểm tra", "en": "Looked at"},
    "unit": {"vi": "Hãng, model, số sê-ri", "en": "Make, model, serial number"},
    "channels": {"vi": "Kênh", "en": "Channels"},
}
MOMENT = "%H:%M:%S %d/%m/%Y"


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its parts."""
    parser = commands.add_parser("bundle", help="what a laptop brings from a school that the server cannot reach")
    parts = parser.add_subparsers(title="parts", required=True, metavar="PART")
    show_it = parts.add_parser("show", help="verify a bundle and list its looks")
    show_it.add_argument("file", metavar="FILE", type=Path, help="what `inspect --bundle` has made")
    show_it.add_argument("--json", action="store_true", help="print JSON instead of a table")
    add_language(show_it)
    add_common(show_it)
    show_it.set_defaults(run=show)
    add_take(parts.add_parser("take", help="at the server: record what a laptop has brought"))
    key = parts.add_parser("key", help="print the fingerprint of this machine's key, made if there is none")
    add_common(key)
    key.set_defaults(run=fingerprint)


def fingerprint(options: argparse.Namespace) -> int:
    """0; the fingerprint is printed."""
    settings, _ = load(options.config)
    print(signing.fingerprint(signing.key_of(app.state_folder(settings)).public))
    return 0


def show(options: argparse.Namespace) -> int:
    """0 when the bundle can be taken; what is wrong with it is an error."""
    settings, _ = load(options.config)
    bundle = document.read(file.read_file(options.file))
    if options.json:
        print(json.dumps(_json(bundle), ensure_ascii=False, indent=2))
        return 0
    lang, zone = options.lang or settings.language, ZoneInfo(settings.zone)
    console, heading = Console(highlight=False), bundle.heading
    at = bundle.made_at.astimezone(zone).strftime(MOMENT)
    title = WORDS["title"][lang].format(school=heading.school, at=at, by=heading.made_by, program=heading.program)
    console.print(Shown(title))
    console.print(Shown(WORDS["key"][lang].format(key=bundle.fingerprint)))
    table = Table(*(WORDS[name][lang] for name in ("number", "device", "address", "at", "unit", "channels")))
    for look in bundle.looks:
        row = _row(look)
        table.add_row(*(Shown(text) for text in (*row[:3], _moment(look, zone), *row[3:])))
    console.print(table)
    return 0


def _row(look: PackedLook) -> tuple[str, ...]:
    said = look.observation.device.identity
    unit = [said.manufacturer, said.model, said.serial] if said else []
    text = ", ".join(part for part in unit if part)
    return str(look.number), look.device, look.address.text(), text, str(len(look.observation.channels))


def _moment(look: PackedLook, zone: ZoneInfo) -> str:
    return look.observation.observed_at.astimezone(zone).strftime(MOMENT)


def _json(bundle: Bundle) -> dict[str, object]:
    heading = bundle.heading
    return {
        "school": heading.school,
        "made_by": heading.made_by,
        "program": heading.program,
        "made_at": bundle.made_at.isoformat(),
        "fingerprint": bundle.fingerprint,
        "sha256": bundle.sha256,
        "looks": [
            {
                "number": look.number,
                "device": look.device,
                "address": look.address.text(),
                "observed_at": look.observation.observed_at.isoformat(),
                "channels": len(look.observation.channels),
            }
            for look in bundle.looks
        ],
    }
