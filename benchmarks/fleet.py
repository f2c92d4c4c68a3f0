"""`python -m benchmarks.fleet`, part of `make bench`: a whole fleet, ours against the plain script and ffprobe.

Strategy: one simulated fleet of a thousand devices, a fifth of them dead, unreachable, silent, slow or refusing, runs
in a process of its own, and everybody looks at it in turn. The others take so long that they look at a sample in which
every state has its share; ours looks at all. CPU is that of a process and all its children, so ratios hold on a busy
machine; cameras a minute are by the clock, with the simulator on the same machine. Exit status 1 when a promise is
missed.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import psutil

from benchmarks.fleet_contenders import AT_ONCE, CONTENDERS
from benchmarks.fleet_registry import night_of, registered, swept
from benchmarks.fleets import sample, simulated

SCRIPT, THREADS = "plain script", "plain script, 16 threads"
PROBES, LATER = "ours, probes alone", "ours, a later night"
PROBES_PICTURE, LATER_PICTURE = "probes with pictures", "pictures, a later night"
WORK, NIGHT = "ours: first sweep", "ours: the night after"
PICTURE, PICTURE_NIGHT = "the same with pictures", "the night after"
MANY, MANY_NIGHT = "ours: first sweep of many", "many, the night after"
OURS = (PROBES, LATER, PROBES_PICTURE, LATER_PICTURE, WORK, NIGHT, PICTURE, PICTURE_NIGHT, MANY, MANY_NIGHT)
WORKERS = 2
"""Processes of `camera-registry work` that share the sweeps of many: as many as there are cores."""


class Peak:
    """The most memory that processes and their children took together, what they share counted once (PSS), in MB."""

    def __init__(self):
        self.mb = 0.0

    @contextmanager
    def of(self, processes):
        """While the block goes on, it is looked at every second."""
        ended = threading.Event()
        watching = threading.Thread(target=self._watch, args=(processes, ended), daemon=True)
        watching.start()
        try:
            yield
        finally:
            ended.set()
            watching.join()

    def _watch(self, processes, ended):
        while not ended.wait(1):
            family = [one for process in processes for one in (process, *_children(process))]
            self.mb = max(self.mb, sum(map(_pss_mb, family)))


def _children(process):
    try:
        return process.children(recursive=True)
    except psutil.Error:  # it has just ended
        return []


def _pss_mb(process):
    try:
        return process.memory_full_info().pss / 1e6
    except (psutil.Error, OSError):  # the same
        return 0.0


def contender(name, devices):
    """What one contender in a process of its own spent."""
    peak, given = Peak(), json.dumps(devices)
    command = [sys.executable, "-m", "benchmarks.fleet_contenders", name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        with peak.of([psutil.Process(process.pid)]):
            out, _ = process.communicate(given, timeout=3600)
        if process.returncode:
            raise SystemExit(f"{name} ended with {process.returncode}: below 0 it was killed by that signal")
    return json.loads(out) | {"peak_mb": peak.mb}


def sweep(fleet, ask, workers=1, longest_s=7200):
    """What the sweep that `ask` asks for spent, as `work` does it."""
    peak = Peak()
    return swept(fleet, ask, peak.of, longest_s, workers) | {"peak_mb": peak.mb}


def measured(name, simulator, look):
    """What `look` spent, with what the simulator spent meanwhile; the line of the table is printed."""
    before = simulator.spent()
    row = look()
    row["simulator_s"] = simulator.spent() - before
    row["cpu_ms"] = 1000 * row["cpu_s"] / row["devices"]
    row["a_minute"] = 60 * row["devices"] / row["wall_s"]
    shares = f"{row['cpu_s'] / row['wall_s']:9.2f}{row['simulator_s'] / row['wall_s']:10.2f}"
    counts = f"{row['devices']:8}{row['read']:7}{row['cpu_ms']:9.1f}{row['a_minute']:10.0f}{row['wall_s']:8.0f}"
    print(f"{name:26}{counts}{shares}{row['peak_mb']:9.0f}", flush=True)
    return row


def heading(text):
    """The heading of a table."""
    print(text)
    columns = f"{'devices':>8}{'read':>7}{'CPU ms':>9}{'a minute':>10}{'wall s':>8}{'cores':>9}{'simulator':>10}"
    print(f"{'':26}{columns}{'peak MB':>9}", flush=True)


def of_others(options):
    """The rows of those who have no registry, each with the same fleet anew."""
    for name in CONTENDERS:
        whole = dict.fromkeys((PROBES, LATER, PROBES_PICTURE, LATER_PICTURE), options.devices)
        size = {SCRIPT: options.sample, **whole}.get(name, 4 * options.sample)
        with simulated(options.devices) as simulator:
            devices = sample(simulator.lines, size)
            yield name, measured(name, simulator, lambda n=name, d=devices: contender(n, d))


def of_ours(options, rude):
    """The rows of our sweeps; what rules cameras saw broken is added to `rude`."""
    for first, second, picture in ((WORK, NIGHT, False), (PICTURE, PICTURE_NIGHT, True)):
        with simulated(options.devices) as simulator, registered(simulator.lines, picture=picture) as fleet:
            yield first, measured(first, simulator, lambda f=fleet: sweep(f, f.ask))
            yield second, measured(second, simulator, lambda f=fleet: sweep(f, lambda: night_of(f)))
        rude += simulator.rude
    if options.many:
        heading(f"{options.many} simulated devices of the same kinds, {WORKERS} workers")
        with simulated(options.many) as simulator, registered(simulator.lines, picture=False) as fleet:
            yield MANY, measured(MANY, simulator, lambda: sweep(fleet, fleet.ask, WORKERS))
            yield MANY_NIGHT, measured(MANY_NIGHT, simulator, lambda: sweep(fleet, lambda: night_of(fleet), WORKERS))
        rude += simulator.rude


def limit(row):
    """What bounds ours, in words."""
    look_s = row["look_s"] / row["read"]
    by_waiting = 60 * AT_ONCE / look_s
    return (
        f"a look that was answered took {look_s:.1f} s, {row['look_s'] / row['wall_s']:.0f} of {AT_ONCE} were in "
        f"flight; waiting alone would allow {by_waiting:.0f} a minute, one core alone {60_000 / row['cpu_ms']:.0f}, "
        f"and {8 * row['bytes'] / row['wall_s'] / 1e6:.0f} Mbit/s went over the link"
    )


def promises(rows):
    """Each promise: its words, what was measured, what was to reach, and whether it was."""
    cpu, minute = rows[SCRIPT]["cpu_ms"], rows[THREADS]["a_minute"]
    yield "CPU a device, as a part of the plain script's", rows[LATER]["cpu_ms"] / cpu, 1 / 20, "at most"
    yield "the same of devices never seen before", rows[PROBES]["cpu_ms"] / cpu, 1 / 20, "at most"
    yield "a picture of each, too", rows[LATER_PICTURE]["cpu_ms"] / cpu, 1 / 6, "at most"
    yield "the same of devices never seen before", rows[PROBES_PICTURE]["cpu_ms"] / cpu, 1 / 6, "at most"
    yield "peak memory, MB", max(rows[name]["peak_mb"] for name in OURS if name in rows), 600, "at most"
    fastest = max(rows[name]["a_minute"] for name in OURS if name in rows)
    yield "devices a minute, times 16 threads of the script", fastest / minute, 50, "at least"
    if MANY in rows:
        yield "CPU a device with many, times that with few", rows[MANY]["cpu_ms"] / rows[WORK]["cpu_ms"], 1.2, "at most"
        night = rows[MANY_NIGHT]["cpu_ms"] / rows[NIGHT]["cpu_ms"]
        yield "the same in the night after", night, 1.2, "at most"


def kept(measured, wanted, how):
    """True when a promise is kept."""
    return measured <= wanted if how == "at most" else measured >= wanted


def main():
    """Prints the tables; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--many", type=int, default=10_000, help="devices of the larger fleet; 0 leaves it out")
    parser.add_argument(
        "--sample", type=int, default=25, help="devices for the plain script; four times as many for others"
    )
    options = parser.parse_args()
    began = time.monotonic()
    rude = []
    heading(f"{options.devices} simulated devices, a fifth dead, unreachable, silent, slow or refusing")
    rows = dict([*of_others(options), *of_ours(options, rude)])
    print(f"\n{WORK}: {limit(rows[WORK])}")
    missed = 0
    for words, seen, wanted, how in promises(rows):
        missed += not kept(seen, wanted, how)
        print(f"{words:50}{seen:10.3f}{how:>10}{wanted:8.3f}  {'' if kept(seen, wanted, how) else 'MISSED'}")
    print("\n".join(rude[:5]) or f"every camera saw one session at a time; {time.monotonic() - began:.0f} s in all")
    return 1 if missed or rude else 0


if __name__ == "__main__":
    sys.exit(main())
