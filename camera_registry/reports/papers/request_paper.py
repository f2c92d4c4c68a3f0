"""Tờ trình with Dự toán (B3 and PL6): the money that is asked for, line by line and in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from camera_registry.reports.papers.document import GAP, Block, Bullets, Document, Heading, Paragraph, Part, Run
from camera_registry.reports.papers.figures_paper import (
    Told,
    appendix,
    facts_table,
    number,
    percent,
    signed,
    small,
)
from camera_registry.reports.papers.in_words import dong_in_words
from camera_registry.reports.papers.report_paper import basis, free
from camera_registry.reports.period_sheets import pl6

SUBJECT = "Về việc phê duyệt dự toán nâng cấp hệ thống camera giám sát\ntrong cơ sở giáo dục"


def request_paper(told: Told) -> Document:
    """The request, with the estimate across."""
    figures, counts = told.figures, told.figures.counts
    blocks: tuple[Block, ...] = (
        Heading(f"TỜ TRÌNH\n{SUBJECT}", 1),
        Paragraph(f"Kính gửi: {GAP}", "center", indent=False),
        Paragraph(f"Căn cứ {GAP};"),
        Paragraph(f"Căn cứ kết quả rà soát hệ thống camera (số liệu tính đến {told.as_of(figures.at)}"
                  f"{f', đã chốt số {told.number}' if told.number else ''});"),
        Paragraph(f"{told.who} kính trình {GAP} xem xét, phê duyệt dự toán như sau:"),
        Heading("1. Sự cần thiết"),
        Paragraph(f"Trong {number(counts.checked)} camera đã kiểm tra, {number(counts.compliant)} camera đáp ứng "
                  f"({percent(counts.compliant_of_checked)}); trong {number(counts.offered)} camera thuộc diện kết "
                  f"nối, {number(counts.ready)} camera sẵn sàng ({percent(counts.ready_of_offered)}). {basis(told)}"),
        Heading("2. Nội dung đề nghị"),
        Paragraph(free(told)),
        *_asked(told),
        Heading("3. Nguồn kinh phí và thời gian thực hiện"),
        Bullets((f"Nguồn kinh phí: {GAP}.", f"Thời gian thực hiện: {GAP}.")),
        Heading("4. Kiến nghị"),
        Paragraph(f"Kính đề nghị {GAP} xem xét, phê duyệt./."),
        signed(),
    )  # fmt: skip
    return told.paper("Tờ trình", "TTr", (Part(blocks), _estimate(told)))


def _asked(told: Told) -> Iterator[Block]:
    costs = told.figures.costs
    if not costs.lines:
        yield Paragraph("Chưa có hạng mục nào tính được kinh phí." if costs.book else
                        "Chưa có bảng giá: chưa lập được dự toán.")  # fmt: skip
        return
    yield facts_table((
        ("Cộng (chưa gồm thuế)", number(costs.total.net)),
        ("Thuế GTGT", number(costs.total.vat)),
        ("Tổng cộng", number(costs.total.total)),
        ("Trong đó: chi một lần", number(costs.once.total)),
        ("Trong đó: chi hằng năm (năm đầu)", number(costs.yearly.total)),
    ), "Nội dung", "Số tiền (đồng)")  # fmt: skip
    yield in_words(told)
    if costs.gaps:
        yield Paragraph("Dự toán chưa gồm những việc chưa biết kinh phí (xem Phụ lục 6).")


def in_words(told: Told) -> Paragraph:
    """Bằng chữ: the total."""
    said = dong_in_words(told.figures.costs.total.total)
    return Paragraph(("Bằng chữ: ", Run(f"{said}.", italic=True, bold=True)), indent=False)


def _estimate(told: Told) -> Part:
    """PL6 with its total in words and its source before the notes."""
    grid = pl6(told.figures)
    made = appendix(replace(grid, notes=()), told)
    words = (in_words(told),) if told.figures.costs.lines else ()
    source = Paragraph(f"Nguồn kinh phí: {GAP}.", indent=False)
    return replace(made, blocks=(*made.blocks, *words, source, *(small(note) for note in grid.notes)))
