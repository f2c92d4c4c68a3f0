"""Streams of an acceptance are known again from look to look, by id, else by role."""

import pytest

from standards.accepting.acceptance_streams import names


@pytest.mark.parametrize(
    ("looks", "found"),
    [
        ([{"a": "main"}, {"a": "sub"}], [{"a": "a"}, {"a": "a"}]),
        ([{"a": "main", "b": "sub"}, {"c": "sub", "d": "main"}], [{"a": "a", "b": "b"}, {"c": "b", "d": "a"}]),
        ([{"a": "main"}, {}, {"b": "main"}], [{"a": "a"}, {}, {"b": "a"}]),
        ([{"a": "main"}, {"a": "main", "b": "main"}, {"b": "main"}], [{"a": "a"}, {"a": "a", "b": "b"}, {"b": "b"}]),
        ([{"a": "main"}, {"b": "main", "c": "main"}], [{"a": "a"}, {"b": "b", "c": "c"}]),
        ([{"a": "extra"}, {"b": "extra"}], [{"a": "a"}, {"b": "b"}]),
        ([{"a": "main"}, {"b": "main"}, {"a": "main", "b": "sub"}], [{"a": "a"}, {"b": "a"}, {"a": "a", "b": "b"}]),
    ],
    ids=["id", "role", "off", "appears", "two of a role", "extra", "an id that comes back"],
)
def test_a_stream_keeps_the_name_in_which_it_was_first_seen(looks, found):
    """The id stands before the role; what nobody can tell is another stream; no two of a look have one name."""
    assert list(names(looks)) == found
