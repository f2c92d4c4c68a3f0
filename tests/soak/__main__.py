"""The soak: `serve`, `work` and PostgreSQL are killed at random moments while a sweep goes on, and then it is counted
what was lost and what is there twice. Run by `make soak`; its numbers stand in docs/sweep.md.

    python -m tests.soak --kills 20 --seed 7 --on postgresql
"""

import argparse
import random
import secrets
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from probes.simulator import presets, running
from tests import postgresql
from tests.acceptance.fleet import TYPED, Fleet, free_port
from tests.registries import KINDS
from tests.soak.agents import count as count_of_agents
from tests.soak.agents import striking
from tests.soak.counting import Count, count
from tests.soak.killing import Killing

DURABLE = ("wal_sync_method=fdatasync",)
"""PostgreSQL as an office runs it: fsync and full pages are on."""
SETTINGS = {
    "SWEEP__LEASE_S": 4,
    "SWEEP__AT_ONCE": 4,
    "SWEEP__SPREAD_S": 0,
    "SWEEP__AGAIN_AFTER_S": 0,
    "SWEEP__LIGHT_AT_ONCE": 1,
    "PROBE__READ_S": 3,
    "PROBE__SAMPLE_S": 2,
    "PROBE__DEADLINE_S": 20,
    "PROBE__PICTURE": "false",
}
SITES = 8


def main() -> int:
    """0 when nothing was lost and nothing is there twice."""
    options = _options()
    seed = options.seed if options.seed is not None else secrets.randbelow(10**9)
    if options.agents:
        return _of_agents(options, seed)
    print(f"seed {seed}, {options.kills} kills of each kind, {options.cameras} cameras", flush=True)
    rows = [_soak(on, options, seed) for on in options.on]
    print("\n" + Count.table(rows))
    return 0 if all(row.well for row in rows) else 1


def _of_agents(options: argparse.Namespace, seed: int) -> int:
    print(f"seed {seed}, {options.kills} blows of each kind", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, striking(Path(folder), seed) as struck:
        struck.begin()
        struck.strike(options.kills)
        struck.end()
        found = count_of_agents(struck)
        if not found.well:
            print(struck.fleet.logs()[-20_000:])
    print(f"{time.monotonic() - began:.0f} s\n\n{found.table()}")
    return 0 if found.well else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="how often each kind of program is killed")
    parser.add_argument("--cameras", type=int, default=24, help="how many cameras there are; two refuse the login")
    parser.add_argument("--seed", type=int, help="what the moments are drawn from; else another each time")
    parser.add_argument("--agents", action="store_true", help="of agents and their broker, on SQLite alone")
    parser.add_argument("--on", nargs="+", choices=KINDS, default=list(KINDS), help="on which databases")
    return parser.parse_args()


def _soak(on: str, options: argparse.Namespace, seed: int) -> Count:
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        server = stack.enter_context(postgresql.running(DURABLE)) if on == "postgresql" else None
        fleet = Fleet(folder, server.create() if server else "", WEB__PORT=free_port(), **SETTINGS)
        stack.callback(fleet.close)
        good = [presets.good_h264(password=TYPED) for _ in range(options.cameras - 2)]
        bad = [presets.good_h264(password="another"), presets.good_h264(password="other", answer_after_s=0.2)]
        cameras = stack.enter_context(running(*good, *bad))
        fleet.register(cameras, sites=SITES)
        killing = stack.enter_context(Killing(fleet, server, random.Random(seed)))
        killing.strike(options.kills)
        killing.end()
        found = count(on, fleet, killing, cameras)
        if not found.well:
            print((folder / "serve.log").read_text(errors="replace")[-20_000:])
        for words, times in killing.last_words.items():
            print(f"ended by itself, {times} times: {words}")
    print(f"{on}: {time.monotonic() - began:.0f} s", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
