"""Our sweep as it runs at night: a registry in a folder, and `camera-registry work` in processes of its own."""

import signal
import sqlite3
import subprocess
import tempfile
import time
from contextlib import ExitStack, closing, contextmanager
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
    "SWEEP__SITE_AT_ONCE": EACH_SCHOOL,
    "SWEEP__AGAIN_AFTER_S": 0,
    "SWEEP__SPREAD_S": 0,
    "SWEEP__MBPS": 100_000,
    "SWEEP__UPLINK_MBPS": 1000,
    "LIGHT__SUN": "always",
}
"""Lines that are never too narrow, and no second pass: what is left is what we cost."""
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
    """A fresh registry in which the devices are registered."""
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


def swept(fleet, ask, watch, longest_s, workers=1):
    """What the sweep that `ask` asks for cost with so many workers, which share the four hundred looks at a time. They
    were ready before; `watch` sees their processes.
    """
    with ExitStack() as stack:
        processes = [stack.enter_context(_worker(fleet, number, AT_ONCE // workers)) for number in range(workers)]
        stack.enter_context(watch(processes))
        _over(fleet, processes, fleet.ask(Scope(school=WARM)), longest_s)
        cpu_s, began = _spent(processes), time.monotonic()
        number = ask()
        _over(fleet, processes, number, longest_s)
        used = {"cpu_s": _spent(processes) - cpu_s, "wall_s": time.monotonic() - began}
    return used | _looks(fleet, number)


def _over(fleet, processes, number, longest_s):
    ends_by = time.monotonic() + longest_s
    while not fleet.progress(number).over:
        lost = time.monotonic() > ends_by or any(p.status() == psutil.STATUS_ZOMBIE for p in processes)
        if lost:
            raise SystemExit("".join(_log(fleet, n) for n in range(len(processes))))
        time.sleep(0.5)  # to ask how far it is costs the registry something, too


def _log(fleet, number):
    return (fleet.folder / f"worker-{number}.log").read_text()[-2000:]


def night_of(fleet):
    """A sweep of the kind that every night has, over everything; its number."""
    now = utc_now()
    with writing(fleet.engine) as session:
        return sweeps.nightly(session, now.isoformat(), now, now + timedelta(hours=7)).id


def _spent(processes):
    """CPU seconds of processes and all their children so far, ended or not."""
    family = [one for process in processes for one in (process, *process.children(recursive=True))]
    return sum(sum(one.cpu_times()[:4]) for one in family)


@contextmanager
def _worker(fleet, number, at_once):
    """A worker that has loaded what is loaded once, until the block ends."""
    log = fleet.folder / f"worker-{number}.log"
    environment = {**fleet.environment, "CAMERA_REGISTRY_SWEEP__AT_ONCE": str(at_once)}
    with log.open("w") as errors:
        worker = subprocess.Popen([str(COMMAND), "work"], cwd=fleet.folder, env=environment, stderr=errors)
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
