"""NATS: the server that carries the work of agents is of a version that holds what agents rely on.

A server of NATS says who it is before anything is asked: one line `INFO {…}` in JSON (NATS client protocol), in clear
even where TLS is asked for next, unless it is set to begin with TLS; then its version is known to the client alone.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from camera_registry.doctor.checked import Around, Checked, bad, both, left_out, well

LEAST = ((2, 11, 16), (2, 12, 7))
"""The first version of each line that holds; what is newer than the last line holds too."""
PORT = 4222
_LONGEST = 64 * 1024
_UPDATE = {
    "vi": "cài nats-server 2.11.16, 2.12.7 hoặc mới hơn",
    "en": "install nats-server 2.11.16, 2.12.7 or later",
}
_REACH = {
    "vi": "kiểm tra địa chỉ, tường lửa, và nats-server đang chạy",
    "en": "check the address, the firewall, and that nats-server runs",
}


def agents(around: Around) -> Iterator[Checked]:
    """The server of the settings, where agents are set up."""
    address = server_of(around)
    if not address:
        yield left_out("nats", "không dùng trạm kiểm tra tại trường", "no agents are set up")
        return
    parts = urlsplit(address)
    yield carrier(parts.hostname or "", parts.port or PORT, around.patience_s)


def server_of(around: Around) -> str:
    """The address of the server that carries work; empty where there is none."""
    return around.settings.agents.server


def carrier(host: str, port: int, patience_s: float) -> Checked:
    """Whether the server at this address may carry work."""
    try:
        version = said_version(host, port, patience_s)
    except (OSError, ValueError) as error:
        return bad("nats", both(f"{host}:{port}: {type(error).__name__}"), _REACH)
    seen = f"{host}:{port}: nats-server {version}"
    return well("nats", seen, seen) if holds(version) else bad("nats", both(seen), _UPDATE)


def holds(version: str) -> bool:
    """True for a version that is new enough; False for one that is none. A `-preview` comes before its release."""
    found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(-\S+)?", version)
    if found is None:
        return False
    has = (int(found[1]), int(found[2]), int(found[3]) - (found[4] is not None))
    least = next((least for least in LEAST if least[:2] == has[:2]), None)
    return has > LEAST[-1] if least is None else has >= least


def said_version(host: str, port: int, patience_s: float) -> str:
    """The version that the server says. Raises OSError, ValueError for what is no server of NATS."""
    with socket.create_connection((host, port), patience_s) as line, line.makefile("rb") as file:
        words = file.readline(_LONGEST)
    if not words.startswith(b"INFO "):
        raise ValueError("no INFO came")
    info = json.loads(words.removeprefix(b"INFO "))
    return str(info.get("version", ""))[:40] if isinstance(info, dict) else ""
