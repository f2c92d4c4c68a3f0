"""`inspect`: looks at one camera and judges it; no database, no registration."""

from __future__ import annotations

import argparse
import json
import logging

from rich.console import Console

from camera_registry import app
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.commands.passwords import password
from camera_registry.commands.stopping import until_stopped
from camera_registry.config import Settings, load
from camera_registry.reports.inspection import inspection_json
from camera_registry.reports.inspection_table import inspection_table
from camera_registry.reports.words import word
from camera_registry.services.inspect import Inspection, Login
from probes.target import Address, parse_address
from standards import Edition, load_edition


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
    parser.add_argument("target", metavar="TARGET", help="HOST[:PORT], an ONVIF address (http://…), or rtsp://…")
    parser.add_argument("--username", metavar="U", help="login; without it nothing is sent that needs one")
    parser.add_argument("--password-file", metavar="F", help="file that holds the password; - reads standard input")
    parser.add_argument("--onvif-username", metavar="U", help="login of ONVIF, where the device keeps one apart")
    parser.add_argument("--onvif-password-file", metavar="F", help="file that holds the password of that login")
    parser.add_argument("--rtsp-port", type=_port, metavar="N", help="RTSP port, where the device does not say it")
    parser.add_argument("--role", choices=("main", "sub"), help="what a bare rtsp:// address is, if you know it")
    parser.add_argument("--standard", metavar="ID", help="edition to judge by: an id, or a TOML file")
    parser.add_argument("--seconds", type=_seconds, metavar="N", help="longest sample of a stream")
    parser.add_argument("--try-again", action="store_true", help="send a login that was refused before once more")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=inspect)


def inspect(options: argparse.Namespace) -> int:
    """0 compliant, 1 a deciding rule failed, 3 could not be checked."""
    settings, source = load(options.config)
    if source is None:
        logging.getLogger(__name__).info("no config.toml: every setting has its default")
    address = parse_address(options.target, options.rtsp_port)
    if options.role and address.kind != "rtsp":
        raise UsageError("--role is only for an rtsp:// address; over ONVIF the device says it")
    edition = load_edition(options.standard or settings.standard.decides)
    login = _login(options.username, options.password_file)
    onvif_login = _login(options.onvif_username, options.onvif_password_file, "onvif-")
    lang: str = options.lang or settings.language
    inspection = until_stopped(_look(options, settings, address, edition, (login, onvif_login), lang))
    if options.json:
        print(json.dumps(inspection_json(inspection, lang), ensure_ascii=False, indent=2))
    else:
        Console(highlight=False).print(inspection_table(inspection, lang))
    return inspection.exit_status


async def _look(
    options: argparse.Namespace,
    settings: Settings,
    address: Address,
    edition: Edition,
    logins: tuple[Login | None, Login | None],
    lang: str,
) -> Inspection:
    console = Console(stderr=True)
    async with app.inspector(settings, options.seconds) as inspector:
        with console.status("") as status:
            return await inspector.inspect(
                address,
                edition,
                login=logins[0],
                onvif_login=logins[1],
                role=options.role,
                onvif_ports=settings.probe.onvif_ports if options.target.strip() == address.host else (),
                try_again=options.try_again,
                progress=lambda step: status.update(word(f"step.{step}", lang)),
            )


def _login(username: str | None, password_file: str | None, which: str = "") -> Login | None:
    if username is None:
        if password_file:
            raise UsageError(f"--{which}password-file needs --{which}username")
        return None
    return Login(username, password(password_file))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:6]) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port; use 1 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1 <= value <= 120:
        raise argparse.ArgumentTypeError(f"{text} is not 1 to 120 seconds")
    return value
