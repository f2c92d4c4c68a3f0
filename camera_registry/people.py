"""People are typed names, until there are accounts: what a name may be, and when two are one person."""

from __future__ import annotations

from camera_registry.lists import plain
from standards.model import Text

LONGEST_NAME = 100
NO_NAME: Text = {
    "vi": f"hãy ghi họ tên, tối đa {LONGEST_NAME} ký tự, trên một dòng.",
    "en": f"write the name of the person, at most {LONGEST_NAME} characters on one line.",
}


def same_person(one: str, other: str) -> bool:
    """True when both names are one, however they were typed: case and blanks do not matter."""
    return plain(one) == plain(other)


def is_name(text: str) -> bool:
    """True when this can be the name of a person."""
    return bool(text.strip()) and len(text) <= LONGEST_NAME and text.isprintable()
