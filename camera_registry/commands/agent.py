"""`agent`: looks at devices from inside a school, as a registry elsewhere says. Runs until it is told to stop."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from camera_registry import app
from camera_registry.commands.options import Commands, UsageError, add_common
from camera_registry.commands.stopping import until_stopped
from camera_registry.config import load

_log = logging.getLogger("camera_registry")


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "agent",
        help="look at the devices of a school from inside, for a registry elsewhere",
        description="Looks at devices in the network where it runs, as the registry that it belongs to says,\n"
        "until it is stopped. It opens one connection, outwards, and keeps what it has seen while there is none.\n"
        "The join file is made by the registry, for one agent; nobody else may be able to read it.",
        epilog="example:\n  camera-registry agent --site THCS-01 --join /etc/camera-registry/join",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--site", metavar="CODE", required=True, help="the code of this agent, as in its join file")
    parser.add_argument("--join", metavar="FILE", type=Path, required=True, help="the file that sets this agent up")
    parser.add_argument("--state", metavar="FOLDER", type=Path, help="where it keeps orders and results")
    add_common(parser)
    parser.set_defaults(run=agent)


def agent(options: argparse.Namespace) -> int:
    """Works until a signal comes; 0."""
    from camera_registry.agents import join as joining
    from camera_registry.agents.at_site.kept import Kept, kept_in

    settings, _ = load(options.config)
    join = joining.read(options.join)
    if join.agent != options.site:
        raise UsageError(f"{options.join} is the join file of {join.agent}, and not of {options.site}")
    _log.setLevel(logging.INFO)
    folder = options.state or app.state_folder(settings) / f"agent-{join.agent}"

    async def work(kept: Kept) -> None:
        async with app.agent(settings, join, kept) as made:
            _log.info("Agent %s, for %s", join.agent, join.server)
            await made.run()

    with kept_in(folder) as kept:
        until_stopped(work(kept))
    return 0
