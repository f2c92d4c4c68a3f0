"""RTP payloads of H.264 (RFC 6184), H.265 (RFC 7798) and JPEG (RFC 2435), without input or output.

Strategy: a reader is fed payloads in order and tells which units *begin* in each: their type and first bytes. That is
enough to find key frames and parameter sets without putting every frame together. Only while `collect` is true are
bytes gathered (Annex B, or JPEG fragments), for the one key frame that is looked at. Payloads that make no sense give
no units; they are never an error, because one bad packet does not spoil a sample.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from probes.errors import MalformedReply
from probes.rtsp import h264, h265, mjpeg
from probes.rtsp.bits import PARAMETER_SET_LIMIT

START_CODE = b"\0\0\0\1"
COLLECT_LIMIT = 8_000_000
SLICE_HEAD = 64
"""Bytes kept of a slice: enough for every field that is read."""
WHOLE_LIMIT = PARAMETER_SET_LIMIT + 1
"""Bytes kept of a parameter set, an SEI or the head of a JPEG: one more than the longest that is read."""
UNITS_LIMIT = 4096
"""Units taken from one payload, and kept of one frame."""
_ANY_START_CODE = re.compile(rb"\0\0\0?\x01")
_ONLY_H265 = {bytes([unit << 1, 1]) for unit in (h265.VPS, h265.SPS, h265.PPS, 48, 49)}
_H264_PROFILES = {66, 77, 88, 100, 110, 122, 244}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that begins in a payload: NAL unit type and its first bytes, header included: `SLICE_HEAD` of a slice, and
    up to `WHOLE_LIMIT` of anything else.
    """

    type: int
    head: bytes


class PayloadReader(Protocol):
    """What the meter needs to know of a codec."""

    collect: bool

    def push(self, payload: bytes) -> list[Unit]:
        """Takes the next payload; the units that begin in it."""

    def is_key(self, units: list[Unit]) -> bool:
        """True when the units of one frame, as far as they have come, make it a key frame."""

    def has_picture(self, units: list[Unit]) -> bool:
        """True when the units of one time stamp hold a picture, and not only what describes one."""

    def from_the_top(self, units: list[Unit]) -> bool:
        """True when the first slice of `units` is the first of its picture, so that nothing is missing before it."""

    def drop(self) -> None:
        """Forgets what was collected."""

    def collected(self) -> bytes:
        """The bytes collected since `drop`: a whole access unit with start codes, or a whole JPEG image."""


@dataclass
class _NalReader:
    collect: bool = False
    _bytes: bytearray = field(default_factory=bytearray)

    def drop(self) -> None:
        self._bytes.clear()

    def collected(self) -> bytes:
        return bytes(self._bytes)

    def _type(self, nal: bytes) -> int:
        raise NotImplementedError

    def _is_slice(self, type_: int) -> bool:
        raise NotImplementedError

    def _begin(self, nal: bytes) -> list[Unit]:
        """The unit that begins with `nal`, or several where a camera (V380) leaves start codes between units in it."""
        if START_CODE[1:] in nal:
            parts = _ANY_START_CODE.split(nal, UNITS_LIMIT)[:UNITS_LIMIT]
            return [unit for part in parts if part for unit in self._begin(part)]
        if self.collect and len(self._bytes) < COLLECT_LIMIT:
            self._bytes += START_CODE
            self._bytes += nal
        type_ = self._type(nal)
        return [Unit(type_, nal[: SLICE_HEAD if self._is_slice(type_) else WHOLE_LIMIT])]

    def _go_on(self, fragment: bytes) -> None:
        if self.collect and len(self._bytes) < COLLECT_LIMIT:
            self._bytes += fragment


