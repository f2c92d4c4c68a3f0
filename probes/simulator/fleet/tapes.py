"""Tapes that many viewers share.

Strategy: what makes the packets of two viewers differ are only their numbers, and nobody minds when two cameras count
alike. So a clip has one tape for the whole fleet: its first rounds are stamped once and kept as bytes. Each viewer of a
camera begins in another round than the one before, so that no two looks at it get the same bytes. Whoever stays on
longer, or is on another channel, has its pictures stamped anew.
"""

from __future__ import annotations

from probes.simulator import packets
from probes.simulator.clips import key_of
from probes.simulator.packets import Packets
from probes.simulator.spec import StreamSpec
from probes.simulator.tape import Tape

ROUNDS = 8
"""Rounds of a clip that are kept. A viewer begins in one of the first half; the others are for those who stay."""


class SharedTape(Tape):
    """A tape whose first rounds are stamped once, for channel 0."""

    def __init__(self, ready: Packets, rate: float) -> None:
        super().__init__(ready, rate)
        self._kept: list[bytes | None] = [None] * (ROUNDS * len(ready.pictures))

    def block(self, index: int, channel: int, *, frozen: bool) -> bytes | bytearray:
        """The bytes of picture `index` for the wire, on an interleaved `channel`."""
        if channel or frozen or index >= len(self._kept):
            return super().block(index, channel, frozen=frozen)
        kept = self._kept[index]
        if kept is None:
            kept = self._kept[index] = bytes(super().block(index, 0, frozen=False))
        return kept

    def begin(self, viewer: int) -> int:
        """The first picture of viewer number `viewer` of one camera."""
        return viewer % (ROUNDS // 2) * len(self.packets.pictures)


class Tapes:
    """The shared tape of each clip."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], SharedTape] = {}

    def of(self, stream: StreamSpec) -> SharedTape:
        """The tape of `stream`; its clip is encoded when nobody did that before."""
        key = (key_of(stream), stream.packing, stream.stamped_fps or stream.fps)
        if key not in self._made:
            self._made[key] = SharedTape(packets.of(key_of(stream), stream.packing), stream.stamped_fps or stream.fps)
        return self._made[key]
