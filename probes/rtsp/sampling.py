"""When a sample is over: asked with the packets that come, and not by a clock beside them. No input or output.

Strategy: until the least time that every need wants has passed, a packet costs one comparison. Then the meter is asked,
and again every `TICK_S` of arrival while something is open; the packet that closes the last question is the last one
that is measured. What no packet tells (silence, a closed connection, the end of the probe) is for the session to see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from probes.rtsp.meter import Meter
from probes.target import Need

TICK_S = 0.1
"""How long the meter is left alone after an answer of no."""


@dataclass(frozen=True)
class Wanted:
    """What is sampled for, and what it may cost at most: seconds from the first packet, and bytes. `picture`: a whole
    key frame too.
    """

    needs: Sequence[Need]
    picture: bool
    longest_s: float
    most_bytes: int


class Sampling:
    """One sample under way. `reason` says why it is over, as `facts.Measured.stop_reason` does; None while it goes on.
    `over` is called once, when it is; `kept_up` says whether we read as fast as packets came.
    """

    def __init__(
        self, meter: Meter, wanted: Wanted, over: Callable[[], None], kept_up: Callable[[], bool] = lambda: True
    ) -> None:
        self.reason: str | None = None
        self._meter, self._wanted, self._over, self._kept_up = meter, wanted, over, kept_up
        self._ask_after = max([TICK_S, *(need.seconds for need in wanted.needs)])

    def rtp(self, data: bytes, at: float) -> None:
        """Takes one RTP packet that arrived `at`; none is measured once the sample is over."""
        if self.reason is not None:
            return
        meter = self._meter
        meter.rtp(data, at)
        if meter.bytes > self._wanted.most_bytes:
            self._end("byte_limit")
        elif meter.first_packet is not None and at - meter.first_packet >= self._ask_after:
            self.ask(at)

    def ask(self, at: float) -> None:
        """Ends the sample if nothing is open, or if it has taken long enough `at` this time."""
        meter = self._meter
        if self.reason is not None or meter.first_packet is None:
            return
        meter.kept_up = self._kept_up()
        if meter.met(self._wanted.needs, self._wanted.picture):
            self._end("needs_met")
        elif at - meter.first_packet > self._wanted.longest_s:
            self._end("deadline")
        self._ask_after = at - meter.first_packet + TICK_S

    def _end(self, reason: str) -> None:
        self.reason = reason
        self._over()
