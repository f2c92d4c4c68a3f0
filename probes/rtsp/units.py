"""Units: what begins in a packet, and what the meter must know of a codec. No input or output.

Strategy: a reader is fed payloads in order and tells which units *begin* in each: their type and first bytes. That is
enough to find key frames and parameter sets without putting every frame together. Only while `collect` is true are
bytes gathered (Annex B, or JPEG fragments), for the one key frame that is looked at. Payloads that make no sense give
no units; they are never an error, because one bad packet does not spoil a sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from probes.rtsp.bits import PARAMETER_SET_LIMIT

START_CODE = b"\0\0\0\1"
COLLECT_LIMIT = 8_000_000
SLICE_HEAD = 64
"""Bytes kept of a slice: enough for every field that is read."""
WHOLE_LIMIT = PARAMETER_SET_LIMIT + 1
"""Bytes kept of a parameter set, an SEI or the head of a JPEG: one more than the longest that is read."""
UNITS_LIMIT = 4096
"""Units taken from one payload, and kept of one frame."""


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
    refused: str

    def extended(self, extension: bytes) -> None:
        """Takes the header extension of the packet whose payload is pushed next (RFC 3550 5.3.1, its mark included)."""

    def push(self, payload: bytes) -> list[Unit]:
        """Takes the next payload; the units that begin in it."""

    def goes_on(self, packet: bytes, start: int) -> bool:
        """True when the payload from `start` on is one more fragment of the unit that is open, and tells nothing else:
        then it need not be pushed.
        """

    def is_key(self, units: list[Unit]) -> bool:
        """True when the units of one frame, as far as they have come, make it a key frame."""

    def has_picture(self, units: list[Unit]) -> bool:
        """True when the units of one time stamp hold a picture, and not only what describes one."""

    def from_the_top(self, units: list[Unit]) -> bool:
        """True when the first slice of `units` is the first of its picture, so that nothing is missing before it."""

    def torn(self, payload: bytes) -> list[Unit]:
        """The unit that `payload` is a later fragment of, without its first bytes, which did not come."""

    def begins_picture(self, unit: Unit) -> bool:
        """True for the first slice of a picture, or of a field."""

    def is_refresh(self, units: list[Unit]) -> bool:
        """True when from these units on the picture is made anew bit by bit (intra refresh), without a key frame."""

    def held(self) -> int:
        """How many bytes are collected so far."""

    def take_back(self, held: int) -> bytes:
        """What was collected after the first `held` bytes is forgotten, and returned."""

    def give(self, taken: bytes) -> None:
        """Collects what was taken back."""

    def drop(self) -> None:
        """Forgets what was collected."""

    def collected(self) -> bytes:
        """The bytes collected since `drop`: a whole access unit with start codes, or a whole JPEG image."""
