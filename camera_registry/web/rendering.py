"""Pages from templates: in the language that was asked for, with times in the zone of the settings.

Strategy: one Jinja environment a language, made at the first page. Everything is escaped, a name that is not known is
an error, and templates get values and no session.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode

from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from camera_registry.access.roles import ROLE_WORDS
from camera_registry.access.viewer import known
from camera_registry.lists import LISTS
from camera_registry.reports.waiver_words import EVENT_WORDS, LEVEL_NAMES, day, scope_in_words, standing_in_words
from camera_registry.reports.words import word
from camera_registry.web import language
from camera_registry.web.facts import how_of, name_of, value_of
from camera_registry.web.findings import by_reason
from camera_registry.web.notices import notice
from camera_registry.web.parts import Parts
from camera_registry.web.selects import VERDICTS
from standards.model import LANGUAGES, STATES, Text
from standards.names import LEVELS as RULE_LEVELS

YEAR_S = 365 * 86400
MOMENT = "HH:mm dd/MM/yyyy"
DAY = "dd/MM/yyyy"
_NOT_KEPT = frozenset({"lang", "done", "sweep"})
"""What belongs to one look at a page, and to no link from it."""


class Pages:
    """Makes answers from templates."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @cached_property
    def _environments(self) -> dict[str, Environment]:
        return {lang: environment(lang, self._parts) for lang in LANGUAGES}

    def language(self, request: Request) -> str:
        """The language of this page, `vi` or `en`."""
        return language.chosen(request, self._parts.language)

    def page(self, request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
        """The page; a language that was chosen in the address is remembered."""
        lang = self.language(request)
        made = self._environments[lang].get_template(template)
        now = self._parts.now()
        edition = self._parts.edition
        in_force = {"edition": edition, "working_values": edition.rests_on_working_values}
        values = {"age": partial(age, lang=lang, now=now), "viewer": known(), **in_force, **values}
        running = values["panel"].ids.split(",") if "panel" in values else ()
        body = made.render(request=request, now=now, notice=notice(request, running), **values)
        answer = HTMLResponse(body, status, headers={"Content-Language": lang, "Vary": "Cookie, HX-Request"})
        if request.query_params.get("lang") == lang:
            answer.set_cookie(
                language.COOKIE, lang, max_age=YEAR_S, httponly=True, samesite="lax", secure=self._parts.https
            )
        return answer


def environment(lang: str, parts: Parts) -> Environment:
    """The templates in one language."""
    made = Environment(
        loader=PackageLoader("camera_registry.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = language.translations(lang)
    install: Any = made  # the extension adds its methods to the environment
    install.install_gettext_callables(
        words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext, npgettext=words.npgettext
    )
    made.globals |= {
        "lang": lang,
        "word": partial(word, lang=lang),
        "link": link,
        "states": STATES,
        "rule_levels": RULE_LEVELS,
        "verdict_words": VERDICTS,
        "level_names": LEVEL_NAMES,
        "event_words": EVENT_WORDS,
        "role_words": ROLE_WORDS,
    }
    made.filters |= {
        "said": partial(said, lang=lang),
        "listed": partial(listed, lang=lang),
        "moment": partial(shown_time, parts=parts, pattern=MOMENT),
        "day": partial(shown_time, parts=parts, pattern=DAY),
        "by_day": partial(by_day, parts=parts),
        "number": partial(number, lang=lang),
        "as_of": partial(as_of, parts=parts, lang=lang),
        "fact_name": partial(name_of, lang=lang),
        "fact_value": partial(value_of, lang=lang),
        "by_reason": by_reason,
        "how": partial(how_of, lang=lang),
        "span": partial(span, lang=lang),
        "waiver": partial(standing_in_words, lang=lang),
        "scope_words": partial(scope_in_words, lang=lang),
        "on_day": partial(day, lang=lang),
    }
    return made


def said(text: Text, lang: str) -> str:
    """The text in this language."""
    return text[lang]


def listed(code: str, name: str, lang: str) -> str:
    """The words of the list `name` for `code`; the code itself when it is in no list, nothing for nothing."""
    words = LISTS[name].get(code)
    return words[lang] if words else code


def shown_time(at: datetime | None, parts: Parts, pattern: str) -> str:
    """A moment in the zone of the settings; nothing for none."""
    return "" if at is None else format_datetime(at, pattern, tzinfo=parts.zone, locale="en")


def by_day(events: Iterable[Any], parts: Parts) -> list[tuple[str, list[Any]]]:
    """Events, each with its `at`, under the days of the settings' zone, in the order in which they came."""
    grouped = groupby(events, key=lambda event: shown_time(event.at, parts, DAY))
    return [(day, list(each)) for day, each in grouped]


def as_of(at: datetime, parts: Parts, lang: str) -> str:
    """A moment as papers write it: hour, minute, day."""
    pattern = {"vi": "H 'giờ' mm 'ngày' dd/MM/yyyy", "en": "HH:mm, d MMMM yyyy"}[lang]
    return format_datetime(at, pattern, tzinfo=parts.zone, locale=lang)


def age(at: datetime | None, lang: str, now: datetime) -> str:
    """How long ago that was, in words; nothing for none."""
    if at is None:
        return ""
    seconds = max(1, round((now - at).total_seconds()))  # whole ones, of which there is never less than one
    return format_timedelta(-timedelta(seconds=seconds), add_direction=True, threshold=0.99, locale=lang)


def span(seconds: float, lang: str) -> str:
    """A length of time in words."""
    return format_timedelta(seconds, threshold=1.5, locale=lang)  # type: ignore[arg-type]  # babel takes seconds too


def number(value: float, digits: int = 0, *, lang: str) -> str:
    """A number as it is written in this language, with at most `digits` decimals."""
    pattern = "#,##0" + (f".{'#' * digits}" if digits else "")
    return format_decimal(value, pattern, locale=lang)


def link(request: Request, **changes: object) -> str:
    """The address of this page with other values in it; None takes one out."""
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in changes and k not in _NOT_KEPT and v]
    kept += [(k, str(v)) for k, v in changes.items() if v is not None]
    path = quote(request.url.path)
    return f"{path}?{urlencode(kept)}" if kept else path
