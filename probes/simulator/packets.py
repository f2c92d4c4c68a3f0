"""Pictures to RTP: a clip as interleaved packets ready to be stamped and written.

Strategy: a clip is cut into packets once and shared by every viewer of every camera that sends it. What differs per
viewer (channel, sequence number, time, source) is patched into a copy of the picture's bytes, so a picture costs one
copy, a few small writes into it, and one write to the socket.
Payload formats: RFC 6184 (H.264), RFC 7798 (H.265), RFC 2435 (JPEG); `$` framing: RFC 2326 section 10.12.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from probes.simulator import clips, jpeg
from probes.simulator.spec import Codec

MTU = 1400  # bytes of RTP payload: fits one Ethernet frame, as cameras send it over UDP
PAYLOAD_TYPE: dict[Codec, int] = {"h264": 96, "h265": 98, "mjpeg": 26}
CLOCK_RATE = 90_000


@dataclass(frozen=True)
class Picture:
    """The packets of one picture in one block, where each begins, and its place in showing order."""

    block: bytes
    offsets: tuple[int, ...]
    shown_at: int

    def stamped(self, channel: int, sequence: int, timestamp: int, ssrc: int) -> bytearray:
        """The bytes for the wire: packets numbered from `sequence`, all with the same time."""
        out = bytearray(self.block)
        for number, offset in enumerate(self.offsets):
            out[offset + 1] = channel
            struct.pack_into("!H", out, offset + 6, (sequence + number) & 0xFFFF)
            struct.pack_into("!II", out, offset + 8, timestamp & 0xFFFFFFFF, ssrc)
        return out


@dataclass(frozen=True)
class Packets:
    """A clip ready to send, with the parameter sets for its description."""

    codec: Codec
    pictures: tuple[Picture, ...]
    parameter_sets: tuple[bytes, ...]


@functools.lru_cache(maxsize=64)
def of(key: clips.ClipKey) -> Packets:
    """The packets of the clip of `key`; the clip is encoded when it is not on disk."""
    clip = clips.load(key)
    payload_type = PAYLOAD_TYPE[clip.codec]
    cut = _CUTTERS[clip.codec]
    made = tuple(_picture(list(cut(unit.data)), payload_type, unit.shown_at) for unit in clip.units)
    return Packets(clip.codec, made, _parameter_sets(clip))


def framed(channel: int, packet: bytes) -> bytes:
    """`packet` as it stands between RTSP messages on one connection."""
    return struct.pack("!cBH", b"$", channel, len(packet)) + packet


def _picture(payloads: list[bytes], payload_type: int, shown_at: int) -> Picture:
    """A picture of `payloads`, the marker bit on its last packet; numbers and times are still zero."""
    block, offsets = bytearray(), []
    for payload in payloads:
        offsets.append(len(block))
        marker = 0x80 if payload is payloads[-1] else 0
        block += framed(0, struct.pack("!BBHII", 0x80, payload_type | marker, 0, 0, 0) + payload)
    return Picture(bytes(block), tuple(offsets), shown_at)


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


def _parameter_sets(clip: clips.Clip) -> tuple[bytes, ...]:
    """SPS and PPS (H.264), or VPS, SPS and PPS (H.265), from the first picture."""
    if clip.codec == "mjpeg":
        return ()
    is_set = _is_set_264 if clip.codec == "h264" else _is_set_265
    return tuple(unit for unit in nal_units(clip.units[0].data) if is_set(unit))


def _is_set_264(unit: bytes) -> bool:
    return unit[0] & 0x1F in (7, 8)


def _is_set_265(unit: bytes) -> bool:
    return (unit[0] >> 1) & 0x3F in (32, 33, 34)


def _cut_264(data: bytes) -> Iterator[bytes]:
    """Payloads of RFC 6184 packetization mode 1: STAP-A for the parameter sets, FU-A for what is too long."""
    units = nal_units(data)
    sets = [unit for unit in units if _is_set_264(unit)]
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
    sets = [unit for unit in units if _is_set_265(unit)]
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


_CUTTERS: dict[Codec, Callable[[bytes], Iterator[bytes]]] = {"h264": _cut_264, "h265": _cut_265, "mjpeg": _cut_jpeg}
