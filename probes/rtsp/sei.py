"""Supplemental enhancement information of H.264 and H.265: finds one message in a unit (H.264 7.3.2.3.1, H.265 7.3.5).

Strategy: pure. The bytes behind the header of the unit in, the payload of one type out, or None where there is none or
where it is cut short.
"""

from __future__ import annotations

from probes.rtsp.bits import unescape

RECOVERY_POINT = 6
"""Payload type, H.264 D.1.8 and H.265 D.2.8."""


def message(body: bytes, kind: int) -> bytes | None:
    """The payload of the first message of type `kind` in `body`, which is what follows the header of the unit."""
    data, at = unescape(body), 0
    while at + 2 <= len(data):
        found, at = _number(data, at)
        size, at = _number(data, at)
        if found == kind:
            return data[at : at + size] if at + size <= len(data) else None
        at += size
    return None


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while at < len(data) and data[at] == 0xFF:
        value, at = value + 255, at + 1
    return value + (data[at] if at < len(data) else 0), at + 1
