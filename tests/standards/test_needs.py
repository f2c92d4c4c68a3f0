"""What editions ask of a sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from probes.target import Need
from standards import needs
from standards.needs import shortest_age
from tests.standards.sheets import HCMC


def test_the_needs_of_hcmc_are_its_measured_facts_with_their_cuts() -> None:
    """Minimum with tolerance makes a cut, what is only preferred makes none, and a derived fact needs what it reads."""
    found = {need.fact: need for need in needs(HCMC)}
    assert list(found) == sorted(found)
    assert found["measured.fps"] == Need("measured.fps", (14.0,), seconds=4.0)
    assert found["measured.keyframe_interval_s"].cuts == pytest.approx((4.4,))
    assert found["measured.lost_percent"] == Need("measured.lost_percent", (1.0,), seconds=4.0, packets=300)
    assert found["measured.bitrate_kbps"].cuts == (2800, 4000, 5600, 8000, 8400, 12000, 14000, 20000)
    assert found["measured.first_packet_ms"] == Need("measured.first_packet_ms", (5000.0,))
    assert all(fact.startswith("measured.") for fact in found)


def test_the_first_fact_that_grows_too_old_is_known() -> None:
    """A probe leaves nothing out for so long; what people answer by hand is no fact of a probe."""
    assert shortest_age(HCMC) == timedelta(days=14)
    rules = [replace(HCMC.rules[0], max_age=timedelta(days=age)) for age in (9, 5, 7)]
    assert shortest_age(HCMC, replace(HCMC, rules=tuple(rules))) == timedelta(days=5)
    by_hand = [replace(rule, max_age=timedelta(days=1)) for rule in HCMC.rules if rule.manual]
    assert by_hand
    assert shortest_age(replace(HCMC, rules=tuple(by_hand))) is None
