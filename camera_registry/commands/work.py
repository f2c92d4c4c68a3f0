"""`work`: looks at devices, as the sweeps in the registry say. Runs until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys

from sqlalchemy import Engine

from camera_registry import app
from camera_registry.commands.options import Commands, add_common
from camera_registry.commands.stopping import until_stopped
from camera_registry.config import Settings, load
from camera_registry.database import name_of
from camera_registry.watching import logs, pulse
from probes.visit import utc_now

_log = logging.getLogger("camera_registry.work")


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "work",
        help="look at devices, as the sweeps in the registry say",
        description="Looks at the devices of the sweeps that are planned, hundreds at a time, and through\n"
        "networks where somebody has asked for a discovery, until it is stopped.\n"
        "Several may run beside each other; each site is looked at by one of them. `serve` starts one by itself.",
        epilog="example:\n  camera-registry work",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    add_common(parser)
    parser.set_defaults(run=work)


def work(options: argparse.Namespace) -> int:
    """Works until a signal comes; 0."""
    settings, _ = load(options.config)
    logs.begin(settings.log.form, settings.log.level)
    if options.with_parent:  # it begins and ends with `serve`, which says so
        _log.setLevel(logging.ERROR)
    with app.registry(settings) as engine:
        until_stopped(_work(settings, engine, with_parent=options.with_parent))
    return 0


async def _work(settings: Settings, engine: Engine, *, with_parent: bool) -> None:
    async with app.worker(settings, engine) as worker:
        _log.info("Working on %s", name_of(engine))
        working = asyncio.create_task(worker.run())
        folder = pulse.folder_in(app.state_folder(settings))
        tasks = [
            working,
            asyncio.create_task(pulse.beat_on(folder, lambda: pulse.Pulse(utc_now(), *worker.load))),
            asyncio.create_task(app.discoverer(settings, engine).run()),
        ]
        if settings.agents.server:
            tasks.append(asyncio.create_task(app.agent_server(settings, engine).run()))
        if with_parent:
            _end_with_parent(working)
        try:
            await _first_of(*tasks)
        finally:
            _log.info("Stopped; what was not finished waits for the next worker")


async def _first_of(*tasks: asyncio.Task[None]) -> None:
    """What ends the first of the tasks ends the others, and is raised."""
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _end_with_parent(working: asyncio.Task[None]) -> None:
    """`working` is cancelled when standard input ends: the process that holds its other end is gone."""
    loop, stdin = asyncio.get_running_loop(), sys.stdin.fileno()

    def readable() -> None:
        if not os.read(stdin, 4096):
            loop.remove_reader(stdin)
            working.cancel()

    loop.add_reader(stdin, readable)
