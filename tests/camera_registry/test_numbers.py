"""Whole numbers that people type."""

import pytest

from camera_registry.numbers import LARGEST, index_of, number_of


@pytest.mark.parametrize(
    ("text", "index"), [("5", 5), ("012", 12), ("", None), ("²", None), ("٣", None), ("-1", None), ("9" * 5000, None)]
)
def test_an_index_is_written_in_plain_digits(text, index):
    """What only looks like a digit is none, and no number is too long to be read."""
    assert index_of(text) == index


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (str(LARGEST), LARGEST),
        (str(LARGEST + 1), None),
        ("0", None),
        ("-1", None),
        ("²", None),
        ("1" * 5000, None),
    ],
    ids=range(7),
)
def test_a_number_is_one_that_a_row_can_have(text, number):
    """From 1 to what the database counts to."""
    assert number_of(text) == number
