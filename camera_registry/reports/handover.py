"""The list of the handover as files: CSV, XLSX with typed cells, GeoJSON (RFC 7946). Pure; times are shown in `zone`.

Strategy: one table of columns for CSV and XLSX, so that both say the same. The workbook goes to the centre and comes
back: its columns of state, day and reason are those that are read. No file holds a login.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from camera_registry.lists import AREAS
from camera_registry.reports.listing import DELIMITERS, harmless
from camera_registry.reports.xlsx import saved
from camera_registry.services.handed import POSITION_WORDS, STATE_WORDS, WAY_WORDS, Handed
from standards.model import Text

Value = str | int | float | date | datetime | None
SHEET: Text = {"vi": "Danh sách bàn giao", "en": "Handover"}
_BOLD, _HEAD = Font(bold=True), PatternFill("solid", fgColor="DCE6F1")
_TO_FILL = PatternFill("solid", fgColor="FFF2CC")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_DAY, _MOMENT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"
_YES: Mapping[bool, Text] = {True: {"vi": "Có", "en": "Yes"}, False: {"vi": "Không", "en": "No"}}
_UNKNOWN: Text = {"vi": "Chưa biết", "en": "Not known"}


@dataclass(frozen=True)
class Column:
    """A column: its heading, how wide it is, and what stands below it in a language; `filled`: by the centre."""

    heading: Text
    width: int
    value: Callable[[Handed, str], Value]
    filled: bool = False


def _column(vi: str, en: str, width: int, value: Callable[[Handed, str], Value], *, filled: bool = False) -> Column:
    return Column({"vi": vi, "en": en}, width, value, filled)


COLUMNS: tuple[Column, ...] = (
    _column("Mã camera", "Camera code", 22, lambda row, _: row.key),
    _column("Đơn vị quản lý", "Managing unit", 26, lambda row, _: row.district),
    _column("Mã trường", "School code", 12, lambda row, _: row.school_code),
    _column("Trường", "School", 32, lambda row, _: row.school),
    _column("Điểm trường", "Site", 14, lambda row, _: row.site),
    _column("Mã thiết bị", "Device code", 12, lambda row, _: row.device_code),
    _column("Kênh số", "Channel", 8, lambda row, _: row.index),
    _column("Tên camera", "Camera name", 30, lambda row, _: row.name),
    _column("Khu vực", "Area", 12, lambda row, lang: AREAS[row.area][lang] if row.area in AREAS else row.area),
    _column("Địa chỉ luồng chính", "Main stream address", 46, lambda row, _: row.main.address),
    _column("Địa chỉ luồng phụ", "Sub stream address", 46, lambda row, _: row.sub.address),
    _column("Mã hóa luồng chính", "Main codec", 10, lambda row, _: row.main.codec),
    _column("Rộng luồng chính (điểm ảnh)", "Main width (px)", 10, lambda row, _: row.main.width),
    _column("Cao luồng chính (điểm ảnh)", "Main height (px)", 10, lambda row, _: row.main.height),
    _column("Tốc độ khung hình luồng chính (hình/giây)", "Main frame rate (frames/s)", 12, lambda row, _: row.main.fps),
    _column("Tốc độ bit luồng chính (kbps)", "Main bit rate (kbps)", 12, lambda row, _: row.main.bitrate_kbps),
    _column("Luồng chính đo lúc", "Main measured at", 16, lambda row, _: row.main.measured_at),
    _column("Mã hóa luồng phụ", "Sub codec", 10, lambda row, _: row.sub.codec),
    _column("Rộng luồng phụ (điểm ảnh)", "Sub width (px)", 10, lambda row, _: row.sub.width),
    _column("Cao luồng phụ (điểm ảnh)", "Sub height (px)", 10, lambda row, _: row.sub.height),
    _column("Tốc độ khung hình luồng phụ (hình/giây)", "Sub frame rate (frames/s)", 12, lambda row, _: row.sub.fps),
    _column("Tốc độ bit luồng phụ (kbps)", "Sub bit rate (kbps)", 12, lambda row, _: row.sub.bitrate_kbps),
    _column("Luồng phụ đo lúc", "Sub measured at", 16, lambda row, _: row.sub.measured_at),
    _column("Vĩ độ", "Latitude", 11, lambda row, _: row.latitude),
    _column("Kinh độ", "Longitude", 11, lambda row, _: row.longitude),
    _column("Vị trí theo", "Position of", 18, lambda row, lang: POSITION_WORDS[row.position][lang]),
    _column("Hướng (độ)", "Heading (degrees)", 9, lambda row, _: row.heading),
    _column("Dải mạng của điểm trường", "Networks of the site", 24, lambda row, _: row.networks),
    _column("Đường vào", "Way in", 24, lambda row, lang: WAY_WORDS[row.way][lang]),
    _column("Qua thiết bị", "Through device", 12, lambda row, _: row.through),
    _column("Số phiên cho phép", "Sessions allowed", 12,
            lambda row, lang: _UNKNOWN[lang] if row.sessions is None else row.sessions),
    _column("Người phụ trách", "Contact", 24, lambda row, _: row.contact_name),
    _column("Điện thoại", "Telephone", 14, lambda row, _: row.contact_phone),
    _column("Email", "E-mail", 26, lambda row, _: row.contact_email),
    _column("Phiên bản tiêu chuẩn", "Edition", 20, lambda row, _: row.edition),
    _column("Sẵn sàng từ", "Ready since", 16, lambda row, _: row.ready_since),
    _column("Còn sẵn sàng", "Still ready", 10, lambda row, lang: _YES[row.ready][lang]),
    _column("Trạng thái bàn giao", "Handover state", 22, lambda row, lang: STATE_WORDS[row.state][lang], filled=True),
    _column("Trạng thái từ ngày", "State since", 14, lambda row, _: row.day, filled=True),
    _column("Lý do trả lại", "Why returned", 40, lambda row, _: row.reason, filled=True),
)  # fmt: skip


def handover_csv(rows: Iterable[Handed], lang: str, zone: tzinfo) -> bytes:
    """The list for a spreadsheet, as the other lists are: marks of order first, semicolons in Vietnamese."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=DELIMITERS[lang], lineterminator="\r\n")
    writer.writerow([column.heading[lang] for column in COLUMNS])
    writer.writerows([_cell(column.value(row, lang), lang, zone) for column in COLUMNS] for row in rows)
    return made.getvalue().encode("utf-8-sig")


