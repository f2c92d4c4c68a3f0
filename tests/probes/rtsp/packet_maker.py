"""Makes RTP and RTCP packets and whole synthetic streams, on a synthetic clock.

Shares no code with probes/rtsp, or the same mistake would cancel out. Everything is written from RFC 3550, 6184, 7798
and 2435: one function a structure, bytes out. A stream is a list of (packet, arrival in seconds).
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Packets = list[tuple[bytes, float]]

# 640x360, High, level 3.0, 25 frames/s stated; written by libx264.
H264_SPS = bytes.fromhex("6764001eacd940a02ff961000003000100000300320f162d96")
H264_PPS = bytes.fromhex("68ebe3cb22c0")
FILL = b"\xaa\x55"


def rtp(
    sequence: int,
    ticks: int,
    payload: bytes,
    *,
    marker: bool = False,
    payload_type: int = 96,
    ssrc: int = 0x1234,
    csrcs: Sequence[int] = (),
    extension: bytes | None = None,
    padding: int = 0,
) -> bytes:
    """One RTP packet (RFC 3550 5.1)."""
    first = 0x80 | (0x20 if padding else 0) | (0x10 if extension is not None else 0) | len(csrcs)
    head = struct.pack(
        ">BBHII", first, marker << 7 | payload_type, sequence & 0xFFFF, ticks & 0xFFFFFFFF, ssrc & 0xFFFFFFFF
    )
    head += b"".join(struct.pack(">I", one) for one in csrcs)
    if extension is not None:
        head += struct.pack(">HH", 0xABCD, len(extension) // 4) + extension
    return head + payload + (bytes(padding - 1) + bytes([padding]) if padding else b"")


def sender_report(ssrc: int, unix_s: float, ticks: int, *, more: bytes = b"") -> bytes:
    """An RTCP sender report (RFC 3550 6.4.1) without report blocks."""
    seconds = int(unix_s)
    body = struct.pack(
        ">IIIIII", ssrc, seconds + 2_208_988_800, int((unix_s - seconds) * 2**32), ticks & 0xFFFFFFFF, 100, 1000
    )
    return struct.pack(">BBH", 0x80, 200, len(body) // 4) + body + more


def h264_fragments(nal: bytes, size: int = 1200, *, don: bool = False) -> list[bytes]:
    """FU-A payloads (RFC 6184 5.8); with `don` the first is an FU-B."""
    parts = [nal[at : at + size] for at in range(1, len(nal), size)]
    made = []
    for number, part in enumerate(parts):
        flags = (0x80 if number == 0 else 0) | (0x40 if number == len(parts) - 1 else 0)
        first_b = don and number == 0
        head = bytes([nal[0] & 0xE0 | (29 if first_b else 28), flags | nal[0] & 31])
        made.append(head + (b"\x12\x34" if first_b else b"") + part)
    return made


def h265_fragments(nal: bytes, size: int = 1200, *, donl: bytes = b"") -> list[bytes]:
    """FU payloads (RFC 7798 4.4.3)."""
    parts = [nal[at : at + size] for at in range(2, len(nal), size)]
    kind = nal[0] >> 1 & 63
    return [
        bytes([nal[0] & 0x81 | 49 << 1, nal[1], (0x80 if n == 0 else 0) | (0x40 if n == len(parts) - 1 else 0) | kind])
        + (donl if n == 0 else b"")
        + part
        for n, part in enumerate(parts)
    ]


def stap_a(nals: Iterable[bytes]) -> bytes:
    """RFC 6184 5.7.1."""
    return b"\x78" + b"".join(struct.pack(">H", len(nal)) + nal for nal in nals)


def stap_b(nals: Iterable[bytes]) -> bytes:
    """RFC 6184 5.7.1, with a decoding order number in front."""
    return b"\x79\x12\x34" + stap_a(nals)[1:]


def aggregation(nals: Sequence[bytes], *, don: bool = False) -> bytes:
    """RFC 7798 4.4.2; with `don` the first unit has two bytes of order number and every other one."""
    made = b"\x60\x01"
    for number, nal in enumerate(nals):
        order = b"" if not don else b"\x12\x34" if number == 0 else b"\x01"
        made += order + struct.pack(">H", len(nal)) + nal
    return made


def jpeg_fragments(scan: bytes, size: int = 1200, *, width: int = 64, height: int = 48, q: int = 60) -> list[bytes]:
    """RFC 2435 3.1, type 1, without tables."""
    return [
        b"\0" + at.to_bytes(3, "big") + bytes([1, q, width // 8, height // 8]) + scan[at : at + size]
        for at in range(0, len(scan), size)
    ]


def h264_payloads(nal: bytes, size: int = 1200) -> list[bytes]:
    """One unit in one packet, or in fragments when it is long."""
    return [nal] if len(nal) <= size else h264_fragments(nal, size)


def h265_payloads(nal: bytes, size: int = 1200) -> list[bytes]:
    """One unit in one packet, or in fragments when it is long."""
    return [nal] if len(nal) <= size else h265_fragments(nal, size)


def slice_264(*, key: bool, size: int) -> bytes:
    """Looks like one slice of `size` bytes: first macroblock 0, slice type 7 (I) or 5 (P), picture parameter set 0."""
    head = b"\x65\x88\x80" if key else b"\x41\x9a"
    return (head + FILL * (size // 2))[: max(size, 4)]


def slice_265(*, key: bool, size: int) -> bytes:
    """Looks like one slice segment, the first of its picture: IDR_W_RADL or TRAIL_R."""
    return (bytes([19 << 1 if key else 1 << 1, 1, 0x80]) + FILL * (size // 2))[: max(size, 4)]


@dataclass
class Sender:
    """Numbers the packets of one stream and lets them arrive."""

    sequence: int = 1000
    ssrc: int = 0x1234
    first_tick: int = 900_000
    clock_rate: int = 90_000
    payload_type: int = 96

    def ticks(self, seconds: float) -> int:
        """The RTP time stamp for a moment of the stream."""
        return self.first_tick + round(seconds * self.clock_rate)

    def send(self, payloads: Sequence[bytes], seconds: float, at: float, *, marker: bool = True) -> Packets:
        """The payloads of one time stamp as packets that all arrive `at`; the last one has the marker."""
        made = []
        for number, payload in enumerate(payloads):
            last = marker and number == len(payloads) - 1
            packet = rtp(
                self.sequence,
                self.ticks(seconds),
                payload,
                marker=last,
                payload_type=self.payload_type,
                ssrc=self.ssrc,
            )
            made.append((packet, at))
            self.sequence += 1
        return made


def same(seconds: float) -> float:
    """The arrival of a camera without delay or jitter, 10 s into our clock."""
    return 10.0 + seconds


def shipped(fps: float, stamped: float) -> Callable[[float], float]:
    """The arrivals of a recorder that stamps one rate and ships another."""
    return lambda seconds: same(seconds * stamped / fps)


def jittered(spread_s: float) -> Callable[[float], float]:
    """Arrivals that are late by up to `spread_s`, the same ones in every run."""
    noise = random.Random(11)
    return lambda seconds: same(seconds) + noise.uniform(0, spread_s)


def stream(
    *,
    fps: float = 25.0,
    seconds: float = 4.0,
    gop: int = 50,
    key_size: int = 12_000,
    size: int = 3_000,
    arrive: Callable[[float], float] = same,
    order: Sequence[int] = (0,),
    sender: Sender | None = None,
    key_head: Sequence[bytes] = (H264_SPS, H264_PPS),
    start: int = 0,
) -> Packets:
    """An H.264 stream: frame n is stamped n / fps and comes at `arrive(n / fps)`; every `gop` frames a key frame.

    `order` holds the offsets by which the stamps of successive frames differ from their place, as with B-frames.
    """
    sender = sender or Sender()
    made: Packets = []
    for number in range(start, start + round(fps * seconds) + 1):
        key = number % gop == 0
        nals = [*key_head] if key else []
        nals.append(slice_264(key=key, size=key_size if key else size))
        payloads = [payload for nal in nals for payload in h264_payloads(nal)]
        shown = (number + order[number % len(order)]) / fps
        made += sender.send(payloads, shown, arrive(number / fps))
    return made
