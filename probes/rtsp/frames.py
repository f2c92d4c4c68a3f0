"""Frames out of RTP packets: which packets are one picture, when it came, how large it is, is it a key frame.

Strategy: pure; packets and their arrival times in, a list of `Frame` out. A frame is what shares one RTP time stamp and
holds a picture, or a part of one; two fields that come one after the other are one frame, and a second picture under
one stamp is a second frame. The marker bit says nothing: cameras set it on parameter sets. Time stamps are unwrapped to
seconds; a jump that arrival does not show, or a new SSRC, is a new clock of the sender, and is bridged by the usual
step. Sequence gaps are counted per SSRC; a jump over 500 is a restart, not loss.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from probes.errors import MalformedReply
from probes.rtsp import h264, h265
from probes.rtsp.rtp import RtpPacket
from probes.rtsp.units import UNITS_LIMIT, PayloadReader, Unit

RESTART_JUMP = 500
"""Sequence numbers: a longer jump is a restart of the sender."""
STAMP_JUMP_S = 10.0
"""A longer step of the time stamps is a jump, while the usual step is not known."""
JUMP_S = 0.5
JUMP_STEPS = 8
"""Once it is known: a step of more than so many usual ones and `JUMP_S` seconds, and as far from the arrival."""
USUAL_STEPS = 3
REMEMBERED_STEPS = 15
SENDERS_LIMIT = 8
"""SSRCs that are remembered: a camera has one, and a few where it begins anew."""
FRAMES_LIMIT = 20_000
"""Frames that are kept: the longest sample of the fastest camera has a tenth of it."""


@dataclass(slots=True)
class Frame:
    """One picture: time stamp, arrival of its first and last packet (seconds), payload bytes, key frame or not.

    `whole` is False when packets of it are missing, or may be. `refresh`: from here on it is made anew bit by bit.
    """

    stamp: float
    arrival: float
    end: float
    size: int = 0
    key: bool = False
    whole: bool = True
    refresh: bool = False


@dataclass
class Loss:
    """Sequence numbers of one SSRC."""

    _expected: int | None = None
    _missing: set[int] = field(default_factory=set)
    _behind: int | None = None

    @property
    def lost(self) -> int:
        """Packets that have not come so far."""
        return len(self._missing)

    def is_next(self, sequence: int) -> bool:
        """True when this packet follows the one before, and there was one."""
        return sequence == self._expected

    def take(self, sequence: int) -> bool | None:
        """True when this packet follows the one before; False when something is missing between, or the sender began
        anew; None when it comes late or twice.
        """
        if sequence == self._expected or self._expected is None:
            self._expected = (sequence + 1) & 0xFFFF
            return True
        gap = (sequence - self._expected) & 0xFFFF
        if gap >= 0x10000 - RESTART_JUMP and not self._begins_anew(sequence):
            self._missing.discard(sequence)
            return None
        if gap <= RESTART_JUMP:
            self._missing.update((sequence - back) & 0xFFFF for back in range(1, gap + 1))
        self._expected = (sequence + 1) & 0xFFFF
        return False

    def _begins_anew(self, sequence: int) -> bool:
        """True for the second packet in a row of a sender that jumped a little way back (RFC 3550 A.1)."""
        again = sequence == self._behind
        self._behind = None if sequence in self._missing else (sequence + 1) & 0xFFFF
        return again


@dataclass
class FrameList:
    """The frames of one stream so far; `sps` helps to tell fields from frames.

    The reader keeps bytes until one whole key frame has been had.
    """

    reader: PayloadReader
    clock_rate: int
    frames: list[Frame] = field(default_factory=list)
    sps: h264.Sps | h265.Sps | None = None
    first_key: Frame | None = None
    first_key_bytes: bytes | None = None
    _units: list[Unit] = field(default_factory=list)
    _losses: dict[int, Loss] = field(default_factory=dict)
    _lost_before: int = 0
    _stamp: int | None = None
    _current: Frame | None = None
    _waiting_field: bool | None = None
    _begun: list[bool | None] = field(default_factory=list)
    _steps: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED_STEPS))

    def __post_init__(self) -> None:
        self.reader.collect = True

    @property
    def lost(self) -> int:
        """Packets missing so far, over all SSRCs."""
        return self._lost_before + sum(loss.lost for loss in self._losses.values())

    def goes_on(self, data: bytes, sequence: int, timestamp: int, ssrc: int, at: float) -> bool:
        """True when the packet `data` (a header of 12 bytes, and no more) is the next one of the frame that is under
        way, and only makes it longer: then it is taken. Nine of ten packets are such ones.
        """
        frame, loss = self._current, self._losses.get(ssrc)
        if frame is None or loss is None or timestamp != self._stamp or not self._units:
            return False
        if not (loss.is_next(sequence) and self.reader.goes_on(data, 12)):
            return False
        loss.take(sequence)
        frame.end = at
        frame.size += len(data) - 12
        return True

    def push(self, packet: RtpPacket, at: float) -> list[Unit]:
        """Takes a packet that arrived `at`; the units that begin in it. One that comes late or twice gives none."""
        loss = self._losses.get(packet.ssrc)
        follows = loss.take(packet.sequence) if loss else self._new_sender(packet)
        if not follows and self._current is not None:
            self._current.whole = False  # what is missing may be the end of it
        if follows is None:
            return []
        if self._current is None or packet.timestamp != self._stamp:
            self._finish()
            self._current = Frame(self._unwrap(packet.timestamp, at), at, at, whole=follows)
            self._stamp = packet.timestamp
        held = self.reader.held()
        if packet.extension:
            self.reader.extended(packet.extension)
        begun = self.reader.push(packet.payload)
        if any(self._begins_another(unit) for unit in begun):
            self._begin_another(held, at, whole=follows)
        frame = self._current
        frame.end = at
        frame.size += len(packet.payload)
        if len(self._units) < UNITS_LIMIT:
            self._units += begun if begun or self._units else self.reader.torn(packet.payload)
        return begun

    def _begins_another(self, unit: Unit) -> bool:
        """True when `unit` begins a picture under a time stamp that has one already, and is not its other field."""
        if not self.reader.begins_picture(unit):
            return False
        field = self._parity(unit)
        if isinstance(self.sps, h265.Sps) and self.sps.field_seq:
            field = len(self._begun) == 1
        another = bool(self._begun) and (field is None or field in self._begun)
        self._begun = [field] if another else [*self._begun, field]
        return another

    def _begin_another(self, held: int, at: float, *, whole: bool) -> None:
        """The picture so far is over, and the next one has its time stamp; `held` bytes belong to the first."""
        assert self._current is not None  # noqa: S101  (the caller has one; mypy does not know)  # nosec B101
        taken, begun = self.reader.take_back(held), self._begun
        stamp = self._current.stamp
        self._finish()
        self.reader.give(taken)
        self._begun = begun
        self._current = Frame(stamp, at, at, whole=whole and bool(taken))
        self._steps.append(0.0)

    def _new_sender(self, packet: RtpPacket) -> bool | None:
        """Begins to count an SSRC: a clock of its own begins too, and what came last may not be whole."""
        if self._current is not None:
            self._current.whole = False
        self._stamp = None
        if len(self._losses) >= SENDERS_LIMIT:
            self._lost_before += self._losses.pop(next(iter(self._losses))).lost
        self._losses[packet.ssrc] = loss = Loss()
        return loss.take(packet.sequence)

    def _finish(self) -> None:
        frame, units = self._current, self._units
        self._units, self._begun = [], []
        if frame is not None and self.reader.has_picture(units):
            frame.key = self.reader.is_key(units)
            frame.refresh = not frame.key and self.reader.is_refresh(units)
            if frame.key and frame.whole and self.first_key_bytes is None and self.reader.from_the_top(units):
                self._keep(frame)
            self._add(frame, self._field(units))
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

    def _add(self, frame: Frame, field: bool | None) -> None:
        """Adds a picture; the second field of a frame is added to the first."""
        if field is None or self._waiting_field is None or field == self._waiting_field:
            if len(self.frames) < FRAMES_LIMIT:
                self.frames.append(frame)
            self._waiting_field = field
            return
        first = self.frames[-1]
        first.end, first.size, first.key = frame.end, first.size + frame.size, first.key or frame.key
        first.refresh = first.refresh or frame.refresh
        self._waiting_field = None

    def _field(self, units: list[Unit]) -> bool | None:
        """False for a top field, True for a bottom field, None for a frame."""
        if self.sps is None or not self.sps.interlaced:
            return None
        if isinstance(self.sps, h265.Sps):  # every picture is a field, and they take turns
            return self._waiting_field is False if self.sps.field_seq else None
        first = next((u for u in units if u.type in (h264.SLICE, h264.IDR)), None)
        if first is not None and not first.head and self._waiting_field is not None:
            return not self._waiting_field  # its beginning is lost, and the other field was due
        return self._parity(first) if first is not None else None

    def _parity(self, unit: Unit) -> bool | None:
        """False for a slice of a top field, True for one of a bottom field, None for one of a frame."""
        if not isinstance(self.sps, h264.Sps) or not self.sps.interlaced:
            return None
        try:
            first = h264.peek_slice(unit.head, self.sps)
        except MalformedReply:
            return None
        return first.bottom if first.field else None

    def _unwrap(self, raw: int, at: float) -> float:
        """Seconds on the sender's clock since the first time stamp; time stamps wrap at 2**32."""
        if self._current is None:
            return 0.0
        arrived = at - self._current.arrival
        usual = median(self._steps) if len(self._steps) >= USUAL_STEPS else None
        if self._stamp is None:
            return self._current.stamp + arrived
        step = (((raw - self._stamp + 0x80000000) & 0xFFFFFFFF) - 0x80000000) / self.clock_rate
        self._steps.append(abs(step))
        if not _jumps(step, arrived, usual):
            return self._current.stamp + step
        return self._current.stamp + (arrived if usual is None or arrived > JUMP_S else usual)


def _jumps(step: float, arrived: float, usual: float | None) -> bool:
    """True when a step of the time stamps (seconds) is no time that went by: far from the `usual` step and from what
    arrival says.
    """
    if usual is None:
        return abs(step) > STAMP_JUMP_S
    return abs(step) > max(JUMP_S, JUMP_STEPS * usual) and abs(step - arrived) > JUMP_S
