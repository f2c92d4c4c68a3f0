"""The plan of a sweep: oldest facts first, and an answer for every device."""

from datetime import UTC, datetime, timedelta

from camera_registry.store.candidates import Candidate
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


def _order(made):
    return sorted(made.sites, key=made.sites.get)


def test_sites_of_one_age_come_in_another_order_every_night():
    """Minutes within the last night are no age: they would keep every school at its minute. The seed alone decides."""
    devices = [_device(n, n, NOW - timedelta(hours=20, minutes=n)) for n in range(1, 30)]
    old = _device(99, 99, NOW - timedelta(days=2))
    orders = [_order(plan([*devices, old], NOW, seed)) for seed in ("2026-11-23", "2026-11-24", "2026-11-23")]
    assert orders[0] == orders[2] != orders[1]
    assert {order[0] for order in orders} == {99}
    assert sorted(orders[0]) == sorted(orders[1])


def test_devices_of_a_site_come_in_another_order_every_night_the_oldest_first():
    """The items stand in the order in which they are looked at."""
    devices = [_device(n, 10, NOW) for n in range(1, 9)] + [_device(9, 10)]
    orders = [[i["device_id"] for i in plan(devices, NOW, seed).items] for seed in "ab"]
    assert orders[0] != orders[1]
    assert {order[0] for order in orders} == {9}


def test_sites_begin_one_after_the_other():
    """The first at once, all within the time that is given, no two at one moment; without it all at once."""
    devices = [_device(n, n) for n in range(1, 50)]
    made = plan(devices, NOW, "a", timedelta(minutes=10))
    begins = sorted(made.not_before.values())
    assert len(set(begins)) == len(made.sites) - 1 == 48
    assert NOW < begins[0] < begins[-1] <= NOW + timedelta(minutes=10)
    assert begins[-1] - begins[0] > timedelta(minutes=5)
    assert plan(devices, NOW, "a").not_before == {}


def test_who_is_left_out_is_skipped_and_makes_its_site_no_older():
    """The rest of the site comes by its own age; a device without an address is left out for that."""
    devices = [_device(1, 10), _device(2, 10, NOW), _device(3, 11, NOW - timedelta(days=1)), _device(4, 12, host="")]
    made = plan(devices, NOW, leave=lambda d: "silent" if d.device_id in (1, 4) else None)
    assert {i["device_id"]: i["reason"] for i in made.items} == {1: "silent", 2: "", 3: "", 4: "no_address"}
    assert _order(made) == [11, 10]
