"""Probes of hostile cameras in processes of their own: what each saw, how long it took, and what memory it held.

Strategy: a program that reads one list of jobs as JSON on standard input and writes one object on standard output. All
that a probe needs is loaded once; then every job is done by a fork, whose peak begins at what it inherited
(VmHWM in /proc/self/status). Groups of jobs go one after the other, the jobs of a group at the same time.
"""

import asyncio
import json
import multiprocessing
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from probes import run
from probes.image.decode import Looker
from probes.onvif.client import warm_up
from probes.target import Target

DECODER = "tests.probes.image.hostile"
"""The fork server of a decoder that is prepared for the words of `probes.simulator.hostile.pictures`."""


@dataclass(frozen=True)
class Seen:
    """What one job came to: per target, kind and step of each failure; the whole observations as text; how many
    connections there were and bytes came; seconds by the clock of the probe; bytes more than before, in the process
    that looks and in that of the decoder.
    """

    failures: list[list[tuple[str, str]]]
    details: list[str]
    text: str
    connections: int
    bytes_in: int
    seconds: float
    held: int
    decoder: int


def probe(groups, environment=None):
    """What each job came to, by its name. `groups`: lists of (name, targets); the targets of a job are looked at at
    the same time, by one process.
    """
    jobs = [[(name, [t.to_json() for t in targets]) for name, targets in group] for group in groups]
    words = [sys.executable, "-m", "tests.acceptance.hostile_probe"]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        words, input=json.dumps(jobs), cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name: Seen(**seen) for name, seen in json.loads(done.stdout).items()}, done.stderr


def _memory(field):
    """Bytes of this process by a field of /proc/self/status."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


async def _look(targets):
    looker = Looker(DECODER) if any(t.limits.picture for t in targets) else None
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        seen = await asyncio.gather(*(run.look(target, looker) for target in targets))
        return seen, loop.time() - began
    finally:
        if looker is not None:
            await looker.aclose()


def _do(targets, answer):
    """The whole of one job, in a process that is there for nothing else."""
    before = _memory("VmRSS")
    seen, seconds = asyncio.run(_look([Target.from_json(t) for t in targets]))
    answer.send(
        {
            "failures": [[(f.kind, f.step) for f in one.failures if f.step != "target"] for one in seen],
            "details": [f"{f.kind} {f.step}: {f.detail}"[:200] for one in seen for f in one.failures],
            "text": repr(seen)[:1_000_000],
            "connections": sum(one.ledger.connections for one in seen),
            "bytes_in": sum(one.ledger.bytes_in for one in seen),
            "seconds": seconds,
            "held": _memory("VmHWM") - before,
            "decoder": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
        }
    )


def main():
    """Does what standard input says."""
    warm_up()
    fork, done = multiprocessing.get_context("fork"), {}
    for group in json.load(sys.stdin):
        begun = []
        for name, targets in group:
            ours, theirs = fork.Pipe(duplex=False)
            process = fork.Process(target=_do, args=(targets, theirs))
            process.start()
            theirs.close()
            begun.append((name, process, ours))
        for name, process, ours in begun:
            done[name] = ours.recv()
            process.join()
    json.dump(done, sys.stdout)


if __name__ == "__main__":
    main()
