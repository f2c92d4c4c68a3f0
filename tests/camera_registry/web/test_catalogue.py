"""The catalogue: every text of the pages has Vietnamese words."""

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from camera_registry import web
from camera_registry.web.language import CATALOGUES, translations

FOLDER = Path(web.__file__).parent
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"trimmed": "true"}}


def _used():
    found = extract_from_dir(FOLDER, METHODS, OPTIONS)
    return {(context, message) for _, _, message, _, context in found}


def _catalogue():
    with (CATALOGUES / "vi" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="vi")


def test_every_message_has_vietnamese_words_and_no_other_has():
    """A message that is new, changed or gone shows here; `make messages` brings the catalogue up to date."""
    translated = {(m.context, m.id) for m in _catalogue() if m.id and all(_strings(m)) and not m.fuzzy}
    assert translated == _used()


def _strings(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_every_placeholder_stands_in_the_translation():
    """Numbers and names that the English text shows are shown in Vietnamese too."""
    assert [(m.id, [str(e) for e in errors]) for m, errors in _catalogue().check()] == []


def test_a_message_without_words_is_its_own_id():
    """English needs no catalogue."""
    assert translations("en").gettext("Overview") == "Overview"
    assert translations("vi").gettext("Overview") == "Tổng quan"
