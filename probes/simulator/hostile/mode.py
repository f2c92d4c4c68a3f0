"""What a hostile mode is: what it does, at which port, on a camera that is otherwise as it should be.

Strategy: a mode takes the place of one of the two servers of a camera (`probes.simulator.camera`); the other stays, so
that a probe gets as far as the mode lets it. Few modes need another camera than `ORDINARY`, and bring it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from probes.simulator.refusals import Door
from probes.simulator.spec import CameraSpec, ChannelSpec, StreamSpec
from probes.simulator.state import CameraState

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Server = Callable[[CameraState], Serve]
"""Makes what serves the connections at one port of a camera."""

SMALL = StreamSpec("main", "h264", 640, 360, 25, gop=25, bitrate_kbps=512, path="/live")
ORDINARY = CameraSpec(channels=(ChannelSpec("V1", "Yard", (SMALL,)),), media=("media1",), rtsp_auth="none")
"""The camera that has a mode: one small stream, which needs no login, and an ONVIF side that needs one."""


@dataclass(frozen=True)
class Mode:
    """One way of being hostile. `does` tells what the camera does; `door` is the port at which `server`, if there is
    one, takes the place of the ordinary one; `camera` is what has this mode.
    """

    does: str
    door: Door
    server: Server | None = None
    camera: CameraSpec = ORDINARY
