"""`inspect`: looks at one camera and judges it; no database, no registration."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from camera_registry import app
from camera_registry.commands.looking import add_looking, logins
from camera_registry.commands.options import Commands, UsageError, add_common, add_language, complain
from camera_registry.commands.stopping import until_stopped
from camera_registry.config import Settings, load
from camera_registry.reports.inspection import inspection_json
from camera_registry.reports.inspection_table import inspection_table
from camera_registry.reports.words import word
from camera_registry.services.inspect import Inspection
from camera_registry.services.replay import replay
from probes.capture import folder
from probes.target import parse_address
from standards import Edition


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "inspect",
        help="look at one camera and judge it",
        description="Looks at one camera over ONVIF and RTSP and judges it by a standard.\n"
        "Nothing on it is changed, and nothing is kept but whether it took the login.",
        epilog="example:\n  camera-registry inspect 192.168.1.64 --username quansat --password-file secret.txt",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_looking(parser, target_needed=False)
    parser.add_argument("--role", choices=("main", "sub"), help="what a bare rtsp:// address is, if you know it")
    parser.add_argument("--standard", metavar="ID", help="edition to judge by: an id, or a TOML file")
    parser.add_argument("--replay", metavar="FOLDER", type=Path, help="judge what `capture` kept, instead of a camera")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=inspect)


def inspect(options: argparse.Namespace) -> int:
    """0 compliant, 1 a deciding rule failed, 3 could not be checked."""
    settings, source = load(options.config)
    if source is None:
        logging.getLogger(__name__).info("no config.toml: every setting has its default")
    edition = app.edition(settings, options.standard)
    lang: str = options.lang or settings.language
    inspection = until_stopped(
        _replay(options, settings, edition) if options.replay else _look(options, settings, edition, lang)
    )
    if options.json:
        print(json.dumps(inspection_json(inspection, lang), ensure_ascii=False, indent=2))
    else:
        Console(highlight=False).print(inspection_table(inspection, lang, ZoneInfo(settings.zone)))
    return inspection.exit_status


async def _look(options: argparse.Namespace, settings: Settings, edition: Edition, lang: str) -> Inspection:
    if options.target is None:
        raise UsageError("name a TARGET: HOST[:PORT], an ONVIF address, or rtsp://…; or --replay FOLDER")
    address = parse_address(options.target, options.rtsp_port)
    if options.role and address.kind != "rtsp":
        raise UsageError("--role is only for an rtsp:// address; over ONVIF the device says it")
    login, onvif_login = logins(options)
    console = Console(stderr=True)
    async with app.inspector(settings, options.seconds) as inspector:
        with console.status("") as status:
            return await inspector.inspect(
                address,
                edition,
                login=login,
                onvif_login=onvif_login,
                role=options.role,
                onvif_ports=settings.probe.onvif_ports if options.target.strip() == address.host else (),
                try_again=options.try_again,
                progress=lambda step: status.update(word(f"step.{step}", lang)),
            )


async def _replay(options: argparse.Namespace, settings: Settings, edition: Edition) -> Inspection:
    if options.target is not None or options.username is not None or options.onvif_username is not None:
        raise UsageError("--replay looks at a folder alone: leave out TARGET and logins")
    inspection, missed = await replay(folder.read(options.replay), edition, app.limits(settings, options.seconds))
    complain("pictures are not kept in a capture, so none was judged")
    for asked in missed:
        complain(f"not recorded: {asked}")
    return inspection
