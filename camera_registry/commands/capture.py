"""`capture`: one look at a camera, every exchange of it kept in a folder that may be given away."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from camera_registry import app
from camera_registry.commands.looking import add_looking, logins
from camera_registry.commands.options import Commands, add_common
from camera_registry.commands.stopping import until_stopped
from camera_registry.config import Settings, load
from camera_registry.services.inspect import Login
from probes.capture import folder
from probes.capture.exchange import Capture
from probes.facts import Observation
from probes.target import Address, parse_address

SAMPLE_S = 10.0


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "capture",
        help="keep what one camera says, without secrets and pictures",
        description="Looks at one camera as inspect does, and writes every exchange into a new folder, for whoever\n"
        "shall find out why a camera is not understood. Serial numbers, hardware addresses, addresses,\n"
        "names and logins are replaced; of the pictures nothing is kept. Look at the files before you\n"
        "give them away.",
        epilog="example:\n  camera-registry capture 192.168.1.64 --to cong-truong --username quansat "
        "--password-file secret.txt\n  camera-registry inspect --replay cong-truong",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_looking(parser)
    parser.add_argument("--to", metavar="FOLDER", type=Path, required=True, help="a folder that is not there yet")
    add_common(parser)
    parser.set_defaults(run=capture)


def capture(options: argparse.Namespace) -> int:
    """0 when there is a capture, 3 when the device said nothing at all."""
    settings, source = load(options.config)
    if source is None:
        logging.getLogger(__name__).info("no config.toml: every setting has its default")
    address = parse_address(options.target, options.rtsp_port)
    given = logins(options)
    folder.must_be_new(options.to)
    seconds = options.seconds or SAMPLE_S
    kept, used, observation = until_stopped(_look(options, settings, address, given, seconds))
    if not kept.exchanges:
        for failure in observation.failures[:1]:
            print(f"nothing was said: {failure.detail}")
        return 3
    files = folder.write(kept, options.to, used)
    packets = sum(len(e.packets) for e in kept.exchanges)
    print(f"{len(kept.exchanges)} exchanges and {packets} packets without pictures: {files} files in {options.to}")
    return 0


async def _look(
    options: argparse.Namespace,
    settings: Settings,
    address: Address,
    given: tuple[Login | None, Login | None],
    seconds: float,
) -> tuple[Capture, list[tuple[str, str]], Observation]:
    async with app.inspector(settings, seconds) as inspector:
        kept, observation = await inspector.capture(
            address, login=given[0], onvif_login=given[1], try_again=options.try_again, sample_s=seconds
        )
        return kept, [(one.username, one.password) for one in given if one], observation
