"""The specification of a new camera, and a data sheet held against it: rows for a terminal, a spreadsheet, a program.

Pure. No make, model or origin stands in it: what a rule asks of a product is all there is to say.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from camera_registry.reports.listing import DELIMITERS, harmless
from standards.buying.data_sheet import DataSheet
from standards.buying.purchase import ModelFinding, Requirement, rests_on_working_values
from standards.model import STATES, Edition, Source, Text
from standards.names import OUTCOMES

_HEADINGS: Mapping[str, Text] = {
    "number": {"vi": "STT", "en": "No."},
    "text": {"vi": "Nội dung", "en": "Requirement"},
    "minimum": {"vi": "Mức tối thiểu", "en": "Minimum"},
    "preferred": {"vi": "Mức nên đạt", "en": "Preferred"},
    "source": {"vi": "Căn cứ", "en": "Source"},
    "proof": {"vi": "Tài liệu chứng minh", "en": "Proof"},
    "outcome": {"vi": "Kết quả", "en": "Result"},
    "why": {"vi": "Tài liệu ghi", "en": "What the papers say"},
}
_SPECIFICATION = ("number", "text", "minimum", "preferred", "source", "proof")
_CHECK = ("number", "text", "minimum", "outcome", "why", "source")
_WORDS: Mapping[str, Text] = {
    "specification": {
        "vi": "Yêu cầu kỹ thuật đối với camera mua mới",
        "en": "What a new camera has to fulfil",
    },
    "check": {"vi": "Đối chiếu tài liệu kỹ thuật với yêu cầu", "en": "A data sheet held against what is required"},
    "working": {
        "vi": "Có mức yêu cầu là giá trị tham khảo tạm thời, chưa đối chiếu với văn bản gốc (xem cột Căn cứ).",
        "en": "Some of the values are working values, not confirmed by the document (see the column Source).",
    },
    "nothing": {
        "vi": "Phiên bản này không đặt yêu cầu nào đối với camera mua mới.",
        "en": "This edition asks nothing of a camera that is to be bought.",
    },
}
_STYLE = {"pass": "green", "fail": "red", "unknown": "yellow", "not_applicable": "dim"}  # "pass" is an outcome  # nosec B105


def source_words(source: Source, lang: str) -> str:
    """Document and clause, and how well the value is known, in words."""
    where = ", ".join(filter(None, (source.document, source.clause)))
    return f"{where} – {STATES[source.state][lang]}"


def heading(which: str, edition: Edition, rows: Sequence[Requirement], lang: str) -> list[str]:
    """What stands above: title, edition with its SHA-256, and that there are working values where there are."""
    lines = [_WORDS[which][lang], f"{edition.title[lang]} – {edition.name}", f"SHA-256 {edition.sha256}"]
    if not rows:
        lines.append(_WORDS["nothing"][lang])
    return [*lines, _WORDS["working"][lang]] if rests_on_working_values(tuple(rows)) else lines


def specification_csv(edition: Edition, rows: Sequence[Requirement], lang: str) -> bytes:
    """The specification for a spreadsheet: heading, names of the columns, rows."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=DELIMITERS[lang], lineterminator="\r\n")
    writer.writerows([harmless(line)] for line in heading("specification", edition, rows, lang))
    writer.writerow([_HEADINGS[name][lang] for name in _SPECIFICATION])
    writer.writerows([harmless(cell) for cell in _cells(n, row, lang)] for n, row in enumerate(rows, 1))
    return made.getvalue().encode("utf-8-sig")


def specification_table(edition: Edition, rows: Sequence[Requirement], lang: str) -> RenderableType:
    """The specification for a terminal."""
    table = _table(_SPECIFICATION, lang)
    for n, row in enumerate(rows, 1):
        table.add_row(*map(Styled, _cells(n, row, lang)))
    return Group(*map(Styled, heading("specification", edition, rows, lang)), table)


def specification_json(edition: Edition, rows: Sequence[Requirement], lang: str) -> dict[str, Any]:
    """The specification for a program."""
    return {**_about(edition, rows), "heading": heading("specification", edition, rows, lang), "rows": _listed(rows)}


def check_table(edition: Edition, sheet: DataSheet, found: Sequence[ModelFinding], lang: str) -> RenderableType:
    """A data sheet held against the specification, for a terminal."""
    table = _table(_CHECK, lang)
    for n, finding in enumerate(found, 1):
        number, text, minimum, _preferred, source, _proof = _cells(n, finding.requirement, lang)
        outcome = Styled(OUTCOMES[finding.outcome][lang], style=_STYLE[finding.outcome])
        why = " ".join(part[lang] for part in (finding.why, finding.note) if part)
        table.add_row(number, Styled(text), Styled(minimum), outcome, Styled(why), Styled(source))
    rows = [finding.requirement for finding in found]
    return Group(*map(Styled, [*heading("check", edition, rows, lang), sheet.title]), table)


def check_json(edition: Edition, sheet: DataSheet, found: Sequence[ModelFinding], lang: str) -> dict[str, Any]:
    """A data sheet held against the specification, for a program."""
    rows = [finding.requirement for finding in found]
    judged = [
        {
            **row,
            "outcome": finding.outcome,
            "why": dict(finding.why),
            "note": dict(finding.note) if finding.note else None,
            "said": [{"value": said.value, "page": said.page} for said in finding.said],
        }
        for row, finding in zip(_listed(rows), found, strict=True)
    ]
    return {
        **_about(edition, rows),
        "data_sheet": sheet.title,
        "heading": heading("check", edition, rows, lang),
        "rows": judged,
    }


def _about(edition: Edition, rows: Sequence[Requirement]) -> dict[str, Any]:
    return {
        "edition": edition.name,
        "sha256": edition.sha256,
        "working_values": rests_on_working_values(tuple(rows)),
    }


def _listed(rows: Sequence[Requirement]) -> list[dict[str, Any]]:
    return [
        {
            "rule": row.rule.id,
            "level": row.rule.level,
            "text": dict(row.text),
            "minimum": dict(row.minimum),
            "preferred": dict(row.preferred),
            "source": {
                "document": row.rule.source.document,
                "clause": row.rule.source.clause,
                "state": row.rule.source.state,
                "words": dict(STATES[row.rule.source.state]),
            },
            "proof": dict(row.proof),
        }
        for row in rows
    ]


def _table(names: Sequence[str], lang: str) -> Table:
    table = Table(show_lines=True)
    for name in names:
        table.add_column(_HEADINGS[name][lang], overflow="fold")
    return table


def _cells(number: int, row: Requirement, lang: str) -> tuple[str, str, str, str, str, str]:
    source = source_words(row.rule.source, lang)
    return str(number), row.text[lang], row.minimum[lang], row.preferred[lang], source, row.proof[lang]
