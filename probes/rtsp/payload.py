"""Which reader takes the payloads of a codec, and what a codec is that is described wrongly. No input or output."""

from __future__ import annotations

from dataclasses import dataclass

from probes.rtsp import h264, h265
from probes.rtsp.jpeg_images import JpegReader
from probes.rtsp.nal_units import H264Reader, H265Reader, without_start_code
from probes.rtsp.units import PayloadReader, Unit

_ONLY_H265 = {bytes([unit << 1, 1]) for unit in (h265.VPS, h265.SPS, h265.PPS, 48, 49)}
_H264_PROFILES = {66, 77, 88, 100, 110, 122, 244}


@dataclass
class OpaqueReader:
    """A codec that we cannot look into: every time stamp is a picture, none is a key frame, nothing is collected."""

    collect: bool = False
    refused: str = ""

    def extended(self, extension: bytes) -> None:
        """Header extensions say nothing of it."""

    def torn(self, payload: bytes) -> list[Unit]:  # noqa: ARG002  (the protocol has it)
        """Nothing: every payload begins a unit."""
        return []

    def begins_picture(self, unit: Unit) -> bool:  # noqa: ARG002  (the protocol has it)
        """False: it cannot be known."""
        return False

    def is_refresh(self, units: list[Unit]) -> bool:  # noqa: ARG002  (the protocol has it)
        """False: it cannot be known."""
        return False

    def goes_on(self, packet: bytes, start: int) -> bool:  # noqa: ARG002  (the protocol has it)
        """False: it cannot be known."""
        return False

    def held(self) -> int:
        """Nothing."""
        return 0

    def take_back(self, held: int) -> bytes:  # noqa: ARG002  (the protocol has it)
        """Nothing."""
        return b""

    def give(self, taken: bytes) -> None:
        """Nothing was taken back."""

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
    start = without_start_code(payload)[:2]
    if codec == "h264" and start in _ONLY_H265:
        return "h265"
    if codec == "h265" and len(start) == 2 and (_begins_h264_fragment(start) or _begins_h264_sps(start)):
        return "h264"
    return codec


def _begins_h264_fragment(start: bytes) -> bool:
    return start[0] & 31 == 28 and start[1] & 0xC0 == 0x80 and 1 <= start[1] & 31 <= 8


def _begins_h264_sps(start: bytes) -> bool:
    return start[0] & 0x9F == h264.SPS and start[0] & 0x60 != 0 and start[1] in _H264_PROFILES
