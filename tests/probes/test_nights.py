"""What is done every few nights only: spread over the nights, and never put off for longer."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from probes.nights import is_due

FIRST = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
NIGHT = timedelta(days=1)


def _done(name, nights, over, off=()):
    """The nights, counted from 0, in which `name` was done; in those that are `off` the device does not answer."""
    last, done = None, []
    for night in range(over):
        now = FIRST + night * NIGHT + timedelta(minutes=97 * (night % 5) - 180)
        if night not in off and is_due(name, last, now, nights):
            last = now
            done.append(night)
    return done


@pytest.mark.parametrize("nights", [1, 2, 3, 7])
def test_everything_is_done_at_least_every_so_many_nights(nights):
    """At whatever minute of the night a device is looked at, and beginning with the first look."""
    for name in map(str, range(50)):
        done = _done(name, nights, 40)
        assert done[0] == 0
        assert max(b - a for a, b in pairwise(done)) <= nights


def test_a_night_without_an_answer_is_made_up_for_in_the_next():
    """A device that was off when it was due is due as soon as it answers."""
    for name in map(str, range(20)):
        assert 6 in _done(name, 3, 9, off=(3, 4, 5))


def test_a_fleet_that_begins_in_one_night_is_spread_over_the_others():
    """Of 300 things that were all done in the first night, a third is done in each night after a round."""
    done = [_done(str(n), 3, 12) for n in range(300)]
    counts = [sum(night in each for each in done) for night in range(3, 12)]
    assert all(80 <= count <= 120 for count in counts)


def test_with_every_night_nothing_is_left_out():
    """0 and 1 mean always, twice in a night too."""
    assert all(is_due("a", FIRST, FIRST + timedelta(minutes=5), nights) for nights in (0, 1))
    assert not is_due("a", FIRST, FIRST + timedelta(minutes=5), 2)


def test_a_time_to_come_counts_as_never():
    """A clock that was ahead puts nothing off."""
    assert is_due("a", FIRST + timedelta(days=400), FIRST, 3)
