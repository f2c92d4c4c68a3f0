"""Tapes that many viewers share.

Strategy: what makes the packets of two viewers differ are only their numbers, and nobody minds when two cameras count
alike. So a clip has one tape for the whole fleet: its first rounds are stamped once and kept as bytes, and each viewer
begins in another of them. Whoever stays on longer, or is on another channel, has its pictures stamped anew.
"""

from __future__ import annotations

import random

from probes.simulator import packets
from probes.simulator.clips import key_of
from probes.simulator.packets import Packets
from probes.simulator.spec import StreamSpec
from probes.simulator.tape import Tape

ROUNDS = 8
"""Rounds of a clip that are kept. A viewer begins in one of the first half."""


class SharedTape(Tape):
    """A tape whose first rounds are stamped once, for channel 0."""

    def __init__(self, ready: Packets, rate: float) -> None:
        super().__init__(ready, rate)
        self._kept: list[bytes | None] = [None] * (ROUNDS * len(ready.pictures))

    def block(self, index: int, channel: int) -> bytes | bytearray:
        """The bytes of picture `index` for the wire, on an interleaved `channel`."""
        if channel or index >= len(self._kept):
            return super().block(index, channel)
        kept = self._kept[index]
        if kept is None:
            kept = self._kept[index] = bytes(super().block(index, 0))
        return kept


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


def anywhere(tape: Tape, stream: StreamSpec) -> int:
    """The picture with which a viewer begins: as the stream has it, in a round of the first half of those kept."""
    rounds = random.randrange(ROUNDS // 2)  # noqa: S311  no secret  # nosec B311
    return rounds * len(tape.packets.pictures) + stream.start_at
