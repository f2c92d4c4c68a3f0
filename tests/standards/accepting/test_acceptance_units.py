"""Which unit stood there at each look of an acceptance, and which looks count."""

import pytest

from standards.accepting.acceptance_units import standing

A = {"serial": "SN-4711", "model": "IPC-1"}
B = {"serial": "SN-4712", "model": "IPC-1"}


@pytest.mark.parametrize(
    ("looks", "counts"),
    [
        ((), ""),
        ((A, A), "yy"),
        ((A, B), "ny"),
        ((A, B, A), "yny"),
        ((A, {}, B), "nny"),
        (({}, A, {}), "yyy"),
        (({"model": "IPC-1"}, A, B), "nny"),
        (({**A, "firmware": "1"}, {**A, "firmware": "2"}), "yy"),
        (({"model": "IPC-1"}, {"model": "IPC-2"}, {"model": "IPC-1"}), "nny"),
    ],
)
def test_looks_at_the_unit_that_was_seen_last_count(looks, counts):
    """A look that tells nothing is one at the unit before it; one that comes back is known by its key alone."""
    assert "".join("y" if each else "n" for each in standing([(said, ()) for said in looks]).counts) == counts


def test_a_key_that_others_share_tells_nothing():
    """A clone is no other unit by it; the change says by what it was told."""
    assert standing([(A, ()), (B, ("sn4711", "sn4712"))]).counts == (True, True)
    assert [change and (change.key, change.now) for change in standing([(A, ()), (B, ())]).changes] == [
        None,
        ("serial", "sn4712"),
    ]
