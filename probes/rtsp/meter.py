"""The meter: what a stream really is, from its packets and their arrival times. Pure; the clock is an argument.

Strategy: packets go into `FrameList`, parameter sets into `ParameterSets` as they pass; numbers are made only when
asked for. Which of two clocks tells the time is decided in `clocks`, when a sample may end in `evidence`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from probes.errors import MalformedReply
from probes.rtsp.clocks import Circumstances, Sample, sample, ticks_a_second
from probes.rtsp.evidence import Evidence
from probes.rtsp.frames import Frame, FrameList
from probes.rtsp.jpeg_images import JpegReader
from probes.rtsp.payload import reader_for, sniff
from probes.rtsp.rtp import SenderReport, parse_rtp, parse_sender_report, plain_header
from probes.rtsp.sets import ParameterSets
from probes.rtsp.units import START_CODE, Unit
from probes.target import Need

SNIFFED_PACKETS = 100
"""Packets at the beginning that are looked at for a codec other than the one described."""
SIZES_LIMIT = 32
RTCP_TYPES = range(64, 96)
"""What an RTCP packet in the channel of RTP looks like (RFC 5761 section 4): no stream has these payload types."""
_READ = ("h264", "h265", "mjpeg")
UNREAD: dict[str, Any] = {
    **dict.fromkeys(("codec", "profile", "level", "interlaced", "width", "height", "fps", "bitrate_kbps")),
    **dict.fromkeys(("keyframe_interval_s", "keyframe_gap_s", "intra_refresh", "first_keyframe_ms")),
    "keyframes": 0,
    "fps_method": "none",
}
"""What `Meter.report` says of pictures when packets came and none could be read. Packets and gaps stay true."""


class Meter:
    """Measures one stream. Times are seconds of any clock that only goes forward; `started` is when PLAY was sent.
    `patience_s` is how long a second key frame is waited for.
    """

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
        self._read_as(codec, parameter_sets)

    def rtp(self, data: bytes, at: float) -> None:
        """Takes one RTP packet that arrived `at`; one that is no RTP is counted as bytes and otherwise ignored."""
        self.bytes += len(data)
        if self.packets >= SNIFFED_PACKETS and self._only_longer(data, at):
            self.packets += 1
            self.last_packet = at
            return
        try:
            packet = parse_rtp(data)
        except MalformedReply:
            return
        if packet.payload_type in RTCP_TYPES:
            self.rtcp(data)
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

    def _only_longer(self, data: bytes, at: float) -> bool:
        """True when `data` is one more packet of the frame under way, and nothing in it has to be read."""
        header = plain_header(data)
        if header is None or header[0] & 127 != self._payload_type or header[3] != self._ssrc:
            return False
        return self._list.goes_on(data, *header[1:], at)

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
        return b"".join(START_CODE + nal for nal in self._sets.key_sets) + collected

    def sizes(self) -> tuple[int, ...]:
        """Payload bytes of the first key frame and of the whole frames behind it, at most `SIZES_LIMIT`: pictures that
        stand still have the same in every look, because the very same packets are sent.
        """
        frames = self._list.frames
        first = next((index for index, frame in enumerate(frames) if frame.key and frame.whole), len(frames))
        behind = frames[first : first + SIZES_LIMIT]
        whole = next((index for index, frame in enumerate(behind) if not frame.whole), len(behind))
        return tuple(frame.size for frame in behind[:whole])

    @property
    def size(self) -> tuple[int, int] | None:
        """(width, height) in pixels of the pictures; before the first, what the description says; or None."""
        described = self._sets.described
        said = (described.width, described.height) if described and not self.packets else None
        return self._picture_size or said

    @property
    def known_codec(self) -> str | None:
        """The codec that the packets themselves show: parameter sets and slices, JPEG headers, MPEG-4 start codes."""
        return self.codec if self.readable and (self.codec in _READ or self._mpeg4_begun) else None

    @property
    def readable(self) -> bool:
        """True once a picture was read as what the codec says: only then may anything be said of the pictures. Of a
        codec that is not read here, frames are what shares a time stamp.
        """
        return (self._picture_size is not None or self.codec not in _READ) and bool(self._list.frames)

    @property
    def reported(self) -> bool:
        """True once a sender report of this stream came."""
        return self._reports is not None

    @property
    def refused(self) -> str:
        """What came and is not read here, in words; empty for nothing."""
        return self._list.reader.refused

    @property
    def proven(self) -> bool:
        """True when the parameter sets of the pictures came with them, and not in the description alone."""
        return self.codec == "mjpeg" or self._sets.proven

    def silence(self, now: float) -> None:
        """Notes that nothing has come until `now`: the silence counts as a gap."""
        self._silent_until = now

    def seconds(self) -> float:
        """Seconds from the first packet to the last."""
        return 0.0 if self.first_packet is None else self.last_packet - self.first_packet

    def met(self, needs: Iterable[Need], picture: bool = False) -> bool:
        """True when more packets could not change a judgement: every need has its evidence, and no cut lies within the
        confidence interval of its fact. `picture` also asks for a whole key frame, where any may come.
        """
        needs = tuple(needs)
        waits = picture and self.codec in _READ and self._list.first_key_bytes is None
        if waits and not any(frame.refresh for frame in self._list.frames):
            return False
        if any(need.packets > self.packets or need.seconds > self.seconds() for need in needs):
            return False
        taken = self._sample()
        evidence = Evidence(taken, self._report(taken, None), self.patience_s)
        return all(evidence.meets(need) for need in needs)

    def report(self, stop_reason: str | None = None) -> dict[str, Any]:
        """The fields of `facts.Measured`; None where the sample does not tell."""
        return self._report(self._sample(), stop_reason)

    def stated_fps(self) -> float | None:
        """The rate that the parameter sets state, frames/s."""
        sps = self._sets.active or self._sets.described
        return sps.fps if sps else None

    def _report(self, taken: Sample, stop_reason: str | None) -> dict[str, Any]:
        size, details = self._picture_size, self._sets.details
        return {
            "codec": self.known_codec,
            "profile": details.get("profile"),
            "level": details.get("level"),
            "interlaced": details.get("interlaced"),
            "width": size[0] if size else None,
            "height": size[1] if size else None,
            "fps": _rounded(taken.believed.fps, 3),
            "fps_rtp": _rounded(taken.by_stamp.fps if taken.by_stamp else None, 3),
            "fps_wall": _rounded(taken.by_wall.fps if taken.by_wall else None, 3),
            "fps_method": taken.believed.method,
            **self._groups(taken),
            "seconds": round(self.seconds(), 3),
            "frames": len(taken.frames),
            "packets": self.packets,
            "packets_lost": self._list.lost,
            "longest_gap_s": _rounded(self._longest_gap(taken.frames), 3),
            "first_packet_ms": self._since_start(self.first_packet),
            "first_keyframe_ms": self._since_start(self._list.first_key.end if self._list.first_key else None),
            "bytes": self.bytes,
            "stop_reason": stop_reason,
            **({} if self.readable else UNREAD),
        }

    def _groups(self, taken: Sample) -> dict[str, Any]:
        """What the groups of pictures tell. Where the picture is refreshed bit by bit, groups begin where that does; it
        takes one part of every picture, so a stream that was just begun may have sent one key frame first.
        """
        keys, starts = taken.keys, [frame for frame in taken.frames if frame.refresh]
        groups = keys if len(keys) > 1 else starts
        span = taken.span(keys[0], keys[-1]) if len(keys) > 1 else None
        length = taken.span(groups[0], groups[-1]) if len(groups) > 1 else None
        gap = taken.longest_without_key() if self.codec in _READ and not self._list.lost else None
        return {
            "bitrate_kbps": _rounded(_bits(taken.frames, groups) / length / 1000 if length else None, 1),
            "keyframe_interval_s": _rounded(span / (len(keys) - 1) if span else None, 3),
            "keyframe_gap_s": _rounded(gap, 3),
            "keyframes": len(keys),
            "intra_refresh": bool(starts) if self.codec in ("h264", "h265") else None,
        }

    def _read_as(self, codec: str, described: Iterable[bytes] = ()) -> None:
        """Begins to read `codec`; what was said of another one is forgotten."""
        self.codec = codec
        self._mpeg4_begun = False
        self._sets = ParameterSets(codec, described)
        self._list = FrameList(reader_for(codec, self._fmtp), self._clock_rate, sps=self._sets.last)

    @property
    def _picture_size(self) -> tuple[int, int] | None:
        reader = self._list.reader
        return reader.size if isinstance(reader, JpegReader) else self._sets.size

    def _unit(self, unit: Unit) -> None:
        if self.codec == "mpeg4" and unit.head.startswith(START_CODE[1:]):
            self._mpeg4_begun = True
        self._sets.take(unit, open_=self._list.first_key_bytes is None)
        self._list.sps = self._sets.active or self._sets.last

    def _sample(self) -> Sample:
        reported = ticks_a_second(self._reports, self._ssrc)
        known = Circumstances(self.seconds(), self._list.lost, self.kept_up, self._clock_rate, reported)
        return sample(self._list.frames, known)

    def _longest_gap(self, frames: list[Frame]) -> float | None:
        arrivals = [f.arrival for f in frames]
        if arrivals and self._silent_until is not None:
            arrivals.append(self._silent_until)
        gaps = [b - a for a, b in pairwise(arrivals)]
        return max(gaps) if gaps else None

    def _since_start(self, at: float | None) -> float | None:
        return None if at is None else round((at - self.started) * 1000, 1)


def _bits(frames: list[Frame], groups: list[Frame]) -> float:
    """Bits of whole groups of pictures: from the first of the frames `groups` up to the last, which is not counted."""
    begin, end = (next(n for n, frame in enumerate(frames) if frame is one) for one in (groups[0], groups[-1]))
    return 8.0 * sum(frame.size for frame in frames[begin:end])


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
