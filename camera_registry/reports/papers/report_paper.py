"""Báo cáo sơ kết học kỳ I, and tổng kết of the school year, with the appendices PL1 to PL7. Pure.

Strategy: five sections as offices write them. What figures tell is written out; what only a person knows is a gap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from camera_registry.lists import LEVELS
from camera_registry.reports.papers.document import (
    GAP,
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Part,
    Run,
    Table,
    Words,
)
from camera_registry.reports.papers.figures_paper import (
    Told,
    appendix,
    col,
    facts_table,
    named,
    number,
    signed,
)
from camera_registry.reports.period_sheets import CODEC_WORDS, SIZE_WORDS, actor_words, grids
from camera_registry.reports.words import cameras_and_devices
from camera_registry.services.listed import Things
from camera_registry.services.period_values import CODECS, SIZES, Counts, Failed
from standards.names import FIXES

TITLES = {
    "half_year": ("Báo cáo sơ kết", "Sơ kết học kỳ I, {year}"),
    "year_end": ("Báo cáo tổng kết", "Tổng kết {year}"),
}
SUBJECT = "công tác rà soát, nâng cấp hệ thống camera giám sát trong cơ sở giáo dục"
BELOW = "về công tác rà soát, nâng cấp hệ thống camera giám sát\ntrong cơ sở giáo dục"
"""The same under a title."""
SECURITY = "authentication"
"""The rule about logins, in any edition."""
MOST_NAMED = 5


def report_paper(told: Told, kind: str) -> Document:
    """The report of the half-year or of the year."""
    name, of = TITLES[kind]
    of = of.format(year=told.year)
    title = f"BÁO CÁO\n{of}\n{BELOW}"
    blocks: tuple[Block, ...] = (
        Heading(title, 1),
        Paragraph(f"Kính gửi: {GAP}", "center", indent=False),
        Heading("I. TÌNH HÌNH CHUNG"),
        *_situation(told),
        Heading("II. KẾT QUẢ THỰC HIỆN"),
        *_results(told),
        Heading("III. ĐÁNH GIÁ"),
        *_judgement(told),
        Heading("IV. PHƯƠNG HƯỚNG, NHIỆM VỤ"),
        Paragraph("Các việc cần thực hiện trong thời gian tới:"),
        tasks(told),
        Heading("V. ĐỀ XUẤT, KIẾN NGHỊ"),
        Bullets(tuple(_asks(told))),
        Paragraph(f"Trên đây là báo cáo {of[0].lower()}{of[1:]} về {SUBJECT} của {told.who}./."),
        signed(),
    )
    return told.paper(name, "BC", (Part(blocks), *(appendix(grid, told) for grid in grids(told.figures))))


def _situation(told: Told) -> Iterator[Block]:
    figures = told.figures
    schools, counts = figures.schools, figures.counts
    private = sum(school.private for school in schools)
    devices = sum(school.devices for school in schools)
    yield Heading("1. Đặc điểm tình hình", 3)
    yield Paragraph(
        f"{told.who} có {number(len(schools))} cơ sở giáo dục{_levels(told)}"
        f"{f'; trong đó {number(private)} cơ sở ngoài công lập' if private else ''}. Đã đăng ký {number(devices)} "
        f"thiết bị với {number(counts.cameras)} camera; {number(counts.offered)} camera thuộc diện kết nối với trung "
        "tâm điều hành đô thị thông minh."
    )
    yield Heading("2. Công tác chỉ đạo, triển khai", 3)
    yield Paragraph(GAP)
    yield Heading("3. Phạm vi, phương pháp và thời điểm chốt số liệu", 3)
    yield Paragraph(method(told))
    yield Paragraph(basis(told))


def method(told: Told) -> str:
    """How it was looked, and of when the figures are."""
    cut = f" Ngày chốt số liệu của kỳ báo cáo: {told.cut_off:%d/%m/%Y}." if told.cut_off else ""
    frozen = f" Số liệu đã chốt mang số {told.number}." if told.number else ""
    return (
        "Mỗi thiết bị được kiểm tra tự động qua mạng bằng ONVIF và RTSP, chỉ đọc số liệu, không thay đổi cấu hình và "
        "không lưu hình ảnh. Camera vừa đăng ký riêng vừa ghi qua đầu ghi được tính một lần. Số liệu tính đến "
        f"{told.as_of(told.figures.at)}.{cut}{frozen}"
    )


def basis(told: Told) -> str:
    """By which standard, and how well its values are known."""
    figures = told.figures
    state = (
        "Một số giá trị yêu cầu là giá trị tham khảo tạm thời, chưa đối chiếu với văn bản gốc; vì vậy kết quả dưới đây "
        "là rà soát sơ bộ, phục vụ khắc phục và chưa phải căn cứ để quyết định thay thế thiết bị."
        if figures.working_values
        else "Các giá trị dùng để kết luận đã được đối chiếu với văn bản."
    )
    name = f"{figures.edition_title['vi']} ({figures.edition}; SHA-256 {figures.edition_sha256[:16]}…)"
    return f"Căn cứ đánh giá: {name}. Đây là khuyến nghị kỹ thuật. {state}"


def _levels(told: Told) -> str:
    counted = Counter(level for school in told.figures.schools for level in school.levels.split("; ") if level)
    parts = [f"{LEVELS[level]['vi'].lower()}: {number(counted[level])}" for level in LEVELS if counted[level]]
    return f" ({'; '.join(parts)})" if parts else ""


def _results(told: Told) -> Iterator[Block]:
    figures, counts = told.figures, told.figures.counts
    yield Heading("1. Hiện trạng hệ thống camera", 3)
    yield Paragraph(f"Trong {number(counts.cameras)} camera đã đăng ký (chi tiết tại Phụ lục 2):")
    yield Bullets((f"Độ phân giải luồng chính: {_of(figures.hardware.sizes, SIZES, SIZE_WORDS)};",
                   f"Chuẩn nén: {_of(figures.hardware.codecs, CODECS, CODEC_WORDS)}."))  # fmt: skip
    yield Heading("2. Kết quả rà soát", 3)
    yield Paragraph(free(told))
    yield facts_table(counts_rows(counts))
    yield Paragraph("Chi tiết theo đơn vị tại Phụ lục 1; từng tiêu chí chưa đạt tại Phụ lục 3; camera chưa kiểm tra "
                    "được và lý do tại Phụ lục 4; ngoại lệ có thời hạn tại Phụ lục 5.")  # fmt: skip
    yield Heading("3. Mức độ sẵn sàng kết nối", 3)
    yield Paragraph(_readiness(told))
    yield Heading("4. An toàn thông tin", 3)
    yield Paragraph(_security(told))
    yield Heading("5. Kết quả khắc phục so với kỳ trước", 3)
    yield Paragraph(_mended(told))
    yield Heading("6. Kinh phí", 3)
    yield Paragraph(money_words(told))


def free(told: Told) -> Words:
    """What can be done at once: it stands before any amount of money."""
    return (Run(f"Xử lý được ngay, không tốn kinh phí: {number(told.figures.costs.free)} camera", bold=True),
            " thuộc diện kết nối (chỉnh cấu hình, cập nhật, hoặc nhà cung cấp thực hiện).")  # fmt: skip


def counts_rows(counts: Counts) -> tuple[tuple[str, str], ...]:
    """The numbers of the review, each with its name."""
    return (
        ("Tổng số camera", number(counts.cameras)),
        ("Đã kiểm tra", number(counts.checked)),
        ("Đáp ứng / đã kiểm tra", named(counts.compliant_of_checked)),
        ("Cần chỉnh cấu hình", number(counts.reconfigure)),
        ("Cần khắc phục", number(counts.repair)),
        ("Đề xuất thay thế", number(counts.replace)),
        ("Chưa kiểm tra được", number(counts.unverified)),
        ("Thuộc diện kết nối", number(counts.offered)),
        ("Sẵn sàng kết nối / thuộc diện kết nối", named(counts.ready_of_offered)),
    )


def _readiness(told: Told) -> str:
    counts, connected = told.figures.counts, told.figures.connected
    parts = [f"Sẵn sàng kết nối / thuộc diện kết nối: {named(counts.ready_of_offered)} (danh sách tại Phụ lục 7)."]
    if counts.slow_line:
        parts.append(f"{number(counts.slow_line)} camera đáp ứng nhưng đường truyền của điểm trường chưa đủ.")
    if counts.line_not_known:
        parts.append(f"{number(counts.line_not_known)} camera sẵn sàng ở điểm trường chưa rõ tốc độ tải lên.")
    parts.append(f"Đã kết nối: {GAP if connected is None else number(connected)} camera.")
    return " ".join(parts)


def _security(told: Told) -> str:
    if not told.figures.counts.checked:
        return "Chưa có camera nào được kiểm tra."
    failing = [row for row in told.figures.failed if row.rule == SECURITY]
    if not failing:
        return "Không phát hiện thiết bị cho xem hình hoặc truy cập dịch vụ mà không yêu cầu đăng nhập."
    return (f"{_things(failing)} chưa yêu cầu đăng nhập khi xem hình hoặc truy cập dịch vụ; "
            "cần xử lý trước khi kết nối (chi tiết tại Phụ lục 3).")  # fmt: skip


def _mended(told: Told) -> str:
    before = told.figures.previous
    if before is None:
        return "Chưa có số liệu đã chốt của kỳ trước để so sánh."
    return (
        f"So với số liệu đã chốt {before.number} (tính đến {told.as_of(before.at)}): đã khắc phục "
        f"{number(before.mended)} tiêu chí chưa đạt; phát sinh mới {number(before.new)}. Đáp ứng / đã kiểm tra kỳ "
        f"trước: {named(before.counts.compliant_of_checked)}; kỳ này: "
        f"{named(told.figures.counts.compliant_of_checked)}."
    )


def money_words(told: Told) -> str:
    """What it costs, as far as it is known: never 0 where nothing is."""
    costs = told.figures.costs
    if not costs.book:
        return f"Chưa có bảng giá nên chưa tính được kinh phí. Kinh phí đã sử dụng trong kỳ: {GAP} đồng."
    more = "; chưa gồm những việc chưa biết kinh phí (xem Phụ lục 6)" if costs.gaps else ""
    yearly = f" và {number(costs.yearly.total)} đồng mỗi năm" if costs.yearly.total else ""
    return (
        f"Dự toán (dự kiến) để mọi camera thuộc diện kết nối của trường công lập sẵn sàng: {number(costs.once.total)} "
        f"đồng chi một lần{yearly}, đã gồm thuế GTGT{more}. Kinh phí đã sử dụng trong kỳ: {GAP} đồng."
    )


def _judgement(told: Told) -> Iterator[Block]:
    figures, counts = told.figures, told.figures.counts
    yield Heading("1. Những việc đã làm được", 3)
    yield Paragraph(f"Đã kiểm tra {number(counts.checked)}/{number(counts.cameras)} camera. {GAP}")
    yield Heading("2. Tồn tại, hạn chế", 3)
    rules: dict[str, list[Failed]] = {}
    for row in figures.failed:
        rules.setdefault(row.title["vi"], []).append(row)
    most = sorted(rules.items(), key=lambda rule: -Things.of(rule[1]).total)[:MOST_NAMED]
    if most:
        yield Paragraph("Các tiêu chí chưa đạt nhiều nhất:")
        yield Bullets(tuple(f"{title}: {_things(rows)};" for title, rows in most))
    else:
        yield Paragraph(f"Không có tiêu chí nào chưa đạt. {GAP}")
    yield Heading("3. Nguyên nhân", 3)
    reasons = Counter(row.reason["vi"] for row in figures.not_checked)
    if reasons:
        yield Paragraph("Các lý do chưa kiểm tra được nhiều nhất (số dòng tại Phụ lục 4):")
        yield Bullets(tuple(f"{reason}: {number(n)};" for reason, n in reasons.most_common(MOST_NAMED)))
    yield Paragraph(GAP)


def tasks(told: Told) -> Table:
    """What is to be done, by whom, on how many cameras; the day is for the office to say."""
    groups: dict[tuple[str, str], list[Failed]] = {}
    for row in told.figures.failed:
        groups.setdefault((row.fix, row.actor), []).append(row)
    rows = [_task(n, fix, actor, each) for n, ((fix, actor), each) in enumerate(sorted(groups.items()), 1)]
    whole = {(row.school_code, row.channel) for row in told.figures.not_checked if "/" not in row.channel}
    unknown = Things(told.figures.counts.unverified, len(whole))
    if unknown.total:
        places = _number_of(unknown)
        rows.append((str(len(rows) + 1), "Làm rõ camera chưa kiểm tra được", "Theo Phụ lục 4", places, GAP, "–"))
    columns = (
        col("STT", 0.65, "number"), col("Việc", 2.6), col("Đơn vị thực hiện", 1.9), col("Số camera", 0.9, "count"),
        col("Thời hạn", 1.1, "day"), col("Kinh phí (đồng)", 1.5, "money"),
    )  # fmt: skip
    return Table(columns, tuple(rows))


def _task(n: int, fix: str, actor: str, rows: Iterable[Failed]) -> tuple[str, ...]:
    of_it = list(rows)
    cost = "0" if all(row.cost == 0 for row in of_it) else "theo Phụ lục 6"
    what = next((words["vi"] for name, words in FIXES.items() if name == fix), fix)
    return (str(n), what, actor_words(actor), _number_of(Things.of(of_it)), GAP, cost)


def _number_of(things: Things) -> str:
    """What stands in the column of cameras: their number; devices as a whole are said apart."""
    if not things.devices:
        return number(things.cameras)
    whole = cameras_and_devices(0, things.devices, "vi")
    return f"{number(things.cameras)}; {whole}" if things.cameras else whole


def _things(rows: Iterable[Failed]) -> str:
    things = Things.of(rows)
    return cameras_and_devices(things.cameras, things.devices, "vi")


def _asks(told: Told) -> Iterator[Words]:
    if told.figures.working_values:
        yield ("Đề nghị cung cấp văn bản gốc hoặc xác nhận các giá trị yêu cầu đang là giá trị tham khảo tạm thời, "
               "để kết quả rà soát có đủ căn cứ.")  # fmt: skip
    if told.figures.proposed:
        yield f"Đề nghị tiếp nhận, kết nối {number(len(told.figures.proposed))} camera đã sẵn sàng theo Phụ lục 7."
    if told.figures.costs.book and told.figures.costs.lines:
        yield "Đề nghị xem xét, bố trí kinh phí theo Phụ lục 6."
    yield GAP


def _of(counted: Mapping[str, int], names: Iterable[str], words: Mapping[str, str]) -> str:
    parts = [f"{words[name]}: {number(counted[name])}" for name in names if counted.get(name)]
    return "; ".join(parts) or "chưa có số liệu"
