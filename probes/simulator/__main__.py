"""`python -m probes.simulator FILE.json`: cameras described in a file run until told to stop.

The file holds a list of `CameraSpec` as JSON. Once a camera listens, one line of JSON says where; the process ends
with SIGTERM, SIGINT, or the end of standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from probes.simulator.background import running_async
from probes.simulator.camera import Camera
from probes.simulator.spec import CameraSpec


def main() -> int:
    """The exit status: 0 after a stop, 2 for a file that describes no cameras."""
    parser = argparse.ArgumentParser(prog="python -m probes.simulator", description=__doc__)
    parser.add_argument("file", type=Path, help="a JSON list of cameras")
    path = parser.parse_args().file
    try:
        specs = TypeAdapter(list[CameraSpec]).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        sys.stderr.write(f"{path}: {error}\n")
        return 2
    asyncio.run(_run(specs))
    return 0


async def _run(specs: list[CameraSpec]) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_reader(sys.stdin, _at_end_of_input, stop)
    async with running_async(*specs) as cameras:
        for camera in cameras:
            sys.stdout.write(json.dumps(_line(camera)) + "\n")
        sys.stdout.flush()
        await stop.wait()
    loop.remove_reader(sys.stdin)


def _at_end_of_input(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        stop.set()


def _line(camera: Camera) -> dict[str, object]:
    streams = {stream.token: camera.rtsp_url(stream) for _, stream in camera.spec.streams()}
    return {
        "host": camera.host,
        "onvif_port": camera.onvif_port,
        "rtsp_port": camera.rtsp_port,
        "onvif": camera.onvif_url,
        "streams": streams,
    }


if __name__ == "__main__":
    sys.exit(main())
