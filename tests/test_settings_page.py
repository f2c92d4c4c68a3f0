"""docs/settings.md says of every setting what the code says."""

import re

import pytest

from camera_registry.config import Settings
from tests.settings_page import ROOT, meanings, page

FILE = ROOT / "docs" / "settings.md"


def test_the_page_of_settings_is_that_of_the_code():
    """Name, type, default, range and meaning of every key. Where the page is not there it is written, to be read."""
    if not FILE.exists():
        FILE.write_text(page(), encoding="utf-8")
        pytest.fail(f"{FILE.name} was written; read it")
    assert FILE.read_text(encoding="utf-8") == page()


def test_every_key_says_what_it_is_for():
    """No cell of the last column is empty, and no key of the code is left out."""
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]*) \|$", page(), re.MULTILINE)
    assert [key for key, meaning in rows if len(meaning) < 10] == []
    models = [field.annotation for field in Settings.model_fields.values()]
    keys = sum(len(getattr(model, "model_fields", {})) or 1 for model in models)
    assert len(rows) == keys


def test_a_meaning_is_the_comment_above_its_key():
    """Lines of a comment are joined; what stands above an empty line belongs to no key."""
    text = "# Head.\n\n# One\n# two.\na = 1\n[b]\n# Three.\n# c = 2\n"
    assert meanings(text) == {("", "a"): "One two.", ("b", "c"): "Three."}
