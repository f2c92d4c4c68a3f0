"""Biên bản khảo sát hiện trạng (B1): what stands in a school, signed by both sides. Facts alone. Pure."""

from __future__ import annotations

from datetime import tzinfo

from camera_registry.lists import AREAS, DEVICE_KINDS, OWNERS, PLACES, SCOPES, Words
from camera_registry.reports.papers.document import (
    GAP,
    Document,
    Facts,
    Head,
    Heading,
    Paragraph,
    Part,
    Signature,
    Signatures,
    Table,
)
from camera_registry.reports.papers.figures_paper import GIVE_BACK, col
from camera_registry.services.survey import Survey, Surveyed, SurveyedDevice

_NEVER = "chưa kiểm tra được"


def survey_paper(survey: Survey, by: str, zone: tzinfo) -> Document:
    """The minutes of this survey, made by the person `by`."""
    school = survey.school
    blocks = (
        Heading("BIÊN BẢN\nKhảo sát hiện trạng hệ thống camera giám sát", 1),
        Paragraph(f"Hôm nay, ngày {GAP} tháng {GAP} năm {GAP}, tại {school.name}, chúng tôi gồm:"),
        Facts((
            ("Bên A (nhà trường)", school.name),
            ("Đại diện", f"{school.contact_name or GAP}; chức vụ: {GAP}"),
            ("Bên B (bên khảo sát)", GAP),
            ("Đại diện", f"{by}; chức vụ: {GAP}"),
        )),
        Paragraph("Hai bên đã khảo sát và thống nhất hiện trạng như sau:"),
        Heading("1. Thông tin trường"),
        Facts((("Mã trường", school.code), ("Đơn vị quản lý", survey.unit), *_sites(survey))),
        Heading("2. Thiết bị"),
        _devices(survey, zone),
        Heading(f"3. Camera ({survey.cameras})"),
        _cameras(survey, zone),
        Paragraph("Thông số hình là số liệu đo qua mạng (ONVIF, RTSP) tại thời điểm ghi bên cạnh; chỗ để trống là "
                  "không đo được. Biên bản chỉ ghi hiện trạng, không phải kết luận đánh giá."),
        Heading("4. Ý kiến khác"),
        Paragraph(GAP),
        Paragraph("Biên bản được lập thành 02 bản có giá trị như nhau, mỗi bên giữ 01 bản."),
        Signatures((Signature("ĐẠI DIỆN BÊN A", "(Ký, ghi rõ họ tên, đóng dấu)", GAP),
                    Signature("ĐẠI DIỆN BÊN B", "(Ký, ghi rõ họ tên)", GAP))),
    )  # fmt: skip
    head = Head(survey.unit.upper(), school.name.upper(), f"Số: {GAP}/BB-{GAP}", GIVE_BACK)
    return Document("Biên bản khảo sát hiện trạng", (Part(blocks),), head, footer=f"Mã trường {school.code}")


def _sites(survey: Survey) -> tuple[tuple[str, str], ...]:
    rows = []
    for site in survey.sites:
        line = f"; tải lên {site.uplink_mbps:g} Mbps".replace(".", ",") if site.uplink_mbps else ""
        name = "Địa chỉ" if not site.name else site.name
        rows.append((name, f"{site.address or GAP}{line}"))
    return tuple(rows)


def _devices(survey: Survey, zone: tzinfo) -> Table:
    columns = (
        col("STT", 0.65, "number"), col("Mã", 1), col("Loại", 1.3), col("Hãng, model", 1.7), col("Số sê-ri", 1.5),
        col("Địa chỉ", 1.35), col("Sở hữu", 1.1), col("Năm", 0.65, "number"), col("Trả lời lần cuối", 1.2, "day"),
    )  # fmt: skip
    rows = tuple(_device(n, device, zone) for n, device in enumerate(survey.devices, 1))
    return Table(columns, rows or (("Chưa đăng ký thiết bị nào.",),))


def _device(n: int, device: SurveyedDevice, zone: tzinfo) -> tuple[str, ...]:
    at = f"{device.last_answered.astimezone(zone):%H:%M\n%d/%m/%Y}" if device.last_answered else _NEVER
    code = f"{device.code} ({device.site})" if device.site else device.code
    return (
        str(n), code, _listed(DEVICE_KINDS, device.kind), f"{device.make} {device.model}".strip() or "–",
        device.serial or "–", device.host or "–", _listed(OWNERS, device.owner) or "–",
        str(device.in_use_since or "–"), at,
    )  # fmt: skip


def _cameras(survey: Survey, zone: tzinfo) -> Table:
    columns = (
        col("STT", 0.65, "number"), col("Thiết bị/kênh", 1.1), col("Tên, vị trí", 2), col("Khu vực", 1),
        col("Thuộc diện kết nối", 1), col("Thông số hình (luồng chính)", 2), col("Thời điểm đo", 1.15, "day"),
        col("Ghi chú", 1.4),
    )  # fmt: skip
    rows = [(device, camera) for device in survey.devices for camera in device.cameras]
    made = tuple(_camera(n, device, camera, zone) for n, (device, camera) in enumerate(rows, 1))
    return Table(columns, made or (("Chưa đăng ký camera nào.",),))


def _camera(n: int, device: SurveyedDevice, camera: Surveyed, zone: tzinfo) -> tuple[str, ...]:
    place = "" if camera.outdoor is None else f" ({PLACES['outdoor' if camera.outdoor else 'indoor']['vi'].lower()})"
    counted = "Ghi qua thiết bị khác, tính ở đó." if camera.recorded_as else ""
    return (
        str(n), f"{device.code}/{camera.index}", f"{camera.name or '–'}{place}", _listed(AREAS, camera.area) or "–",
        _listed(SCOPES, camera.scope), camera.stream["vi"] or _NEVER,
        f"{camera.seen_at.astimezone(zone):%H:%M\n%d/%m/%Y}" if camera.seen_at else "–",
        " ".join(part for part in (counted, camera.note) if part),
    )  # fmt: skip


def _listed(words: Words, code: str) -> str:
    return words[code]["vi"] if code in words else code
