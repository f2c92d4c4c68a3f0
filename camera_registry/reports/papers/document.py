"""A paper as a value: what stands in it, in the order in which it is read. What it looks like is of the renderers.

Strategy: the papers of the office (a report, an estimate, minutes) differ in their words and share their parts, so each
is made as a `Document` by a file of its own, and `docx.docx_of` and `pdf.pdf_of` set it after Decree 30/2020: A4, two
heads, page number top centre from page 2, appendices across. Nothing here fills in a number or a signature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Align = Literal["left", "center", "right", "justify"]
GAP = "[…]"
"""What the person who edits the paper has to fill in; it stands on yellow."""
_NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập – Tự do – Hạnh phúc"


@dataclass(frozen=True)
class Run:
    """Words that look alike. A `gap` stands on yellow."""

    text: str
    bold: bool = False
    italic: bool = False
    gap: bool = False


Words = str | Run | Sequence["str | Run"]


def readable(text: str) -> str:
    """The text without what XML has no letter for: a device, or a paste, may put control characters into a name."""
    return _NO_LETTERS.sub("", text)


def runs(words: Words) -> tuple[Run, ...]:
    """The words as runs, readable; every `[…]` in a plain text is a gap."""
    given = (words,) if isinstance(words, str | Run) else words
    return tuple(run for each in given for run in _apart(each))


def _apart(words: str | Run) -> Iterator[Run]:
    if isinstance(words, Run):
        yield replace(words, text=readable(words.text))
        return
    words = readable(words)
    for number, text in enumerate(words.split(GAP)):
        if number:
            yield Run(GAP, gap=True)
        if text:
            yield Run(text)


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title in the middle, 2 and 3 stand before paragraphs."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; with `indent` its first line begins further in. `small` is for notes."""

    words: Words
    align: Align = "justify"
    indent: bool = True
    small: bool = False


@dataclass(frozen=True)
class Bullets:
    """Things one below the other, each with a dash."""

    items: tuple[Words, ...]


@dataclass(frozen=True)
class Column:
    """A column: its heading, its share of the width, how its cells stand."""

    title: str
    width: float = 1
    align: Align = "left"


@dataclass(frozen=True)
class Table:
    """A table whose heading stands on every page. A row of one cell in a table of several columns spans them all, in
    bold: a group. `total` is the last row, in bold. `caption` stands above.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Words, ...], ...]
    total: tuple[Words, ...] | None = None
    caption: str = ""


@dataclass(frozen=True)
class Facts:
    """Names and what they stand for, in two columns without lines."""

    rows: tuple[tuple[str, Words], ...]


@dataclass(frozen=True)
class Signature:
    """Who signs: the office in capitals, what is to be done, and the name below (a gap, unless it is known)."""

    office: str
    note: str = "(Ký, ghi rõ họ tên)"
    name: Words = ""


@dataclass(frozen=True)
class Signatures:
    """Who signs, side by side; on the left `recipients` (Nơi nhận), where there are any."""

    who: tuple[Signature, ...]
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Qr:
    """A code that leads to `address`, with the words beside it."""

    address: str
    words: Words


Block = Heading | Paragraph | Bullets | Table | Facts | Signatures | Qr


@dataclass(frozen=True)
class Head:
    """The two heads of the first page: who issues the paper, and nation, place and day."""

    superior: Words
    issuer: Words
    number: Words = ""
    place_and_day: Words = ""


@dataclass(frozen=True)
class Part:
    """Pages that lie alike; every part begins on a new one. `tight`: smaller letters and margins, for one sheet."""

    blocks: tuple[Block, ...]
    across: bool = False
    tight: bool = False


@dataclass(frozen=True)
class Document:
    """A paper. `notice` stands in a frame at the top of the first page, `footer` at the foot of each."""

    title: str
    parts: tuple[Part, ...]
    head: Head | None = None
    notice: str = ""
    footer: str = ""
    lang: str = "vi"
