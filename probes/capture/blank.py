"""Packets without pictures: what the meter reads stays, what shows a person goes (RFC 3550, 6184, 7798, 2435).

Strategy: pure. The RTP header stays, the headers of the payload format, whole parameter sets, and the first `HEAD`
bytes of a slice, in which its header stands; all else becomes `FILLER`, so that sizes and rates are the same and no
picture can be decoded. Of sound, and of what is not known, the RTP header alone stays; of RTCP a sender report without
the names that may follow it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from probes.errors import MalformedReply
from probes.rtsp.rtp import parse_rtp

HEAD = 14
"""Bytes of a slice that are kept: its header, and at most a block or two in the corner of the picture."""
LONGEST_SET = 1_024
"""Bytes of a parameter set that are kept; what calls itself one and is longer is none."""
NOTE = 24
"""Bytes of an SEI message that are kept."""
FILLER = b"\x55"
_SENDER_REPORT, _REPORT_BYTES = 200, 28
_RUN = re.compile(rb"\x55{8,}")
_SHOWN = re.compile(r"\*(\d{1,5})\.|([0-9a-fA-F]+)")
_START_CODE = re.compile(rb"\0\0\0?\x01")
_H264_SETS, _H264_NOTE, _H264_LISTS, _H264_PARTS = (7, 8), 6, {24: 1, 25: 3}, {28: 2, 29: 4}
_H265_SETS, _H265_NOTE, _H265_LIST, _H265_PART = (32, 33, 34), 39, 48, 49
_JPEG_HEADER, _JPEG_RESTART, _JPEG_TABLES = 8, 4, 4
_MPEG4_PICTURE, _MPEG4_HEADER = b"\0\0\x01\xb6", 5


def blanked(codec: str, data: bytes, *, report: bool = False) -> bytes:
    """`data` (RTP, or RTCP when it is a `report`) of a stream of `codec` without its pictures."""
    if report:
        sender = len(data) >= _REPORT_BYTES and data[1] == _SENDER_REPORT
        return bytes([data[0] & 0xE0, data[1], 0, 6]) + data[4:_REPORT_BYTES] if sender else b""
    try:
        packet = parse_rtp(data)
    except MalformedReply:
        return _filled(data, 0)
    padding = data[-1] if data[0] & 0x20 else 0
    end = len(data) - padding
    start = end - len(packet.payload)
    first = bytes([data[0] & 0xDF])  # padding goes, and its mark with it
    kept = _READERS.get(codec, _nothing)(data[start:end])
    return first + data[1:start] + kept


def line(channel: int, at: float, data: bytes) -> str:
    """One packet as a line of text: seconds after PLAY, channel, bytes in hexadecimal, `*N.` for N bytes of filler."""
    text, at_byte = "", 0
    for run in _RUN.finditer(data):
        text += f"{data[at_byte : run.start()].hex()}*{len(run.group())}."
        at_byte = run.end()
    return f"{at:.5f} {channel} {text}{data[at_byte:].hex()}"


def read_line(text: str) -> tuple[int, float, bytes]:
    """The inverse of `line`: channel, seconds, bytes. Raises ValueError."""
    at, channel, shown = text.split()
    data = b""
    for run, plain in _SHOWN.findall(shown):
        data += FILLER * int(run) if run else bytes.fromhex(plain)
    return int(channel), float(at), data


def _filled(unit: bytes, keep: int) -> bytes:
    return unit[:keep] + FILLER * max(0, len(unit) - keep)


def _nothing(payload: bytes) -> bytes:
    return _filled(payload, 0)


def _units(payload: bytes, unit: Callable[[bytes], bytes]) -> bytes:
    """The unit in a payload, and those that some cameras write behind it with start codes between (or before it)."""
    made, at = b"", 0
    for mark in _START_CODE.finditer(payload):
        made += (unit(payload[at : mark.start()]) if mark.start() > at else b"") + mark.group()
        at = mark.end()
    return made + (unit(payload[at:]) if at < len(payload) else b"")


def _aggregated(payload: bytes, start: int, unit: Callable[[bytes], bytes]) -> bytes:
    """The units of an aggregation packet, each with its length before it."""
    made, at = payload[:start], start
    while at + 2 <= len(payload):
        length = payload[at] << 8 | payload[at + 1]
        made += payload[at : at + 2] + _units(payload[at + 2 : at + 2 + length], unit)
        at += 2 + length
    return (made + payload[at:])[: len(payload)]


def _set(unit: bytes) -> bytes:
    return _filled(unit, LONGEST_SET)


def _h264_unit(unit: bytes) -> bytes:
    kind = unit[0] & 31 if unit else 0
    return _set(unit) if kind in _H264_SETS else _filled(unit, NOTE if kind == _H264_NOTE else 1 + HEAD)


def _h264(payload: bytes) -> bytes:
    kind = payload[0] & 31 if payload else 0
    if kind in _H264_LISTS:
        return _aggregated(payload, _H264_LISTS[kind], _h264_unit)
    if kind in _H264_PARTS and len(payload) > 1:
        header, begins = _H264_PARTS[kind], payload[1] & 0x80
        whole = bytes([payload[0] & 0xE0 | payload[1] & 31]) + payload[header:]
        return payload[:header] + _units(whole, _h264_unit)[1:] if begins else _filled(payload, header)
    return _units(payload, _h264_unit)


def _h265_unit(unit: bytes) -> bytes:
    kind = unit[0] >> 1 & 63 if unit else 0
    return _set(unit) if kind in _H265_SETS else _filled(unit, NOTE if kind == _H265_NOTE else 2 + HEAD)


def _h265(payload: bytes) -> bytes:
    kind = payload[0] >> 1 & 63 if payload else 0
    if kind == _H265_LIST:
        return _aggregated(payload, 2, _h265_unit)
    if kind == _H265_PART and len(payload) > 2:
        whole = bytes([payload[0] & 0x81 | (payload[2] & 63) << 1, payload[1]]) + payload[3:]
        return payload[:3] + _units(whole, _h265_unit)[2:] if payload[2] & 0x80 else _filled(payload, 3)
    return _units(payload, _h265_unit)


def _jpeg(payload: bytes) -> bytes:
    """The headers of RFC 2435, with restart marker and tables, and JPEG headers that stand before the image."""
    keep = _JPEG_HEADER
    if len(payload) < keep:
        return _nothing(payload)
    kind, quality, beginning = payload[4], payload[5], payload[1:4] == b"\0\0\0"
    keep += _JPEG_RESTART if 64 <= kind <= 127 else 0
    if quality >= 128 and beginning and len(payload) >= keep + _JPEG_TABLES:
        keep += _JPEG_TABLES + (payload[keep + 2] << 8 | payload[keep + 3])
    if payload[keep : keep + 2] == b"\xff\xd8":
        image = payload.find(b"\xff\xda", keep)
        keep = image if image > 0 else keep
    return _filled(payload, keep)


def _mpeg4(payload: bytes) -> bytes:
    """What stands before the first picture, and the header of that."""
    if not payload.startswith(b"\0\0\x01"):
        return _nothing(payload)
    picture = payload.find(_MPEG4_PICTURE)
    return _filled(payload, picture + _MPEG4_HEADER if picture >= 0 else 4)


_READERS: dict[str, Callable[[bytes], bytes]] = {"h264": _h264, "h265": _h265, "mjpeg": _jpeg, "mpeg4": _mpeg4}
