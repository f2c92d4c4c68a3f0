"""A document as PDF, the preview of a paper: set by Typst with Tinos, which is as wide as Times New Roman.

Strategy: paper.typ knows what each part looks like; this file hands it the document as JSON, so that no word of it is
ever read as markup. Only our own fonts are used: a paper looks the same on every machine.
"""

from __future__ import annotations

import io
import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import segno
import typst

from camera_registry.reports.papers.document import Document, Qr, Run, Table, runs

_FONTS = Path(__file__).parents[2] / "web" / "static" / "vendor"
_TEMPLATE = Path(__file__).with_name("paper.typ")
_WORDS = {"text", "words", "superior", "issuer", "number", "place_and_day", "name", "office"}
"""Fields that hold words."""


def pdf_of(document: Document) -> bytes:
    """The pages of the document, as PDF: tagged, so that a screen reader can read it."""
    said = json.dumps(plain(document), ensure_ascii=False)
    inputs = {"paper": said}
    return typst.compile(_TEMPLATE, font_paths=[_FONTS], ignore_system_fonts=True, sys_inputs=inputs, format="pdf")


def plain(value: Any) -> Any:
    """The document in the words of JSON: every part says its `kind`, and words are lists of runs."""
    if isinstance(value, Run):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    if isinstance(value, Table):
        rows = [[plain(runs(cell)) for cell in row] for row in value.rows]
        total = None if value.total is None else [plain(runs(cell)) for cell in value.total]
        columns = [plain(column) for column in value.columns]
        return {"kind": "table", "columns": columns, "rows": rows, "total": total, "caption": value.caption}
    if is_dataclass(value) and not isinstance(value, type):
        said = {each.name: _field(each.name, getattr(value, each.name)) for each in fields(value)}
        more = {"svg": _svg(value.address)} if isinstance(value, Qr) else {}
        return {"kind": type(value).__name__.lower(), **said, **more}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value


def _field(name: str, value: Any) -> Any:
    if name in _WORDS:
        return plain(runs(value))
    if name in ("items", "recipients"):
        return [plain(runs(each)) for each in value]
    if name == "rows":  # of Facts: a name and its words
        return [[said, plain(runs(words))] for said, words in value]
    return plain(value)


def _svg(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=1)
    return out.getvalue().decode()
