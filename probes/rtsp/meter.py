"""The meter: what a stream really is, from its packets and their arrival times. Pure; the clock is an argument.

Strategy: packets go into `FrameList`; parameter sets are read as they pass; numbers are made only when asked for. Two
clocks tell the rate: the camera's time stamps (`fps_rtp`) and our arrival times (`fps_wall`). Where they agree within
5 %, the time stamps are believed. Where they do not, two RTCP sender reports at least 4 s apart decide; else, when the
steps are constant, nothing was lost and we kept up reading, the wall clock; else the rate is unknown. Some recorders
stamp 25 frames a second and send 21. `met` ends a sample as soon as no answer can change any more.

Size and codec are those of the first whole key frame: its first slice names a picture parameter set, and that one the
sequence parameter set. A set that no slice uses, and a description without a picture, say nothing of what is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

from probes.errors import MalformedReply
from probes.rtsp import h264, h265, mjpeg
from probes.rtsp.bits import PARAMETER_SET_LIMIT, malformed
from probes.rtsp.frames import Frame, FrameList
from probes.rtsp.payload import START_CODE, Unit, reader_for, sniff
from probes.rtsp.rates import Rate, after_burst, constant_steps, rate, steady
from probes.rtsp.rtp import SenderReport, parse_rtp, parse_sender_report
from probes.target import Need

REPORTS_APART_S = 4.0
SURE = 0.01
"""Standard error of the arrival rate, as a share of it, at which it is sure enough to end a sample."""
LONG_S = 4.0
"""Seconds after which a rate is taken as it is; before, it must be sure, and of `SHORT_S` and `FEW_FRAMES` at least."""
SHORT_S = 2.0
FEW_FRAMES = 20
SNIFFED_PACKETS = 100
"""Packets at the beginning that are looked at for a codec other than the one described."""
MOST_SETS = 32
REORDERED = 4
"""Pictures at the end of a sample among which some may still be missing, because B-frames come later."""
_CERTAIN = (0.0, 0.0)
_READ = ("h264", "h265", "mjpeg")
_PARAMETER_SETS = {"h264": (h264.SPS, h264.PPS), "h265": (h265.VPS, h265.SPS, h265.PPS)}
_Sps = h264.Sps | h265.Sps
UNREAD: dict[str, Any] = {
    **dict.fromkeys(("codec", "profile", "level", "interlaced", "width", "height", "fps", "bitrate_kbps")),
    "keyframe_interval_s": None,
    "keyframes": 0,
    "first_keyframe_ms": None,
    "fps_method": "none",
}
"""What `Meter.report` says of pictures when packets came and none could be read. Packets and gaps stay true."""


@dataclass(frozen=True)
class Believed:
    """The rate that is believed: frames/s (None: unknown), by which method, and the factor from stamps to seconds."""

    fps: float | None
    method: str
    stretch: float = 1.0
    error: float = 1.0


@dataclass(frozen=True)
class _Sample:
    """What the packets so far make, in one moment."""

    frames: list[Frame]
    keys: list[Frame]
    by_stamp: Rate | None
    by_wall: Rate | None
    believed: Believed


class Meter:
    """Measures one stream. Times are seconds of any clock that only goes forward; `started` is when PLAY was sent."""

    def __init__(
        self,
        codec: str,
        started: float,
        *,
        clock_rate: int = 90_000,
        fmtp: dict[str, str] | None = None,
        parameter_sets: Iterable[bytes] = (),
        patience_s: float | None = None,
    ) -> None:
        self.codec = codec
        self.started = started
        self.patience_s = patience_s
        self.packets = 0
        self.bytes = 0
        self.kept_up = True
        self.first_packet: float | None = None
        self.last_packet = started
        self._fmtp = fmtp or {}
        self._clock_rate = clock_rate
        self._reports: tuple[SenderReport, SenderReport] | None = None
        self._payload_type: int | None = None
        self._ssrc: int | None = None
        self._silent_until: float | None = None
        self._read_as(codec)
        for nal in filter(None, parameter_sets):
            self._unit(Unit(self._unit_type(nal), nal), described=True)
        self._described: _Sps | None = self._last_sps

    def rtp(self, data: bytes, at: float) -> None:
        """Takes one RTP packet that arrived `at`; one that is no RTP is counted as bytes and otherwise ignored."""
        self.bytes += len(data)
        try:
            packet = parse_rtp(data)
        except MalformedReply:
            return
        if self._payload_type is None:
            self._payload_type = packet.payload_type
        elif packet.payload_type != self._payload_type:
            return
        if self.packets < SNIFFED_PACKETS:
            real = sniff(self.codec, packet.payload)
            if real != self.codec:
                self._read_as(real)
        self.packets += 1
        self.last_packet = at
        if self.first_packet is None:
            self.first_packet = at
        self._ssrc = packet.ssrc
        for unit in self._list.push(packet, at):
            self._unit(unit)

    def rtcp(self, data: bytes) -> None:
        """Takes one RTCP packet; only sender reports of the stream that is measured count (some come before it)."""
        report = parse_sender_report(data)
        if report is None or self._ssrc not in (None, report.ssrc):
            return
        first = self._reports[0] if self._reports else report
        self._reports = (first if first.ssrc == report.ssrc else report, report)

    def key_frame(self) -> bytes | None:
        """The first whole key frame with its parameter sets (Annex B), or a JPEG image; None when none was whole."""
        collected = self._list.first_key_bytes
        if collected is None or self.codec == "mjpeg":
            return collected
        return b"".join(START_CODE + nal for nal in self._key_sets) + collected

    @property
    def size(self) -> tuple[int, int] | None:
        """(width, height) in pixels of the pictures; before the first, what the description says; or None."""
        described = (self._described.width, self._described.height) if self._described and not self.packets else None
        return self._size or described

    @property
    def known_codec(self) -> str | None:
        """The codec that the packets themselves show: parameter sets and slices, JPEG headers, MPEG-4 start codes."""
        return self.codec if self.readable and (self.codec in _READ or self._mpeg4_begun) else None

    @property
    def readable(self) -> bool:
        """True once a picture was read as what the codec says: only then may anything be said of the pictures. Of a
        codec that is not read here, frames are what shares a time stamp.
        """
        read = self._active is not None or self._size is not None or self.codec not in _READ
        return read and bool(self._list.frames)

    @property
    def proven(self) -> bool:
        """True when the parameter sets of the pictures came with them, and not in the description alone."""
        return self.codec == "mjpeg" or self._active in self._sent

    def silence(self, now: float) -> None:
        """Notes that nothing has come until `now`: the silence counts as a gap."""
        self._silent_until = now

    def seconds(self) -> float:
        """Seconds from the first packet to the last."""
        return 0.0 if self.first_packet is None else self.last_packet - self.first_packet

    def met(self, needs: Iterable[Need], picture: bool = False) -> bool:
        """True when more packets could not change a judgement: every need has its evidence, and no cut lies within the
        confidence interval of its fact. `picture` also asks for a whole key frame.
        """
        needs = tuple(needs)
        if picture and self.codec in _READ and self._list.first_key_bytes is None:
            return False
        if any(need.packets > self.packets or need.seconds > self.seconds() for need in needs):
            return False
        sample = self._sample()
        report = self._report(sample, None)
        return all(self._need_met(need, sample, report) for need in needs)

    def report(self, stop_reason: str | None = None) -> dict[str, Any]:
        """The fields of `facts.Measured`; None where the sample does not tell."""
        return self._report(self._sample(), stop_reason)

    def _report(self, sample: _Sample, stop_reason: str | None) -> dict[str, Any]:
        frames, keys, believed = sample.frames, sample.keys, sample.believed
        span = (keys[-1].stamp - keys[0].stamp) * believed.stretch if len(keys) > 1 else 0.0
        unread = {} if self.readable else UNREAD
        return {
            "codec": self.known_codec,
            "profile": self._details.get("profile"),
            "level": self._details.get("level"),
            "interlaced": self._details.get("interlaced"),
            "width": self._size[0] if self._size else None,
            "height": self._size[1] if self._size else None,
            "fps": _rounded(believed.fps, 3),
            "fps_rtp": _rounded(sample.by_stamp.fps if sample.by_stamp else None, 3),
            "fps_wall": _rounded(sample.by_wall.fps if sample.by_wall else None, 3),
            "fps_method": believed.method,
            "bitrate_kbps": _rounded(_group_bits(frames) / span / 1000 if span > 0 else None, 1),
            "keyframe_interval_s": _rounded(span / (len(keys) - 1) if span > 0 else None, 3),
            "keyframes": len(keys),
            "seconds": round(self.seconds(), 3),
            "frames": len(frames),
            "packets": self.packets,
            "packets_lost": self._list.lost,
            "longest_gap_s": _rounded(self._longest_gap(frames), 3),
            "first_packet_ms": self._since_start(self.first_packet),
            "first_keyframe_ms": self._since_start(self._list.first_key.end if self._list.first_key else None),
            "bytes": self.bytes,
            "stop_reason": stop_reason,
            **unread,
        }

    def stated_fps(self) -> float | None:
        """The rate that the parameter sets state, frames/s."""
        sps = self._active or self._described
        return sps.fps if sps else None

    def _read_as(self, codec: str) -> None:
        """Begins to read `codec`; what was said of another one is forgotten."""
        self.codec = codec
        self._sets: dict[bytes, _Sps | None] = {}
        self._key_sets: tuple[bytes, ...] = ()
        self._numbered: dict[int, _Sps] = {}
        self._pictures: dict[int, int] = {}
        self._last_sps: _Sps | None = None
        self._described = None
        self._active: _Sps | None = None
        self._recovery = False
        self._mpeg4_begun = False
        self._sent: set[_Sps | None] = set()
        self._size: tuple[int, int] | None = None
        self._details: dict[str, Any] = {}
        self._list = FrameList(reader_for(codec, self._fmtp), self._clock_rate)

    def _unit_type(self, nal: bytes) -> int:
        return (nal[0] >> 1 & 63) if self.codec == "h265" else nal[0] & 31

    def _unit(self, unit: Unit, *, described: bool = False) -> None:
        if self.codec == "mjpeg":
            self._jpeg_size(unit)
        elif unit.type in _PARAMETER_SETS.get(self.codec, ()):
            self._parameter_set(unit, described=described)
        elif (self._active is None or self._list.first_key_bytes is None) and self._begins_key_picture(unit):
            self._activate(unit)
        elif self.codec == "mpeg4" and unit.head.startswith(START_CODE[1:]):
            self._mpeg4_begun = True

    def _parameter_set(self, unit: Unit, *, described: bool) -> None:
        """Keeps a set; a stream may have several of one type. Of those with one number the last one counts."""
        nal = unit.head
        known = nal in self._sets
        if len(nal) > PARAMETER_SET_LIMIT or (not known and len(self._sets) >= MOST_SETS):
            return
        try:
            sps = self._sets.pop(nal) if known else self._sps(unit, described=described)
            if unit.type == (h264.PPS if self.codec == "h264" else h265.PPS):
                number, of = h264.parse_pps(nal) if self.codec == "h264" else h265.parse_pps(nal)
                self._pictures[number] = of
        except MalformedReply:
            return
        self._sets[nal] = sps  # behind the others: a decoder takes the last of one number
        if sps is not None:
            self._numbered[sps.sps_id] = self._last_sps = sps
            if self._active is None:
                self._list.sps = sps
            if not described:
                self._sent.add(sps)

    def _sps(self, unit: Unit, *, described: bool) -> _Sps | None:
        if self.codec == "h264" and unit.type == h264.SPS:
            if not described and not h264.has_known_profile(unit.head):
                raise malformed("a parameter set of no known profile")
            return h264.parse_sps(unit.head)
        if self.codec == "h265" and unit.type == h265.SPS:
            return h265.parse_sps(unit.head)
        return None

    def _begins_key_picture(self, unit: Unit) -> bool:
        """True for what may be the first slice of a key frame: of an IDR picture, or behind a recovery point."""
        if self.codec == "h264":
            recovery, self._recovery = self._recovery, unit.type == h264.SEI and h264.has_recovery_point(unit.head)
            return unit.type == h264.IDR or (unit.type == h264.SLICE and recovery)
        return self.codec == "h265" and h265.is_irap(unit.type)

    def _activate(self, unit: Unit) -> None:
        """The parameter sets in force at the slice `unit` are those of the pictures."""
        try:
            if self.codec == "h264":
                first = h264.peek_slice(unit.head)
                if not (first.starts_picture and first.intra):
                    return
                number = first.pps_id
            elif h265.first_slice_segment_in_pic(unit.head):
                number = h265.picture_set_of(unit.head)
            else:
                return
        except MalformedReply:
            return
        sps = self._numbered.get(self._pictures[number]) if number in self._pictures else self._last_sps
        if sps is not None:
            self._key_sets = tuple(self._sets)
            self._use(sps)

    def _use(self, sps: _Sps) -> None:
        self._active = self._list.sps = sps
        self._size = (sps.width, sps.height)
        self._details = {"profile": sps.profile, "level": sps.level, "interlaced": sps.interlaced}

    def _jpeg_size(self, unit: Unit) -> None:
        try:
            header = mjpeg.parse_header(unit.head)
            if header.width and header.height:
                self._size = (header.width, header.height)
            else:
                self._size = mjpeg.parse_jpeg_size(unit.head[header.data_offset :])
        except MalformedReply:
            return

    def _sample(self) -> _Sample:
        frames = self._list.frames
        stamps = sorted({f.stamp for f in frames})
        arrivals = [f.arrival for f in frames]
        arrivals = arrivals[after_burst(arrivals, [f.stamp for f in frames]) :]
        by_stamp, by_wall = rate(stamps), rate(arrivals)
        believed = self._believed(by_stamp, by_wall, stamps, arrivals)
        return _Sample(frames, [f for f in frames if f.key], by_stamp, by_wall, believed)

    def _believed(
        self, by_stamp: Rate | None, by_wall: Rate | None, stamps: list[float], arrivals: list[float]
    ) -> Believed:
        if by_stamp is None or by_wall is None:
            return Believed(None, "none")
        if by_wall.agrees(by_stamp.fps):
            return Believed(by_stamp.fps, "rtp", 1.0, by_stamp.error)
        fps = by_stamp.fps * self._ticks_a_second() / self._clock_rate
        if fps and (by_wall.agrees(fps) or by_stamp.agrees(fps)):  # reports decide between the two clocks, no more
            return Believed(fps, "rtcp", by_stamp.fps / fps, by_stamp.error)
        alone = self.seconds() >= LONG_S and steady(arrivals) and self.kept_up
        if alone and constant_steps(stamps[:-REORDERED]) and self._list.lost == 0:
            return Believed(by_wall.fps, "wall", by_stamp.fps / by_wall.fps, by_wall.error)
        return Believed(None, "none")

    def _ticks_a_second(self) -> float:
        """Ticks of the time stamp in a second of the sender's own clock; 0 where the reports do not tell."""
        if self._reports is None or self._reports[0].ssrc != self._ssrc:
            return 0.0
        first, last = self._reports
        seconds = last.unix_s - first.unix_s
        return ((last.timestamp - first.timestamp) & 0xFFFFFFFF) / seconds if seconds >= REPORTS_APART_S else 0.0

    def _longest_gap(self, frames: list[Frame]) -> float | None:
        arrivals = [f.arrival for f in frames]
        if arrivals and self._silent_until is not None:
            arrivals.append(self._silent_until)
        gaps = [b - a for a, b in pairwise(arrivals)]
        return max(gaps) if gaps else None

    def _since_start(self, at: float | None) -> float | None:
        return None if at is None else round((at - self.started) * 1000, 1)

    def _need_met(self, need: Need, sample: _Sample, report: dict[str, Any]) -> bool:
        if need.frames > len(sample.frames):
            return False
        interval = self._interval(need.fact.partition(".")[2], sample, report)
        return interval is not None and not any(interval[0] < cut < interval[1] for cut in need.cuts)

    def _interval(self, name: str, sample: _Sample, report: dict[str, Any]) -> tuple[float, float] | None:
        """The 95 % interval of a measured number; None while it is not known; a point where it cannot be doubted."""
        value = report.get(name, 0.0)
        match name:
            case "fps":
                return self._rate_interval(sample)
            case "keyframe_interval_s" | "bitrate_kbps":
                return self._group_interval(name, value, report)
            case "lost_percent":
                packets, lost = max(1, self.packets), self._list.lost
                middle = 100.0 * lost / (packets + lost)
                return middle - 200 * sqrt(lost) / packets, middle + (200 * sqrt(lost) if lost else 100.0) / packets
            case "size":
                return _CERTAIN if self._size else None
        return None if value is None else _CERTAIN

    def _rate_interval(self, sample: _Sample) -> tuple[float, float] | None:
        believed, by_wall = sample.believed, sample.by_wall
        if believed.fps is None or by_wall is None:
            return None
        enough = self.seconds() >= SHORT_S and len(sample.frames) >= FEW_FRAMES and by_wall.error <= SURE
        if not enough and self.seconds() < LONG_S:
            return None
        return believed.fps * (1 - 2 * believed.error), believed.fps * (1 + 2 * believed.error)

    def _group_interval(self, name: str, value: float | None, report: dict[str, Any]) -> tuple[float, float] | None:
        if value is None:
            impatient = self.patience_s is not None and self.seconds() > self.patience_s
            return _CERTAIN if impatient else None
        share = 0.15 / sqrt(report["keyframes"] - 1) if name == "bitrate_kbps" else 0.0
        frame = 1 / report["fps"] if report["fps"] and name != "bitrate_kbps" else 0.0
        return value * (1 - share) - frame, value * (1 + share) + frame


def _group_bits(frames: list[Frame]) -> float:
    """Bits of the whole groups of pictures: from the first key frame up to the last one, which is not counted."""
    keys = [index for index, frame in enumerate(frames) if frame.key]
    return 8.0 * sum(frame.size for frame in frames[keys[0] : keys[-1]])


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