def handover_xlsx(rows: Iterable[Handed], lang: str, zone: tzinfo) -> bytes:
    """The list as a workbook: numbers and days are such, text is text whatever it begins with; headings stay in view;
    the state is chosen from a list.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(SHEET[lang])
    sheet.freeze_panes = "B2"
    for number, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    state = get_column_letter(next(n for n, c in enumerate(COLUMNS, 1) if c.heading["en"] == "Handover state"))
    words = ",".join(text[lang] for name, text in STATE_WORDS.items() if name)
    offered = DataValidation("list", formula1=f'"{words}"', allow_blank=True)
    offered.add(f"{state}2:{state}100000")
    sheet.data_validations.append(offered)
    sheet.append([_heading(sheet, column, lang) for column in COLUMNS])
    count = 1
    for row in rows:
        count += 1
        sheet.append([_typed(sheet, column.value(row, lang), zone) for column in COLUMNS])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{count}"
    return saved(book)


def told(row: Handed) -> dict[str, Any]:
    """The camera as JSON: names of the API, times in UTC."""
    streams = {role: _stream(getattr(row, role)) for role in ("main", "sub")}
    same = ("district_code", "district", "school_code", "school", "site", "device_code", "index", "name", "area",
            "latitude", "longitude", "heading", "networks", "way", "through", "sessions",
            "contact_name", "contact_phone", "contact_email", "ready", "edition", "reason")  # fmt: skip
    return {
        "camera": row.key,
        **{name: getattr(row, name) for name in same},
        **streams,
        "position_of": row.position or None,
        "ready_since": _utc(row.ready_since),
        "state": row.state or None,
        "state_since": row.day.isoformat() if row.day else None,
        "lost": row.is_lost,
    }


def handover_geojson(rows: Iterable[Handed]) -> bytes:
    """The cameras as a FeatureCollection: longitude before latitude, in WGS 84; without a position no geometry."""
    features = [
        {
            "type": "Feature",
            "id": row.key,
            "geometry": None
            if row.latitude is None or row.longitude is None
            else {"type": "Point", "coordinates": [row.longitude, row.latitude]},
            "properties": told(row),
        }
        for row in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def _stream(stream: Any) -> dict[str, Any]:
    same = ("address", "codec", "width", "height", "fps", "bitrate_kbps")
    return {**{name: getattr(stream, name) for name in same}, "measured_at": _utc(stream.measured_at)}


def _utc(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def _cell(value: Value, lang: str, zone: tzinfo) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(zone).strftime("%d/%m/%Y %H:%M" if lang == "vi" else "%Y-%m-%d %H:%M")
        case date():
            return value.strftime("%d/%m/%Y" if lang == "vi" else "%Y-%m-%d")
        case float():
            return format(_rounded(value), ".12g").replace(".", "," if lang == "vi" else ".")
        case int():
            return str(value)
    return harmless(value)


def _rounded(value: float) -> float:
    return round(value, 6)


def _heading(sheet: Any, column: Column, lang: str) -> Any:
    cell = WriteOnlyCell(sheet, value=column.heading[lang])
    cell.font, cell.alignment, cell.fill = _BOLD, _WRAPPED, _TO_FILL if column.filled else _HEAD
    return cell


def _typed(sheet: Any, value: Value, zone: tzinfo) -> Any:
    if value is None or value == "":
        return None
    cell = WriteOnlyCell(sheet)
    match value:
        case datetime():
            cell.value = value.astimezone(zone).replace(tzinfo=None, microsecond=0)
            cell.number_format = _MOMENT
        case date():
            cell.value, cell.number_format = value, _DAY
        case str():
            cell.value = "".join(sign for sign in value if sign.isprintable())
            cell.data_type, cell.number_format = "s", "@"
            cell.quotePrefix = value.startswith(("=", "+", "-", "@", "\t"))
        case float():
            cell.value = _rounded(value)
        case _:
            cell.value = value
    return cell
