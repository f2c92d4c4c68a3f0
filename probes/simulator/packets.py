"""Pictures to RTP: a clip as interleaved packets ready to be stamped and written.

Strategy: a clip is cut into packets once and shared by every viewer of every camera that sends it. What differs per
viewer (channel, sequence number, time, source) is patched into a copy of the picture's bytes, so a picture costs one
copy, a few small writes into it, and one write to the socket.
`$` framing: RFC 2326 section 10.12. How a picture is cut into payloads stands in `cuts`.
"""

from __future__ import annotations

import functools
import itertools
import struct
from dataclasses import dataclass

from probes.simulator import clips, cuts
from probes.simulator.spec import Codec, Packing

PAYLOAD_TYPE: dict[Codec, int] = {"h264": 96, "h265": 98, "mjpeg": 26}
CLOCK_RATE = 90_000
FILLING: dict[Codec, bytes] = {"h264": b"\0\0\3", "h265": b"\0\0\3", "mjpeg": b"\xff"}
"""What may stand behind a picture and mean nothing: cabac_zero_words (H.264 7.3.2.10, H.265 7.3.2.10), and fill bytes
before a marker (ITU-T T.81 B.1.1.2).
"""


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

    def filled(self, block: bytes | bytearray, filling: bytes) -> bytes:
        """`block` with `filling` at the end of its last packet."""
        at = self.offsets[-1] + 2
        length = struct.unpack_from("!H", block, at)[0] + len(filling)
        return b"".join((memoryview(block)[:at], struct.pack("!H", length), memoryview(block)[at + 2 :], filling))


@dataclass(frozen=True)
class Packets:
    """A clip ready to send, with the parameter sets for its description."""

    codec: Codec
    pictures: tuple[Picture, ...]
    parameter_sets: tuple[bytes, ...]

    @functools.cached_property
    def before(self) -> tuple[int, ...]:
        """Packets before each picture, and at last those of all."""
        return tuple(itertools.accumulate((len(one.offsets) for one in self.pictures), initial=0))


@functools.lru_cache(maxsize=64)
def of(key: clips.ClipKey, packing: Packing = "plain") -> Packets:
    """The packets of the clip of `key`; the clip is encoded when it is not on disk. `packing` is for H.264 alone."""
    clip = clips.load(key)
    payload_type = PAYLOAD_TYPE[clip.codec]
    cut = cuts.cutter(clip.codec, packing)
    marks = packing == "marked_sets"
    made = tuple(_picture(list(cut(unit.data)), payload_type, unit.shown_at, marks=marks) for unit in clip.units)
    return Packets(clip.codec, made, _parameter_sets(clip))


def framed(channel: int, packet: bytes) -> bytes:
    """`packet` as it stands between RTSP messages on one connection."""
    return struct.pack("!cBH", b"$", channel, len(packet)) + packet


def _picture(payloads: list[bytes], payload_type: int, shown_at: int, *, marks: bool) -> Picture:
    """A picture of `payloads`, the marker bit on its last packet, or with `marks` on every one that is a whole unit;
    numbers and times are still zero.
    """
    block, offsets = bytearray(), []
    for payload in payloads:
        offsets.append(len(block))
        marker = 0x80 if payload is payloads[-1] or (marks and payload[0] & 31 < 24) else 0
        block += framed(0, struct.pack("!BBHII", 0x80, payload_type | marker, 0, 0, 0) + payload)
    return Picture(bytes(block), tuple(offsets), shown_at)


def _parameter_sets(clip: clips.Clip) -> tuple[bytes, ...]:
    """SPS and PPS (H.264), or VPS, SPS and PPS (H.265), from the first picture."""
    if clip.codec == "mjpeg":
        return ()
    is_set = cuts.is_set_264 if clip.codec == "h264" else cuts.is_set_265
    return tuple(unit for unit in cuts.nal_units(clip.units[0].data) if is_set(unit))
