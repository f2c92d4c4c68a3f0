"""Replay: judge what a capture holds, as if the camera stood there. No network beyond this machine, nothing remembered.

Strategy: a device on loopback says what the folder says (probes.capture.replay), and the usual probe looks at it. The
clock is that of the capture, so that the clock of the camera is as wrong as it was. Pictures were not kept.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from camera_registry.services.inspect import Inspection, judged
from probes import run
from probes.capture.exchange import Capture
from probes.capture.replay import replaying
from probes.key_frames import Progress
from probes.outgoing import Networks
from probes.target import Credential, Limits, Target
from probes.visit import Visit
from standards import Edition, needs

_HERE = Networks(("127.0.0.0/8",), loopback=True)


async def replay(
    capture: Capture, edition: Edition, limits: Limits, progress: Progress | None = None
) -> tuple[Inspection, tuple[str, ...]]:
    """The inspection of a `capture`, and what was asked and is not in it."""
    began = monotonic()

    def now() -> datetime:
        return capture.began + timedelta(seconds=monotonic() - began)

    async with replaying(capture) as device:
        target = Target(
            key="replay",
            address=device.address,
            credentials=_credentials(capture),
            needs=needs(edition),
            limits=replace(limits, picture=False),
            networks=_HERE,
        )
        observation = await run.look_on(Visit(target, now=now), None, progress)
    inspection = judged(capture.address, edition, observation, capture.began)
    return replace(inspection, replayed=True), tuple(device.missed)


def _credentials(capture: Capture) -> tuple[Credential, ...]:
    """A login that is nobody's, where one was used: the device takes any."""
    used = any(e.login != "none" for e in capture.exchanges)
    basic = any(e.login == "basic" for e in capture.exchanges)
    return (Credential("replay", "replay", "replay", basic_in_clear=basic),) if used else ()
