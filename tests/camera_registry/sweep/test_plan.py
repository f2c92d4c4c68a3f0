"""The plan of a sweep: oldest facts first, and an answer for every device."""

from datetime import UTC, datetime, timedelta

from camera_registry.store.sweeps import Candidate
from camera_registry.sweep.plan import plan

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def _device(number, site, seen_at=None, kind="ip_camera", host="192.168.1.64"):
    return Candidate(number, site, kind, host, seen_at)


def test_the_site_with_the_oldest_facts_comes_first():
    """Never seen is older than anything; one old device makes its site old."""
    made = plan(
        [
            _device(1, 10, NOW),
            _device(2, 11, NOW - timedelta(days=2)),
            _device(3, 11, NOW),
            _device(4, 12),
        ],
        NOW,
    )
    assert sorted(made.sites, key=made.sites.get) == [12, 11, 10]


def test_what_cannot_be_reached_is_skipped_with_the_reason():
    """It has its final state from the start, and its site is not claimed for it."""
    made = plan([_device(1, 10, kind="cloud", host=""), _device(2, 10, host=""), _device(3, 11)], NOW)
    assert [(i["device_id"], i["state"], i["reason"], i["ended_at"]) for i in made.items] == [
        (1, "skipped", "cloud_only", NOW),
        (2, "skipped", "no_address", NOW),
        (3, "waiting", "", None),
    ]
    assert list(made.sites) == [11]
