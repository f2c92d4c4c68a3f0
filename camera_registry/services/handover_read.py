"""The file of the operations centre: sheets in, one line a camera out. Pure.

Strategy: the row of headings is the first that names a camera and a state, in our words or in others that are usual. A
camera is named by the codes of its school and device and the number of its channel, by the three in one cell, or by the
address of its stream. A row that names a channel is never of another camera with its address. What cannot be read is a
mistake of its row. "Số kênh" is no name of the channel: it is how many channels a device has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from camera_registry.importing.sheet import Line as Written
from camera_registry.importing.sheet import Sheet
from camera_registry.lists import folded
from camera_registry.store.handover import State

_NAMES: Mapping[str, tuple[str, ...]] = {
    "camera": ("Mã camera", "Mã định danh camera", "Camera code", "Camera ID"),
    "school": ("Mã trường", "School code"),
    "device": ("Mã thiết bị", "Device code"),
    "index": ("Kênh số", "Kênh", "Channel"),
    "address": ("Địa chỉ luồng chính", "Địa chỉ luồng", "Luồng chính", "Link RTSP", "RTSP", "Main stream address"),
    "state": ("Trạng thái bàn giao", "Trạng thái", "Tình trạng", "Kết quả", "Kết quả tiếp nhận", "Handover state",
              "State"),
    "reason": ("Lý do trả lại", "Lý do", "Reason", "Why returned"),
    "day": ("Trạng thái từ ngày", "Ngày", "Ngày tiếp nhận", "Ngày kết nối", "State since", "Date"),
}  # fmt: skip
_STATES: Mapping[State, tuple[str, ...]] = {
    "proposed": ("Đề nghị", "Đã đề nghị", "Proposed"),
    "accepted": ("Tiếp nhận", "Đã tiếp nhận", "Accepted"),
    "connected": ("Đã kết nối", "Kết nối", "Kết nối thành công", "Connected"),
    "returned": ("Trả lại", "Đã trả lại", "Từ chối", "Không tiếp nhận", "Returned", "Refused"),
}
_NOT_SAID = ("Sẵn sàng, chưa đề nghị", "Ready, not proposed")
_FIELDS = {folded(name): field for field, names in _NAMES.items() for name in names}
_WORDS = {folded(word): state for state, words in _STATES.items() for word in words}
_SILENT = {folded(word) for word in _NOT_SAID}
_DAYS = ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
LONGEST_REASON = 300
_LAST_HEADING = 30


@dataclass(frozen=True)
class Line:
    """One row: the number that a spreadsheet shows, which camera it names, and what it says of it. Without an `index`
    it is the only camera of the device, or the one with this address there. `mistake` is what cannot be read: `key`,
    `state` or `day`, with the text as it stands in `written`.
    """

    row: int
    sheet: str = ""
    school: str = ""
    device: str = ""
    index: int | None = None
    address: str = ""
    state: State | None = None
    reason: str = ""
    day: date | None = None
    mistake: str = ""
    written: str = ""

    @property
    def named(self) -> str:
        """The camera as the file names it."""
        key = "/".join(filter(None, (self.school, self.device, str(self.index or ""))))
        return (key if self.index else self.address or key) or self.written


class NoStatesError(Exception):
    """No sheet has a column of cameras and one of states."""


def lines_of(sheets: Sequence[Sheet]) -> list[Line]:
    """The rows of every sheet that has a column of states. Raises NoStatesError where none has."""
    found: list[Line] = []
    read = False
    for sheet in sheets:
        columns, at = _headings(sheet)
        if columns:
            read = True
            found += _lines(sheet, columns, at)
    if not read:
        raise NoStatesError
    return found


def plain(address: str) -> str:
    """The address of a stream as two are compared: without a login, its host in small letters and the usual port gone.
    Empty for what is none.
    """
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("rtsp", "rtsps") or not parts.hostname:
        return ""
    usual = {"rtsp": 554, "rtsps": 322}[parts.scheme]
    shown = "" if port in (None, usual) else f":{port}"
    return f"{parts.scheme}://{parts.hostname}{shown}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _headings(sheet: Sheet) -> tuple[dict[str, int], int]:
    """Which column holds what, and the number of the row that says so; nothing where no row does."""
    for line in sheet.lines[:_LAST_HEADING]:
        columns: dict[str, int] = {}
        for place, cell in enumerate(line.cells):
            field = _FIELDS.get(folded(cell.rstrip(" *")))
            if field is not None:
                columns.setdefault(field, place)
        if "state" in columns and ({"camera", "address"} & columns.keys() or {"school", "device"} <= columns.keys()):
            return columns, line.number
    return {}, 0


def _lines(sheet: Sheet, columns: Mapping[str, int], at: int) -> Iterator[Line]:
    for line in sheet.lines:
        if line.number <= at:
            continue
        cells = {field: _cell(line, place) for field, place in columns.items()}
        if any(cells.get(field) for field in ("camera", "school", "device", "address")):
            yield _line(sheet.name, line.number, cells)


def _cell(line: Written, place: int) -> str:
    return line.cells[place].lstrip("'").strip() if place < len(line.cells) else ""


def _line(sheet: str, number: int, cells: Mapping[str, str]) -> Line:
    made = _key(Line(number, sheet, address=plain(cells.get("address", ""))), cells)
    if made.mistake:
        return made
    said = cells.get("state", "")
    state = _WORDS.get(folded(said))
    if state is None and said and folded(said) not in _SILENT:
        return replace(made, mistake="state", written=said[:100])
    day = _day(cells.get("day", ""))
    if day is None and cells.get("day"):
        return replace(made, mistake="day", written=cells["day"][:100])
    return replace(made, state=state, reason=cells.get("reason", "")[:LONGEST_REASON], day=day)


def _key(line: Line, cells: Mapping[str, str]) -> Line:
    """The line with the camera it names; the mistake `key` where it names none."""
    whole = cells.get("camera", "")
    school, device, index = cells.get("school", ""), cells.get("device", ""), cells.get("index", "")
    if whole.count("/") >= 2:
        school, _, rest = whole.partition("/")
        device, _, index = rest.rpartition("/")
    written = whole or "/".join((school, device, index))
    made = replace(line, school=school, device=device)
    if school and device and index.isascii() and index.isdigit() and len(index) < 6:
        return replace(made, index=int(index))
    if not index and (line.address or (school and device)):
        return made
    return replace(line, mistake="key", written=written[:100])


def _day(text: str) -> date | None:
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    return None
