"""`python -m probes.simulator FILE.json`: cameras described in a file run until told to stop.

The file holds a list of `CameraSpec` as JSON; `preset` names one of vendors.py, recorders.py or presets.py to begin
with, `hostile` a mode of probes.simulator.hostile, and the fields beside them go over their own. Without a file, each
`--hostile NAME` is one camera with that mode. Once a camera listens, one line of JSON says where; the process ends
with SIGTERM, SIGINT, or the end of standard input.

Example:
  echo '[{"preset": "tapo", "password": "secret"}, {"preset": "nvr", "host": "127.0.9.1"}]' > cameras.json
  python -m probes.simulator cameras.json
  python -m probes.simulator --hostile billion-laughs --hostile slow-body

"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from probes.simulator import hostile, presets, recorders
from probes.simulator.background import running_async
from probes.simulator.camera import Camera
from probes.simulator.spec import CameraSpec
from probes.simulator.vendors import VENDORS

_OTHERS: tuple[Callable[..., CameraSpec], ...] = (
    presets.good_h264,
    presets.good_h265_media2_only,
    presets.mjpeg_only,
    presets.hd720_can_1080,
    presets.hd720_cannot,
    presets.hd720_silent,
    recorders.nvr,
    recorders.dvr,
    recorders.hybrid,
    recorders.never_used,
    recorders.dual_lens,
    recorders.thermal,
    recorders.fisheye,
)
PRESETS: dict[str, Callable[..., CameraSpec]] = {**VENDORS, **{preset.__name__: preset for preset in _OTHERS}}
"""What a file may name as `preset`."""


def main() -> int:
    """The exit status: 0 after a stop, 2 for a file that describes no cameras."""
    parser = argparse.ArgumentParser(
        prog="python -m probes.simulator",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, nargs="?", help="a JSON list of cameras")
    parser.add_argument("--hostile", action="append", metavar="NAME", help="a hostile camera (docs/hostile.md)")
    options = parser.parse_args()
    if (options.file is None) == (options.hostile is None):
        parser.error("give a file, or --hostile NAME")
    try:
        if options.file is None:
            specs = specs_of([{"hostile": name} for name in options.hostile])
        else:
            specs = specs_of(json.loads(options.file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{options.file or '--hostile'}: {error}\n")
        return 2
    asyncio.run(_run(specs))
    return 0


def specs_of(told: Any) -> list[CameraSpec]:
    """The cameras that a file tells of. Raises ValueError (ValidationError among them)."""
    whole = [_filled_in(one) if isinstance(one, dict) else one for one in told] if isinstance(told, list) else told
    return TypeAdapter(list[CameraSpec]).validate_json(json.dumps(whole))


def _filled_in(told: dict[str, Any]) -> dict[str, Any]:
    """A camera with the fields of its preset where it has none of its own."""
    own = {name: value for name, value in told.items() if name != "preset"}
    if told.get("hostile"):
        mode = hostile.mode(str(told["hostile"]))
        if "preset" not in told:
            return {**json.loads(json.dumps(asdict(mode.camera), default=sorted)), **own}
    if "preset" not in told:
        return own
    preset = PRESETS.get(str(told["preset"]))
    if preset is None:
        raise ValueError(f"no preset is called {told['preset']!r}; there are {', '.join(sorted(PRESETS))}")
    begun: dict[str, Any] = json.loads(json.dumps(asdict(preset()), default=sorted))
    return {**begun, **own}


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
