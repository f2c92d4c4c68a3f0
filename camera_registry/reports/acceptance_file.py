"""The result of an acceptance as a file for a spreadsheet, with every value of every look. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from camera_registry.reports.acceptance_values import make, moment, seen
from camera_registry.reports.listing import DELIMITERS, harmless
from camera_registry.reports.listing_columns import Shown
from camera_registry.reports.words import word
from standards.accepting.acceptance import RESULTS
from standards.model import STATES, Text

_COLUMNS: tuple[tuple[str, Text], ...] = (
    ("channel", {"vi": "Camera", "en": "Camera"}),
    ("name", {"vi": "Tên camera", "en": "Name"}),
    ("result", {"vi": "Kết quả nghiệm thu", "en": "Result"}),
    ("rule", {"vi": "Mã tiêu chí", "en": "Rule"}),
    ("title", {"vi": "Tiêu chí", "en": "Criterion"}),
    ("decides", {"vi": "Tính vào kết luận", "en": "Decides"}),
    ("stream", {"vi": "Luồng", "en": "Stream"}),
    ("at", {"vi": "Lần kiểm tra", "en": "Look"}),
    ("outcome", {"vi": "Kết quả đánh giá", "en": "Outcome"}),
    ("seen", {"vi": "Đo thực tế", "en": "Measured"}),
    ("expected", {"vi": "Yêu cầu", "en": "Required"}),
    ("why", {"vi": "Lý do", "en": "Why"}),
    ("light", {"vi": "Ánh sáng", "en": "Light"}),
    ("measured_at", {"vi": "Thời điểm đo", "en": "Measured at"}),
    ("make", {"vi": "Hãng, model", "en": "Make, model"}),
    ("serial", {"vi": "Số sê-ri", "en": "Serial number"}),
    ("mac", {"vi": "Địa chỉ MAC", "en": "MAC address"}),
    ("firmware", {"vi": "Phần mềm thiết bị", "en": "Firmware"}),
    ("counts", {"vi": "Của thiết bị thấy sau cùng", "en": "Of the unit that was seen last"}),
    ("document", {"vi": "Căn cứ", "en": "Source"}),
    ("state", {"vi": "Tình trạng căn cứ", "en": "State of the source"}),
)


def acceptance_csv(result: Mapping[str, Any], to: Shown) -> bytes:
    """One row for each channel, rule, stream and look."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=DELIMITERS[to.lang], lineterminator="\r\n")
    writer.writerow([heading[to.lang] for _, heading in _COLUMNS])
    units = {each["device"]: {look["at"]: look["unit"] for look in each["looks"]} for each in result.get("devices", ())}
    for channel in result["channels"]:
        for row in _rows(channel, units.get(channel["channel"].rpartition("/")[0], {}), to):
            writer.writerow([harmless(row[name]) for name, _ in _COLUMNS])
    return made.getvalue().encode("utf-8-sig")


def _rows(channel: Mapping[str, Any], units: Mapping[str, Any], to: Shown) -> Iterator[dict[str, str]]:
    of_channel = {
        "channel": channel["channel"],
        "name": channel["name"],
        "result": RESULTS[channel["result"]][to.lang],
    }
    for rule in channel["rules"]:
        for look in rule["looks"]:
            yield of_channel | _of_rule(rule, to) | _of_look(look, to) | _of_unit(units.get(look["at"]))


def _of_rule(rule: Mapping[str, Any], to: Shown) -> dict[str, str]:
    return {
        "rule": rule["rule"],
        "title": rule["title"][to.lang],
        "decides": "x" if rule["decides"] else "",
        "stream": rule.get("stream", ""),
        "document": " ".join(filter(None, (rule["source"]["document"], rule["source"]["clause"]))),
        "state": STATES[rule["source"]["state"]][to.lang],
    }


def _of_look(look: Mapping[str, Any], to: Shown) -> dict[str, str]:
    return {
        "at": moment(look["at"], to),
        "outcome": word(f"outcome.{look['outcome']}", to.lang),
        "seen": seen(look, to),
        "expected": look["expected"][to.lang],
        "why": "" if look["outcome"] == "pass" else look["why"][to.lang],
        "light": word(f"light.{look['light']}", to.lang) if look["light"] else "",
        "measured_at": moment(look["measured_at"], to),
        "counts": "x" if look.get("counts", True) else "",
    }


def _of_unit(said: Mapping[str, Any] | None) -> dict[str, str]:
    known = {name: said[name] if said else "" for name in ("serial", "mac", "firmware")}
    return known | {"make": make(said) if said else ""}
