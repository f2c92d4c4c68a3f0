"""The result of an acceptance for a person: plain lines, and a file for a spreadsheet with every value. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from camera_registry.reports.listing import DELIMITERS, harmless
from camera_registry.reports.listing_columns import Shown
from camera_registry.reports.words import word
from standards.acceptance import RESULTS
from standards.model import STATES, SourceState, Text

_WORDS: Mapping[str, Text] = {
    "title": {"vi": "Kết quả đo kiểm nghiệm thu", "en": "Result of the acceptance"},
    "edition": {"vi": "Bộ tiêu chuẩn", "en": "Standard"},
    "period": {"vi": "Thời gian đo kiểm", "en": "Time of the looks"},
    "wanted": {"vi": "Số lần kiểm tra cần có", "en": "Looks wanted"},
    "working": {
        "vi": "Kết quả dựa trên giá trị tham khảo tạm thời, chưa theo văn bản gốc.",
        "en": "Rests on working values that nobody has confirmed.",
    },
    "told": {"vi": "lần kiểm tra có kết quả", "en": "looks told something"},
    "values": {"vi": "giá trị", "en": "values"},
    "to_be_checked_by_a_person": {"vi": "Tiêu chí cần người kiểm tra trực tiếp", "en": "To be checked by a person"},
    "to_be_filled_in": {"vi": "Tiêu chí chưa có giá trị, chưa xét", "en": "To be filled in, not asked yet"},
    "closed": {"vi": "Đã chốt kết quả, SHA-256", "en": "Closed, SHA-256"},
    "cancelled": {"vi": "Đã hủy", "en": "Cancelled"},
    "no_result": {
        "vi": "Không có kết luận nghiệm thu; dưới đây là những gì đã đo đến lúc hủy.",
        "en": "There is no result; below stands what was seen until then.",
    },
}
_COLUMNS: tuple[tuple[str, Text], ...] = (
    ("channel", {"vi": "Camera", "en": "Camera"}),
    ("name", {"vi": "Tên camera", "en": "Name"}),
    ("result", {"vi": "Kết quả nghiệm thu", "en": "Result"}),
    ("rule", {"vi": "Mã tiêu chí", "en": "Rule"}),
    ("title", {"vi": "Tiêu chí", "en": "Criterion"}),
    ("decides", {"vi": "Tính vào kết luận", "en": "Decides"}),
    ("at", {"vi": "Lần kiểm tra", "en": "Look"}),
    ("outcome", {"vi": "Kết quả đánh giá", "en": "Outcome"}),
    ("seen", {"vi": "Đo thực tế", "en": "Measured"}),
    ("expected", {"vi": "Yêu cầu", "en": "Required"}),
    ("light", {"vi": "Ánh sáng", "en": "Light"}),
    ("measured_at", {"vi": "Thời điểm đo", "en": "Measured at"}),
    ("document", {"vi": "Căn cứ", "en": "Source"}),
    ("state", {"vi": "Tình trạng căn cứ", "en": "State of the source"}),
)


def acceptance_text(result: Mapping[str, Any], to: Shown) -> str:
    """The result as plain lines: each channel with its reasons, and every rule with its lowest and highest value."""
    return "\n".join(
        [*_head(result, to), *(line for c in result["channels"] for line in _channel(c, to)), *_end(result, to)]
    )


def acceptance_csv(result: Mapping[str, Any], to: Shown) -> bytes:
    """One row for each channel, rule and look."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=DELIMITERS[to.lang], lineterminator="\r\n")
    writer.writerow([heading[to.lang] for _, heading in _COLUMNS])
    for channel in result["channels"]:
        for row in _rows(channel, to):
            writer.writerow([harmless(row[name]) for name, _ in _COLUMNS])
    return made.getvalue().encode("utf-8-sig")


def _head(result: Mapping[str, Any], to: Shown) -> Iterator[str]:
    yield f"{_WORDS['title'][to.lang]}: {result['code']} – {result['name']}"
    if result["state"] == "cancelled":
        by, at = result["cancelled_by"], _moment(result["cancelled_at"], to)
        yield f"{_WORDS['cancelled'][to.lang]}: {by}, {at}. {_WORDS['no_result'][to.lang]}"
    else:
        yield RESULTS[result["result"]][to.lang]
    yield f"{_WORDS['edition'][to.lang]}: {result['edition']} (SHA-256 {result['edition_sha256']})"
    if result["working_values"]:
        yield _WORDS["working"][to.lang]
    yield f"{_WORDS['period'][to.lang]}: {_moment(result['begins'], to)} – {_moment(result['ends'], to)}"
    yield f"{_WORDS['wanted'][to.lang]}: {result['looks_wanted']}"


def _channel(channel: Mapping[str, Any], to: Shown) -> Iterator[str]:
    yield ""
    told = f"{channel['looks_that_told']}/{channel['looks']} {_WORDS['told'][to.lang]}"
    yield f"{channel['channel']} {channel['name']}: {RESULTS[channel['result']][to.lang]} ({told})"
    states = {rule["rule"]: _state(rule, to) for rule in channel["rules"]}
    for reason in channel["reasons"]:
        at = f"{_moment(reason['at'], to)}: " if reason["at"] else ""
        yield f"  - {at}{reason['text'][to.lang]}{states.get(reason['rule'], '')}"
    for rule in channel["rules"]:
        counts = ", ".join(f"{word(f'outcome.{name}', to.lang)} {number}" for name, number in rule["counts"].items())
        span = "" if rule["lowest"] is None else f"; {rule['lowest']:g}–{rule['highest']:g}"
        yield f"    {rule['title'][to.lang]}{_state(rule, to)}: {counts}{span}"


def _end(result: Mapping[str, Any], to: Shown) -> Iterator[str]:
    for name in ("to_be_checked_by_a_person", "to_be_filled_in"):
        if result.get(name):
            yield ""
            yield f"{_WORDS[name][to.lang]}:"
            yield from (f"  - {rule['title'][to.lang]}{_state(rule, to)}" for rule in result[name])
    if result["sha256"]:
        yield f"{_WORDS['closed'][to.lang]} {result['sha256']}"


def _state(rule: Mapping[str, Any], to: Shown) -> str:
    """How well the value of the rule is known, as it stands behind it."""
    state: SourceState = rule["source"]["state"]
    return f" [{state}: {STATES[state][to.lang]}]"


def _rows(channel: Mapping[str, Any], to: Shown) -> Iterator[dict[str, str]]:
    for rule in channel["rules"]:
        for look in rule["looks"]:
            yield {
                "channel": channel["channel"],
                "name": channel["name"],
                "result": RESULTS[channel["result"]][to.lang],
                "rule": rule["rule"],
                "title": rule["title"][to.lang],
                "decides": "x" if rule["decides"] else "",
                "at": _moment(look["at"], to),
                "outcome": word(f"outcome.{look['outcome']}", to.lang),
                "seen": "" if look["seen"] is None else _plain(look["seen"]),
                "expected": look["expected"][to.lang],
                "light": word(f"light.{look['light']}", to.lang) if look["light"] else "",
                "measured_at": _moment(look["measured_at"], to),
                "document": " ".join(filter(None, (rule["source"]["document"], rule["source"]["clause"]))),
                "state": STATES[rule["source"]["state"]][to.lang],
            }


def _plain(seen: Any) -> str:
    return seen if isinstance(seen, str) else json.dumps(seen, ensure_ascii=False)


def _moment(text: str | None, to: Shown) -> str:
    return to.moment(datetime.fromisoformat(text) if text else None)
