"""What a simulated camera writes down of each login that it refused.

Strategy: a refusal is a value. Where the environment names a file (`JOURNAL`), every camera of every process appends
its refusals there at once, one JSON object a line, so that a test can count over cameras that it never held in its
hands: those of a demo, or of a process that was killed.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal
from uuid import uuid4

from probes.simulator.spec import CameraSpec

JOURNAL = "CAMERA_SIMULATOR_JOURNAL"
Door = Literal["onvif", "rtsp"]


@dataclass(frozen=True)
class Refusal:
    """One request whose login was refused: where, what was asked, and the header that carried it.

    `username`: who it said it was. `secret`: a digest of the password where the request held it (Basic), else empty.
    `created`: the date of a UsernameToken. `known`: this camera had taken a login of this name before. `only_stale`:
    the login was right, and only its nonce was not taken; that is no refused try.
    """

    door: Door
    operation: str
    header: str
    username: str = ""
    secret: str = ""
    created: str = ""
    known: bool = False
    only_stale: bool = False


class Journal:
    """The file that refusals of one camera are appended to; without one, nothing is written."""

    def __init__(self, spec: CameraSpec) -> None:
        """A camera at an address that was said is the same camera after a restart; any other is a new one."""
        self.camera = f"{spec.host}:{spec.onvif_port}:{spec.rtsp_port}" if spec.host else uuid4().hex

    def write(self, refusal: Refusal) -> None:
        """One more line, whole, whoever else writes."""
        path = os.environ.get(JOURNAL)
        if path:
            line = json.dumps({"camera": self.camera, **asdict(refusal)}) + "\n"
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(line)


def digest_of(secret: str) -> str:
    """What tells two passwords apart and does not show them."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]
