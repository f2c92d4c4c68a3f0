"""The figures of a period as a workbook: a sheet that says whose they are, and PL1 to PL7 with typed cells. Pure.

Strategy: the sheets are the grids of the papers (`period_sheets`), with numbers to count with, shares as percentages,
days and moments as such in the zone of the settings. Names come from schools: a text that a spreadsheet would take for
a formula is kept as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from camera_registry.reports.papers.figures_paper import Told
from camera_registry.reports.period_sheets import Grid, Value, grids
from camera_registry.reports.sheet_cells import writable
from camera_registry.reports.xlsx import saved
from camera_registry.services.period_values import Counts
from standards.readiness import Share

COUNT_NAMES = {
    "cameras": "Tổng số camera",
    "offered": "Thuộc diện kết nối",
    "checked": "Đã kiểm tra",
    "compliant": "Đáp ứng",
    "reconfigure": "Cần chỉnh cấu hình",
    "repair": "Cần khắc phục",
    "replace": "Đề xuất thay thế",
    "unverified": "Chưa kiểm tra được",
    "ready": "Sẵn sàng kết nối",
    "slow_line": "Đáp ứng, đường truyền chưa đủ",
    "line_not_known": "Sẵn sàng, chưa rõ đường truyền",
}
FIRST = "Tổng hợp"
_HEAD, _BOLD = PatternFill("solid", fgColor="F0F0F0"), Font(bold=True)
_LINE = Side(style="thin", color="808080")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_CENTRED = Alignment(wrap_text=True, vertical="center", horizontal="center")
_FORMATS = {"share": "0.0%", "money": "#,##0", "count": "#,##0", "moment": "dd/mm/yyyy hh:mm", "day": "dd/mm/yyyy"}
_WIDTH = 9
"""Letters of a column of width 1."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def period_workbook(told: Told) -> bytes:
    """The workbook: its first rows of each sheet stay in view, and can be filtered by."""
    book = openpyxl.Workbook(write_only=True)
    _about(book.create_sheet(FIRST), told)
    for grid in grids(told.figures):
        _sheet(book.create_sheet(grid.code), grid, told.zone)
    return saved(book)


def _about(sheet: Any, told: Told) -> None:
    figures = told.figures
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 38, 70
    rows: list[tuple[str, Value, str]] = [
        ("Đơn vị", told.who, ""),
        ("Năm học", told.school_year, ""),
        ("Số liệu đã chốt", told.number or "chưa chốt", ""),
        ("SHA-256 của số liệu", told.sha256, ""),
        ("Số liệu tính đến", figures.at, "moment"),
        ("Bộ tiêu chuẩn", f"{figures.edition_title['vi']} ({figures.edition})", ""),
        ("SHA-256 của bộ tiêu chuẩn", figures.edition_sha256, ""),
        ("Tình trạng căn cứ", told.notice or "Đã đối chiếu với văn bản", ""),
        *((COUNT_NAMES[name], getattr(figures.counts, name), "count") for name in Counts.__dataclass_fields__),
        ("Đáp ứng / đã kiểm tra", figures.counts.compliant_of_checked, "share"),
        ("Sẵn sàng / thuộc diện kết nối", figures.counts.ready_of_offered, "share"),
        ("Xử lý được ngay, không tốn kinh phí", figures.costs.free, "count"),
        ("Dự toán: cộng (đồng)", figures.costs.total.net, "money"),
        ("Dự toán: thuế GTGT (đồng)", figures.costs.total.vat, "money"),
        ("Dự toán: tổng cộng (đồng)", figures.costs.total.total, "money"),
    ]
    for name, value, kind in rows:
        known = value if kind != "money" or figures.costs.book else "chưa có giá"
        sheet.append([_cell(sheet, name, "", told.zone, bold=True), _cell(sheet, known, kind, told.zone)])


def _sheet(sheet: Any, grid: Grid, zone: tzinfo) -> None:
    for at, column in enumerate(grid.columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = round(_WIDTH * column.width + 3, 1)
    last = get_column_letter(len(grid.columns))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{last}{max(2, len(grid.rows) + 1)}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.print_title_rows = "1:1"
    heads = [_cell(sheet, column.title, "", zone, bold=True) for column in grid.columns]
    for head in heads:
        head.fill, head.alignment = _HEAD, _CENTRED
    sheet.append(heads)
    for row in grid.rows:
        sheet.append(_row(sheet, row, grid, zone, bold=len(row) == 1))
    if grid.total is not None:
        sheet.append(_row(sheet, grid.total, grid, zone, bold=True))
    if not grid.rows:
        sheet.append([_cell(sheet, grid.empty, "", zone)])
    for note in grid.notes:
        sheet.append([_plain(sheet, note)])


def _row(sheet: Any, row: Sequence[Value], grid: Grid, zone: tzinfo, *, bold: bool) -> list[Any]:
    kinds = [column.kind for column in grid.columns]
    return [_cell(sheet, value, kind, zone, bold=bold) for value, kind in zip(row, kinds, strict=False)]


def _plain(sheet: Any, text: str) -> Any:
    """A note: it runs over the cells beside it."""
    cell = WriteOnlyCell(sheet, value=writable(text))
    cell.font = Font(italic=True)
    return cell


def _cell(sheet: Any, value: Value, kind: str, zone: tzinfo, *, bold: bool = False) -> Any:
    cell: Any = WriteOnlyCell(sheet)
    cell.value = _typed(value, zone)
    cell.alignment, cell.border = _WRAPPED, _BORDER
    if bold:
        cell.font = _BOLD
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", "@"
        cell.quotePrefix = value.startswith(_FORMULA)
    elif value is not None:
        cell.number_format = _FORMATS.get(kind, "General")
    return cell


def _typed(value: Value, zone: tzinfo) -> str | int | float | date | datetime | None:
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, Share):
        return None if not value.denominator else value.numerator / value.denominator
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return value
