"""A clip that goes round and round: every picture with the numbers and the time that it has in one stream.

Strategy: pure. A tape is a function of the number of a picture, counted on over the end of the clip; sequence numbers
and time stamps follow from it (RFC 3550 section 5.1), so that a picture which is left out leaves a gap.
"""

from __future__ import annotations

import random
import secrets

from probes.simulator.packets import CLOCK_RATE, FILLING, Packets


class Tape:
    """The pictures of `packets` at `rate` a second, under numbers of its own."""

    def __init__(self, packets: Packets, rate: float) -> None:
        self.packets = packets
        self.ssrc = secrets.randbits(32)
        self._rate = rate
        self._base = secrets.randbits(32)
        self._sequence = secrets.randbits(16)

    def numbered(self, index: int) -> int:
        """Packets from the beginning of the clip, not of the tape, to picture `index`."""
        rounds, place = divmod(index, len(self.packets.pictures))
        return rounds * self.packets.before[-1] + self.packets.before[place]

    def sequence(self, index: int) -> int:
        """The sequence number of the first packet of picture `index`."""
        return (self._sequence + self.numbered(index)) & 0xFFFF

    def timestamp(self, index: int) -> int:
        """The RTP time stamp of picture `index`; time stamps follow the showing order."""
        pictures = self.packets.pictures
        rounds, place = divmod(index, len(pictures))
        shown = rounds * len(pictures) + pictures[place].shown_at
        return (self._base + round(shown * CLOCK_RATE / self._rate)) & 0xFFFFFFFF

    def block(self, index: int, channel: int, *, frozen: bool) -> bytes | bytearray:
        """The bytes of picture `index` for the wire, on an interleaved `channel`. A clip is repeated, which no living
        camera does to the byte: unless it is `frozen`, a picture gets a little filling that says nothing, so that its
        size is another each time.
        """
        picture = self.packets.pictures[index % len(self.packets.pictures)]
        block = picture.stamped(channel, self.sequence(index), self.timestamp(index), self.ssrc)
        filling = b"" if frozen else FILLING[self.packets.codec] * random.getrandbits(2)  # nosec B311
        return picture.filled(block, filling) if filling else block
