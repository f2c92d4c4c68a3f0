"""Cameras that want to harm who looks at them: named modes of the simulator, over real sockets.

Strategy: one table from name to `Mode`, in files by where the harm is: `replies` (HTTP), `documents` (XML), `answers`
(RTSP and session descriptions), `streams` (RTP), `pictures` (what a decoder gets), `devices` (right, but without end).
What a probe of each may cost stands in docs/hostile.md. To add one: a line in its table, and its row there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from probes.simulator.hostile.answers import ANSWERS
from probes.simulator.hostile.devices import DEVICES
from probes.simulator.hostile.documents import DOCUMENTS
from probes.simulator.hostile.mode import Mode, Serve
from probes.simulator.hostile.pictures import PICTURES
from probes.simulator.hostile.replies import REPLIES
from probes.simulator.hostile.streams import STREAMS
from probes.simulator.refusals import Door
from probes.simulator.spec import CameraSpec
from probes.simulator.state import CameraState

HOSTILE: Mapping[str, Mode] = {**REPLIES, **DOCUMENTS, **ANSWERS, **STREAMS, **PICTURES, **DEVICES}
"""What a camera may have as `hostile`."""


def camera(name: str, **fields: Any) -> CameraSpec:
    """A camera with this mode, ordinary but for it and for `fields`. Raises ValueError for a name that is no mode."""
    return replace(mode(name).camera, **{"hostile": name, **fields})


def mode(name: str) -> Mode:
    """The mode of this name. Raises ValueError where there is none."""
    if name not in HOSTILE:
        raise ValueError(f"no hostile mode is called {name!r}; there are {', '.join(HOSTILE)}")
    return HOSTILE[name]


def served(state: CameraState, door: Door, ordinary: Serve) -> Serve:
    """What serves at `door`: the server of the camera's mode, where it has one that takes this place, or `ordinary`.
    Raises ValueError for a mode that there is not.
    """
    known = mode(state.spec.hostile) if state.spec.hostile else None
    if known is None or known.server is None or known.door != door:
        return ordinary
    return known.server(state)
