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
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from probes import run
from probes.image.decode import Looker
from probes.onvif.client import warm_up
from probes.target import Target

DECODER = "tests.probes.image.hostile"
"""The fork server of a decoder that is prepared for the words of `probes.simulator.hostile.pictures`."""


@dataclass(frozen=True)
class Seen:
    """What one look came to: kind and words of each failure; the whole observation as text; connections, bytes that
    came, and seconds by the clock of the probe. `held` is of the whole job: bytes more than before in the process that
    looks; `decoder` the most that one process of the decoder had.
    """

    kinds: list[str]
    words: list[str]
    text: str
    connections: int
    bytes_in: int
    seconds: float
    held: int = 0
    decoder: int = 0


def probe(groups):
    """What each look came to, by the key of its target, and what was printed meanwhile. A group is a list of jobs; a
    job is a list of targets, which one process looks at, all at the same time.
    """
    told = json.dumps([[[target.to_json() for target in job] for job in group] for group in groups])
    words = [sys.executable, "-m", "tests.acceptance.hostile_probe"]
    root = Path(__file__).parents[2]
    done = subprocess.run(words, input=told, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {key: Seen(**seen) for key, seen in json.loads(done.stdout).items()}, done.stderr


def _memory(field):
    """Bytes of this process by a field of /proc/self/status."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


async def _look(target, looker):
    loop = asyncio.get_running_loop()
    began = loop.time()
    seen = await run.look(target, looker)
    failures = [failure for failure in seen.failures if failure.step != "target"]
    return Seen(
        [failure.kind for failure in failures],
        [f"{failure.step}: {failure.detail}" for failure in failures],
        repr(seen)[:1_000_000],
        seen.ledger.connections,
        seen.ledger.bytes_in,
        loop.time() - began,
    )


async def _all(targets):
    looker = Looker(DECODER) if any(target.limits.picture for target in targets) else None
    try:
        return await asyncio.gather(*(_look(target, looker) for target in targets))
    finally:
        if looker is not None:
            await looker.aclose()


def _do(targets, answer):
    """The whole of one job, in a process that is there for nothing else."""
    before = _memory("VmRSS")
    seen = asyncio.run(_all(targets))
    held = _memory("VmHWM") - before
    decoder = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    looks = zip(targets, seen, strict=True)
    answer.send({target.key: asdict(replace(one, held=held, decoder=decoder)) for target, one in looks})


def main():
    """Does what standard input says."""
    warm_up()
    fork, done = multiprocessing.get_context("fork"), {}
    for group in json.load(sys.stdin):
        begun = []
        for job in group:
            targets = [Target.from_json(told) for told in job]
            ours, theirs = fork.Pipe(duplex=False)
            process = fork.Process(target=_do, args=(targets, theirs))
            process.start()
            theirs.close()
            begun.append((process, ours))
        for process, ours in begun:
            done |= ours.recv()
            process.join()
    json.dump(done, sys.stdout)


if __name__ == "__main__":
    main()
