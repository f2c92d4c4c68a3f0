"""RTP and RTCP headers (RFC 3550), without input or output.

Strategy: one function a packet; MalformedReply for anything that is not version 2 or shorter than it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import NamedTuple

from probes.errors import MalformedReply

_HEADER = Struct("!BBHII")
_AFTER_FIRST = Struct("!BHII")
_PLAIN = 0x80
"""Version 2, no padding, no extension, no contributing sources."""
_REPORT = Struct("!IIIII")
_SENDER_REPORT = 200
NTP_UNIX = 2_208_988_800
"""Seconds from 1900 (NTP) to 1970 (Unix)."""


class RtpPacket(NamedTuple):
    """One RTP packet; `timestamp` in ticks of the payload's clock, `payload` without padding, `extension` of the header
    with its mark and its length.

    A named tuple, because a worker makes tens of thousands a second, and this takes a third of the time.
    """

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    extension: bytes = b""


@dataclass(frozen=True, slots=True)
class SenderReport:
    """The sender's own pair of clocks (RFC 3550 6.4.1): Unix seconds and RTP ticks of the same moment."""

    ssrc: int
    unix_s: float
    timestamp: int


def plain_header(data: bytes) -> tuple[int, int, int, int] | None:
    """Payload type with its marker bit, sequence number, time stamp and SSRC of a packet whose header has nothing else;
    None for any other.
    """
    if len(data) < 12 or data[0] != _PLAIN:
        return None
    return _AFTER_FIRST.unpack_from(data, 1)


def parse_rtp(data: bytes) -> RtpPacket:
    """Reads one RTP packet. Raises MalformedReply."""
    if len(data) < 12:
        raise MalformedReply("rtsp.sample", f"RTP packet of {len(data)} bytes")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first >> 6 != 2:
        raise MalformedReply("rtsp.sample", f"RTP version {first >> 6}")
    start, end, extension = 12 + 4 * (first & 15), len(data), b""
    if first & 0x10:
        if start + 4 > end:
            raise MalformedReply("rtsp.sample", "RTP header extension is cut off")
        body = start + 4 + 4 * (data[start + 2] << 8 | data[start + 3])
        extension, start = data[start:body], body
    if first & 0x20:
        end -= data[-1]
    if start > end:
        raise MalformedReply("rtsp.sample", "RTP packet is shorter than its header says")
    return RtpPacket(second & 127, second > 127, sequence, timestamp, ssrc, data[start:end], extension)


def parse_sender_report(data: bytes) -> SenderReport | None:
    """The sender report that a compound RTCP packet begins with, or None when it begins with something else."""
    if len(data) < 28 or data[0] >> 6 != 2 or data[1] != _SENDER_REPORT:
        return None
    ssrc, seconds, fraction, timestamp, _ = _REPORT.unpack_from(data, 4)
    return SenderReport(ssrc, seconds - NTP_UNIX + fraction / 2**32, timestamp)
