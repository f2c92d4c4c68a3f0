"""The command line: reads arguments, calls one service, prints. The only place that prints.

Exit status of `inspect`: 0 compliant, 1 a deciding rule failed, 3 could not be checked, 2 wrong usage or our own error.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import logging
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from camera_registry import app
from camera_registry.commands import credential, probe, report, serve, work
from camera_registry.commands.options import UsageError, add_common
from camera_registry.commands.passwords import password
from camera_registry.commands.stopping import until_stopped
from camera_registry.config import ConfigError, Settings, load
from camera_registry.database import DatabaseUnusableError, rehearsing, writing
from camera_registry.demo import DemoCamera, cameras
from camera_registry.reports.importing import imported_text, refused_text
from camera_registry.reports.inspection import inspection_json
from camera_registry.reports.inspection_table import inspection_table, overview_table
from camera_registry.reports.words import word
from camera_registry.services.import_csv import ImportRefusedError, import_files, read_folder
from camera_registry.services.inspect import Inspection, Login
from camera_registry.services.listing import ListingError
from camera_registry.services.sweeps import SweepError
from camera_registry.store.login_memory import StateError
from camera_registry.vault import VaultError
from probes.target import Address, TargetError, parse_address
from probes.visit import utc_now
from standards import Edition, EditionError, load_edition

OUR_ERROR = 2
_SAID = (
    TargetError, ConfigError, EditionError, StateError, DatabaseUnusableError, VaultError, ListingError, SweepError,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without Vietnamese letters gets question marks
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.DEBUG if options.debug else logging.ERROR, stream=sys.stderr)
    try:
        status: int = options.run(options)
    except (*_SAID, UsageError) as error:
        _complain(str(error))
        return OUR_ERROR
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if options.debug:
            raise
        _complain(f"our own error: {type(error).__name__}; run again with --debug and send us what it prints")
        return OUR_ERROR
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="camera-registry", description="Camera inventory and standards checker.")
    parser.add_argument("--version", action="version", version=version("camera-registry"))
    add_common(parser, config=None, debug=False)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_inspect(commands)
    _add_demo(commands)
    _add_import(commands)
    credential.add(commands)
    probe.add(commands)
    report.add(commands)
    serve.add(commands)
    work.add(commands)
    return parser


def _add_inspect(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    parser.add_argument("--rtsp-port", type=_port, metavar="N", help="RTSP port, where the device does not say it")
    parser.add_argument("--role", choices=("main", "sub"), help="what a bare rtsp:// address is, if you know it")
    parser.add_argument("--standard", metavar="ID", help="edition to judge by: an id, or a TOML file")
    parser.add_argument("--seconds", type=_seconds, metavar="N", help="longest sample of a stream")
    parser.add_argument("--try-again", action="store_true", help="send a login that was refused before once more")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--lang", choices=("vi", "en"), help="language of the texts")
    add_common(parser)
    parser.set_defaults(run=_inspect)


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "demo",
        help="look at simulated cameras on this machine",
        description="Starts simulated cameras on loopback addresses, looks at each over real sockets, and judges it.",
        epilog="example: camera-registry demo --lang en",
    )
    parser.add_argument("--lang", choices=("vi", "en"), help="language of the texts")
    add_common(parser)
    parser.set_defaults(run=_demo)


def _add_import(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "import",
        help="take schools, devices and channels from CSV files",
        description="Takes schools.csv, devices.csv and channels.csv of a folder into the registry.\n"
        "When anything is wrong, all of it is said and nothing is written. Safe to repeat.",
        epilog="example:\n  camera-registry import data/ward-26740 --dry-run",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="folder that holds the files (docs/registry.md)")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument("--lang", choices=("vi", "en"), help="language of the texts")
    add_common(parser)
    parser.set_defaults(run=_import)


def _import(options: argparse.Namespace) -> int:
    settings, _ = load(options.config)
    lang: str = options.lang or settings.language
    session_of = rehearsing if options.dry_run else writing
    try:
        files = read_folder(options.folder)
        with app.registry(settings, rehearsal=options.dry_run) as engine, session_of(engine) as session:
            imported = import_files(session, files, utc_now())
    except ImportRefusedError as refused:
        _complain(refused_text(refused.mistakes, lang))
        return OUR_ERROR
    print(imported_text(imported, lang, dry_run=options.dry_run))
    return 0


def _demo(options: argparse.Namespace) -> int:
    settings, _ = load(options.config)
    lang: str = options.lang or settings.language
    edition = load_edition(settings.standard.decides)
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory() as folder, Progress(console=console) as progress, cameras() as found:
        apart = settings.model_copy(update={"state_folder": Path(folder)})
        task = progress.add_task("", total=len(found))
        seen = asyncio.run(_look_at_all(apart, edition, found, lambda: progress.advance(task)))
    Console(highlight=False).print(overview_table(seen, lang))
    return 0


async def _look_at_all(
    settings: Settings, edition: Edition, found: tuple[DemoCamera, ...], done: Callable[[], None]
) -> dict[str, Inspection]:
    async with app.inspector(settings) as inspector:

        async def one(camera: DemoCamera) -> Inspection:
            inspection = await inspector.inspect(camera.address, edition, login=camera.login)
            done()
            return inspection

        seen = await asyncio.gather(*(one(camera) for camera in found))
    return {camera.about: inspection for camera, inspection in zip(found, seen, strict=True)}


def _inspect(options: argparse.Namespace) -> int:
    settings, source = load(options.config)
    if source is None:
        logging.getLogger(__name__).info("no config.toml: every setting has its default")
    address = parse_address(options.target, options.rtsp_port)
    if options.role and address.kind != "rtsp":
        raise UsageError("--role is only for an rtsp:// address; over ONVIF the device says it")
    edition = load_edition(options.standard or settings.standard.decides)
    login = _login(options)
    lang: str = options.lang or settings.language
    inspection = until_stopped(_look(options, settings, address, edition, login, lang))
    if options.json:
        print(json.dumps(inspection_json(inspection, lang), ensure_ascii=False, indent=2))
    else:
        Console(highlight=False).print(inspection_table(inspection, lang))
    return inspection.exit_status


async def _look(
    options: argparse.Namespace, settings: Settings, address: Address, edition: Edition, login: Login | None, lang: str
) -> Inspection:
    console = Console(stderr=True)
    async with app.inspector(settings, options.seconds) as inspector:
        with console.status("") as status:
            return await inspector.inspect(
                address,
                edition,
                login=login,
                role=options.role,
                try_again=options.try_again,
                progress=lambda step: status.update(word(f"step.{step}", lang)),
            )


def _login(options: argparse.Namespace) -> Login | None:
    if options.username is None:
        if options.password_file:
            raise UsageError("--password-file needs --username")
        return None
    return Login(options.username, password(options.password_file))


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


def _complain(text: str) -> None:
    for line in text.splitlines():
        print(f"camera-registry: {line}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
