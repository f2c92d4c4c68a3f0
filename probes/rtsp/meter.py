"""The meter: what a stream really is, from its packets and their arrival times. Pure; the clock is an argument.

Strategy: packets go into `FrameList`; parameter sets are read as they pass; numbers are made only when asked for. Two
clocks tell the rate: the camera's time stamps (`fps_rtp`) and our arrival times (`fps_wall`). Where they agree within
5 %, the time stamps are believed. Where they do not, two RTCP sender reports at least 4 s apart decide; else, when the
steps are constant, nothing was lost and we kept up reading, the wall clock; else the rate is unknown. Some recorders
stamp 25 frames a second and send 21. `met` ends a sample as soon as no answer can change any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

from probes.errors import MalformedReply
from probes.rtsp import h264, h265, mjpeg
from probes.rtsp.frames import Frame, FrameList
from probes.rtsp.payload import START_CODE, Unit, reader_for, sniff
from probes.rtsp.rates import Rate, after_burst, constant_steps, rate
from probes.rtsp.rtp import SenderReport, parse_rtp, parse_sender_report
from probes.target import Need

AGREE = 0.05
REPORTS_APART_S = 4.0
SURE = 0.01
"""Standard error of the arrival rate, as a share of it, at which it is sure enough to end a sample."""
LONG_S = 4.0
FEW_FRAMES = 20
_CERTAIN = (0.0, 0.0)
_PARAMETER_SETS = {"h264": (h264.SPS, h264.PPS), "h265": (h265.VPS, h265.SPS, h265.PPS)}


@dataclass(frozen=True)
class Believed:
    """The rate that is believed: frames/s (None: unknown), by which method, and the factor from stamps to seconds."""

    fps: float | None
    method: str
    stretch: float
    error: float


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
        self._sets: dict[int, bytes] = {}
        self._size: tuple[int, int] | None = None
        self._details: dict[str, Any] = {}
        self._reports: list[SenderReport] = []
        self._payload_type: int | None = None
        self._ssrc: int | None = None
        self._silent_until: float | None = None
        self._list = self._new_list(codec, clock_rate)
        for nal in parameter_sets:
            self._unit(Unit(self._unit_type(nal), nal))

    def rtp(self, data: bytes, at: float) -> None:
        """Takes one RTP packet that arrived `at`; one that is no RTP is counted as bytes and otherwise ignored."""
        self.bytes += len(data)
        try:
            packet = parse_rtp(data)
        except MalformedReply:
            return
        if self._payload_type is None:
            self._payload_type = packet.payload_type
            real = sniff(self.codec, packet.payload)
            if real != self.codec:
                self.codec, self._list = real, self._new_list(real, self._list.clock_rate)
        elif packet.payload_type != self._payload_type:
            return
        self.packets += 1
        self.last_packet = at
        if self.first_packet is None:
            self.first_packet = at
        self._ssrc = packet.ssrc
        for unit in self._list.push(packet, at):
            self._unit(unit)

    def rtcp(self, data: bytes) -> None:
        """Takes one RTCP packet; only sender reports of the stream that is measured count."""
        report = parse_sender_report(data)
        if report is not None and report.ssrc == self._ssrc:
            self._reports.append(report)

    def key_frame(self) -> bytes | None:
        """The first whole key frame with its parameter sets (Annex B), or a JPEG image; None when none was whole."""
        collected = self._list.first_key_bytes
        if collected is None or self.codec == "mjpeg":
            return collected
        return b"".join(START_CODE + nal for nal in self._sets.values()) + collected

    @property
    def size(self) -> tuple[int, int] | None:
        """(width, height) in pixels from the parameter sets seen so far, or None."""
        return self._size

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
        if picture and self._list.first_key_bytes is None:
            return False
        report = self.report()
        return all(self._need_met(need, report) for need in needs)

    def report(self, stop_reason: str | None = None) -> dict[str, Any]:
        """The fields of `facts.Measured`; None where the sample does not tell."""
        frames = self._frames()
        believed, by_stamp, by_wall = self._believed(frames)
        keys = [f for f in frames if f.key]
        span = (keys[-1].stamp - keys[0].stamp) * believed.stretch if len(keys) > 1 else 0.0
        return {
            "codec": self.codec,
            "profile": self._details.get("profile"),
            "level": self._details.get("level"),
            "interlaced": self._details.get("interlaced"),
            "width": self._size[0] if self._size else None,
            "height": self._size[1] if self._size else None,
            "fps": _rounded(believed.fps, 3),
            "fps_rtp": _rounded(by_stamp.fps if by_stamp else None, 3),
            "fps_wall": _rounded(by_wall.fps if by_wall else None, 3),
            "fps_method": believed.method,
            "bitrate_kbps": _rounded(self._group_bits(frames, keys) / span / 1000 if span > 0 else None, 1),
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
        }

    def stated_fps(self) -> float | None:
        """The rate that the parameter sets state, frames/s."""
        stated: float | None = self._details.get("fps")
        return stated

    def _new_list(self, codec: str, clock_rate: int) -> FrameList:
        return FrameList(reader_for(codec, self._fmtp) or _Opaque(), clock_rate)

    def _unit_type(self, nal: bytes) -> int:
        return (nal[0] >> 1 & 63) if self.codec == "h265" else nal[0] & 31

    def _unit(self, unit: Unit) -> None:
        if self.codec == "mjpeg":
            self._jpeg_size(unit)
        elif unit.type in _PARAMETER_SETS.get(self.codec, ()) and self._sets.get(unit.type) != unit.head:
            self._parameter_set(unit)

    def _parameter_set(self, unit: Unit) -> None:
        try:
            if self.codec == "h264" and unit.type == h264.SPS:
                self._list.sps = h264.parse_sps(unit.head)
                self._remember_sps(self._list.sps)
            elif self.codec == "h265" and unit.type == h265.SPS:
                self._remember_sps(h265.parse_sps(unit.head))
        except MalformedReply:
            return
        self._sets[unit.type] = unit.head

    def _remember_sps(self, sps: h264.Sps | h265.Sps) -> None:
        self._size = (sps.width, sps.height)
        self._details = {
            "profile": sps.profile,
            "level": sps.level,
            "fps": sps.fps,
            "interlaced": sps.interlaced,
        }

    def _jpeg_size(self, unit: Unit) -> None:
        try:
            header = mjpeg.parse_header(unit.head)
            if header.width and header.height:
                self._size = (header.width, header.height)
            else:
                self._size = mjpeg.parse_jpeg_size(unit.head[header.data_offset :])
        except MalformedReply:
            return

    def _frames(self) -> list[Frame]:
        return [f for f in self._list.frames if not f.bottom_field]

    def _believed(self, frames: list[Frame]) -> tuple[Believed, Rate | None, Rate | None]:
        stamps = sorted({f.stamp for f in frames})
        by_stamp = rate(stamps)
        start = after_burst([f.arrival for f in frames], [f.stamp for f in frames])
        by_wall = rate([f.arrival for f in frames[start:]])
        if by_stamp is None or by_wall is None:
            return Believed(None, "none", 1.0, 1.0), by_stamp, by_wall
        slack = AGREE + 2 * by_wall.error
        if abs(by_stamp.fps - by_wall.fps) <= slack * by_wall.fps:
            return Believed(by_stamp.fps, "rtp", 1.0, by_stamp.error), by_stamp, by_wall
        ticks = self._ticks_a_second()
        if ticks is not None:
            fps = by_stamp.fps * ticks / self._list.clock_rate
            return Believed(fps, "rtcp", by_stamp.fps / fps, by_stamp.error), by_stamp, by_wall
        if constant_steps(stamps) and self._list.lost == 0 and self.kept_up:
            return Believed(by_wall.fps, "wall", by_stamp.fps / by_wall.fps, by_wall.error), by_stamp, by_wall
        return Believed(None, "none", 1.0, 1.0), by_stamp, by_wall

    def _ticks_a_second(self) -> float | None:
        if len(self._reports) < 2:
            return None
        first, last = self._reports[0], self._reports[-1]
        seconds = last.unix_s - first.unix_s
        if seconds < REPORTS_APART_S:
            return None
        return ((last.timestamp - first.timestamp) & 0xFFFFFFFF) / seconds or None

    def _group_bits(self, frames: list[Frame], keys: list[Frame]) -> float:
        first, last = keys[0].arrival, keys[-1].arrival
        return 8.0 * sum(f.size for f in frames if first <= f.arrival < last)

    def _longest_gap(self, frames: list[Frame]) -> float | None:
        arrivals = [f.arrival for f in frames]
        if arrivals and self._silent_until is not None:
            arrivals.append(self._silent_until)
        gaps = [b - a for a, b in pairwise(arrivals)]
        return max(gaps) if gaps else None

    def _since_start(self, at: float | None) -> float | None:
        return None if at is None else round((at - self.started) * 1000, 1)

    def _need_met(self, need: Need, report: dict[str, Any]) -> bool:
        if need.packets > self.packets or need.frames > report["frames"] or need.seconds > self.seconds():
            return False
        interval = self._interval(need.fact.partition(".")[2], report)
        return interval is not None and not any(interval[0] < cut < interval[1] for cut in need.cuts)

    def _interval(self, name: str, report: dict[str, Any]) -> tuple[float, float] | None:
        """The 95 % interval of a measured number; None while it is not known; a point where it cannot be doubted."""
        value = report.get("keyframe_interval_s" if name == "smart_codec" else name, 0.0)
        match name:
            case "fps":
                return self._rate_interval(report)
            case "keyframe_interval_s" | "smart_codec" | "bitrate_kbps":
                return self._group_interval(name, value, report)
            case "lost_percent":
                packets, lost = max(1, self.packets), self._list.lost
                middle = 100.0 * lost / (packets + lost)
                return middle - 200 * sqrt(lost) / packets, middle + (200 * sqrt(lost) if lost else 100.0) / packets
            case "size":
                return _CERTAIN if self._size else None
        return None if value is None else _CERTAIN

    def _rate_interval(self, report: dict[str, Any]) -> tuple[float, float] | None:
        believed, _, by_wall = self._believed(self._frames())
        if believed.fps is None or by_wall is None:
            return None
        if by_wall.error > SURE and self.seconds() < LONG_S:
            return None
        if self.seconds() < LONG_S and report["frames"] < FEW_FRAMES:
            return None
        return believed.fps * (1 - 2 * believed.error), believed.fps * (1 + 2 * believed.error)

    def _group_interval(self, name: str, value: float | None, report: dict[str, Any]) -> tuple[float, float] | None:
        if value is None:
            impatient = self.patience_s is not None and self.seconds() > self.patience_s
            return _CERTAIN if impatient else None
        share = 0.15 / sqrt(report["keyframes"] - 1) if name == "bitrate_kbps" else 0.0
        frame = 1 / report["fps"] if report["fps"] and name != "bitrate_kbps" else 0.0
        return value * (1 - share) - frame, value * (1 + share) + frame


@dataclass
class _Opaque:
    """Reads a codec that we cannot look into: every time stamp is a picture, none is a key frame."""

    collect: bool = False

    def push(self, payload: bytes) -> list[Unit]:
        return [Unit(-1, payload[:1])]

    def is_key(self, units: list[Unit]) -> bool:
        return not units

    def has_picture(self, units: list[Unit]) -> bool:
        return bool(units)

    def drop(self) -> None:
        return

    def collected(self) -> bytes:
        return b""


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
