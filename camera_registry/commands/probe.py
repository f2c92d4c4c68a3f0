"""`probe`: looks at registered devices now, and shows how far it is."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from sqlalchemy import Engine

from camera_registry import app
from camera_registry.commands.acting import doing
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.commands.stopping import until_stopped
from camera_registry.config import Settings, load
from camera_registry.database import reading
from camera_registry.reports.sweep import sweep_text, time_left_text
from camera_registry.services import sweeps
from camera_registry.services.audit import recorded
from camera_registry.services.sweeps import Progress, Scope
from camera_registry.store import sweeps as store
from probes.visit import utc_now

FOLLOW_S = 0.5
PLAIN_S = 10.0
"""How often a line is written where there is no terminal."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "probe",
        help="look at registered devices now",
        description="Looks at registered devices now, stores what was seen and judges it. What a worker that runs\n"
        "beside it has taken is left to that worker.",
        epilog="examples:\n  camera-registry probe --school 0790123\n  camera-registry probe --device 0790123/DG-01",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true", help="every device")
    which.add_argument("--district", metavar="CODE", help="the devices of the schools that a unit manages")
    which.add_argument("--school", metavar="CODE", help="the devices of a school")
    which.add_argument("--device", metavar="SCHOOL/DEVICE", help="one device")
    parser.add_argument("--json", action="store_true", help="print JSON instead of words")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=probe)


def probe(options: argparse.Namespace) -> int:
    """0 when every device that can be reached has its result; 1 when it was cancelled."""
    settings, _ = load(options.config)
    lang: str = options.lang or settings.language
    with app.existing(settings) as engine:
        scope, now = _scope(options), utc_now()
        subject = {"district": scope.district, "school": scope.school, "device": scope.device}
        with recorded(engine, doing("sweep_ask", subject), now) as session:
            number = sweeps.ask(session, scope, getpass.getuser(), now).id or 0
        progress = until_stopped(sweep_through(settings, engine, number, shown(lang)))
    print(json.dumps(_plain(progress)) if options.json else sweep_text(progress, lang))
    return 0 if progress.state == "done" else 1


async def sweep_through(settings: Settings, engine: Engine, number: int, show: Callable[[Progress], None]) -> Progress:
    """The sweep with this number is worked on until it is over; `show` is told how far it is."""
    async with app.worker(settings, engine, number) as worker:
        working = asyncio.create_task(worker.run())
        try:
            while not working.done():
                await asyncio.wait([working], timeout=FOLLOW_S)
                show(await asyncio.to_thread(read_progress, engine, number))
            await working
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
    return await asyncio.to_thread(read_progress, engine, number)


def shown(lang: str) -> Callable[[Progress], None]:
    """Shows progress on the terminal: a bar, or a line every ten seconds where standard error is none."""
    console = Console(stderr=True)
    return _Bar(console, lang) if console.is_terminal else _Lines(lang)


class _Bar:
    def __init__(self, console: Console, lang: str) -> None:
        self._lang = lang
        self._bar = Bar(BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), console=console)
        self._task = self._bar.add_task("")

    def __call__(self, progress: Progress) -> None:
        if not self._bar.live.is_started:
            self._bar.start()
        left = time_left_text(progress.seconds_left, self._lang)
        self._bar.update(self._task, total=progress.total, completed=progress.finished, description=left)
        if progress.over:
            self._bar.stop()


class _Lines:
    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._next = 0.0

    def __call__(self, progress: Progress) -> None:
        if progress.over or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + PLAIN_S
        left = time_left_text(progress.seconds_left, self._lang)
        print(f"{progress.finished}/{progress.total} {left}".rstrip(), file=sys.stderr)


def read_progress(engine: Engine, number: int) -> Progress:
    """How far the sweep with this number is. Raises SweepError when there is none."""
    with reading(engine) as session:
        sweep = store.by_id(session, number)
        if sweep is None:
            raise sweeps.SweepError(f"there is no sweep {number}")
        return sweeps.progress(session, sweep, utc_now())


def _scope(options: argparse.Namespace) -> Scope:
    if options.device is None:
        return Scope(district=options.district, school=options.school)
    school, _, device = options.device.rpartition("/")
    if not school or not device:
        raise UsageError(f"{options.device}: write SCHOOL/DEVICE, as in 0790123/DG-01")
    return Scope(school=school, device=device)


def _plain(progress: Progress) -> dict[str, object]:
    return {n: v.isoformat() if isinstance(v, datetime) else v for n, v in asdict(progress).items()}
