"""The columns of the lists: a heading and what stands below it, in both languages. Pure; times are shown in `zone`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Generic, TypeVar

from camera_registry.lists import AREAS, DEVICE_KINDS, OWNERS, SCOPES, Words
from camera_registry.reports.cost_words import cost_note
from camera_registry.reports.waiver_words import STANDING_WORDS, standing_in_words
from camera_registry.reports.words import word
from camera_registry.services.actors import ACTORS
from camera_registry.services.listed import Place, Unchecked, Unit
from standards.model import STATES, Text

Value = str | int | date | datetime | None
"""What a cell holds. A moment has the zone in which it is shown; None is an empty cell."""
MOMENTS = {"vi": "%d/%m/%Y %H:%M", "en": "%Y-%m-%d %H:%M"}
DAYS = {"vi": "%d/%m/%Y", "en": "%Y-%m-%d"}
Row = TypeVar("Row", contravariant=True)


@dataclass(frozen=True)
class Shown:
    """How a list is shown: its language, and the zone of its times."""

    lang: str
    zone: tzinfo

    def moment(self, at: datetime | None) -> str:
        """A moment in the zone; empty for none."""
        return "" if at is None else at.astimezone(self.zone).strftime(MOMENTS[self.lang])

    def local(self, at: datetime | None) -> datetime | None:
        """A moment in the zone, in whole seconds."""
        return None if at is None else at.astimezone(self.zone).replace(microsecond=0)

    def text(self, value: Value) -> str:
        """What a cell says, as text."""
        if isinstance(value, datetime):
            return self.moment(value)
        return value.strftime(DAYS[self.lang]) if isinstance(value, date) else "" if value is None else str(value)

    def listed(self, words: Words, code: str) -> str:
        """The words of a list for `code`; the code itself when it is not in the list."""
        return words[code][self.lang] if code in words else code


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column of a list: its heading, and of a row the value of its cell. `group` is the name under which people
    choose it together with those that belong to it; `width` in signs of a sheet.
    """

    name: str
    group: str
    heading: Text
    value: Callable[[Row, Shown], Value]
    width: int = 16

    def cell(self, row: Row, to: Shown) -> str:
        """The cell as text."""
        return to.text(self.value(row, to))


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


def _waiver_state(row: Unit, to: Shown) -> str:
    return STANDING_WORDS[row.waiver.standing.name][to.lang] if row.waiver else ""


def _decided_by(row: Unit) -> str:
    return row.waiver.waiver.decision.by if row.waiver and row.waiver.waiver.decision else ""


def chosen(columns: Sequence[Column[Row]], groups: Iterable[str] | None) -> tuple[Column[Row], ...]:
    """The columns of these groups in their own order; all of them where none is named."""
    wanted = frozenset(groups or ())
    return tuple(column for column in columns if not wanted or column.group in wanted)