class H264Reader(_NalReader):
    """Single NAL units, STAP-A and STAP-B, FU-A and FU-B."""

    def push(self, payload: bytes) -> list[Unit]:
        """Takes the next payload; the NAL units that begin in it."""
        payload = _without_start_code(payload)
        if len(payload) < 2:
            return []
        kind = payload[0] & 31
        if kind in (28, 29):
            return self._fragment(payload, 2 if kind == 28 else 4)
        if kind in (24, 25):
            nals = _aggregated(payload[1 if kind == 24 else 3 :], 0)
            return [unit for nal in nals for unit in self._begin(nal)]
        return self._begin(payload) if 1 <= kind <= 23 else []

    def is_key(self, units: list[Unit]) -> bool:
        """An IDR picture, or an I picture with a recovery point (Rec. ITU-T H.264 7.4.1.2.4, D.2.8)."""
        if any(u.type == 5 for u in units):
            return True
        recovery = any(u.type == 6 and h264.has_recovery_point(u.head) for u in units)
        slices = [u for u in units if u.type == 1]
        return recovery and bool(slices) and all(_is_intra(u.head) for u in slices)

    def has_picture(self, units: list[Unit]) -> bool:
        """True when there is a slice, and not only parameter sets or SEI."""
        return any(1 <= u.type <= 5 for u in units)

    def from_the_top(self, units: list[Unit]) -> bool:
        """True when the first slice begins with macroblock 0."""
        try:
            return h264.peek_slice(next(u.head for u in units if u.type in (1, 5))).starts_picture
        except (StopIteration, MalformedReply):
            return False

    def _type(self, nal: bytes) -> int:
        return nal[0] & 31

    def _is_slice(self, type_: int) -> bool:
        return type_ <= h264.IDR

    def _fragment(self, payload: bytes, header: int) -> list[Unit]:
        if len(payload) <= header:
            return []
        if payload[1] & 0x80:
            return self._begin(bytes([payload[0] & 0xE0 | payload[1] & 31]) + payload[header:])
        self._go_on(payload[header:])
        return []


class H265Reader(_NalReader):
    """Single NAL units, aggregation packets and fragmentation units; `donl` when decoding order numbers are sent."""

    def __init__(self, donl: bool = False) -> None:
        super().__init__()
        self._donl = 2 if donl else 0

    def push(self, payload: bytes) -> list[Unit]:
        """Takes the next payload; the NAL units that begin in it."""
        payload = _without_start_code(payload)
        if len(payload) < 3:
            return []
        kind = payload[0] >> 1 & 63
        if kind == 49:
            return self._fragment(payload)
        if kind == 48:
            nals = _aggregated(payload[2:], self._donl)
            return [unit for nal in nals if len(nal) > 2 for unit in self._begin(nal)]
        return self._begin(payload[:2] + payload[2 + self._donl :]) if kind < 48 else []

    def is_key(self, units: list[Unit]) -> bool:
        """An intra random access point: NAL unit types 16 to 21 (Rec. ITU-T H.265 table 7-1)."""
        return any(h265.is_irap(u.type) for u in units)

    def has_picture(self, units: list[Unit]) -> bool:
        """True when there is a slice segment (types 0 to 31)."""
        return any(u.type < 32 for u in units)

    def from_the_top(self, units: list[Unit]) -> bool:
        """True when the first slice segment says that it is the first."""
        try:
            return h265.first_slice_segment_in_pic(next(u.head for u in units if u.type < 32))
        except (StopIteration, MalformedReply):
            return False

    def _type(self, nal: bytes) -> int:
        return nal[0] >> 1 & 63

    def _is_slice(self, type_: int) -> bool:
        return type_ < h265.VPS

    def _fragment(self, payload: bytes) -> list[Unit]:
        if payload[2] & 0x80:
            start = 3 + self._donl
            return self._begin(bytes([payload[0] & 0x81 | (payload[2] & 63) << 1, payload[1]]) + payload[start:])
        self._go_on(payload[3:])
        return []


