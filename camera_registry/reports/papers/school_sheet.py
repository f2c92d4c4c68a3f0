"""Phiếu kết quả: what a school has come to, on one A4 for the headmaster. Pure: values in, a Document out.

Strategy: no word of a technician, nothing that ranks or blames. What there is to do stands in a table of a few rows,
the first thing first; long lists of cameras are cut and the rest is counted, so that the sheet stays one page whatever
the size of the school. The code in the corner leads to the page, where everything stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import format_decimal

from camera_registry.reports.papers.document import (
    Column,
    Document,
    Facts,
    Heading,
    Paragraph,
    Part,
    Qr,
    Run,
    Signature,
    Signatures,
    Table,
)
from camera_registry.reports.words import word
from camera_registry.services.actors import ACTORS
from camera_registry.services.overview import SchoolRow
from camera_registry.services.school_tasks import Task
from standards.model import Text

MOST_TASKS = 4
MOST_PLACES = 3
LONGEST_NAME = 34
LONGEST_CELL = 130
"""Letters of a cell: with these a sheet of `MOST_TASKS` rows stays one page."""
_WORDS: dict[str, Text] = {
    "title": {"vi": "PHIẾU KẾT QUẢ RÀ SOÁT CAMERA", "en": "RESULT SHEET OF THE CAMERAS"},
    "school": {"vi": "Cơ sở giáo dục", "en": "School"},
    "unit": {"vi": "Đơn vị quản lý", "en": "Managing unit"},
    "as_of": {"vi": "Số liệu tính đến", "en": "Figures as of"},
    "ready": {
        "vi": "{ready}/{offered} camera thuộc diện kết nối đã sẵn sàng.",
        "en": "{ready}/{offered} cameras offered for connection are ready.",
    },
    "none_offered": {
        "vi": "Trường chưa có camera nào thuộc diện kết nối.",
        "en": "No camera is offered for connection yet.",
    },
    "all": {
        "vi": "Trường có {cameras} camera: {compliant} đáp ứng, {failing} chưa đáp ứng, "
        "{unverified} chưa kiểm tra được.",
        "en": "The school has {cameras} cameras: {compliant} compliant, {failing} not compliant, "
        "{unverified} not checked.",
    },
    "purpose": {
        "vi": "Kết quả dùng để rà soát theo khuyến nghị, không dùng để xếp hạng hay đánh giá thi đua.",
        "en": "The result is for review under a recommendation, and not for ranking.",
    },
    "working": {
        "vi": "Giá trị yêu cầu là giá trị tham khảo tạm thời.",
        "en": "The required values are working values.",
    },
    "todo": {"vi": "Việc cần làm", "en": "What to do"},
    "nothing": {"vi": "Hiện không có việc nào cần làm.", "en": "There is nothing to do now."},
    "what": {"vi": "Việc", "en": "What"},
    "where": {"vi": "Ở đâu", "en": "Where"},
    "who": {"vi": "Ai thực hiện", "en": "Who acts"},
    "cost": {"vi": "Kinh phí", "en": "Cost"},
    "due": {"vi": "Thời hạn", "en": "Due"},
    "not_set": {"vi": "chưa ấn định", "en": "not set"},
    "no_price": {"vi": "chưa có giá", "en": "no price yet"},
    "money": {"vi": "{amount} đồng", "en": "{amount} VND"},
    "more_places": {"vi": "và {n} camera khác", "en": "and {n} others"},
    "more_tasks": {
        "vi": "và {n} việc khác (xem trên trang của trường).",
        "en": "and {n} other things (see the page of the school).",
    },
    "whole": {"vi": "Cả trường", "en": "The whole school"},
    "cameras": {"vi": "{n} camera", "en": "{n} cameras"},
    "answer_title": {"vi": "Cách phản hồi", "en": "How to reply"},
    "answer": {
        "vi": "Khi đã xử lý, hoặc thấy kết quả chưa đúng: mở trang của trường bằng mã bên cạnh, chọn việc, chọn "
        "“Phản hồi”, ghi nội dung (kèm ảnh nếu cần). Hệ thống kiểm tra lại ngay và ghi kết quả bên cạnh phản hồi.",
        "en": "When something was done, or a result seems wrong: open the page of the school by the code, choose the "
        "thing, choose “Reply” and write what you reply. The device is looked at again at once.",
    },
    "headmaster": {"vi": "ĐẠI DIỆN NHÀ TRƯỜNG", "en": "FOR THE SCHOOL"},
    "officer": {"vi": "CÁN BỘ PHỤ TRÁCH", "en": "OFFICER IN CHARGE"},
    "sign": {"vi": "(Ký, ghi rõ họ tên)", "en": "(Signature and name)"},
}


@dataclass(frozen=True)
class SheetValues:
    """What stands on the sheet: the school with its numbers, what is to be done, the moment in words, the address of
    the page; `working`: deciding values are working values.
    """

    school: SchoolRow
    tasks: tuple[Task, ...]
    as_of: str
    address: str
    working: bool


def school_sheet(values: SheetValues, lang: str = "vi") -> Document:
    """The sheet as a document of one page."""
    said = {name: words[lang] for name, words in _WORDS.items()}
    school, numbers = values.school, values.school.numbers
    ready = (
        said["ready"].format(ready=numbers.ready, offered=numbers.offered) if numbers.offered else said["none_offered"]
    )
    counts = said["all"].format(
        cameras=numbers.cameras,
        compliant=numbers.verdicts["compliant"],
        failing=numbers.failing,
        unverified=numbers.verdicts["unverified"],
    )
    purpose = said["purpose"] + (f" {said['working']}" if values.working else "")
    blocks = (
        Heading(said["title"], 1),
        Facts(
            (
                (said["school"], (Run(_cut(school.name, 90), bold=True), f" ({school.code})")),
                (said["unit"], _cut(school.district, 90)),
                (said["as_of"], values.as_of),
            )
        ),
        Paragraph(Run(ready, bold=True), indent=False),
        Paragraph(counts, indent=False),
        Paragraph(Run(purpose, italic=True), indent=False, small=True),
        Heading(said["todo"], 2),
        *_todo(values.tasks, said, lang),
        Heading(said["answer_title"], 2),
        Qr(values.address, said["answer"]),
        Signatures((Signature(said["officer"], said["sign"]), Signature(said["headmaster"], said["sign"]))),
    )
    return Document(said["title"], (Part(blocks, tight=True),), lang=lang)


def _todo(tasks: tuple[Task, ...], said: dict[str, str], lang: str) -> tuple[Table | Paragraph, ...]:
    if not tasks:
        return (Paragraph(said["nothing"], indent=False),)
    columns = (
        Column("STT" if lang == "vi" else "No.", 0.5, "center"), Column(said["what"], 3.4), Column(said["where"], 2.6),
        Column(said["who"], 1.4), Column(said["cost"], 1.2, "right"), Column(said["due"], 1.1, "center"),
    )  # fmt: skip
    rows = tuple(_row(n, task, said, lang) for n, task in enumerate(tasks[:MOST_TASKS], start=1))
    made: tuple[Table | Paragraph, ...] = (Table(columns, rows),)
    if len(tasks) > MOST_TASKS:
        made += (Paragraph(said["more_tasks"].format(n=len(tasks) - MOST_TASKS), indent=False, small=True),)
    return made


def _row(number: int, task: Task, said: dict[str, str], lang: str) -> tuple[str, ...]:
    what = word(f"fix.{task.fix}", lang)
    counted = f" – {said['cameras'].format(n=task.cameras)}" if task.cameras else ""
    titles = "; ".join(title[lang] for title in task.titles)
    who = ", ".join(ACTORS[actor][lang] for actor in task.actors if actor in ACTORS)
    if task.free or task.amount is not None:
        amount = format_decimal(task.amount or 0, "#,##0", locale=lang)
        cost = said["money"].format(amount=amount)
    else:
        cost = said["no_price"]
    due = f"{task.due:%d/%m/%Y}" if task.due else said["not_set"]
    return (str(number), _cut(f"{what}{counted}: {titles}", LONGEST_CELL), _where(task, said), who, cost, due)


def _where(task: Task, said: dict[str, str]) -> str:
    names = [_cut(name, LONGEST_NAME) for name in task.places if name]
    if not names:
        return said["whole"]
    shown = ", ".join(names[:MOST_PLACES])
    left = len(names) - MOST_PLACES
    return f"{shown} {said['more_places'].format(n=left)}" if left > 0 else shown


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
