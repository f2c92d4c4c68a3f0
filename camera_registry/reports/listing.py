"""The lists as CSV (`listing_csv` has its rules), as a table for a terminal, and as plain text. Pure: rows in, bytes or
things to print out.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from camera_registry.reports.listing_columns import (
    UNCHECKED,
    UNIT,
    Column,
    Shown,
    actor,
    channel,
    fix,
    official,
    school,
    source,
    state,
    waiver,
)
from camera_registry.reports.listing_csv import DELIMITERS, harmless, listing_csv
from camera_registry.reports.words import word
from camera_registry.services.listed import Nothing, Place, Unchecked, Unit

__all__ = [
    "DELIMITERS",
    "Head",
    "harmless",
    "unchecked_csv",
    "unchecked_table",
    "unchecked_text",
    "units_csv",
    "units_table",
    "units_text",
]
_WORDS = {
    "non_compliant": {"vi": "Danh sách chưa đáp ứng", "en": "What is not compliant"},
    "not_checked": {"vi": "Danh sách chưa kiểm tra được", "en": "What could not be checked"},
    "counts.non_compliant": {
        "vi": "{total} tiêu chí chưa đạt ở {units} camera, thiết bị",
        "en": "{total} rules failed, on {units} channels and devices",
    },
    "counts.not_checked": {"vi": "{units} camera, thiết bị", "en": "{units} channels and devices"},
    "more": {"vi": "… và còn {n} dòng; --csv ghi tất cả.", "en": "… and {n} more rows; --csv writes them all."},
    "none": {"vi": "Không có dòng nào.", "en": "There are none."},
    "no_device": {
        "vi": "Chưa đăng ký thiết bị nào nên chưa có gì để đánh giá.",
        "en": "No device is registered, so there is nothing to judge.",
    },
    "none_judged": {
        "vi": "Chưa camera nào có kết luận; --not-checked cho biết lý do.",
        "en": "Nothing is known of any camera yet; --not-checked says why.",
    },
    "never": {"vi": "chưa lần nào", "en": "never"},
    "last_answered": {"vi": "Trả lời lần cuối", "en": "Last answered"},
    "required": {"vi": "yêu cầu", "en": "required"},
    "seen_at": {"vi": "đo lúc", "en": "measured at"},
    "waiver": {"vi": "Ngoại lệ", "en": "Waiver"},
}
Row = TypeVar("Row", bound=Place)


@dataclass(frozen=True)
class Head:
    """What stands above a list: which one, how much of it there is, by which edition; `nothing`: see `listed.Page`."""

    which: str
    total: int
    units: int
    edition: str
    working_values: bool
    nothing: Nothing | None = None


def units_csv(rows: Iterable[Unit], to: Shown) -> bytes:
    """The list of what is not compliant for a spreadsheet."""
    return _csv(UNIT, rows, to)


def unchecked_csv(rows: Iterable[Unchecked], to: Shown) -> bytes:
    """The list of what could not be checked for a spreadsheet."""
    return _csv(UNCHECKED, rows, to)


def units_table(rows: Sequence[Unit], head: Head, to: Shown) -> RenderableType:
    """The list of what is not compliant for a terminal."""
    return _table(("school", "channel", "rule", "seen", "fix"), (_unit_cells(row, to) for row in rows), rows, head, to)


def unchecked_table(rows: Sequence[Unchecked], head: Head, to: Shown) -> RenderableType:
    """The list of what could not be checked for a terminal."""
    cells = (_unchecked_cells(row, to) for row in rows)
    return _table(("school", "channel", "reason", "last", "fix"), cells, rows, head, to)


def units_text(rows: Iterable[Unit], head: Head, to: Shown) -> str:
    """The list of what is not compliant as plain lines, by school; to be pasted into a message."""
    return _text(rows, head, to, _unit_line)


def unchecked_text(rows: Iterable[Unchecked], head: Head, to: Shown) -> str:
    """The list of what could not be checked as plain lines, by school."""
    return _text(rows, head, to, _unchecked_line)


def _csv(columns: Sequence[Column[Any]], rows: Iterable[Any], to: Shown) -> bytes:
    made = io.BytesIO()
    listing_csv(made, columns, rows, to)
    return made.getvalue()


_HEADINGS: Mapping[str, Mapping[str, str]] = {
    "school": {"vi": "Trường", "en": "School"},
    "channel": {"vi": "Thiết bị/kênh", "en": "Device/channel"},
    "rule": {"vi": "Tiêu chí", "en": "Rule"},
    "seen": {"vi": "Đo thực tế; yêu cầu", "en": "Measured; required"},
    "reason": {"vi": "Lý do", "en": "Why"},
    "last": {"vi": "Trả lời lần cuối", "en": "Last answered"},
    "fix": {"vi": "Biện pháp, đơn vị xử lý", "en": "Fix, who acts"},
}


def _table(
    names: Sequence[str], cells: Iterable[tuple[Styled, ...]], rows: Sequence[Any], head: Head, to: Shown
) -> RenderableType:
    table = Table(show_lines=True)
    for name in names:
        table.add_column(_HEADINGS[name][to.lang], overflow="fold")
    for row in cells:
        table.add_row(*row)
    above, below = Styled("\n".join(_above(head, to.lang))), _below(head, len(rows), to.lang)
    return Group(above, *([table] if rows else []), *([Styled(below)] if below else []))


def _unit_cells(row: Unit, to: Shown) -> tuple[Styled, ...]:
    cited = filter(None, (source(row), f"[{row.state}]", state(row, to.lang)))
    rule = Styled(row.title[to.lang]).append(f"\n{' '.join(cited)}", style="dim")
    rule.append(f"\n{official(row, to.lang)}", style="dim")
    if row.waiver:
        rule.append(f"\n{_WORDS['waiver'][to.lang]}: {waiver(row, to.lang)}", style="yellow")
    seen = Styled().append(row.measured[to.lang], style="red").append(f"\n{row.required[to.lang]}")
    seen.append(f"\n{to.moment(row.seen_at)}", style="dim")
    return Styled(school(row)), _where(row), rule, seen, _what(row, to)


def _unchecked_cells(row: Unchecked, to: Shown) -> tuple[Styled, ...]:
    reason = Styled(row.reason[to.lang]).append(f"\n{row.detail}" if row.detail else "", style="dim")
    last = Styled(to.moment(row.last_answered) or _WORDS["never"][to.lang])
    return Styled(school(row)), _where(row), reason, last, _what(row, to)


def _where(row: Place) -> Styled:
    return Styled(channel(row)).append(f"\n{row.channel_name}" if row.channel_name else "", style="dim")


def _what(row: Unit | Unchecked, to: Shown) -> Styled:
    done = ": ".join(filter(None, (fix(row, to.lang), row.fix_text[to.lang])))
    return Styled(done).append(f"\n→ {actor(row.actor, to.lang)}", style="bold")


def _text(rows: Iterable[Row], head: Head, to: Shown, line: Callable[[Any, Shown], str]) -> str:
    lines, shown = _above(head, to.lang), 0
    by_school = sorted(rows, key=lambda row: (row.district, row.school_code, row.site))
    for name, group in groupby(by_school, key=lambda row: f"{school(row)} ({row.school_code}) – {row.district}"):
        lines += ["", name]
        for row in group:
            shown += 1
            lines.append(f"  {channel(row)} {row.channel_name}".rstrip() + f": {line(row, to)}")
    return "\n".join([*lines, *filter(None, [_below(head, shown, to.lang)])])


def _unit_line(row: Unit, to: Shown) -> str:
    told = f"{row.title[to.lang]}: {row.measured[to.lang]}, {_WORDS['required'][to.lang]} {row.required[to.lang]}"
    when = f"{_WORDS['seen_at'][to.lang]} {to.moment(row.seen_at)}" if row.seen_at else ""
    known = " – ".join(filter(None, (source(row), f"{row.state}: {state(row, to.lang)}")))
    cited = "; ".join(filter(None, (known, row.edition, when)))
    waived = f" [{_WORDS['waiver'][to.lang]}: {waiver(row, to.lang)}]" if row.waiver else ""
    return f"{told} [{cited}]. {_to_do(row, to)}{waived} [{official(row, to.lang)}]"


def _unchecked_line(row: Unchecked, to: Shown) -> str:
    last = to.moment(row.last_answered) or _WORDS["never"][to.lang]
    told = row.reason[to.lang].rstrip(".")
    return f"{told}. {_WORDS['last_answered'][to.lang]}: {last}. {_to_do(row, to)}"


def _to_do(row: Unit | Unchecked, to: Shown) -> str:
    done = ": ".join(filter(None, (fix(row, to.lang), row.fix_text[to.lang])))
    return f"{done} → {actor(row.actor, to.lang)}"


def _above(head: Head, lang: str) -> list[str]:
    counts = _WORDS[f"counts.{head.which}"][lang].format(total=head.total, units=head.units)
    working = [word("working_values", lang)] if head.working_values and head.which == "non_compliant" else []
    above = [_WORDS[head.which][lang], f"{word('standard', lang)}: {head.edition}", *working]
    return above if head.nothing else [*above, counts]


def _below(head: Head, shown: int, lang: str) -> str:
    if not head.total:
        return _WORDS[head.nothing or "none"][lang]
    return _WORDS["more"][lang].format(n=head.total - shown) if shown < head.total else ""
