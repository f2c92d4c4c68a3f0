"""Editions in force, as a worker asks for them."""

import pytest

from camera_registry.services.editions import Lately
from tests.standards.sheets import EDITIONS


def test_a_worker_looks_once_a_second():
    """Within a second of its clock the same is in force; after it, or with a clock set back, it is asked again."""
    asked, clock = [], [100.0]

    def in_force():
        asked.append(clock[0])
        return EDITIONS

    lately = Lately(in_force, lambda: clock[0])
    for at in (100.0, 100.9, 101.0, 101.5, 50.0):
        clock[0] = at
        assert lately() is EDITIONS
    assert asked == [100.0, 101.0, 50.0]


def test_what_cannot_be_had_is_not_kept():
    """An error is told to whoever asked, and the next one asks anew."""
    answers = [ZeroDivisionError(), None]

    def in_force():
        error = answers.pop(0)
        if error:
            raise error
        return EDITIONS

    lately = Lately(in_force, lambda: 0.0)
    with pytest.raises(ZeroDivisionError):
        lately()
    assert lately() is EDITIONS
