"""The lists people choose from: every word names its code, and no word names two."""

import pytest

from camera_registry.importing.mistakes import KINDS, NOTICES
from camera_registry.lists import LISTS, default_scope, has_words, names_of, plain


@pytest.mark.parametrize("name", LISTS)
def test_every_word_of_a_list_names_its_code(name):
    """The code and its words in both languages, in any case; something else names none."""
    for code, said in LISTS[name].items():
        assert {names_of(LISTS[name])[plain(text.upper())] for text in (code, *said.values())} == {code}
    assert "gì đó" not in names_of(LISTS[name])


def test_rooms_where_children_change_and_learn_are_internal_unless_said():
    """The default of a scope never offers anything."""
    scopes = {area: default_scope(area) for area in LISTS["areas"]}
    assert set(scopes.values()) == {"internal", "undecided"}
    assert {a for a, s in scopes.items() if s == "internal"} == {"classroom", "rest_room", "changing_room"}


def test_every_mistake_is_said_in_both_languages_with_a_remedy():
    """No kind lacks a word."""
    for kind in (*KINDS.values(), *NOTICES.values()):
        assert all(text[language] for text in (kind.what, kind.remedy) for language in ("vi", "en"))


@pytest.mark.parametrize(
    ("words", "found"),
    [("truong dong", True), ("ĐÔNG", True), ("dg-01 truong", True), ("dong01", False), ("", True), ("%", False)],
)
def test_words_are_found_without_their_marks(words, found):
    """Every word in any order, in any of the parts; a part that is not there holds none."""
    assert has_words(words, "Trường Đông Ba", None, "DG-01") is found
