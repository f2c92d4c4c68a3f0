"""The command line: a menu of commands. Each stands in a file of its own in `commands`, and only these print.

Exit status: 0, 1 and 3 are said by each command; 2 is wrong usage, or our own error; 141 when nobody reads on.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import select
import sys
from collections.abc import Sequence
from importlib.metadata import version

from camera_registry.commands import (
    acceptance,
    answer,
    answers,
    capture,
    changes,
    check,
    credential,
    demo,
    discover,
    imports,
    inspect,
    plan,
    probe,
    readiness,
    report,
    seen_on_site,
    serve,
    standards,
    waiver,
    work,
)
from camera_registry.commands.options import UsageError, add_common, complain
from camera_registry.config import ConfigError
from camera_registry.database import DatabaseUnusableError
from camera_registry.services.acceptance import AcceptanceError
from camera_registry.services.attachments import AttachmentError
from camera_registry.services.confirmation_error import ConfirmationError
from camera_registry.services.discover import DiscoveryError
from camera_registry.services.listing import ListingError
from camera_registry.services.said import SaidError
from camera_registry.services.sweeps import SweepError
from camera_registry.services.waivers import WaiverError
from camera_registry.store.login_memory import StateError
from camera_registry.vault import VaultError
from probes.capture.folder import CaptureError
from probes.target import TargetError
from standards import EditionError
from standards.prices_load import PriceError

OUR_ERROR = 2
NOBODY_READS = 141
"""What a shell says of a program that was ended by SIGPIPE."""
COMMANDS = (
    inspect,
    capture,
    discover,
    imports,
    credential,
    probe,
    check,
    changes,
    report,
    readiness,
    waiver,
    plan,
    answer,
    answers,
    seen_on_site,
    standards,
    acceptance,
    serve,
    work,
    demo,
)
"""In the order of the help. To add one: a file in `commands` with `add`, and its name here."""
_SAID = (
    AttachmentError,
    CaptureError,
    AcceptanceError,
    ConfigError,
    ConfirmationError,
    DatabaseUnusableError,
    DiscoveryError,
    EditionError,
    ListingError,
    PriceError,
    SaidError,
    StateError,
    SweepError,
    TargetError,
    UsageError,
    VaultError,
    WaiverError,
)
"""Errors whose text is for the person who called."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without Vietnamese letters gets question marks
            stream.reconfigure(errors="replace")
    words = sys.argv[1:] if arguments is None else arguments
    unread = [word for word in words if not word.isascii() and any("\ud800" <= sign <= "\udfff" for sign in word)]
    if unread:
        complain(f"{unread[0][:100]!a}: is not UTF-8; write it in UTF-8")
        return OUR_ERROR
    options = _parser().parse_args(words)
    logging.basicConfig(level=logging.DEBUG if options.debug else logging.ERROR, stream=sys.stderr)
    try:
        return _run(options)
    except Exception as error:
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            return NOBODY_READS
        if options.debug:
            raise
        complain(f"our own error: {type(error).__name__}; run again with --debug and send us what it prints")
        return OUR_ERROR


def _run(options: argparse.Namespace) -> int:
    """The exit status of the command; what is for the person who called is said. All that it printed is sent."""
    try:
        status: int = options.run(options)
    except _SAID as error:
        complain(str(error))
        return OUR_ERROR
    except KeyboardInterrupt:
        return 130
    sys.stdout.flush()
    return status


def _nobody_reads() -> bool:
    """True when whoever read what is printed (`head`, `less`) has had enough; then nothing more is sent."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    if not any(event & select.POLLERR for _, event in poll.poll(0)):
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="camera-registry", description="Camera inventory and standards checker.")
    parser.add_argument("--version", action="version", version=version("camera-registry"))
    add_common(parser, config=None, debug=False)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
