"""Texts that people read are there in every language, and what lacks one is named."""

import pytest

from standards.model import LANGUAGES
from tests.texts import lacking, of_code, of_editions, shown_as


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_lacks_a_language(lang):
    """Whatever is said in Vietnamese is said in every language of the pages."""
    assert lacking(lang) == []


def test_all_texts_lack_a_language_that_nobody_has_added():
    """With where they stand, so whoever adds one can go through them."""
    missing = lacking("km")
    assert len(missing) == len([*of_code(), *of_editions()]) > 1900
    assert any(said.place.startswith("camera_registry/access/roles.py:") for said in missing)
    assert any(said.place.startswith("standards/editions/hcmc-3288.toml:") for said in missing)


def test_a_text_is_known_by_what_stands_around_its_gaps():
    """Whatever is filled in, it is the same text."""
    pattern = shown_as("%(ready)s/%(offered)s cameras are ready")
    assert pattern.fullmatch("2/3 cameras are ready")
    assert not pattern.fullmatch("cameras are ready")
