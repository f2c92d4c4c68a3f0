"""Our sweep as it runs at night: a registry in a folder, and `camera-registry work` as a process of its own."""

import signal
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil

from benchmarks.fleet_contenders import AT_ONCE
from camera_registry.database import reading, writing
from camera_registry.services import sweeps
from camera_registry.services.sweeps import Scope
from camera_registry.store import sweep_pace
from probes.visit import utc_now
from tests.acceptance.command import COMMAND
from tests.acceptance.fleet import Fleet, until

EACH_SCHOOL = 4
"""Devices of a school, which is one site: as many as a worker looks at there at the same time."""
SETTINGS = {
    "SWEEP__AT_ONCE": AT_ONCE,
    "SWEEP__SITE_AT_ONCE": EACH_SCHOOL,
    "SWEEP__AGAIN_AFTER_S": 0,
    "SWEEP__SPREAD_S": 0,
    "SWEEP__MBPS": 100_000,
    "SWEEP__UPLINK_MBPS": 1000,
    "LIGHT__SUN": "always",
}
"""Four hundred looks at a time, lines that are never too narrow, and no second pass: what is left is what we cost."""
WARM = "0000001"
"""A school with one device, which is looked at first and not counted."""
_ITEMS = "SELECT count(*), sum(state = 'done'), sum(bytes_in) FROM sweepitem WHERE sweep_id = ?"


@dataclass(frozen=True)
class Device:
    """As `Fleet.register` wants it."""

    host: str
    onvif_port: int


@contextmanager
def registered(lines, *, picture):
    """A fresh registry in which the devices are registered, with four hundred looks at a time."""
    with tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(Path(folder), PROBE__PICTURE=str(picture).lower(), **SETTINGS)
        try:
            devices = [Device(line["host"], line["onvif_port"]) for line in lines]
            warm = next(n for n, line in enumerate(lines) if line["state"] == "well")
            fleet.register([devices.pop(warm)], school=WARM)
            for at in range(0, len(devices), EACH_SCHOOL):
                fleet.register(devices[at : at + EACH_SCHOOL], school=f"{1_000_000 + at}")
            yield fleet
        finally:
            fleet.close()


def swept(fleet, ask, watch, longest_s):
    """What the sweep that `ask` asks for cost. The worker was ready before; `watch` sees its process."""
    with _worker(fleet) as process, watch(process):
        _over(fleet, process, fleet.ask(Scope(school=WARM)), longest_s)
        cpu_s, began = spent_by(process), time.monotonic()
        number = ask()
        _over(fleet, process, number, longest_s)
        used = {"cpu_s": spent_by(process) - cpu_s, "wall_s": time.monotonic() - began}
    return used | _looks(fleet, number)


def _over(fleet, process, number, longest_s):
    until(lambda: fleet.progress(number).over or process.status() == psutil.STATUS_ZOMBIE, longest_s)
    assert fleet.progress(number).over, (fleet.folder / "worker.log").read_text()[-2000:]


def night_of(fleet):
    """A sweep of the kind that every night has, over everything; its number."""
    now = utc_now()
    with writing(fleet.engine) as session:
        return sweeps.nightly(session, now.isoformat(), now, now + timedelta(hours=7)).id


def spent_by(process):
    """CPU seconds of a process and all its children so far, ended or not."""
    return sum(sum(one.cpu_times()[:4]) for one in (process, *process.children(recursive=True)))


@contextmanager
def _worker(fleet):
    """A worker that has loaded what is loaded once, until the block ends."""
    log = fleet.folder / "worker.log"
    command = [str(COMMAND), "work"]
    with log.open("w") as errors:
        worker = subprocess.Popen(command, cwd=fleet.folder, env=fleet.environment, stderr=errors)
        try:
            until(lambda: "Working on" in log.read_text() or worker.poll() is not None, 60)
            yield psutil.Process(worker.pid)
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(60)


def _looks(fleet, number):
    """How many devices answered, how long looks took in all, and what went over the link."""
    with closing(sqlite3.connect(fleet.folder / "var/registry.db")) as database:
        count, done, received = database.execute(_ITEMS, (number,)).fetchone()
    with reading(fleet.engine) as session:
        look_s = sum(sweep_pace.last_durations(session, number, count))
    return {"devices": count, "read": done, "look_s": look_s, "bytes": received}
