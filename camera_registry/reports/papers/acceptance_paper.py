"""Phụ lục kết quả đo kiểm nghiệm thu (B5): what several looks at chosen cameras came to, before a contractor is paid.
Pure; the result is the JSON of an acceptance, of which what older ones lack is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from camera_registry.reports.acceptance_values import moment, over_all, unit
from camera_registry.reports.listing_columns import Shown
from camera_registry.reports.papers.document import (
    GAP,
    Block,
    Bullets,
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
from standards.accepting.acceptance import RESULTS
from standards.model import STATES, WORKING_VALUES

LANG = "vi"


def acceptance_paper(result: Mapping[str, Any], zone: tzinfo) -> Document:
    """The annex of this result; of one that runs or was given up it says so."""
    to = Shown(LANG, zone)
    blocks: list[Block] = [
        Heading(f"PHỤ LỤC\nKết quả đo kiểm nghiệm thu {result['code']} – {result['name']}", 1),
        Paragraph(f"(Kèm theo Biên bản nghiệm thu số {GAP} ngày {GAP})", "center", indent=False),
        Facts(tuple(_facts(result, to))),
        Heading("1. Kết luận theo từng camera"),
        _channels(result, to),
        Heading("2. Kết quả theo từng tiêu chí"),
    ]
    blocks += [_rules(channel, to) for channel in result["channels"]]
    for name, title in (
        ("to_be_checked_by_a_person", "Tiêu chí cần người kiểm tra trực tiếp:"),
        ("to_be_filled_in", "Tiêu chí chưa có giá trị, chưa xét:"),
    ):
        if result.get(name):
            blocks += [Paragraph(title), Bullets(tuple(each["title"][LANG] for each in result[name]))]
    blocks.append(Signatures((Signature("ĐƠN VỊ CUNG CẤP", "(Ký, ghi rõ họ tên, đóng dấu)", GAP),
                              Signature("CHỦ ĐẦU TƯ", "(Ký, ghi rõ họ tên, đóng dấu)", GAP))))  # fmt: skip
    notice = WORKING_VALUES[LANG] if result["working_values"] else ""
    digest = result.get("sha256", "")
    footer = f"Kết quả {result['code']}{f' – SHA-256 {digest}' if digest else ' – chưa chốt'}"
    return Document("Phụ lục kết quả đo kiểm nghiệm thu", (Part(tuple(blocks), across=True),),
                    Head(GAP, GAP, "", GIVE_BACK), notice, footer)  # fmt: skip


def _facts(result: Mapping[str, Any], to: Shown) -> list[tuple[str, str]]:
    cancelled = result["state"] == "cancelled"
    said = "Đã hủy: không có kết luận nghiệm thu" if cancelled else RESULTS[result["result"]][LANG]
    title = result.get("edition_title", {}).get(LANG, "")
    return [
        ("Kết luận", said),
        ("Thời gian đo kiểm", f"{moment(result['begins'], to)} – {moment(result['ends'], to)}"),
        ("Số lần kiểm tra cần có", str(result["looks_wanted"])),
        ("Người yêu cầu", result["asked_by"]),
        ("Bộ tiêu chuẩn", f"{title} ({result['edition']}), SHA-256 {result['edition_sha256']}"),
    ]


def _channels(result: Mapping[str, Any], to: Shown) -> Table:
    devices = {each["device"]: each["looks"] for each in result.get("devices", ())}
    columns = (
        col("STT", 0.6, "number"), col("Camera", 2.2), col("Thiết bị trả lời", 2.8), col("Lần có kết quả", 0.9, "day"),
        col("Kết luận", 1.3), col("Lý do", 3),
    )  # fmt: skip
    rows = []
    for n, channel in enumerate(result["channels"], 1):
        looks = devices.get(channel["channel"].rpartition("/")[0], [])
        units = dict.fromkeys(unit(look["unit"], to) for look in looks if look["answered"])
        why = "; ".join(dict.fromkeys(reason["text"][LANG].rstrip(".") for reason in channel["reasons"]))
        rows.append((
            str(n), f"{channel['channel']} {channel.get('name', '')}".strip(), "\n".join(units) or "–",
            f"{channel['looks_that_told']}/{channel['looks']}", RESULTS[channel["result"]][LANG], why or "–",
        ))  # fmt: skip
    return Table(columns, tuple(rows))


def _rules(channel: Mapping[str, Any], to: Shown) -> Table:
    columns = (
        col("Tiêu chí", 3), col("Kết quả các lần kiểm tra", 4), col("Căn cứ", 2), col("Tính vào kết luận", 0.9, "day"),
    )  # fmt: skip
    rows = []
    for rule in channel["rules"]:
        stream = f" (luồng {rule['stream']})" if rule.get("stream") else ""
        source = rule["source"]
        where = ", ".join(part for part in (source["document"], source["clause"]) if part)
        state = STATES[source["state"]][LANG].lower()
        rows.append((f"{rule['title'][LANG]}{stream}", over_all(rule, to), f"{where} ({state})" if where else state,
                     "Có" if rule["decides"] else "Không"))  # fmt: skip
    caption = f"{channel['channel']} {channel.get('name', '')}".strip()
    return Table(columns, tuple(rows) or (("Chưa có kết quả.",),), caption=caption)
