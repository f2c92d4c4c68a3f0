"""A list as a paper to read and to hand out: across an A4 sheet, with the columns that a person needs. Pure.

Strategy: the spreadsheet has everything; on paper a row says where, what is wrong, what to do, who acts and what it
costs. A paper of thousands of rows helps nobody and takes long to set: it ends after MOST rows, and says so at the top.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from camera_registry.reports.cost_words import cost_in_words
from camera_registry.reports.listing_columns import Shown, actor, channel, fix, school, source, state, waiver
from camera_registry.reports.listing_files import Heading
from camera_registry.reports.money import thousands
from camera_registry.reports.papers import document as paper
from camera_registry.services.listed import Place, Unchecked, Unit
from standards.model import Text

MOST = 2000
_UNIT: tuple[tuple[Text, float], ...] = (
    ({"vi": "STT", "en": "No."}, 0.5),
    ({"vi": "Trường", "en": "School"}, 2),
    ({"vi": "Vị trí, thiết bị", "en": "Place, device"}, 1.9),
    ({"vi": "Tiêu chí, căn cứ", "en": "Rule, source"}, 3),
    ({"vi": "Đo thực tế → yêu cầu", "en": "Measured → required"}, 2),
    ({"vi": "Thời điểm đo", "en": "Measured at"}, 1.2),
    ({"vi": "Biện pháp", "en": "Fix"}, 2.4),
    ({"vi": "Đơn vị xử lý", "en": "Who acts"}, 1.3),
    ({"vi": "Kinh phí", "en": "Cost"}, 1.5),
)
_UNCHECKED: tuple[tuple[Text, float], ...] = (
    ({"vi": "STT", "en": "No."}, 0.5),
    ({"vi": "Trường", "en": "School"}, 2.2),
    ({"vi": "Vị trí, thiết bị", "en": "Place, device"}, 2),
    ({"vi": "Lý do", "en": "Why"}, 3),
    ({"vi": "Số lần kiểm tra", "en": "Checks"}, 0.8),
    ({"vi": "Trả lời lần cuối", "en": "Last answered"}, 1.3),
    ({"vi": "Việc cần làm", "en": "To do"}, 3),
    ({"vi": "Đơn vị xử lý", "en": "Who acts"}, 1.5),
)
_CUT: Text = {
    "vi": "Bản in chỉ có {most} dòng đầu; tệp XLSX hoặc CSV có đủ. Thu hẹp bộ lọc để in trọn danh sách.",
    "en": "On paper are the first {most} rows only; the XLSX or CSV file has all. Narrow the filters to print all.",
}
_NONE: Text = {"vi": "Không có dòng nào với bộ lọc này.", "en": "There is no row with these filters."}
_WAIVER: Text = {"vi": "Ngoại lệ: {waiver}", "en": "Waiver: {waiver}"}
_NEVER: Text = {"vi": "chưa lần nào", "en": "never"}


@dataclass(frozen=True)
class _Cut:
    """The rows that stand on the paper, and whether there are more."""

    rows: tuple[Any, ...]
    more: bool


def list_paper(rows: Iterable[Any], heading: Heading, to: Shown, most: int = MOST) -> paper.Document:
    """The paper of these rows, `most` at the most."""
    units = heading.which == "non-compliant"
    cut, lang = _cut(rows, most), to.lang
    columns = tuple(paper.Column(title[lang], width) for title, width in (_UNIT if units else _UNCHECKED))
    cells = _unit if units else _unchecked
    table = paper.Table(columns, tuple((str(n), *cells(row, to)) for n, row in enumerate(cut.rows, 1)))
    blocks: list[paper.Block] = [paper.Heading(heading.title(lang).upper(), 1)]
    if cut.more:
        told = _CUT[lang].format(most=thousands(most, lang))
        blocks.append(paper.Paragraph(paper.Run(told, bold=True), align="left", indent=False))
    blocks += [paper.Paragraph(_plain(line), align="left", indent=False, small=True) for line in heading.lines(to)]
    blocks.append(table if cut.rows else paper.Paragraph(_NONE[lang], indent=False))
    part = paper.Part(tuple(blocks), across=True, tight=True)
    return paper.Document(heading.title(lang), (part,), notice=heading.warning(lang), lang=lang)


def _cut(rows: Iterable[Any], most: int) -> _Cut:
    reading = iter(rows)
    shown = tuple(islice(reading, most))
    return _Cut(shown, next(reading, None) is not None)


def _unit(row: Unit, to: Shown) -> Iterator[paper.Words]:
    lang = to.lang
    cited = "; ".join(filter(None, (source(row), state(row, lang))))
    waived = _WAIVER[lang].format(waiver=waiver(row, lang)) if row.waiver else ""
    yield _plain(school(row))
    yield _where(row)
    yield _lines(row.title[lang], cited, waived)
    yield _lines(row.measured[lang], f"→ {row.required[lang]}")
    yield to.moment(row.seen_at)
    yield _lines(fix(row, lang), row.fix_text[lang])
    yield actor(row.actor, lang)
    yield _plain(cost_in_words(row.cost, lang))


def _unchecked(row: Unchecked, to: Shown) -> Iterator[paper.Words]:
    lang = to.lang
    yield _plain(school(row))
    yield _where(row)
    yield _plain(row.reason[lang])
    yield str(row.attempts)
    yield to.moment(row.last_answered) or _NEVER[lang]
    yield _lines(fix(row, lang), row.fix_text[lang])
    yield actor(row.actor, lang)


def _where(row: Place) -> paper.Words:
    return _lines(row.channel_name, channel(row))


def _lines(*texts: str) -> paper.Words:
    """Texts one below the other, the first as it is and the others after it."""
    return _plain("\n".join(filter(None, texts)))


def _plain(text: str) -> tuple[paper.Run, ...]:
    """What others wrote: a gap in it is none of ours."""
    return (paper.Run(text),)
