"""The columns of the lists: a heading and what stands below it, in both languages. Pure; times are shown in `zone`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Generic, TypeVar

from camera_registry.lists import AREAS, DEVICE_KINDS, SCOPES, Words
from camera_registry.reports.waiver_words import STANDING_WORDS, day, standing_in_words
from camera_registry.reports.words import word
from camera_registry.services.actors import ACTORS
from camera_registry.services.listed import Place, Unchecked, Unit
from standards.model import STATES, Text

MOMENTS = {"vi": "%d/%m/%Y %H:%M", "en": "%Y-%m-%d %H:%M"}
Row = TypeVar("Row", contravariant=True)


@dataclass(frozen=True)
class Shown:
    """How a list is shown: its language, and the zone of its times."""

    lang: str
    zone: tzinfo

    def moment(self, at: datetime | None) -> str:
        """A moment in the zone; empty for none."""
        return "" if at is None else at.astimezone(self.zone).strftime(MOMENTS[self.lang])

    def listed(self, words: Words, code: str) -> str:
        """The words of a list for `code`; the code itself when it is not in the list."""
        return words[code][self.lang] if code in words else code


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column of a list."""

    heading: Text
    cell: Callable[[Row, Shown], str]


def channel(row: Place) -> str:
    """Device and channel as people write them: `DG-01/5`; the device alone where it is meant as a whole."""
    return row.device_code if row.channel_index is None else f"{row.device_code}/{row.channel_index}"


def school(row: Place) -> str:
    """The school, with its site where it has several."""
    return f"{row.school} – {row.site}" if row.site else row.school


def fix(row: Unit | Unchecked, lang: str) -> str:
    """What cures a row, or makes it knowable, in words; empty where there is nothing to do but wait."""
    if row.fix:
        return word(f"fix.{row.fix}", lang)
    return word("fix.again", lang) if isinstance(row, Unchecked) and row.again else ""


def actor(code: str, lang: str) -> str:
    """Who acts, in words."""
    return next((text[lang] for name, text in ACTORS.items() if name == code), code)


def source(row: Unit) -> str:
    """Document and clause."""
    return " ".join(filter(None, (row.document, row.clause)))


def state(row: Unit, lang: str) -> str:
    """How well the required value is known."""
    return next((text[lang] for name, text in STATES.items() if name == row.state), row.state)


def official(row: Unit, lang: str) -> str:
    """Whether a row stands in the official list, else what it waits for."""
    return word("official", lang) if row.official else f"{word('waits', lang)}: {row.waits[lang]}"


def waiver(row: Unit, lang: str) -> str:
    """The waiver beside a row in words; empty for none."""
    return standing_in_words(row.waiver, lang) if row.waiver else ""


def _waiver_cell(row: Unit, to: Shown, name: str) -> str:
    """What the waiver is, its last day, or who decided; empty for none."""
    if row.waiver is None:
        return ""
    known = row.waiver.waiver
    cells = {
        "state": STANDING_WORDS[row.waiver.standing.name][to.lang],
        "ends": day(known.ends, to.lang),
        "by": known.decision.by if known.decision else "",
    }
    return cells[name]