@dataclass
class JpegReader:
    """Fragments of JPEG images; each image is a key frame."""

    collect: bool = False
    _first: mjpeg.JpegHeader | None = None
    _scan: bytearray = field(default_factory=bytearray)

    def push(self, payload: bytes) -> list[Unit]:
        """Takes the next payload; one unit of type 0 when an image begins in it."""
        try:
            header = mjpeg.parse_header(payload)
        except MalformedReply:
            return []
        if header.fragment_offset == 0:
            self._first = header
        if self.collect and len(self._scan) < COLLECT_LIMIT and header.fragment_offset == len(self._scan):
            self._scan += payload[header.data_offset :]
        return [Unit(0, payload[:WHOLE_LIMIT])] if header.fragment_offset == 0 else []

    def is_key(self, units: list[Unit]) -> bool:
        """Every image stands alone."""
        return bool(units)

    def has_picture(self, units: list[Unit]) -> bool:
        """True when an image begins."""
        return bool(units)

    def from_the_top(self, units: list[Unit]) -> bool:
        """True when an image begins: there is only one beginning."""
        return bool(units)

    def drop(self) -> None:
        """Forgets the fragments collected."""
        self._scan.clear()

    def collected(self) -> bytes:
        """A whole image with its headers; raises MalformedReply when the fragments make none."""
        if self._first is None:
            raise MalformedReply("image.decode", "no beginning of a JPEG image has come")
        return mjpeg.assemble(self._first, bytes(self._scan))


@dataclass
class OpaqueReader:
    """A codec that we cannot look into: every time stamp is a picture, none is a key frame, nothing is collected."""

    collect: bool = False

    def push(self, payload: bytes) -> list[Unit]:
        """One unit of no type a payload."""
        return [Unit(-1, payload[:4])]

    def is_key(self, units: list[Unit]) -> bool:  # noqa: ARG002  (the protocol has it)
        """False: it cannot be known."""
        return False

    def has_picture(self, units: list[Unit]) -> bool:
        """True when anything came."""
        return bool(units)

    def from_the_top(self, units: list[Unit]) -> bool:
        """True when anything came."""
        return bool(units)

    def drop(self) -> None:
        """Nothing was collected."""

    def collected(self) -> bytes:
        """Nothing."""
        return b""


def reader_for(codec: str, fmtp: dict[str, str]) -> PayloadReader:
    """The reader for `codec`, which is an `OpaqueReader` where there is no better one."""
    match codec:
        case "h264":
            return H264Reader()
        case "h265":
            return H265Reader(donl=fmtp.get("sprop-max-don-diff", "0").strip() not in ("", "0"))
        case "mjpeg":
            return JpegReader()
    return OpaqueReader()


def sniff(codec: str, payload: bytes) -> str:
    """The codec of a payload: `codec`, unless its first two bytes can only be the other of H.264 and H.265.

    Some recorders describe one and send the other. An H.265 parameter set, aggregation packet or fragment of the base
    layer would be an H.264 unit that does not exist, or a data partition, which cameras do not send. An H.264 sequence
    parameter set, or the first fragment of a unit, would be an H.265 unit of a reserved type in a high layer.
    """
    start = _without_start_code(payload)[:2]
    if codec == "h264" and start in _ONLY_H265:
        return "h265"
    if codec == "h265" and len(start) == 2 and (_begins_h264_fragment(start) or _begins_h264_sps(start)):
        return "h264"
    return codec


def _begins_h264_fragment(start: bytes) -> bool:
    return start[0] & 31 == 28 and start[1] & 0xC0 == 0x80 and 1 <= start[1] & 31 <= 8


def _begins_h264_sps(start: bytes) -> bool:
    return start[0] & 0x9F == h264.SPS and start[0] & 0x60 != 0 and start[1] in _H264_PROFILES


def _is_intra(head: bytes) -> bool:
    try:
        return h264.peek_slice(head).intra
    except MalformedReply:
        return False


def _aggregated(data: bytes, skip: int) -> list[bytes]:
    """The units of an aggregation packet; `skip` bytes of order number stand before each size but count once each."""
    units, at = list[bytes](), skip
    while at + 2 < len(data) and len(units) < UNITS_LIMIT:
        size = data[at] << 8 | data[at + 1]
        unit = data[at + 2 : at + 2 + size]
        if size == 0 or len(unit) < size:
            break
        units.append(unit)
        at += 2 + size + (1 if skip else 0)
    return units


def _without_start_code(payload: bytes) -> bytes:
    """Some cameras (V380) leave the Annex B start code in the payload."""
    if payload[:3] == START_CODE[1:]:
        return payload[3:]
    return payload[4:] if payload[:4] == START_CODE else payload
