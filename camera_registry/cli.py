"""The command line: a menu of commands. Each stands in a file of its own in `commands`, and only these print.

Exit status: 0, 1 and 3 are said by each command; 2 is wrong usage, or our own error.
"""

from __future__ import annotations

import argparse
import io
import logging
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
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.DEBUG if options.debug else logging.ERROR, stream=sys.stderr)
    try:
        status: int = options.run(options)
    except _SAID as error:
        complain(str(error))
        return OUR_ERROR
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if options.debug:
            raise
        complain(f"our own error: {type(error).__name__}; run again with --debug and send us what it prints")
        return OUR_ERROR
    return status


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