PLACE: tuple[Column[Place], ...] = (
    Column({"vi": "Đơn vị quản lý", "en": "Managing unit"}, lambda row, _: row.district),
    Column({"vi": "Mã trường", "en": "School code"}, lambda row, _: row.school_code),
    Column({"vi": "Trường", "en": "School"}, lambda row, _: row.school),
    Column({"vi": "Điểm trường", "en": "Site"}, lambda row, _: row.site),
    Column({"vi": "Mã thiết bị", "en": "Device code"}, lambda row, _: row.device_code),
    Column({"vi": "Loại thiết bị", "en": "Kind of device"}, lambda row, to: to.listed(DEVICE_KINDS, row.device_kind)),
    Column({"vi": "Địa chỉ IP/tên miền", "en": "Device address"}, lambda row, _: row.host),
    Column({"vi": "Đơn vị bảo trì", "en": "Maintainer"}, lambda row, _: row.maintainer),
    Column({"vi": "Kênh số", "en": "Channel"}, lambda row, _: str(row.channel_index or "")),
    Column({"vi": "Tên camera", "en": "Camera name"}, lambda row, _: row.channel_name),
    Column({"vi": "Khu vực", "en": "Area"}, lambda row, to: to.listed(AREAS, row.area)),
    Column({"vi": "Thuộc diện kết nối", "en": "Offered for connection"}, lambda row, to: to.listed(SCOPES, row.scope)),
)
UNIT: tuple[Column[Unit], ...] = (
    *PLACE,
    Column({"vi": "Kết luận", "en": "Verdict"}, lambda row, to: word(f"verdict.{row.verdict}", to.lang)),
    Column({"vi": "Mã tiêu chí", "en": "Rule"}, lambda row, _: row.rule),
    Column({"vi": "Tiêu chí", "en": "Rule in words"}, lambda row, to: row.title[to.lang]),
    Column({"vi": "Đo thực tế", "en": "Measured"}, lambda row, to: row.measured[to.lang]),
    Column({"vi": "Yêu cầu", "en": "Required"}, lambda row, to: row.required[to.lang]),
    Column({"vi": "Lý do", "en": "Why it fails"}, lambda row, to: row.why[to.lang]),
    Column({"vi": "Căn cứ", "en": "Source"}, lambda row, _: source(row)),
    Column({"vi": "Tình trạng căn cứ", "en": "State of the source"}, lambda row, to: state(row, to.lang)),
    Column({"vi": "Phiên bản", "en": "Edition"}, lambda row, _: row.edition),
    Column({"vi": "SHA-256 của phiên bản", "en": "SHA-256 of the edition"}, lambda row, _: row.sha256),
    Column({"vi": "Thời điểm đo", "en": "Measured at"}, lambda row, to: to.moment(row.seen_at)),
    Column({"vi": "Chưa đạt từ", "en": "Fails since"}, lambda row, to: to.moment(row.since)),
    Column({"vi": "Biện pháp", "en": "Fix"}, lambda row, to: fix(row, to.lang)),
    Column({"vi": "Việc cần làm", "en": "To do"}, lambda row, to: row.fix_text[to.lang]),
    Column({"vi": "Đơn vị xử lý", "en": "Who acts"}, lambda row, to: actor(row.actor, to.lang)),
    Column({"vi": "Danh sách chính thức", "en": "Official list"}, lambda row, to: official(row, to.lang)),
    Column({"vi": "Ngoại lệ có thời hạn", "en": "Waiver"}, lambda row, to: _waiver_cell(row, to, "state")),
    Column({"vi": "Ngoại lệ đến hết ngày", "en": "Waiver until"}, lambda row, to: _waiver_cell(row, to, "ends")),
    Column({"vi": "Người duyệt ngoại lệ", "en": "Waiver decided by"}, lambda row, to: _waiver_cell(row, to, "by")),
)
"""PL3 of the papers, with the codes by which a row is found again."""
UNCHECKED: tuple[Column[Unchecked], ...] = (
    *PLACE,
    Column({"vi": "Lý do", "en": "Why not checked"}, lambda row, to: row.reason[to.lang]),
    Column({"vi": "Chi tiết kỹ thuật", "en": "Technical details"}, lambda row, _: row.detail),
    Column({"vi": "Tiêu chí", "en": "Rule in words"}, lambda row, to: row.title[to.lang]),
    Column({"vi": "Số lần kiểm tra", "en": "Number of checks"}, lambda row, _: str(row.attempts)),
    Column({"vi": "Kiểm tra lần cuối", "en": "Last check"}, lambda row, to: to.moment(row.last_attempt)),
    Column({"vi": "Trả lời lần cuối", "en": "Last answered"}, lambda row, to: to.moment(row.last_answered)),
    Column({"vi": "Số đêm không trả lời", "en": "Nights silent"}, lambda row, _: str(row.silent_nights)),
    Column({"vi": "Biện pháp", "en": "Fix"}, lambda row, to: fix(row, to.lang)),
    Column({"vi": "Việc cần làm", "en": "To do"}, lambda row, to: row.fix_text[to.lang]),
    Column({"vi": "Đơn vị xử lý", "en": "Who acts"}, lambda row, to: actor(row.actor, to.lang)),
)
"""PL4 of the papers."""
