"""What is told of a value in the settings that cannot be used; never the value itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from camera_registry.school_days import BREAK

TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
"""A time of day."""
WINDOW = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"
"""A time of day from which, and one until which; over midnight when the second is earlier."""
TILES = r"|https?://[a-z0-9.-]+(:\d{1,5})?/[^\s;,'\"]*\{z\}[^\s;,'\"]*"
"""Where pictures of a map come from."""
BROKER = r"^(tls://[A-Za-z0-9.:\[\]-]+:[0-9]{1,5})?$"
"""The address of a broker."""
LIKE: Mapping[str, str] = {
    TIME: "07:30",
    WINDOW: "22:00-05:00",
    BREAK: "06-01/08-31, or 2027-02-01/2027-02-14",
    TILES: "https://tiles.example.vn/{z}/{x}/{y}.png",
    BROKER: "tls://camera.hcm.edu.vn:4222",
}
"""How a text is written that has to fit each of these patterns."""


def words(error: Any) -> str:
    """What is wrong with a value, and what to write."""
    if error["type"] == "extra_forbidden":
        return "no such setting; config.toml of the project lists all there are"
    if error["type"] == "string_pattern_mismatch" and error["ctx"]["pattern"] in LIKE:
        return f"write it like {LIKE[error['ctx']['pattern']]}"
    return str(error["msg"])
