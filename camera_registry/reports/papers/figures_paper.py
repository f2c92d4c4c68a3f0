"""What the papers of a period share: whose figures they are, their heads and foot, numbers as people read them. Pure.

Strategy: number, day and signatures of a paper are gaps, because they are given in the e-office; so is every name of an
office that the registry does not know. While a working value decides, the paper says so in a frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from camera_registry.reports.money import thousands
from camera_registry.reports.papers.document import (
    GAP,
    Align,
    Block,
    Column,
    Document,
    Head,
    Heading,
    Paragraph,
    Part,
    Signature,
    Signatures,
    Table,
    Words,
)
from camera_registry.reports.period_sheets import Col, Grid, Value
from camera_registry.services.period_values import Figures
from standards.model import WORKING_VALUES
from standards.readiness import Share

MOST_ROWS = 400
"""A table of more rows is no paper: the rest stands in the workbook."""
_ALIGN: Mapping[str, Align] = {"number": "center", "text": "left", "count": "right", "share": "right", "money": "right",
          "moment": "center", "day": "center"}  # fmt: skip
GIVE_BACK = "[…], ngày […] tháng […] năm […]"


@dataclass(frozen=True)
class Told:
    """The figures of a paper and what stands beside them. `number` and `sha256` are "" for figures that are not
    frozen; `school_year` like 2026-2027, "" where no period was chosen.
    """

    figures: Figures
    zone: tzinfo
    number: str = ""
    sha256: str = ""
    school_year: str = ""
    cut_off: date | None = None

    @property
    def footer(self) -> str:
        """Number and SHA-256 of frozen figures; that they are not frozen, and of when."""
        if self.number:
            return f"Số liệu đã chốt {self.number} – SHA-256 {self.sha256}"
        return f"Số liệu chưa chốt, tính đến {self.as_of(self.figures.at)}"

    @property
    def notice(self) -> str:
        """What stands in the frame."""
        return WORKING_VALUES["vi"] if self.figures.working_values else ""

    @property
    def year(self) -> str:
        """The school year in words; a gap where it is not known."""
        return f"năm học {self.school_year or GAP}"

    @property
    def who(self) -> str:
        """Whose figures they are."""
        return self.figures.unit or "Thành phố"

    def as_of(self, at: datetime) -> str:
        """`7 giờ 30 ngày 03/01/2027`."""
        local = at.astimezone(self.zone)
        return f"{local.hour} giờ {local.minute:02} ngày {local:%d/%m/%Y}"

    def moment(self, at: datetime) -> str:
        """A moment in a cell."""
        return f"{at.astimezone(self.zone):%H:%M\n%d/%m/%Y}"

    def head(self, letters: str) -> Head:
        """The two heads; `letters` stand for the kind of paper in its number."""
        issuer = self.figures.unit.upper() if self.figures.unit else GAP
        return Head(GAP, issuer, f"Số: {GAP}/{letters}-{GAP}" if letters else "", GIVE_BACK)

    def paper(self, title: str, letters: str, parts: tuple[Part, ...], *, judged: bool = True) -> Document:
        """The paper; one that is not `judged` holds facts alone and needs no notice."""
        return Document(title, parts, self.head(letters), self.notice if judged else "", self.footer)


def number(value: int) -> str:
    """A whole number with the marks of thousands."""
    return thousands(value, "vi")


def percent(share: Share) -> str:
    """`43,2%`; a dash of nothing."""
    return "–" if share.percent is None else f"{share.percent:.1f}%".replace(".", ",")


def named(share: Share) -> str:
    """`19/42 (45,2%)`: never a percentage without what it is of."""
    return f"{number(share.numerator)}/{number(share.denominator)} ({percent(share)})"


def cell(value: Value, told: Told) -> str:
    """A value as it stands in a table."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, Share):
        return "–" if value.percent is None else f"{percent(value)}\n({value.numerator}/{value.denominator})"
    if isinstance(value, datetime):
        return told.moment(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return number(value) if isinstance(value, int) else f"{value:g}".replace(".", ",")


def table(grid: Grid, told: Told, caption: str = "") -> Table:
    """The grid as a table, of the first rows where there are too many."""
    columns = tuple(Column(col.title, col.width, _ALIGN[col.kind]) for col in grid.columns)
    rows = tuple(tuple(cell(value, told) for value in row) for row in grid.rows[:MOST_ROWS])
    total = None if grid.total is None else tuple(cell(value, told) for value in grid.total)
    return Table(columns, rows, total, caption)


def appendix(grid: Grid, told: Told) -> Part:
    """An appendix: a part across with its title, its table and its notes."""
    title = f"PHỤ LỤC {grid.code.removeprefix('PL')}\n{grid.title.upper()}"
    under = f"({told.who}; {told.year}; số liệu tính đến {told.as_of(told.figures.at)})"
    blocks: list[Block] = [Heading(title, 1), Paragraph(under, "center", indent=False, small=True)]
    blocks.append(table(grid, told) if grid.rows else Paragraph(grid.empty, indent=False))
    if len(grid.rows) > MOST_ROWS:
        blocks.append(small(f"Bảng in {MOST_ROWS} dòng đầu trong {number(len(grid.rows))} dòng; đủ các dòng có trong "
                            f"bảng tính kèm theo{f' {told.number}' if told.number else ''}."))  # fmt: skip
    blocks += [small(note) for note in grid.notes]
    return Part(tuple(blocks), across=True)


def small(words: Words) -> Paragraph:
    """A note under a table."""
    return Paragraph(words, indent=False, small=True)


def signed(*recipients: str) -> Signatures:
    """Nơi nhận, and who signs: both are filled in by the office."""
    return Signatures((Signature(GAP, "", GAP),), recipients or ("Như trên;", f"{GAP};", f"Lưu: VT, {GAP}."))


def facts_table(rows: tuple[tuple[str, str], ...], first: str = "Chỉ tiêu", second: str = "Số lượng") -> Table:
    """Names and numbers."""
    return Table((Column(first, 3), Column(second, 1.4, "right")), rows)


def col(title: str, width: float, kind: str = "text") -> Column:
    """A column of a table whose cells are words already."""
    return Column(title, width, _ALIGN[kind])


__all__ = ["MOST_ROWS", "Col", "Told", "appendix", "cell", "col", "facts_table", "named", "number", "percent", "signed",
           "small", "table"]  # fmt: skip
