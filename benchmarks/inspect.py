"""`make bench`: CPU milliseconds a camera and peak memory, ours against a plain script and ffprobe, in one run.

Every round runs every contender once, in turn, on the same simulated cameras; medians over the rounds are compared.
Exit status 1 when a ratio that was promised is not reached.
"""

import json
import subprocess
import sys
from statistics import median

from benchmarks.cameras import cameras
from benchmarks.contenders import CONTENDERS

CAMERAS = 9  # one of them warms up
ROUNDS = 3
PROMISED = {"ours": 1 / 10, "ours with picture": 1 / 4}


def measure(name, addresses):
    """One contender in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.contenders", name]
    given = json.dumps(addresses)
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def main():
    """Prints the table; the exit status."""
    results = {name: [] for name in CONTENDERS}
    with cameras(CAMERAS) as addresses:
        for _ in range(ROUNDS):
            for name, measured in results.items():
                measured.append(measure(name, addresses))
    plain = median(r["cpu_ms"] for r in results["plain script"])
    print(f"{CAMERAS - 1} simulated cameras, 1920x1080 H.264 at 25 frames/s; medians of {ROUNDS} rounds")
    print(f"{'':20}{'CPU ms a camera':>16}{'ratio':>8}{'to reach':>10}{'peak MB':>9}")
    missed = False
    for name, measured in results.items():
        cpu, peak = median(r["cpu_ms"] for r in measured), median(r["peak_mb"] for r in measured)
        wanted = PROMISED.get(name)
        missed |= wanted is not None and cpu / plain > wanted
        print(f"{name:20}{cpu:16.1f}{cpu / plain:8.3f}{f'{wanted:.3f}' if wanted else '':>10}{peak:9.0f}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
