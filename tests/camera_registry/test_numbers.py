"""Whole numbers that people type."""

import pytest

from camera_registry.numbers import index_of


@pytest.mark.parametrize(
    ("text", "index"), [("5", 5), ("012", 12), ("", None), ("²", None), ("٣", None), ("-1", None), ("9" * 5000, None)]
)
def test_an_index_is_written_in_plain_digits(text, index):
    """What only looks like a digit is none, and no number is too long to be read."""
    assert index_of(text) == index
