"""The language of a page: Vietnamese or English, and the words of each.

Strategy: message ids are the English texts, so English needs no catalogue; the Vietnamese one is a .po file that is
read at the start as it stands. `?lang=` chooses and is remembered in a cookie; without either the settings decide.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from starlette.requests import Request

from standards.model import LANGUAGES

CATALOGUES = Path(__file__).with_name("locales")
COOKIE = "lang"


def chosen(request: Request, otherwise: str) -> str:
    """The language of the page that is asked for."""
    asked = (request.query_params.get("lang"), request.cookies.get(COOKIE))
    return next((lang for lang in asked if lang in LANGUAGES), otherwise)


@cache
def translations(lang: str) -> NullTranslations:
    """The words of `lang` by message id; a message without any is its id."""
    file = CATALOGUES / lang / "LC_MESSAGES" / "messages.po"
    if not file.exists():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=lang))
    compiled.seek(0)
    return Translations(compiled)


def N_(text: str) -> str:  # noqa: N802  (the name by which message ids are found)
    """Marks a message id that is translated where it is shown."""
    return text
