"""NAL units out of RTP payloads of H.264 (RFC 6184) and H.265 (RFC 7798).

Strategy: see `units`. Start codes inside a payload, which no RFC allows, are where a unit ends and another begins: V380
and others send Annex B in packets and in fragments.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from probes.errors import MalformedReply
from probes.rtsp import h264, h265
from probes.rtsp.units import COLLECT_LIMIT, SLICE_HEAD, START_CODE, UNITS_LIMIT, WHOLE_LIMIT, Unit

FRAGMENT_LEAST = 4
"""Bytes of a fragment that holds anything."""
_SHORT_CODE = START_CODE[1:]
"""Looked for from behind where it does not matter which one is found: `rfind` takes a third of the time of `find`."""
_ANY_START_CODE = re.compile(rb"\0\0\0?\x01")


@dataclass
class _NalReader(ABC):
    collect: bool = False
    refused: str = ""
    _bytes: bytearray = field(default_factory=bytearray)
    _open: int = -1

    def extended(self, extension: bytes) -> None:  # noqa: B027  (most readers have nothing to do here)
        """Header extensions say nothing of NAL units."""

    def held(self) -> int:
        return len(self._bytes)

    def take_back(self, held: int) -> bytes:
        taken = bytes(self._bytes[held:])
        del self._bytes[held:]
        return taken

    def give(self, taken: bytes) -> None:
        self._bytes += taken

    def drop(self) -> None:
        self._bytes.clear()

    def collected(self) -> bytes:
        return bytes(self._bytes)

    @abstractmethod
    def _type(self, nal: bytes) -> int:
        """The type of a unit."""

    @abstractmethod
    def _is_slice(self, type_: int) -> bool:
        """True when a unit of this type is a part of a picture."""

    def _begin(self, nal: bytes) -> list[Unit]:
        """The unit that begins with `nal`, or several where a camera (V380) leaves start codes between units in it."""
        if nal.rfind(_SHORT_CODE) >= 0:
            parts = _ANY_START_CODE.split(nal, UNITS_LIMIT)[:UNITS_LIMIT]
            return [unit for part in parts if part for unit in self._begin(part)]
        if self.collect and len(self._bytes) < COLLECT_LIMIT:
            self._bytes += START_CODE
            self._bytes += nal
        type_ = self._type(nal)
        return [Unit(type_, nal[: SLICE_HEAD if self._is_slice(type_) else WHOLE_LIMIT])]

    def _go_on(self, fragment: bytes, type_: int) -> list[Unit]:
        """The units that begin in a later fragment: none, but for cameras that send several units in one row of
        fragments, with start codes between them or with another type in the header of the fragment (Tiandy).
        """
        end = fragment.find(_SHORT_CODE) if fragment.rfind(_SHORT_CODE) >= 0 else -1
        rest = fragment if end < 0 else fragment[: end - 1 if fragment[end - 1 : end] == b"\0" else end]
        if self.collect and len(self._bytes) < COLLECT_LIMIT:
            self._bytes += rest
        if end >= 0:
            return self._begin(fragment[end:])
        if self._is_slice(type_) and not self._is_slice(self._open):
            self._open = type_
            return [Unit(type_, b"")]
        return []


class H264Reader(_NalReader):
    """Single NAL units, STAP-A and STAP-B, FU-A and FU-B."""

    def push(self, payload: bytes) -> list[Unit]:
        """Takes the next payload; the NAL units that begin in it."""
        payload = without_start_code(payload)
        if len(payload) < 2:
            return []
        kind = payload[0] & 31
        if kind in (26, 27):
            self.refused = "MTAP packets, of the interleaved mode (RFC 6184 5.7.2), are not read here"
        if kind in (28, 29):
            return self._fragment(payload, 2 if kind == 28 else 4)
        if kind in (24, 25):
            nals = _aggregated(payload[1 if kind == 24 else 3 :], 0)
            return [unit for nal in nals for unit in self._begin(nal)]
        return self._begin(payload) if 1 <= kind <= 23 else []

    def goes_on(self, packet: bytes, start: int) -> bool:
        """True for a later fragment (FU-A) of the open unit without a start code in it, while nothing is collected."""
        if self.collect or len(packet) - start < FRAGMENT_LEAST or packet[start] & 31 != 28:
            return False
        return packet[start + 1] & 0x9F == self._open and packet.rfind(_SHORT_CODE, start) < 0

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
            self._open = payload[1] & 31
            return self._begin(bytes([payload[0] & 0xE0 | payload[1] & 31]) + payload[header:])
        return self._go_on(payload[2:], payload[1] & 31)

    def torn(self, payload: bytes) -> list[Unit]:
        """The unit of a fragment whose first one did not come."""
        fragment = len(payload) > 2 and payload[0] & 31 in (28, 29) and not payload[1] & 0x80
        return [Unit(payload[1] & 31, b"")] if fragment else []

    def begins_picture(self, unit: Unit) -> bool:
        """True for a slice that begins with macroblock 0."""
        return unit.type in (h264.SLICE, h264.IDR) and len(unit.head) > 1 and unit.head[1] >= 0x80

    def is_refresh(self, units: list[Unit]) -> bool:
        """True behind a recovery point that says how many frames the refresh takes."""
        return any(u.type == h264.SEI and h264.recovery_frames(u.head) for u in units)


class H265Reader(_NalReader):
    """Single NAL units, aggregation packets and fragmentation units; `donl` when decoding order numbers are sent."""

    def __init__(self, donl: bool = False) -> None:
        super().__init__()
        self._donl = 2 if donl else 0

    def push(self, payload: bytes) -> list[Unit]:
        """Takes the next payload; the NAL units that begin in it."""
        payload = without_start_code(payload)
        if len(payload) < 3:
            return []
        kind = payload[0] >> 1 & 63
        if kind == 49:
            return self._fragment(payload)
        if kind == 48:
            nals = _aggregated(payload[2:], self._donl)
            return [unit for nal in nals if len(nal) > 2 for unit in self._begin(nal)]
        return self._begin(payload[:2] + payload[2 + self._donl :]) if kind < 48 else []

    def goes_on(self, packet: bytes, start: int) -> bool:
        """True for a later fragment of the open unit without a start code in it, while nothing is collected."""
        if self.collect or len(packet) - start < FRAGMENT_LEAST or packet[start] >> 1 & 63 != 49:
            return False
        return packet[start + 2] & 0xBF == self._open and packet.rfind(_SHORT_CODE, start) < 0

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
            self._open = payload[2] & 63
            return self._begin(bytes([payload[0] & 0x81 | (payload[2] & 63) << 1, payload[1]]) + payload[start:])
        return self._go_on(payload[3:], payload[2] & 63)

    def torn(self, payload: bytes) -> list[Unit]:
        """The unit of a fragment whose first one did not come."""
        fragment = len(payload) > 3 and payload[0] >> 1 & 63 == 49 and not payload[2] & 0x80
        return [Unit(payload[2] & 63, b"")] if fragment else []

    def begins_picture(self, unit: Unit) -> bool:
        """True for the first slice segment of a picture of the base layer."""
        base = len(unit.head) > 2 and not unit.head[0] & 1 and not unit.head[1] >> 3
        return base and unit.type < h265.VPS and unit.head[2] >= 0x80

    def is_refresh(self, units: list[Unit]) -> bool:
        """True behind a recovery point that says how many pictures the refresh takes."""
        return any(u.type == h265.SEI and h265.recovery_pictures(u.head) for u in units)


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


def without_start_code(payload: bytes) -> bytes:
    """Some cameras (V380) leave the Annex B start code in the payload."""
    if payload[:3] == START_CODE[1:]:
        return payload[3:]
    return payload[4:] if payload[:4] == START_CODE else payload
