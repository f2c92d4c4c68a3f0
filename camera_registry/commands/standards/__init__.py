"""`standards`: what stands in an edition, who confirmed it, what another would say. A menu; one file a command."""

from __future__ import annotations

import argparse

from camera_registry.commands.options import Commands
from camera_registry.commands.standards import (
    check_model,
    compare,
    confirm,
    decide,
    diff,
    export,
    history,
    rejudge,
    show,
    specification,
)

COMMANDS = (show, export, confirm, decide, history, diff, compare, rejudge, specification, check_model)
"""In the order of the help. To add one: a file beside this one with `add`, and its name here."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and the commands below it."""
    parser = commands.add_parser(
        "standards",
        help="the written standards: show, confirm, compare, specify",
        description="What stands in an edition of a standard, and what it is good for.",
        epilog="example:\n  camera-registry standards show hcmc-3288",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    below = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(below)
