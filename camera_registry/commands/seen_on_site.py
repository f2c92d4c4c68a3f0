"""`seen-on-site`: a technician confirms on site that a camera has to be replaced."""

from __future__ import annotations

import argparse
from pathlib import Path

from camera_registry import app
from camera_registry.commands.acting import doing, place
from camera_registry.commands.check import split
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.config import load
from camera_registry.reports.answers import on_site_text
from camera_registry.services.attachments import attached
from camera_registry.services.audit import recorded
from camera_registry.services.on_site import seen_on_site
from camera_registry.services.said import Said
from probes.visit import utc_now


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "seen-on-site",
        help="confirm on site that a camera has to be replaced",
        description="Writes down that a technician saw this camera. What is to be replaced enters the official list\n"
        "only then (setting standard.replace_seen_on_site). No verdict changes.",
        epilog='example:\n  camera-registry seen-on-site 0790123/CAM-02/1 --by "Nguyễn Văn A" --note "Nhãn ghi 2015"',
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("channel", metavar="SCHOOL/DEVICE/CHANNEL", help="the channel, as 0790123/DG-01/5")
    add_said(parser)
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def add_said(parser: argparse.ArgumentParser) -> None:
    """`--by`, `--note` and `--attachment` of what a person says."""
    parser.add_argument("--by", metavar="NAME", required=True, help="who says it")
    parser.add_argument("--note", metavar="TEXT", default="", help="what else is to be said")
    parser.add_argument("--attachment", metavar="FILE", type=Path, help="a paper; its name and SHA-256 are kept")


def run(options: argparse.Namespace) -> int:
    """0 when it is kept."""
    settings, _ = load(options.config)
    school, device, index = split(options.channel)
    if index is None:
        raise UsageError("write SCHOOL/DEVICE/CHANNEL, as in 0790123/DG-01/5")
    said = Said(options.by, utc_now(), options.note, attached(options.attachment))
    act = doing("seen_on_site", place(school, device, index), by=options.by)
    with app.registry(settings) as engine, recorded(engine, act, said.at) as session:
        seen_on_site(session, school, device, index, said)
    print(on_site_text(options.channel, options.by.strip(), options.lang or settings.language))
    return 0
