"""Names of people, of accounts and as they are typed at the command line: what one may be, when two are one person.

Strategy: what nobody can see makes no other name. So a name holds no hidden sign, and two names are compared by the
letters that are seen: one form for letters that look alike (wide, mathematical), no case, single blanks, and none of
the hidden signs that an earlier version may have kept.
"""

from __future__ import annotations

import re
import unicodedata

from standards.model import Text

LONGEST_NAME = 100
NO_NAME: Text = {
    "vi": f"hãy ghi họ tên, tối đa {LONGEST_NAME} ký tự, trên một dòng, không có ký tự ẩn.",
    "en": f"write the name of the person, at most {LONGEST_NAME} characters on one line, none of them hidden.",
}
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Signs that Unicode says are not shown (Default_Ignorable_Code_Point)."""
_BLANK = re.compile("[\u2800\U0001d159]")
"""Signs that are shown as nothing."""


def same_person(one: str, other: str) -> bool:
    """True when who reads both names sees one: case, blanks, hidden signs and forms of letters do not matter."""
    return seen(one) == seen(other)


def is_name(text: str) -> bool:
    """True when this can be the name of a person: a letter is seen, all of it is shown, and it stands on one line."""
    shown = all(letter.isprintable() or unicodedata.category(letter) == "Zs" for letter in text)
    has_letter = any(letter.isalpha() for letter in seen(text))
    return shown and has_letter and len(text) <= LONGEST_NAME and not _HIDDEN.search(text)


def seen(text: str) -> str:
    """The text as it is seen, for comparing; empty when nothing of it is."""
    alike = _BLANK.sub(" ", _HIDDEN.sub("", unicodedata.normalize("NFKC", text)))
    shown = "".join(letter for letter in alike if letter.isspace() or letter.isprintable())
    return " ".join(unicodedata.normalize("NFKC", shown.casefold()).split())
