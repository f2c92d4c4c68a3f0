"""Frames out of RTP packets: which packets are one picture, when it came, how large it is, is it a key frame.

Strategy: pure; packets and their arrival times in, a list of `Frame` out. A frame is what shares one RTP time stamp and
holds a picture. Time stamps are unwrapped to seconds; a jump of more than ten seconds is a restart of the sender's
clock, and is bridged by the arrival times. Sequence gaps are counted per SSRC; a jump over 500 is a restart, not loss.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from probes.errors import MalformedReply
from probes.rtsp import h264
from probes.rtsp.payload import PayloadReader, Unit
from probes.rtsp.rtp import RtpPacket

RESTART_JUMP = 500
"""Sequence numbers: a longer jump is a restart of the sender."""
STAMP_JUMP_S = 10.0


@dataclass(slots=True)
class Frame:
    """One picture: time stamp and arrival of its first packet (seconds), payload bytes, key frame or not."""

    stamp: float
    arrival: float
    end: float
    size: int = 0
    key: bool = False
    whole: bool = True
    bottom_field: bool = False


@dataclass
class Loss:
    """Sequence numbers of one SSRC."""

    expected: int | None = None
    lost: int = 0

    def take(self, sequence: int) -> int:
        """Counts one packet; how many are missing just before it."""
        gap = 0 if self.expected is None else (sequence - self.expected) & 0xFFFF
        if gap >= 0x10000 - RESTART_JUMP:  # late or doubled: it had been counted as lost
            self.lost = max(0, self.lost - 1)
            return 0
        self.expected = (sequence + 1) & 0xFFFF
        missing = gap if gap < RESTART_JUMP else 0
        self.lost += missing
        return missing


@dataclass
class FrameList:
    """The frames of one stream so far; `sps` helps to tell fields from frames in H.264.

    The reader keeps bytes until one whole key frame has been had.
    """

    reader: PayloadReader
    clock_rate: int
    frames: list[Frame] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    sps: h264.Sps | None = None
    first_key: Frame | None = None
    first_key_bytes: bytes | None = None
    _losses: dict[int, Loss] = field(default_factory=dict)
    _last: tuple[int, float, float] | None = None  # raw stamp, seconds, arrival
    _current: Frame | None = None

    def __post_init__(self) -> None:
        self.reader.collect = True

    @property
    def lost(self) -> int:
        """Packets missing so far, over all SSRCs."""
        return sum(loss.lost for loss in self._losses.values())

    def push(self, packet: RtpPacket, at: float) -> list[Unit]:
        """Takes a packet that arrived `at`; the units that begin in it."""
        missing = self._losses.setdefault(packet.ssrc, Loss()).take(packet.sequence)
        if self._current is None or self._last is None or packet.timestamp != self._last[0]:
            self._finish()
            self._current = Frame(self._unwrap(packet.timestamp, at), at, at)
            self._last = (packet.timestamp, self._current.stamp, at)
        if missing:
            self._current.whole = False
        self._current.end = at
        self._current.size += len(packet.payload)
        begun = self.reader.push(packet.payload)
        self.units += begun
        return begun

    def _finish(self) -> None:
        frame, units = self._current, self.units
        self.units = []
        if frame is not None and self.reader.has_picture(units):
            frame.key = self.reader.is_key(units)
            frame.bottom_field = self._is_bottom_field(units)
            self.frames.append(frame)
            if frame.key and frame.whole and self.first_key_bytes is None:
                self._keep(frame)
        if self.reader.collect:
            self.reader.drop()

    def _keep(self, frame: Frame) -> None:
        self.first_key = self.first_key or frame
        try:
            self.first_key_bytes = self.reader.collected()
        except MalformedReply:
            return
        self.reader.drop()
        self.reader.collect = False

    def _is_bottom_field(self, units: list[Unit]) -> bool:
        if self.sps is None or not self.sps.interlaced:
            return False
        try:
            first = next(u for u in units if u.type in (1, 5))
            return bool(h264.peek_slice(first.head, self.sps).bottom)
        except (StopIteration, MalformedReply):
            return False

    def _unwrap(self, raw: int, at: float) -> float:
        if self._last is None:
            return 0.0
        last_raw, last_stamp, last_at = self._last
        step = ((raw - last_raw + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        seconds = step / self.clock_rate
        return last_stamp + (seconds if abs(seconds) <= STAMP_JUMP_S else at - last_at)
