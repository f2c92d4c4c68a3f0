"""A picture cut into RTP payloads: RFC 6184 (H.264), RFC 7798 (H.265), RFC 2435 (JPEG), and as some cameras do it.

Strategy: bytes in, payloads out. What no RFC allows is asked for by the name of a `Packing`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from probes.simulator import jpeg
from probes.simulator.spec import Codec, Packing

MTU = 1400  # bytes of RTP payload: fits one Ethernet frame, as cameras send it over UDP
Cutter = Callable[[bytes], Iterator[bytes]]


def cutter(codec: Codec, packing: Packing = "plain") -> Cutter:
    """What cuts pictures of `codec`; a `packing` other than plain is for H.264 alone."""
    return _ODD[packing] if codec == "h264" and packing != "plain" else _CUTTERS[codec]


def nal_units(data: bytes) -> list[bytes]:
    """The NAL units of an Annex B access unit, without start codes."""
    units = []
    at = data.find(b"\0\0\1")
    while at >= 0:
        begin = at + 3
        at = data.find(b"\0\0\1", begin)
        unit = data[begin:] if at < 0 else data[begin:at]
        units.append(unit.rstrip(b"\0"))  # a NAL unit never ends in a zero byte: those belong to the next start code
    return units


def is_set_264(unit: bytes) -> bool:
    """True for SPS and PPS."""
    return unit[0] & 0x1F in (7, 8)


def is_set_265(unit: bytes) -> bool:
    """True for VPS, SPS and PPS."""
    return (unit[0] >> 1) & 0x3F in (32, 33, 34)


def _cut_264(data: bytes) -> Iterator[bytes]:
    """Payloads of RFC 6184 packetization mode 1: STAP-A for the parameter sets, FU-A for what is too long."""
    units = nal_units(data)
    sets = [unit for unit in units if is_set_264(unit)]
    if sets:
        importance = max(unit[0] & 0x60 for unit in sets)
        yield bytes([importance | 24]) + b"".join(struct.pack("!H", len(unit)) + unit for unit in sets)
    for unit in units:
        if unit in sets:
            continue
        if len(unit) <= MTU:
            yield unit
            continue
        indicator, kind = unit[0] & 0xE0 | 28, unit[0] & 0x1F
        yield from _fragments(unit[1:], bytes([indicator]), kind)


def _cut_265(data: bytes) -> Iterator[bytes]:
    """Payloads of RFC 7798 without DONL: AP for the parameter sets, FU for what is too long."""
    units = nal_units(data)
    sets = [unit for unit in units if is_set_265(unit)]
    if sets:
        yield struct.pack("!H", 48 << 9 | 1) + b"".join(struct.pack("!H", len(unit)) + unit for unit in sets)
    for unit in units:
        if unit in sets:
            continue
        if len(unit) <= MTU:
            yield unit
            continue
        kind = (unit[0] >> 1) & 0x3F
        yield from _fragments(unit[2:], bytes([unit[0] & 0x81 | 49 << 1, unit[1]]), kind)


def _fragments(body: bytes, indicator: bytes, kind: int) -> Iterator[bytes]:
    """`body` in pieces, each behind `indicator` and the FU header (start and end bit, type) that both RFCs share."""
    room = MTU - len(indicator) - 1
    for at in range(0, len(body), room):
        start = 0x80 if at == 0 else 0
        end = 0x40 if at + room >= len(body) else 0
        yield indicator + bytes([start | end | kind]) + body[at : at + room]


def _cut_jpeg(data: bytes) -> Iterator[bytes]:
    return jpeg.payloads(jpeg.parse(data), MTU)


def _cut_one_by_one(data: bytes) -> Iterator[bytes]:
    """Each unit by itself, parameter sets too: their packets get the marker bit."""
    for unit in nal_units(data):
        yield from [unit] if len(unit) <= MTU else _fragments(unit[1:], bytes([unit[0] & 0xE0 | 28]), unit[0] & 0x1F)


def _cut_annex_b(data: bytes) -> Iterator[bytes]:
    """The whole picture as one unit with start codes in it, in fragments that claim to be the first unit (V380)."""
    units = nal_units(data)
    body = b"\0\0\0\1".join(units)
    if len(body) <= MTU:
        yield b"\0\0\0\1" + body
    else:
        yield from _fragments(body[1:], bytes([body[0] & 0xE0 | 28]), body[0] & 0x1F)


def _cut_shifting(data: bytes) -> Iterator[bytes]:
    """The same, and later fragments claim to be the last unit (Tiandy)."""
    kind = nal_units(data)[-1][0] & 0x1F
    for payload in _cut_annex_b(data):
        later = payload[0] & 0x1F == 28 and not payload[1] & 0x80
        yield bytes([payload[0], payload[1] & 0xE0 | kind]) + payload[2:] if later else payload


_CUTTERS: dict[Codec, Cutter] = {"h264": _cut_264, "h265": _cut_265, "mjpeg": _cut_jpeg}
_ODD: dict[Packing, Cutter] = {"marked_sets": _cut_one_by_one, "annex_b": _cut_annex_b, "shifting_type": _cut_shifting}
