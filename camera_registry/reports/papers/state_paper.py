"""Biểu hiện trạng: what stands where, facts alone. No standard is named in it, so it can always be signed. Pure."""

from __future__ import annotations

from camera_registry.reports.papers.document import (
    GAP,
    Block,
    Document,
    Heading,
    Paragraph,
    Part,
    Signature,
    Signatures,
)
from camera_registry.reports.papers.figures_paper import Told, number, small, table
from camera_registry.reports.period_sheets import Col, Grid, Value, counted, pl2


def state_paper(told: Told) -> Document:
    """The table of what is there: cameras and scope, then what they are."""
    figures = told.figures
    title = f"BIỂU HIỆN TRẠNG\nHệ thống camera giám sát trong cơ sở giáo dục\nđến ngày {_day(told)}"
    of = Paragraph(f"Đơn vị: {told.who}; {number(len(figures.schools))} cơ sở giáo dục.", indent=False)
    hardware = pl2(figures)
    blocks: tuple[Block, ...] = (
        Heading(title, 1),
        of,
        table(_registered(told), told, "Biểu 1. Camera đã đăng ký"),
        table(hardware, told, "Biểu 2. Độ phân giải, chuẩn nén, năm lắp đặt, sở hữu"),
        *(small(note) for note in hardware.notes),
        small("Biểu này chỉ ghi số liệu thực tế, không đánh giá. Camera vừa đăng ký riêng vừa ghi qua đầu ghi chỉ tính "
              f"một lần. Số liệu tính đến {told.as_of(figures.at)}."),
        Signatures((Signature("NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)", GAP), Signature(GAP, "", GAP))),
    )  # fmt: skip
    return told.paper("Biểu hiện trạng", "", (Part(blocks, across=True),), judged=False)


def _day(told: Told) -> str:
    day = told.cut_off or told.figures.at.astimezone(told.zone).date()
    return f"{day:%d/%m/%Y}"


def _registered(told: Told) -> Grid:
    """Cameras and whether they are offered; nothing that is judged."""
    figures = told.figures
    columns = (
        Col("STT", 0.6, "number"), Col("Đơn vị", 3.2), Col("Cấp học", 2.2), Col("Tổng camera", 1, "count"),
        Col("Thuộc diện kết nối", 1.1, "count"), Col("Ngoài diện kết nối, chưa quyết định", 1.4, "count"),
        Col("Ghi chú", 2),
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = [
        (n, name, levels, counts.cameras, counts.offered, counts.cameras - counts.offered, note)
        for n, (name, _, levels, counts, _, _, note) in enumerate(counted(figures), 1)
    ]
    whole = figures.counts
    total = ("", "Tổng cộng", "", whole.cameras, whole.offered, whole.cameras - whole.offered, "")
    return Grid("", "", columns, tuple(rows), total)
