"""What is to be done as a short message, to be pasted where people talk: by school or by who acts. Pure.

Strategy: cameras with the same fault stand in one line, each once, however often it is registered. No address, no
account, no serial number and no code of a person stands in it: a name that somebody gave a camera may hold an address,
which is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Literal

from camera_registry.reports.listing_columns import Shown, actor, fix, school
from camera_registry.reports.words import cameras_and_devices, word
from camera_registry.services.listed import Things, Unit
from standards.model import Text

By = Literal["school", "actor"]
_NAMED = 8
"""So many cameras are named in a line; of more it says how many."""
_ADDRESS = re.compile(
    r"\w+://\S+|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|"
    r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,}[0-9A-Fa-f:.]*"
)
"""Addresses of streams, of devices (IPv4 and IPv6), and MAC addresses."""
_WORDS: Mapping[str, Text] = {
    "head": {"vi": "{name}: {what} cần xử lý", "en": "{name}: {what} to see to"},
    "more": {"vi": "và {what} khác", "en": "and {what} more"},
    "measured": {"vi": "{name} (đo {measured})", "en": "{name} (measured {measured})"},
    "device": {"vi": "thiết bị {code}", "en": "device {code}"},
    "channel": {"vi": "{code} kênh {n}", "en": "{code} channel {n}"},
    "at": {"vi": "Số liệu đến {at}.", "en": "As of {at}."},
    "cut": {"vi": "Còn {n} dòng khác, xem trên hệ thống.", "en": "{n} more rows: see the list itself."},
    "nothing": {"vi": "Không có camera nào cần xử lý.", "en": "No camera needs anything."},
}


def zalo_text(rows: Iterable[Unit], by: By, at: datetime, to: Shown, *, preliminary: bool, more: int = 0) -> str:
    """The message of these rows; `more` rows are left out. `preliminary`: values that decide are working values."""
    lang = to.lang
    first, second = (_school, _actor) if by == "school" else (_actor, _school)
    ordered = sorted(rows, key=lambda row: (first(row, lang), second(row, lang), row.fix, row.rule))
    lines: list[str] = []
    for name, group in groupby(ordered, key=lambda row: first(row, lang)):
        of_it = list(group)
        lines.append(_WORDS["head"][lang].format(name=name, what=_what(of_it, lang)))
        for within, part in groupby(of_it, key=lambda row: second(row, lang)):
            lines.append(f"{within}:")
            lines += [_line(list(same), lang) for _, same in groupby(part, key=lambda row: (row.fix, row.rule))]
        lines.append("")
    if not lines:
        return _WORDS["nothing"][lang]
    if more:
        lines.append(_WORDS["cut"][lang].format(n=more))
    warning = f" {word('working_values', lang)}." if preliminary else ""
    return "\n".join([*lines, _WORDS["at"][lang].format(at=to.moment(at)) + warning])


def _line(rows: Sequence[Unit], lang: str) -> str:
    """One fault of several cameras."""
    row = rows[0]
    each = list({one.thing: one for one in reversed(rows)}.values())[::-1]
    names = ", ".join(_camera(one, lang) for one in each[:_NAMED])
    if more := each[_NAMED:]:
        names += f" {_WORDS['more'][lang].format(what=_what(more, lang))}"
    return _bare(f"- {fix(row, lang)}: {row.title[lang]}: {names}.")


def _what(rows: Iterable[Unit], lang: str) -> str:
    things = Things.of(rows)
    return cameras_and_devices(things.cameras, things.devices, lang)


def _camera(row: Unit, lang: str) -> str:
    if row.channel_index is None:
        name = _WORDS["device"][lang].format(code=row.device_code)
    else:
        name = row.channel_name or _WORDS["channel"][lang].format(code=row.device_code, n=row.channel_index)
    if row.seen_at is None:
        return name
    return _WORDS["measured"][lang].format(name=name, measured=row.measured[lang])


def _school(row: Unit, _: str) -> str:
    return _bare(school(row))


def _actor(row: Unit, lang: str) -> str:
    """Who acts; of a maintainer or a supplier the name, where one is registered."""
    name = actor(row.actor, lang)
    return _bare(f"{name} – {row.maintainer}") if row.actor in ("maintainer", "supplier") and row.maintainer else name


def _bare(text: str) -> str:
    """On one line, without addresses."""
    return " ".join(_ADDRESS.sub("…", text).split())
