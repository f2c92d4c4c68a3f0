"""Kế hoạch of the school year: what is to be reached, what is done by whom, and the money. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from camera_registry.reports.papers.document import GAP, Block, Bullets, Document, Heading, Paragraph, Part, Words
from camera_registry.reports.papers.figures_paper import Told, appendix, facts_table, named, number, signed
from camera_registry.reports.papers.report_paper import SUBJECT, basis, counts_rows, free, method, money_words, tasks
from camera_registry.reports.period_sheets import pl1, pl3, pl4, pl6, pl7


def year_plan_paper(told: Told) -> Document:
    """The plan, with what it rests on as appendices."""
    title = f"KẾ HOẠCH\nRà soát, nâng cấp hệ thống camera giám sát trong cơ sở giáo dục,\n{told.year}"
    blocks: tuple[Block, ...] = (
        Heading(title, 1),
        Paragraph(f"Căn cứ {GAP};", indent=True),
        Paragraph(f"{told.who} ban hành Kế hoạch {SUBJECT.removeprefix('công tác ')} {told.year} như sau:"),
        Heading("I. MỤC ĐÍCH, YÊU CẦU"),
        Bullets(tuple(_aims())),
        Heading("II. HIỆN TRẠNG"),
        Paragraph(method(told)),
        Paragraph(basis(told)),
        facts_table(counts_rows(told.figures.counts)),
        Heading("III. CHỈ TIÊU"),
        Bullets(tuple(_targets(told))),
        Heading("IV. NỘI DUNG, NHIỆM VỤ"),
        Paragraph(free(told)),
        tasks(told),
        Heading("V. KINH PHÍ"),
        Paragraph(money_words(told)),
        Paragraph(f"Nguồn kinh phí: {GAP}."),
        Heading("VI. TỔ CHỨC THỰC HIỆN"),
        Bullets(tuple(_who_does_what())),
        Paragraph("Trên đây là Kế hoạch thực hiện; trong quá trình thực hiện nếu có vướng mắc, đề nghị các đơn vị phản "
                  f"ánh về {GAP} để được hướng dẫn./."),
        signed(),
    )  # fmt: skip
    appendices = tuple(appendix(make(told.figures), told) for make in (pl1, pl3, pl4, pl6, pl7))
    return told.paper("Kế hoạch năm học", "KH", (Part(blocks), *appendices))


def _aims() -> Iterator[Words]:
    yield "Nắm chắc hiện trạng camera của từng cơ sở giáo dục; xử lý trước những việc không tốn kinh phí."
    yield "Từng bước đưa camera thuộc diện kết nối đạt yêu cầu kỹ thuật khuyến nghị và sẵn sàng kết nối."
    yield "Không lưu hình ảnh học sinh; không nhận diện, theo dõi hành vi; tuân thủ quy định về an toàn thông tin."
    yield GAP


def _targets(told: Told) -> Iterator[Words]:
    counts = told.figures.counts
    yield (f"Hiện nay sẵn sàng kết nối / thuộc diện kết nối: {named(counts.ready_of_offered)}; phấn đấu đến {GAP}: "
           f"{GAP} camera.")  # fmt: skip
    yield f"Giảm số camera chưa kiểm tra được từ {number(counts.unverified)} xuống còn {GAP}."
    yield f"100% cơ sở giáo dục quyết định diện kết nối của từng camera trước ngày {GAP}."


def _who_does_what() -> Iterator[Words]:
    yield f"Cơ sở giáo dục: chỉnh cấu hình, phản hồi kết quả, phối hợp kiểm tra tại chỗ; hoàn thành trước ngày {GAP}."
    yield f"Đơn vị bảo trì, nhà cung cấp: khắc phục, sửa chữa theo hợp đồng, bảo hành; hoàn thành trước ngày {GAP}."
    yield f"Nhà mạng: bảo đảm đường truyền tải lên theo hợp đồng; hoàn thành trước ngày {GAP}."
    yield f"Đơn vị quản lý: theo dõi, tổng hợp, báo cáo, bố trí kinh phí. {GAP}"
