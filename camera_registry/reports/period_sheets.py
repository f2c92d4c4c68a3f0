"""The appendices PL1 to PL7 of a period as grids of values: the papers and the workbook are both made of these. Pure.

Strategy: a cell is a value of a kind (number, share, money, moment), so a paper can write it for a reader and a
workbook keep it to count with. The words are Vietnamese: they are headings of papers of Vietnamese offices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from camera_registry.lists import AREAS, LEVELS, OWNERS
from camera_registry.reports.waiver_words import SCOPE_WORDS, STANDING_WORDS
from camera_registry.services.actors import ACTORS
from camera_registry.services.period_values import (
    CODECS,
    SIZES,
    At,
    CostLine,
    Counts,
    Exempted,
    Failed,
    Figures,
    Hardware,
    NotChecked,
    Proposed,
    SchoolFigures,
)
from standards.model import STATES
from standards.names import FIXES
from standards.readiness import Share

Value = str | int | float | Share | date | datetime | None
Kind = Literal["number", "text", "count", "share", "money", "moment", "day"]
"""`number` is the running number of a row."""
SIZE_WORDS: Mapping[str, str] = {"below_720p": "< 720p", "720p": "720p", "1080p": "1080p", "4mp": "≥ 4MP",
                                 "unknown": "Chưa rõ"}  # fmt: skip
CODEC_WORDS: Mapping[str, str] = {"h264": "H.264", "h265": "H.265", "other": "Khác", "unknown": "Chưa rõ"}
COST_WORDS: Mapping[str, str] = {
    "no_book": "chưa có giá",
    "no_price": "chưa có giá",
    "survey": "khảo sát trước",
    "supplier": "nhà cung cấp",
    "not_offered": "ngoài diện kết nối",
}
"""Why there is no amount."""
CHARGED_WORDS: Mapping[str, str] = {"once": "Chi một lần", "yearly": "Chi hằng năm"}


@dataclass(frozen=True)
class Col:
    """A column: its heading, its share of the width, what its cells are."""

    title: str
    width: float
    kind: Kind = "text"


@dataclass(frozen=True)
class Grid:
    """A table of values. A row of one value is a group. `code` is PL1 to PL7; `empty` is said where there is no row."""

    code: str
    title: str
    columns: tuple[Col, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] | None = None
    empty: str = ""
    notes: tuple[str, ...] = ()


def grids(figures: Figures) -> tuple[Grid, ...]:
    """All appendices."""
    return tuple(make(figures) for make in (pl1, pl2, pl3, pl4, pl5, pl6, pl7))


def levels_words(levels: str) -> str:
    """The levels of a school in words."""
    return "; ".join(LEVELS[each]["vi"] if each in LEVELS else each for each in levels.split("; ") if each)


def counted(figures: Figures) -> tuple[tuple[str, str, str, Counts, Hardware, Counts | None, str], ...]:
    """What PL1 and PL2 count by: name, unit, levels, counts, hardware, those of the period before, note. Schools of a
    unit; of the city its units, because 3,600 schools are no paper.
    """
    if figures.unit_code:
        return tuple((s.name, s.unit, levels_words(s.levels), s.counts, s.hardware, s.previous, _note(s))
                     for s in figures.schools)  # fmt: skip
    found: dict[str, list[SchoolFigures]] = {}
    for school in figures.schools:
        found.setdefault(school.unit, []).append(school)
    return tuple(_unit(name, schools) for name, schools in found.items())


def _unit(name: str, schools: list[SchoolFigures]) -> tuple[str, str, str, Counts, Hardware, Counts | None, str]:
    levels = {level for school in schools for level in school.levels.split("; ")}
    before = [school.previous for school in schools if school.previous is not None]
    return (
        name,
        name,
        levels_words("; ".join(level for level in LEVELS if level in levels)),
        sum((school.counts for school in schools), Counts()),
        sum((school.hardware for school in schools), Hardware()),
        sum(before, Counts()) if before else None,
        f"{len(schools)} cơ sở giáo dục",
    )


def _note(school: SchoolFigures) -> str:
    notes = ["Ngoài công lập"] if school.private else []
    return "; ".join([*notes, *([] if school.devices else ["Chưa đăng ký thiết bị"])])


def pl1(figures: Figures) -> Grid:
    """What became of the review, by school or unit."""
    columns = (
        Col("STT", 0.6, "number"), Col("Đơn vị", 2.5), Col("Cấp học", 1.25), Col("Tổng camera", 1, "count"),
        Col("Thuộc diện kết nối", 0.9, "count"), Col("Đã kiểm tra", 0.8, "count"), Col("Đáp ứng", 0.8, "count"),
        Col("Chỉnh cấu hình", 0.85, "count"), Col("Khắc phục", 0.85, "count"), Col("Đề xuất thay thế", 0.85, "count"),
        Col("Chưa kiểm tra được", 0.85, "count"), Col("Tỷ lệ đáp ứng", 1.1, "share"),
        Col("Tỷ lệ sẵn sàng", 1.1, "share"), Col("Kỳ trước", 1.1, "share"), Col("Ghi chú", 1.25),
    )  # fmt: skip
    rows = [
        (n, name, levels, *_counts(counts), before.compliant_of_checked if before else None, note)
        for n, (name, _, levels, counts, _, before, note) in enumerate(counted(figures), 1)
    ]
    before = figures.previous
    total = ("", "Tổng cộng", "", *_counts(figures.counts), before.counts.compliant_of_checked if before else None, "")
    notes = [
        "Tỷ lệ đáp ứng = Đáp ứng / Đã kiểm tra; Tỷ lệ sẵn sàng = Sẵn sàng kết nối / Thuộc diện kết nối. Camera vừa "
        "đăng ký riêng vừa ghi qua đầu ghi chỉ tính một lần.",
    ]
    if before is not None:
        notes.append(f"Kỳ trước: tỷ lệ đáp ứng theo số liệu đã chốt {before.number}.")
    return Grid("PL1", "Tổng hợp kết quả rà soát camera", columns, tuple(rows), total, notes=tuple(notes))


def _counts(of: Counts) -> tuple[Value, ...]:
    return (of.cameras, of.offered, of.checked, of.compliant, of.reconfigure, of.repair, of.replace, of.unverified,
            of.compliant_of_checked, of.ready_of_offered)  # fmt: skip


def pl2(figures: Figures) -> Grid:
    """What the cameras are, by school or unit."""
    years = sorted(figures.hardware.years)
    owners = [code for code in (*OWNERS, "") if figures.hardware.owners.get(code)]
    columns = (
        Col("STT", 0.6, "number"), Col("Đơn vị", 2.8), Col("Tổng camera", 1.1, "count"),
        *(Col(SIZE_WORDS[name], 0.85, "count") for name in SIZES[:-1]), Col("Chưa rõ độ phân giải", 0.95, "count"),
        *(Col(CODEC_WORDS[name], 0.85, "count") for name in CODECS[:-1]), Col("Chưa rõ chuẩn nén", 0.95, "count"),
        Col("Năm lắp đặt", 2.2),
        *(Col(OWNERS[code]["vi"] if code else "Chưa rõ chủ sở hữu", 1, "count") for code in owners),
    )  # fmt: skip

    def cells(of: Hardware) -> tuple[Value, ...]:
        told = "; ".join(f"{year or 'chưa rõ'}: {of.years[year]}" for year in years if of.years.get(year))
        return (
            *(of.sizes.get(name, 0) for name in SIZES),
            *(of.codecs.get(name, 0) for name in CODECS),
            told,
            *(of.owners.get(code, 0) for code in owners),
        )

    rows = [(n, name, counts.cameras, *cells(hardware))
            for n, (name, _, _, counts, hardware, _, _) in enumerate(counted(figures), 1)]  # fmt: skip
    total = ("", "Tổng cộng", figures.counts.cameras, *cells(figures.hardware))
    notes = ("Độ phân giải và chuẩn nén của luồng chính theo đo thực tế, không đo được thì theo thiết bị khai báo.",)
    return Grid("PL2", "Hiện trạng camera", columns, tuple(rows), total, notes=notes)


def pl3(figures: Figures) -> Grid:
    """What fails, row by row."""
    columns = (
        Col("STT", 0.6, "number"), Col("Trường", 1.9), Col("Vị trí", 1.5), Col("Thiết bị", 0.95),
        Col("Tiêu chí", 2.1), Col("Đo thực tế", 1.25), Col("Yêu cầu", 1.35), Col("Căn cứ", 1.5),
        Col("Thời điểm đo", 1.2, "moment"), Col("Biện pháp", 1.15), Col("Đơn vị xử lý", 1.1),
        Col("Kinh phí (đồng)", 1.1, "money"),
    )  # fmt: skip
    rows = tuple((n, *_failed(row)) for n, row in enumerate(figures.failed, 1))
    notes = (
        "Kinh phí tính riêng cho từng dòng, đã gồm thuế; phần dùng chung chỉ tính một lần ở Phụ lục 6 nên tổng các "
        "dòng có thể lớn hơn.",
    )
    return Grid("PL3", "Danh sách camera chưa đáp ứng", columns, rows, empty="Không có tiêu chí nào chưa đạt.",
                notes=notes)  # fmt: skip


def _failed(row: Failed) -> tuple[Value, ...]:
    basis = ", ".join(part for part in (row.document, row.clause) if part)
    state = next((words["vi"] for name, words in STATES.items() if name == row.state), row.state)
    marks = [] if row.official else ["chờ xác nhận"]
    if row.waiver:
        standing = next((words["vi"] for name, words in STANDING_WORDS.items() if name == row.waiver), row.waiver)
        marks.append(f"ngoại lệ: {standing.lower()}")
    title = row.title["vi"] + (f" ({'; '.join(marks)})" if marks else "")
    return (
        row.school, _place(row), row.channel, title, row.measured["vi"], row.required["vi"],
        f"{basis} ({state.lower()})" if basis else state, row.seen_at, _fix(row.fix), actor_words(row.actor),
        COST_WORDS[row.cost_state] if row.cost is None else row.cost,
    )  # fmt: skip


def _place(row: At) -> str:
    area = AREAS[row.area]["vi"] if row.area in AREAS else row.area
    return " – ".join(part for part in (row.site, row.place or area) if part)


def _fix(code: str) -> str:
    return next((words["vi"] for name, words in FIXES.items() if name == code), "Kiểm tra lại")


def actor_words(code: str) -> str:
    """Who acts, in words."""
    return next((words["vi"] for name, words in ACTORS.items() if name == code), code)


def pl4(figures: Figures) -> Grid:
    """What could not be checked, and why."""
    columns = (
        Col("STT", 0.6, "number"), Col("Trường", 2.2), Col("Vị trí", 1.7), Col("Thiết bị", 1),
        Col("Lý do", 2.4), Col("Số lần", 0.75, "count"), Col("Lần cuối", 1.2, "moment"), Col("Việc cần làm", 2.6),
        Col("Đơn vị xử lý", 1.2),
    )  # fmt: skip
    rows = tuple((n, *_not_checked(row)) for n, row in enumerate(figures.not_checked, 1))
    return Grid("PL4", "Danh sách camera chưa kiểm tra được", columns, rows, empty="Mọi camera đều đã kiểm tra được.")


def _not_checked(row: NotChecked) -> tuple[Value, ...]:
    return (row.school, _place(row), row.channel, row.reason["vi"], row.attempts, row.last_attempt,
            row.fix_text["vi"], actor_words(row.actor))  # fmt: skip


def pl5(figures: Figures) -> Grid:
    """Waivers."""
    columns = (
        Col("STT", 0.6, "number"), Col("Số", 0.5, "count"), Col("Phạm vi", 1.1), Col("Trường", 2.2),
        Col("Thiết bị", 1), Col("Tiêu chí", 2.6), Col("Lý do", 2.4), Col("Từ ngày", 0.95, "day"),
        Col("Đến hết ngày", 0.95, "day"), Col("Tình trạng", 1.1), Col("Người duyệt", 1.3),
    )  # fmt: skip
    rows = tuple((n, *_exempted(row)) for n, row in enumerate(figures.exempted, 1))
    return Grid("PL5", "Ngoại lệ có thời hạn", columns, rows, empty="Không có ngoại lệ nào.")


def _exempted(row: Exempted) -> tuple[Value, ...]:
    scope = next((words["vi"] for name, words in SCOPE_WORDS.items() if name == row.scope), row.scope)
    state = next((words["vi"] for name, words in STANDING_WORDS.items() if name == row.state), row.state)
    return (row.number, scope, row.school, row.channel, row.title["vi"], row.reason, row.begins, row.ends, state,
            row.decided_by)  # fmt: skip


def pl6(figures: Figures) -> Grid:
    """The estimate."""
    columns = (
        Col("STT", 0.6, "number"), Col("Nội dung", 2.2), Col("Yêu cầu kỹ thuật cơ bản", 2.4), Col("ĐVT", 0.7),
        Col("Số lượng", 0.7, "count"), Col("Đơn giá (đồng)", 1.2, "money"), Col("Thành tiền (đồng)", 1.3, "money"),
        Col("Căn cứ giá", 2),
    )  # fmt: skip
    costs = figures.costs
    rows: list[tuple[Value, ...]] = []
    for charged, words in CHARGED_WORDS.items():
        mine = [line for line in costs.lines if line.charged == charged]
        if mine:
            rows.append((words,))
            rows += [(n, *_line(line)) for n, line in enumerate(mine, 1 + sum(len(row) > 1 for row in rows))]
    if costs.lines:
        sums = (("Cộng", costs.total.net), ("Thuế GTGT", costs.total.vat), ("Tổng cộng", costs.total.total))
        rows += [("", name, "", "", "", "", amount, "") for name, amount in sums[:-1]]
    total = ("", "Tổng cộng", "", "", "", "", costs.total.total, "") if costs.lines else None
    empty = "Không có hạng mục nào phải chi." if costs.book else "Chưa có bảng giá: chưa tính được kinh phí."
    return Grid("PL6", "Dự toán (dự kiến)", columns, tuple(rows), total, empty=empty, notes=tuple(cost_notes(figures)))


def _line(line: CostLine) -> tuple[Value, ...]:
    asked = line.requirement["vi"] if line.requirement else ""
    basis = f"{line.firm}, {line.document}, ngày {line.dated:%d/%m/%Y}"
    return (line.content["vi"], asked, line.unit["vi"], line.quantity, line.price, line.net, basis)


def cost_notes(figures: Figures) -> Iterable[str]:
    """What an estimate does not say in its table."""
    costs = figures.costs
    yield f"Xử lý được ngay, không tốn kinh phí: {costs.free} camera."
    if costs.book and costs.book_title and costs.book_date:
        yield f"Bảng giá tham khảo: {costs.book_title['vi']} ({costs.book}), ngày {costs.book_date:%d/%m/%Y}."
    words = {"no_price": "chưa có giá", "survey": "phải khảo sát tại chỗ trước", "not_known": "chưa kiểm tra được"}
    if costs.gaps:
        told = "; ".join(f"{words.get(why, why)}: {n}" for why, n in costs.gaps.items())
        yield f"Chưa tính được kinh phí (số việc): {told}."
    for name, number in costs.suppliers.items():
        yield f"Nhà cung cấp thực hiện, không tính kinh phí: {name or 'chưa ghi tên'} ({number} camera)."
    yield "Chỉ gồm camera thuộc diện kết nối của trường công lập."


def pl7(figures: Figures) -> Grid:
    """What is proposed to be connected."""
    columns = (
        Col("STT", 0.6, "number"), Col("Trường", 2.6), Col("Điểm trường", 1.2), Col("Vị trí", 2.2),
        Col("Khu vực", 1.1), Col("Thiết bị/kênh", 1.2), Col("Độ phân giải", 1.2), Col("Chuẩn nén", 0.9),
        Col("Hình/giây", 0.8, "count"), Col("Đường truyền", 1.2),
    )  # fmt: skip
    rows = tuple((n, *_proposed(row)) for n, row in enumerate(figures.proposed, 1))
    return Grid("PL7", "Danh sách camera đề nghị kết nối", columns, rows,
                empty="Chưa có camera nào sẵn sàng kết nối.")  # fmt: skip


def _proposed(row: Proposed) -> tuple[Value, ...]:
    area = AREAS[row.area]["vi"] if row.area in AREAS else row.area
    size = f"{row.width}×{row.height}" if row.width else ""
    codec = {"h264": "H.264", "h265": "H.265"}.get(row.codec, row.codec)
    line = "Đủ" if row.line_known else "Chưa rõ"
    return (row.school, row.site, row.place, area, row.channel, size, codec, row.fps, line)
