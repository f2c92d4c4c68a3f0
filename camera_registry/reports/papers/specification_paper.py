"""Yêu cầu kỹ thuật (B4): what a camera that is bought has to fulfil, with columns for the bidder. Pure.

No make, model or origin stands in it: what the rules of an edition ask of a product is all there is to say.
"""

from __future__ import annotations

from camera_registry.reports.papers.document import (
    GAP,
    Document,
    Head,
    Heading,
    Paragraph,
    Part,
    Signature,
    Signatures,
    Table,
)
from camera_registry.reports.papers.figures_paper import GIVE_BACK, col, small
from camera_registry.reports.specification import source_words
from standards.buying.purchase import rests_on_working_values, specification
from standards.model import LANGUAGES, WORKING_VALUES, Edition


def specification_paper(edition: Edition, issuer: str = "") -> Document:
    """The specification by this edition, for the office with this name."""
    rows = specification(edition)
    lang = LANGUAGES[0]
    columns = (
        col("STT", 0.6, "number"), col("Nội dung", 2.2), col("Mức tối thiểu", 2.2),
        col("Căn cứ", 2.2), col("Nhà thầu chào", 1.7), col("Tài liệu chứng minh", 1.9),
    )  # fmt: skip
    told = tuple(
        (str(n), row.text[lang], row.minimum[lang], source_words(row.rule.source, lang), "",
         row.proof[lang])
        for n, row in enumerate(rows, 1)
    )  # fmt: skip
    working = rests_on_working_values(rows)
    blocks = (
        Heading("YÊU CẦU KỸ THUẬT\nĐối với camera mua mới", 1),
        Paragraph(f"Gói thầu: {GAP}. Chủ đầu tư: {issuer or GAP}.", indent=False),
        Paragraph("Thiết bị phải đạt mọi mức tối thiểu dưới đây, hoặc tương đương trở lên. Nhà thầu ghi giá trị chào "
                  "và kèm tài liệu chứng minh cho từng dòng.", indent=False),
        Table(columns, told),
        small(f"Bộ tiêu chuẩn: {edition.title[lang]} – {edition.name}; SHA-256 {edition.sha256}."),
        small("Không nêu nhãn hiệu, model hoặc xuất xứ."),
        Signatures((Signature("NGƯỜI LẬP", "(Ký, ghi rõ họ tên)", GAP), Signature(GAP, "", GAP))),
    )  # fmt: skip
    head = Head(GAP, issuer.upper() or GAP, "", GIVE_BACK)
    return Document("Yêu cầu kỹ thuật", (Part(blocks, across=True),), head, WORKING_VALUES[lang] if working else "")
