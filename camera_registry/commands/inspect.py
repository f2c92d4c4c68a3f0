"""`inspect`: looks at one camera and judges it; no database, no registration."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from camera_registry import app, terms
from camera_registry.commands.bundling import Named, Packing, add_bundling, packing, targets
from camera_registry.commands.looking import add_looking, logins
from camera_registry.commands.options import Commands, UsageError, add_common, add_language, complain
from camera_registry.commands.stopping import until_stopped
from camera_registry.config import Settings, load
from camera_registry.reports.inspection import inspection_json
from camera_registry.reports.inspection_table import inspection_table
from camera_registry.reports.words import word
from camera_registry.services.inspect import Inspection, Login
from camera_registry.services.replay import replay
from probes.capture import folder
from probes.target import Address, parse_address
from standards import Edition

WORST_FIRST = (1, 3, 0)
"""Exit statuses of a look."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "inspect",
        help="look at one camera and judge it",
        description="Looks at one camera over ONVIF and RTSP and judges it by a standard.\n"
        "Nothing on it is changed, and nothing is kept but whether it took the login;\n"
        "with --bundle, what was seen is added to a signed file that the server takes.",
        epilog="examples:\n  camera-registry inspect 192.168.1.64 --username quansat --password-file secret.txt\n"
        "  camera-registry inspect 192.168.1.64 --school 0790123 --bundle truong.bundle --username quansat",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_looking(parser, target_needed=False)
    parser.add_argument("--role", choices=("main", "sub"), help="what a bare rtsp:// address is, if you know it")
    parser.add_argument("--standard", metavar="ID", help="edition to judge by: an id, or a TOML file")
    parser.add_argument("--replay", metavar="FOLDER", type=Path, help="judge what `capture` kept, instead of a camera")
    add_bundling(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=inspect)


def inspect(options: argparse.Namespace) -> int:
    """0 compliant, 1 a deciding rule failed, 3 could not be checked; of several devices the worst."""
    settings, source = load(options.config)
    if source is None:
        logging.getLogger(__name__).info("no config.toml: every setting has its default")
    edition = app.edition(settings, options.standard)
    lang: str = options.lang or settings.language
    inspections = (_replayed if options.replay else _all)(options, settings, edition, lang)
    if options.json:
        told = [inspection_json(each, lang) for each in inspections]
        print(json.dumps(told if options.targets else told[0], ensure_ascii=False, indent=2))
    return next(status for status in WORST_FIRST if status in {each.exit_status for each in inspections})


def _replayed(options: argparse.Namespace, settings: Settings, edition: Edition, lang: str) -> list[Inspection]:
    if options.bundle or options.targets:
        raise UsageError("--replay looks at a folder alone: leave out --bundle and --targets")
    made = until_stopped(_replay(options, settings, edition))
    _show(options, settings, made, lang)
    return [made]


def _all(options: argparse.Namespace, settings: Settings, edition: Edition, lang: str) -> list[Inspection]:
    """Each target looked at, shown, and added to the bundle before the next one."""
    named = targets(options)
    if not named:
        raise UsageError("name a TARGET: HOST[:PORT], an ONVIF address, or rtsp://…; or --replay FOLDER")
    for each in named:
        _address(options, each)
    into, given = packing(options, settings), logins(options)
    inspections = []
    for each in named:
        made = until_stopped(_look(options, settings, edition, lang, each, given))
        _show(options, settings, made, lang)
        if into is not None:
            _pack(into, made, each, given, lang)
        inspections.append(made)
    return inspections


def _show(options: argparse.Namespace, settings: Settings, made: Inspection, lang: str) -> None:
    if not options.json:
        Console(highlight=False).print(inspection_table(made, lang, ZoneInfo(settings.zone)))


def _pack(into: Packing, made: Inspection, named: Named, given: tuple[Login | None, ...], lang: str) -> None:
    passwords = [login.password for login in given if login is not None]
    print(into.add(made, named.device, passwords, lang), file=sys.stderr)


def _address(options: argparse.Namespace, named: Named) -> Address:
    address = parse_address(named.target, options.rtsp_port)
    if options.role and address.kind != "rtsp":
        raise UsageError("--role is only for an rtsp:// address; over ONVIF the device says it")
    return address


async def _look(
    options: argparse.Namespace,
    settings: Settings,
    edition: Edition,
    lang: str,
    named: Named,
    given: tuple[Login | None, Login | None],
) -> Inspection:
    address = _address(options, named)
    login, onvif_login = given
    console = Console(stderr=True)
    async with app.inspector(settings, options.seconds) as inspector:
        with console.status("") as status:
            return await inspector.inspect(
                address,
                edition,
                login=login,
                onvif_login=onvif_login,
                role=options.role,
                onvif_ports=settings.probe.onvif_ports if named.target.strip() == address.host else (),
                try_again=options.try_again,
                progress=lambda step: status.update(word(f"step.{step}", lang)),
            )


async def _replay(options: argparse.Namespace, settings: Settings, edition: Edition) -> Inspection:
    if options.target is not None or options.username is not None or options.onvif_username is not None:
        raise UsageError("--replay looks at a folder alone: leave out TARGET and logins")
    inspection, missed = await replay(folder.read(options.replay), edition, terms.limits(settings, options.seconds))
    complain("pictures are not kept in a capture, so none was judged")
    for asked in missed:
        complain(f"not recorded: {asked}")
    return inspection
