"""What samples may use of lines: less by day, and of an unknown line what is usual."""

import asyncio
from datetime import UTC, datetime

import pytest

from camera_registry.sweep.budget import Budget
from probes.line import Line

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def _whole(line):
    """All that there is, in kbit/s: what somebody gets who wants more than that."""

    async def take():
        async with line.room(10**9):
            return line.used_kbps

    return asyncio.run(take())


@pytest.mark.parametrize(
    ("uplink", "night", "kbps"), [(40.0, True, 24_000), (40.0, False, 8_000), (None, True, 12_000), (0.001, True, 1)]
)
def test_a_site_has_its_share_of_its_line(uplink, night, kbps):
    """A line that nobody has registered is one as schools have."""
    budget = Budget(100.0, 20.0, 0.6, 0.2, lambda _now: night)
    assert _whole(budget.of_site(uplink, NOW, Line(1_000_000))) == kbps


def test_the_worker_has_its_line_whole():
    """It is its own."""
    assert _whole(Budget(100.0, 20.0, 0.6, 0.2, lambda _now: True).whole()) == 100_000
