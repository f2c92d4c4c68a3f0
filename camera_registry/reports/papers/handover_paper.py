"""Danh sách bàn giao (B6): the cameras that are handed over to the operations centre. No login stands in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import urlsplit

from babel.numbers import format_decimal

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
from camera_registry.reports.papers.figures_paper import GIVE_BACK, MOST_ROWS, col, number, small
from camera_registry.services.handed import LOST, STATE_WORDS, Handed


@dataclass(frozen=True)
class HandedOver:
    """One camera of the list. `stream` is the address of its stream without user or password; `state` in words."""

    school_code: str
    school: str
    channel: str
    place: str
    stream: str
    codec: str
    size: str
    fps: str
    sessions: str
    contact: str
    state: str


def line_of(row: Handed) -> HandedOver:
    """The line of a camera: what arrived at the newest look at its main stream, and its state."""
    main = row.main
    sized = main.width is not None and main.height is not None
    return HandedOver(
        school_code=row.school_code,
        school=row.school,
        channel=f"{row.device_code}/{row.index}",
        place=row.name,
        stream=main.address,
        codec=(main.codec or "").upper(),
        size=f"{main.width}×{main.height}" if sized else "",
        fps="" if main.fps is None else format_decimal(main.fps, "0.#", locale="vi"),
        sessions="" if row.sessions is None else str(row.sessions),
        contact=", ".join(filter(None, (row.contact_name, row.contact_phone))),
        state=LOST["vi"] if row.is_lost else STATE_WORDS[row.state]["vi"],
    )


@dataclass(frozen=True)
class Handover:
    """The list of a unit ("" is the city) as of a moment."""

    unit: str
    at: datetime
    rows: tuple[HandedOver, ...]


def handover_paper(handover: Handover, zone: tzinfo) -> Document:
    """The list, to be signed by who hands over and who takes over. Raises ValueError for a stream with a login."""
    _no_login(handover.rows)
    local = handover.at.astimezone(zone)
    columns = (
        col("STT", 0.6, "number"), col("Mã trường", 0.95), col("Trường", 2), col("Thiết bị/kênh", 1),
        col("Vị trí", 1.7), col("Địa chỉ luồng", 2.4), col("Chuẩn nén", 0.8), col("Độ phân giải", 1),
        col("Hình/giây", 0.7, "count"), col("Số phiên xem", 0.7, "count"), col("Liên hệ", 1.5),
        col("Tình trạng", 1.1),
    )  # fmt: skip
    rows = tuple(
        (str(n), row.school_code, row.school, row.channel, row.place, row.stream, row.codec, row.size, row.fps,
         row.sessions, row.contact, row.state)
        for n, row in enumerate(handover.rows[:MOST_ROWS], 1)
    )  # fmt: skip
    more = (
        (
            small(
                f"Bảng in {MOST_ROWS} dòng đầu trong {number(len(handover.rows))} dòng; đủ các dòng có trong bảng tính."
            ),
        )
        if len(handover.rows) > MOST_ROWS
        else ()
    )
    blocks = (
        Heading("DANH SÁCH BÀN GIAO\nThông tin kết nối camera với trung tâm điều hành đô thị thông minh", 1),
        Paragraph(f"Số liệu tính đến {local.hour} giờ {local.minute:02} ngày {local:%d/%m/%Y}; "
                  f"{number(len(handover.rows))} camera.", "center", indent=False),
        Table(columns, rows) if rows else Paragraph("Chưa có camera nào để bàn giao.", indent=False),
        *more,
        small("Tài khoản, mật khẩu không ghi trong danh sách này; được giao riêng cho người có thẩm quyền."),
        Signatures((Signature("BÊN GIAO", "(Ký, ghi rõ họ tên, đóng dấu)", GAP),
                    Signature("BÊN NHẬN", "(Ký, ghi rõ họ tên, đóng dấu)", GAP))),
    )  # fmt: skip
    head = Head(GAP, handover.unit.upper() or GAP, f"Số: {GAP}/DS-{GAP}", GIVE_BACK)
    return Document("Danh sách bàn giao", (Part(blocks, across=True),), head)


def _no_login(rows: Sequence[HandedOver]) -> None:
    for row in rows:
        if "@" in urlsplit(row.stream).netloc:  # behind the host it is a sign like others
            raise ValueError(f"{row.school_code}/{row.channel}: the address of the stream holds a login")
