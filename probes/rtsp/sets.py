"""Parameter sets: which of them are in force for the pictures that come. Pure.

Strategy: sets are kept as they pass. Size and codec are those of the first whole key frame: its first slice names a
picture parameter set, and that one the sequence parameter set. A set that no slice uses, and a description without a
picture, say nothing of what is sent. Where no key frame comes, because the picture is refreshed bit by bit or because a
smart codec sends one in a minute, the slice behind the recovery point of a refresh will do, or a row of first slices
that all name a set there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from probes.errors import MalformedReply
from probes.rtsp import h264, h265
from probes.rtsp.bits import PARAMETER_SET_LIMIT, malformed
from probes.rtsp.units import Unit

MOST_SETS = 32
ENOUGH_SLICES = 25
"""First slices of pictures in a row that name a known set, before it is believed without a key frame."""
SETS = {"h264": (h264.SPS, h264.PPS), "h265": (h265.VPS, h265.SPS, h265.PPS)}
"""NAL unit types of the parameter sets of each codec."""
Sps = h264.Sps | h265.Sps


class ParameterSets:
    """The sets of one stream of `codec`; `described` are those that stood in its description."""

    def __init__(self, codec: str, described: Iterable[bytes] = ()) -> None:
        self.active: Sps | None = None
        self.last: Sps | None = None
        self.key_sets: tuple[bytes, ...] = ()
        self._codec = codec
        self._nals: dict[bytes, Sps | None] = {}
        self._numbered: dict[int, Sps] = {}
        self._pictures: dict[int, int] = {}
        self._sent: set[Sps | None] = set()
        self._recovery: int | None = None
        self._in_a_row = 0
        for nal in filter(None, described):
            unit = Unit((nal[0] >> 1 & 63) if codec == "h265" else nal[0] & 31, nal)
            if unit.type in SETS.get(codec, ()):
                self._keep(unit, described=True)
        self.described = self.last

    @property
    def size(self) -> tuple[int, int] | None:
        """(width, height) in pixels of the pictures; None before the first."""
        return (self.active.width, self.active.height) if self.active else None

    @property
    def details(self) -> dict[str, Any]:
        """Profile, level and interlaced, as facts name them; nothing before the first picture."""
        sps = self.active
        return {} if sps is None else {"profile": sps.profile, "level": sps.level, "interlaced": sps.interlaced}

    @property
    def proven(self) -> bool:
        """True when the sets in force came with the pictures, and not in the description alone."""
        return self.active in self._sent

    def take(self, unit: Unit, *, open_: bool) -> None:
        """Takes a unit of the stream; while `open_`, no key frame has been whole, and a later one may change what is in
        force.
        """
        if unit.type in SETS.get(self._codec, ()):
            self._keep(unit, described=False)
        elif self.active is not None and not open_:
            return
        elif self._codec == "h264" and unit.type == h264.SEI:
            self._recovery = _either(h264.recovery_frames(unit.head), self._recovery)
        elif self._codec == "h265" and unit.type == h265.SEI:
            self._recovery = _either(h265.recovery_pictures(unit.head), self._recovery)
        elif self._begins_picture(unit):
            self._activate(unit)
            self._recovery = None
        elif self.active is None:
            self._add_to_row(unit)

    def _keep(self, unit: Unit, *, described: bool) -> None:
        """Keeps a set; a stream may have several of one type. Of those with one number the last one counts."""
        nal = unit.head
        known = nal in self._nals
        if len(nal) > PARAMETER_SET_LIMIT or (not known and len(self._nals) >= MOST_SETS):
            return
        try:
            sps = self._nals.pop(nal) if known else self._sps(unit, described=described)
            if unit.type == (h264.PPS if self._codec == "h264" else h265.PPS):
                number, of = h264.parse_pps(nal) if self._codec == "h264" else h265.parse_pps(nal)
                self._pictures[number] = of
        except MalformedReply:
            return
        self._nals[nal] = sps  # behind the others: a decoder takes the last of one number
        if sps is not None:
            self._numbered[sps.sps_id] = self.last = sps
            if not described:
                self._sent.add(sps)

    def _sps(self, unit: Unit, *, described: bool) -> Sps | None:
        if self._codec == "h264" and unit.type == h264.SPS:
            if not described and not h264.has_known_profile(unit.head):
                raise malformed("a parameter set of no known profile")
            return h264.parse_sps(unit.head)
        if self._codec == "h265" and unit.type == h265.SPS:
            return h265.parse_sps(unit.head)
        return None

    def _begins_picture(self, unit: Unit) -> bool:
        """True for what may be the first slice of a key frame, or of a picture from which a refresh begins."""
        if self._codec == "h264":
            return unit.type == h264.IDR or (unit.type == h264.SLICE and self._recovery is not None)
        return self._codec == "h265" and (h265.is_irap(unit.type) or (unit.type < h265.VPS and bool(self._recovery)))

    def _activate(self, unit: Unit) -> None:
        """The parameter sets in force at the slice `unit` are those of the pictures, if it is the first of one."""
        try:
            number = self._named(unit, any_kind=False)
        except MalformedReply:
            return
        if number is not None:
            self._use(number)

    def _add_to_row(self, unit: Unit) -> None:
        """Counts a first slice of whatever kind, and believes a row of them; what is no slice at all ends the row."""
        if unit.type != h264.SLICE if self._codec == "h264" else unit.type >= h265.VPS:
            return
        try:
            number = self._named(unit, any_kind=True)
        except MalformedReply:
            self._in_a_row = 0
            return
        if number is None or not unit.head:
            return
        self._in_a_row = self._in_a_row + 1 if number in self._pictures else 0
        if self._in_a_row >= ENOUGH_SLICES:
            self._use(number)

    def _use(self, number: int) -> None:
        sps = self._numbered.get(self._pictures[number]) if number in self._pictures else self.last
        if sps is not None:
            self.key_sets = tuple(self._nals)
            self.active = sps

    def _named(self, unit: Unit, *, any_kind: bool) -> int | None:
        """The picture parameter set that the first slice of a picture names, which begins a key frame or a refresh, or
        is of `any_kind`; None where it is another slice. Raises MalformedReply.
        """
        if self._codec == "h265":
            return h265.picture_set_of(unit.head) if h265.first_slice_segment_in_pic(unit.head) else None
        first = h264.peek_slice(unit.head)
        wanted = first.starts_picture and (any_kind or first.intra or bool(self._recovery))
        return first.pps_id if wanted else None


def _either(newer: int | None, older: int | None) -> int | None:
    return older if newer is None else newer
