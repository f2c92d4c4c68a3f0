"""A simulated fleet in a process of its own, so that its work is not counted as anybody's, and samples of it."""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

import psutil

from probes.simulator.fleet import Seen, impolite

PASSWORD = "typed-Pa55word"
TROUBLE = ("dead", "unreachable", "silent", "slow", "refusing")
MIX = {
    "seed": 7,
    "password": PASSWORD,
    "makes": {"hikvision": 40, "dahua": 30, "kbvision": 10, "imou": 5, "tapo": 5, "reolink": 10},
    "states": dict.fromkeys(TROUBLE, 0.04),
    "delay_s": [0.0, 0.05],
    "slow_s": 1.0,
    "main": {"kbps": 2000},
}
"""Makes by their share, 1080p at 25 frames/s (H.265 of the first two), and a fifth in trouble, each kind as often."""


class Simulated:
    """A fleet that runs: its `lines`; what rules cameras saw broken (`rude`) is there when it has ended."""

    def __init__(self, process, lines):
        self.process, self.lines, self.rude = process, lines, []

    def spent(self):
        """CPU seconds of the simulator so far."""
        return sum(psutil.Process(self.process.pid).cpu_times()[:2])


@contextmanager
def simulated(count):
    """A fleet of `count` devices that runs until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        mix, journal = Path(folder) / "mix.json", Path(folder) / "seen.jsonl"
        mix.write_text(json.dumps({**MIX, "cameras": count}))
        command = [sys.executable, "-m", "probes.simulator.fleet", str(mix), "--journal", str(journal)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            lines = [json.loads(process.stdout.readline()) for _ in range(count)]
            fleet = Simulated(process, lines)
            try:
                yield fleet
            finally:
                process.stdin.close()
                if process.wait(60):
                    raise SystemExit(f"the simulator ended with {process.returncode}")
                fleet.rude += impolite(Seen(**json.loads(line)) for line in journal.read_text().splitlines())


def sample(lines, count):
    """About `count` devices among which every state has its share, and a well one in front, to warm up with."""
    by_state = defaultdict(list)
    for line in lines:
        by_state[line["state"]].append(line)
    warm = by_state["well"].pop()
    chosen = [line for some in by_state.values() for line in some[: max(1, round(count * len(some) / len(lines)))]]
    return [warm, *sorted(chosen, key=lambda line: line["host"])]
