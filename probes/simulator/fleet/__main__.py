"""`python -m probes.simulator.fleet [MIX]`: thousands of cameras run until told to stop.

MIX is a file in TOML or JSON (docs/fleet.md); without one, healthy cameras of one make. Once all can be reached, one
line of JSON for each says where it is, its login and its streams. The process ends with SIGTERM, SIGINT, or the end of
standard input; with --journal, what each camera saw is then written there, one line of JSON a camera.

Example:
  python -m probes.simulator.fleet school.toml --cameras 1000 --journal seen.jsonl

"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import resource
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from probes.simulator.fleet.fleet import Fleet, running_fleet
from probes.simulator.fleet.mix import Mix, read


def main(words: Sequence[str] | None = None) -> int:
    """The exit status: 0 after a stop, 2 for a mix that cannot be, or ports that cannot be had."""
    options = _options(words)
    try:
        given = read(options.mix) if options.mix else Mix()
        own = {name: getattr(options, name) for name in ("cameras", "seed") if getattr(options, name) is not None}
        mix = Mix.model_validate({**given.model_dump(), **own})
        _allow_connections()
        asyncio.run(_run(mix, options))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{options.mix or 'fleet'}: {error}\n")
        return 2
    return 0


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m probes.simulator.fleet",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("mix", type=Path, nargs="?", help="what the fleet is made of (docs/fleet.md)")
    parser.add_argument("--cameras", type=int, help="how many, over what the mix says")
    parser.add_argument("--seed", type=int, help="the seed, over that of the mix")
    parser.add_argument("--onvif-port", type=int, default=0, help="the port of all ONVIF services (any free one)")
    parser.add_argument("--rtsp-port", type=int, default=0, help="the port of all streams (any free one)")
    parser.add_argument("--journal", type=Path, metavar="FILE", help="where it is written what each camera saw")
    return parser.parse_args(words)


def _allow_connections() -> None:
    """This process may have as many open files as it may ask for."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _run(mix: Mix, options: argparse.Namespace) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_reader(sys.stdin, _at_end_of_input, stop)
    async with running_fleet(mix, options.onvif_port, options.rtsp_port) as fleet:
        for line in fleet.lines():
            sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        gc.freeze()  # clips and the roll stay as they are: nobody needs to look through them again
        await stop.wait()
        if options.journal:
            await asyncio.to_thread(_write, fleet, options.journal)
    loop.remove_reader(sys.stdin)


def _at_end_of_input(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        stop.set()


def _write(fleet: Fleet, path: Path) -> None:
    path.write_text("".join(json.dumps(asdict(one)) + "\n" for one in fleet.seen()), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
