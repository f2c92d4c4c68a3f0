"""JPEG images out of RTP payloads (RFC 2435); see `units`."""

from __future__ import annotations

from dataclasses import dataclass, field

from probes.errors import MalformedReply
from probes.rtsp import mjpeg
from probes.rtsp.units import COLLECT_LIMIT, WHOLE_LIMIT, Unit


@dataclass
class JpegReader:
    """Fragments of JPEG images; each image is a key frame. `size` (px) is that of the last image that began."""

    collect: bool = False
    refused: str = ""
    size: tuple[int, int] | None = None
    _first: mjpeg.JpegHeader | None = None
    _scan: bytearray = field(default_factory=bytearray)
    _segments: bytes = b""

    def extended(self, extension: bytes) -> None:
        """JPEG segments of the image that begins next (ONVIF Streaming Specification 5.1.3)."""
        self._segments = mjpeg.segments_of(extension) or self._segments

    def goes_on(self, packet: bytes, start: int) -> bool:  # noqa: ARG002  (the protocol has it)
        """False: every fragment has a header to read."""
        return False

    def push(self, payload: bytes) -> list[Unit]:
        """Takes the next payload; one unit of type 0 when an image begins in it."""
        try:
            header = mjpeg.parse_header(payload)
        except MalformedReply:
            return []
        if header.fragment_offset == 0:
            self._first = mjpeg.completed(header, self._segments or payload[header.data_offset :])
            self._segments = b""
            if self._first.width and self._first.height:
                self.size = (self._first.width, self._first.height)
        if self.collect and len(self._scan) < COLLECT_LIMIT and header.fragment_offset == len(self._scan):
            self._scan += payload[header.data_offset :]
        return [Unit(0, payload[:WHOLE_LIMIT])] if header.fragment_offset == 0 else []

    def torn(self, payload: bytes) -> list[Unit]:
        """The image of a fragment whose first one did not come."""
        return [Unit(0, b"")] if len(payload) > 4 else []

    def begins_picture(self, unit: Unit) -> bool:
        """True: an image begins."""
        return bool(unit.head)

    def is_refresh(self, units: list[Unit]) -> bool:  # noqa: ARG002  (the protocol has it)
        """False: every image stands alone."""
        return False

    def held(self) -> int:
        """Bytes of the scan so far."""
        return len(self._scan)

    def take_back(self, held: int) -> bytes:  # noqa: ARG002  (the protocol has it)
        """Nothing: the beginning of a second image is not collected while there is a first."""
        return b""

    def give(self, taken: bytes) -> None:
        """Nothing was taken back."""

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
