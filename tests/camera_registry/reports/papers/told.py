"""Figures of a small unit, made by hand, and a paper as plain lines for its golden file."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from camera_registry.reports.papers.document import (
    Bullets,
    Document,
    Facts,
    Heading,
    Paragraph,
    Qr,
    Signatures,
    Table,
    runs,
)
from camera_registry.reports.papers.figures_paper import Told
from camera_registry.services.period_values import (
    CostLine,
    Costs,
    Counts,
    Exempted,
    Failed,
    Figures,
    Hardware,
    Money,
    NotChecked,
    Previous,
    Proposed,
    SchoolCost,
    SchoolFigures,
)

AT = datetime(2027, 1, 3, 0, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SHA = "5f" * 32


def _both(text):
    return {"vi": text, "en": f"{text} (en)"}


def _at(code, school, channel, place, area):
    return {"school_code": code, "school": school, "site": "", "channel": channel, "place": place, "area": area}


ONE = Counts(8, 3, 7, 4, 2, 0, 1, 1, 2, 0, 1)
TWO = Counts(2, 1, 2, 1, 0, 1, 0, 0, 1, 0, 0)
FIRST = Hardware({"720p": 2, "1080p": 5, "unknown": 1}, {"h264": 6, "h265": 1, "unknown": 1},
                 {"2019": 2, "2021": 6}, {"school": 2, "rented": 6})  # fmt: skip
SECOND = Hardware({"1080p": 2}, {"h264": 2}, {"": 2}, {"school": 2})
A = ("0790123", "Trường THCS Số 1")
B = ("0790124", "Trường TH Ngôi Sao")
SCHOOLS = (
    SchoolFigures(code=A[0], name=A[1], unit_code="phuong-a", unit="UBND phường A", levels="THCS", private=False,
                  devices=3, counts=ONE, hardware=FIRST, previous=Counts(8, 3, 6, 3, 2, 0, 1, 2, 1, 0, 0)),
    SchoolFigures(code=B[0], name=B[1], unit_code="phuong-a", unit="UBND phường A", levels="TH", private=True,
                  devices=1, counts=TWO, hardware=SECOND),
)  # fmt: skip
FAILED = (
    Failed(**_at(*A, "DG-01/3", "Hành lang tầng 1", "corridor"), camera=f"{A[0]}/DG-01/3", stream="main",
           rule="resolution-main", title=_both("Luồng chính từ Full HD"),
           measured=_both("1280×720"), required=_both("từ 1920×1080"),
           document="3288/UBND-KT", clause="", state="A", seen_at=AT, fix="replace", fix_text=_both("Thay thế."),
           actor="manager", official=False, waiver="asked", cost=1_080_000, cost_state="known"),
    Failed(**_at(*B, "CAM-01/1", "Cổng chính", "gate"), camera=f"{B[0]}/CAM-01/1", stream="main", rule="authentication",
           title=_both("Thiết bị yêu cầu đăng nhập"), measured=_both("không"), required=_both("có"),
           document="QCVN 135:2024", clause="2.1.1", state="P", seen_at=None, fix="reconfigure",
           fix_text=_both("Bật đăng nhập."), actor="school", official=True, waiver="", cost=0, cost_state="known"),
)  # fmt: skip
COSTS = Costs(
    book="gia-2026", book_title=_both("Bảng giá tham khảo"), book_date=date(2026, 11, 1), book_sha256=SHA,
    lines=(
        CostLine(item="camera", content=_both("Camera IP"), requirement=_both("từ 1920×1080"), unit=_both("cái"),
                 quantity=1, price=1_000_000, net=1_000_000, vat=80_000, charged="once", firm="Công ty A",
                 document="Báo giá 12", dated=date(2026, 10, 30)),
        CostLine(item="line", content=_both("Đường truyền"), requirement=None, unit=_both("năm"), quantity=2,
                 price=2_000_000, net=4_000_000, vat=400_000, charged="yearly", firm="Công ty B",
                 document="Báo giá 7", dated=date(2026, 10, 30)),
    ),
    once=Money(1_000_000, 80_000), yearly=Money(4_000_000, 400_000), gaps={"survey": 1}, free=1,
    suppliers={"Công ty Thuê": 2}, schools=(SchoolCost(A[0], 1_080_000, 4_400_000, known=False),),
    private=Money(0, 0),
)  # fmt: skip
FIGURES = Figures(
    unit_code="phuong-a", unit="UBND phường A", at=AT, edition="hcmc-3288@draft-1",
    edition_title=_both("Tiêu chuẩn kỹ thuật khuyến nghị"), edition_sha256="ab" * 32, working_values=True,
    counts=ONE + TWO, hardware=FIRST + SECOND, schools=SCHOOLS, failed=FAILED,
    not_checked=(NotChecked(**_at(*A, "DG-01/5", "Lớp 1A", "classroom"), reason=_both("Trả lời quá chậm"), attempts=4,
                            last_attempt=AT, last_answered=None, fix="network", fix_text=_both("Kiểm tra nguồn."),
                            actor="school"),),
    exempted=(Exempted(number=7, scope="channel", school_code=A[0], school=A[1], channel="DG-01/3",
                       rule="resolution-main", title=_both("Luồng chính từ Full HD"), reason="Thay trong năm 2027",
                       begins=date(2026, 12, 1), ends=date(2027, 6, 30), state="asked", decided_by=""),),
    costs=COSTS,
    proposed=(Proposed(**_at(*A, "DG-01/1", "Cổng chính – hướng ra đường", "gate"), codec="h264", width=1920,
                       height=1080, fps=25.0, line_known=True),),
    previous=Previous("CS-2026-0004", datetime(2026, 10, 4, 3, 0, tzinfo=UTC), Counts(10, 4, 8, 4, 2, 0, 1, 2, 2, 0, 0),
                      1, 0),
)  # fmt: skip
FROZEN = Told(FIGURES, ZONE, "CS-2027-0001", SHA, "2026-2027", date(2027, 1, 3))


def as_text(document: Document) -> str:
    """Everything that stands in the paper, in its order."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Document) -> Iterator[str]:
    yield f"[{document.title}]"
    if document.head:
        head = document.head
        yield " | ".join(_said(each) for each in (head.superior, head.issuer, head.number, head.place_and_day))
    if document.notice:
        yield f"[notice] {document.notice}"
    for part in document.parts:
        yield "--- across" if part.across else "--- upright"
        for block in part.blocks:
            yield from _block(block)
    yield f"[footer] {document.footer}"


def _block(block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield "#" * block.level + " " + _said(block.text).replace("\n", " / ")
    elif isinstance(block, Paragraph):
        yield _said(block.words)
    elif isinstance(block, Bullets):
        yield from (f"– {_said(item)}" for item in block.items)
    elif isinstance(block, Table):
        yield block.caption
        yield " | ".join(column.title for column in block.columns)
        rows = (*block.rows, *([block.total] if block.total else []))
        yield from (" | ".join(_said(cell).replace("\n", " ") for cell in row) for row in rows)
    elif isinstance(block, Facts):
        yield from (f"{name}: {_said(words)}" for name, words in block.rows)
    elif isinstance(block, Signatures):
        yield "; ".join(_said(each).rstrip(";") for each in block.recipients)
        yield " | ".join(f"{_said(one.office)} {one.note} {_said(one.name)}" for one in block.who)
    elif isinstance(block, Qr):
        yield f"QR {block.address} {_said(block.words)}"


def _said(words) -> str:
    return "".join(f"«{run.text}»" if run.gap else run.text for run in runs(words))
