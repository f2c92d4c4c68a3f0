"""Units that discovery found before are known again: by what they say, else by their address."""

import pytest

from camera_registry.models import FoundUnit
from camera_registry.services.found_units import recognised
from probes.discovery.found import Found
from probes.discovery.message import Said
from tests.standards.sheets import NOW

ONE, OTHER = "a4:14:37:0b:22:c1", "a4:14:37:0b:22:c2"
UUID = "4fa32c81-77a5-4f6e-9c41-a414370b22c1"


def _row(address, mac="", endpoint=""):
    at = {"first_seen_at": NOW, "last_seen_at": NOW}
    return FoundUnit(school_id=1, site_id=1, address=address, mac=mac, endpoint=endpoint, **at)


def _seen(address, mac=None, endpoint=None):
    return Found(address, (Said(mac=mac, endpoint=endpoint, is_video=True),))


@pytest.mark.parametrize(
    ("before", "seen", "known"),
    [
        pytest.param([_row("10.0.0.1", ONE)], [_seen("10.0.0.2", ONE)], {"10.0.0.2": 0}, id="at another address"),
        pytest.param([_row("10.0.0.1")], [_seen("10.0.0.1", ONE)], {"10.0.0.1": 0}, id="it says more now"),
        pytest.param([_row("10.0.0.1", ONE)], [_seen("10.0.0.1")], {"10.0.0.1": 0}, id="it says less now"),
        pytest.param([_row("10.0.0.1", ONE)], [_seen("10.0.0.1", OTHER)], {}, id="another unit at its address"),
        pytest.param(
            [_row("10.0.0.1", ONE, UUID)], [_seen("10.0.0.2", OTHER, UUID)], {"10.0.0.2": 0}, id="a second interface"
        ),
        pytest.param(
            [_row("10.0.0.1", ONE)],
            [_seen("10.0.0.2", ONE), _seen("10.0.0.1", ONE)],
            {"10.0.0.1": 0},
            id="clones say the same: the address counts",
        ),
        pytest.param(
            [_row("10.0.0.1", "00:11:22:33:44:55")],
            [_seen("10.0.0.2", "00:11:22:33:44:55")],
            {},
            id="a placeholder is no identity",
        ),
        pytest.param(
            [_row("10.0.0.1", ONE), _row("10.0.0.2", OTHER)],
            [_seen("10.0.0.1", OTHER), _seen("10.0.0.2", ONE)],
            {"10.0.0.1": 1, "10.0.0.2": 0},
            id="two have changed places",
        ),
    ],
)
def test_a_unit_is_known_again(before, seen, known):
    """By identity wherever it stands, else by address where nothing speaks against it; each row once."""
    found = recognised(before, seen)
    assert {address: before.index(row) for address, row in found.items()} == known
