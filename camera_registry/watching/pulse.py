"""Pulse: what each worker of this machine says of itself, in a small file that it writes again and again.

Strategy: workers are processes of their own, and may be several. A file that was not written for a while is of a worker
that died. No name of a device or a school is in it. What cannot be written is not: a worker works on.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

EVERY_S = 10.0
ALIVE = timedelta(seconds=45)
"""A worker that said nothing for so long is dead, or hangs."""
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True)
class Pulse:
    """A worker at a moment: looks that go on, changes that wait to be written."""

    at: datetime
    looks: int
    waiting: int


def folder_in(state: Path) -> Path:
    """Where the files are."""
    return state / "workers"


def beat(folder: Path, pulse: Pulse) -> None:
    """The file of this process says so; those of workers that are long gone are deleted."""
    file, values = folder / f"{os.getpid()}.json", {**asdict(pulse), "at": pulse.at.isoformat()}
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(values), encoding="ascii")
        beside.replace(file)
        _forget(folder, pulse.at)


async def beat_on(folder: Path, said: Callable[[], Pulse]) -> None:
    """The file says how it is, until this is cancelled; then it is gone."""
    try:
        while True:
            await asyncio.to_thread(beat, folder, said())
            await asyncio.sleep(EVERY_S)
    finally:
        end(folder)


def end(folder: Path) -> None:
    """This process works no more."""
    with suppress(OSError):
        (folder / f"{os.getpid()}.json").unlink()


def alive(folder: Path, now: datetime) -> list[Pulse]:
    """The workers that live, by what they said last."""
    return [pulse for _, pulse in _read(folder) if abs(now - pulse.at) < ALIVE]


def _forget(folder: Path, now: datetime) -> None:
    for file, pulse in _read(folder):
        if now - pulse.at > FORGOTTEN:
            file.unlink()


def _read(folder: Path) -> Iterator[tuple[Path, Pulse]]:
    for file in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            known = json.loads(file.read_text(encoding="ascii"))
            yield file, Pulse(datetime.fromisoformat(known["at"]), int(known["looks"]), int(known["waiting"]))
