"""Budget: how much of a line samples may use, of a site and of this worker. Pure but for the lines it makes.

Strategy: the line of a school is shared with lessons by day and with little by night, so its share depends on the hour.
All looks at a site are in one worker (its lease), and so are all samples of its line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from probes.line import Line, Room


@dataclass(frozen=True)
class Budget:
    """Mbit/s of the line of this worker, and of that of a site where nobody knows it; the shares (0 to 1) that samples
    may take of the line of a site, by night (as `by_night` tells) and by day.
    """

    mbps: float
    uplink_mbps: float
    share_night: float
    share_day: float
    by_night: Callable[[datetime], bool]

    def whole(self) -> Line:
        """The line of the worker."""
        return Line(self.mbps * 1000)

    def of_site(self, uplink_mbps: float | None, now: datetime, beyond: Room) -> Line:
        """What samples may use now of the line of a site, which leads into the one of the worker."""
        return Line(self.kbps_of_site(uplink_mbps, now), beyond)

    def kbps_of_site(self, uplink_mbps: float | None, now: datetime) -> float:
        """The kbit/s that samples may use now of the line of a site."""
        share = self.share_night if self.by_night(now) else self.share_day
        return (uplink_mbps or self.uplink_mbps) * share * 1000