PLACE: tuple[Column[Place], ...] = (
    Column("district", "school", {"vi": "Đơn vị quản lý", "en": "Managing unit"}, lambda row, _: row.district, 24),
    Column("school_code", "school", {"vi": "Mã trường", "en": "School code"}, lambda row, _: row.school_code),
    Column("school", "school", {"vi": "Trường", "en": "School"}, lambda row, _: row.school, 30),
    Column("site", "school", {"vi": "Điểm trường", "en": "Site"}, lambda row, _: row.site),
    Column("device", "device", {"vi": "Mã thiết bị", "en": "Device code"}, lambda row, _: row.device_code),
    Column("device_kind", "device", {"vi": "Loại thiết bị", "en": "Kind of device"},
           lambda row, to: to.listed(DEVICE_KINDS, row.device_kind)),
    Column("host", "host", {"vi": "Địa chỉ IP/tên miền", "en": "Device address"}, lambda row, _: row.host),
    Column("maintainer", "maintainer", {"vi": "Đơn vị bảo trì", "en": "Maintainer"}, lambda row, _: row.maintainer, 24),
    Column("channel", "device", {"vi": "Kênh số", "en": "Channel"}, lambda row, _: row.channel_index, 9),
    Column("channel_name", "device", {"vi": "Tên camera", "en": "Camera name"}, lambda row, _: row.channel_name, 26),
    Column("area", "area", {"vi": "Khu vực", "en": "Area"}, lambda row, to: to.listed(AREAS, row.area)),
    Column("scope", "scope", {"vi": "Thuộc diện kết nối", "en": "Offered for connection"},
           lambda row, to: to.listed(SCOPES, row.scope)),
)  # fmt: skip
UNIT: tuple[Column[Unit], ...] = (
    *PLACE,
    Column("verdict", "device", {"vi": "Kết luận", "en": "Verdict"},
           lambda row, to: word(f"verdict.{row.verdict}", to.lang)),
    Column("rule", "rule", {"vi": "Mã tiêu chí", "en": "Rule"}, lambda row, _: row.rule),
    Column("title", "rule", {"vi": "Tiêu chí", "en": "Rule in words"}, lambda row, to: row.title[to.lang], 40),
    Column("measured", "seen", {"vi": "Đo thực tế", "en": "Measured"}, lambda row, to: row.measured[to.lang], 24),
    Column("required", "seen", {"vi": "Yêu cầu", "en": "Required"}, lambda row, to: row.required[to.lang], 24),
    Column("why", "why", {"vi": "Lý do", "en": "Why it fails"}, lambda row, to: row.why[to.lang], 40),
    Column("source", "source", {"vi": "Căn cứ", "en": "Source"}, lambda row, _: source(row), 24),
    Column("state", "state", {"vi": "Tình trạng căn cứ", "en": "State of the source"},
           lambda row, to: state(row, to.lang), 24),
    Column("edition", "edition", {"vi": "Phiên bản", "en": "Edition"}, lambda row, _: row.edition, 20),
    Column("sha256", "edition", {"vi": "SHA-256 của phiên bản", "en": "SHA-256 of the edition"},
           lambda row, _: row.sha256),
    Column("seen_at", "seen_at", {"vi": "Thời điểm đo", "en": "Measured at"}, lambda row, to: to.local(row.seen_at)),
    Column("since", "since", {"vi": "Chưa đạt từ", "en": "Fails since"}, lambda row, to: to.local(row.since)),
    Column("nights", "nights", {"vi": "Số đêm ghi nhận", "en": "Nights seen"}, lambda row, _: row.nights, 9),
    Column("fix", "fix", {"vi": "Biện pháp", "en": "Fix"}, lambda row, to: fix(row, to.lang), 20),
    Column("to_do", "fix", {"vi": "Việc cần làm", "en": "To do"}, lambda row, to: row.fix_text[to.lang], 40),
    Column("actor", "actor", {"vi": "Đơn vị xử lý", "en": "Who acts"}, lambda row, to: actor(row.actor, to.lang), 20),
    Column("cost_once", "cost", {"vi": "Kinh phí một lần (đồng, có thuế)", "en": "Cost once (VND, with VAT)"},
           lambda row, _: row.cost.once),
    Column("cost_yearly", "cost", {"vi": "Kinh phí hằng năm (đồng, có thuế)", "en": "Cost a year (VND, with VAT)"},
           lambda row, _: row.cost.yearly),
    Column("cost_note", "cost", {"vi": "Ghi chú kinh phí", "en": "About the cost"},
           lambda row, to: cost_note(row.cost, to.lang), 24),
    Column("make", "model", {"vi": "Hãng", "en": "Make"}, lambda row, _: row.make),
    Column("model", "model", {"vi": "Model", "en": "Model"}, lambda row, _: row.model, 22),
    Column("owner", "owner", {"vi": "Sở hữu", "en": "Owner"}, lambda row, to: to.listed(OWNERS, row.owner)),
    Column("warranty_until", "owner", {"vi": "Bảo hành đến", "en": "Warranty until"},
           lambda row, _: row.warranty_until),
    Column("official", "official", {"vi": "Danh sách chính thức", "en": "Official list"},
           lambda row, to: official(row, to.lang), 24),
    Column("waiver", "waiver", {"vi": "Ngoại lệ có thời hạn", "en": "Waiver"}, _waiver_state),
    Column("waiver_until", "waiver", {"vi": "Ngoại lệ đến hết ngày", "en": "Waiver until"},
           lambda row, _: row.waiver.waiver.ends if row.waiver else None),
    Column("waiver_by", "waiver", {"vi": "Người duyệt ngoại lệ", "en": "Waiver decided by"},
           lambda row, _: _decided_by(row), 20),
)  # fmt: skip
"""PL3 of the papers, with the codes by which a row is found again."""
UNCHECKED: tuple[Column[Unchecked], ...] = (
    *PLACE,
    Column("reason", "reason", {"vi": "Lý do", "en": "Why not checked"}, lambda row, to: row.reason[to.lang], 40),
    Column("detail", "detail", {"vi": "Chi tiết kỹ thuật", "en": "Technical details"}, lambda row, _: row.detail, 24),
    Column("title", "rule", {"vi": "Tiêu chí", "en": "Rule in words"}, lambda row, to: row.title[to.lang], 30),
    Column("attempts", "attempts", {"vi": "Số lần kiểm tra", "en": "Number of checks"}, lambda row, _: row.attempts, 9),
    Column("last_attempt", "last", {"vi": "Kiểm tra lần cuối", "en": "Last check"},
           lambda row, to: to.local(row.last_attempt)),
    Column("last_answered", "last", {"vi": "Trả lời lần cuối", "en": "Last answered"},
           lambda row, to: to.local(row.last_answered)),
    Column("silent_nights", "nights", {"vi": "Số đêm không trả lời", "en": "Nights silent"},
           lambda row, _: row.silent_nights, 9),
    Column("fix", "fix", {"vi": "Biện pháp", "en": "Fix"}, lambda row, to: fix(row, to.lang), 20),
    Column("to_do", "fix", {"vi": "Việc cần làm", "en": "To do"}, lambda row, to: row.fix_text[to.lang], 40),
    Column("actor", "actor", {"vi": "Đơn vị xử lý", "en": "Who acts"}, lambda row, to: actor(row.actor, to.lang), 20),
)  # fmt: skip
"""PL4 of the papers."""
