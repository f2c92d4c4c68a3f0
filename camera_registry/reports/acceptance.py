"""The result of an acceptance as the annex of a paper: plain lines that a person reads and signs. Pure.

Strategy: a frozen result is never written anew, so what older ones lack (units, streams) is left out for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from camera_registry.reports.acceptance_values import moment, over_all, state, unit
from camera_registry.reports.listing_columns import Shown
from camera_registry.reports.words import word
from standards.accepting.acceptance import RESULTS
from standards.model import Text

_WORDS: Mapping[str, Text] = {
    "title": {"vi": "Phụ lục kết quả đo kiểm nghiệm thu", "en": "Annex: result of the acceptance"},
    "result": {"vi": "Kết luận", "en": "Result"},
    "edition": {"vi": "Bộ tiêu chuẩn", "en": "Standard"},
    "version": {"vi": "Phiên bản", "en": "Version"},
    "period": {"vi": "Thời gian đo kiểm", "en": "Time of the looks"},
    "wanted": {"vi": "Số lần kiểm tra cần có", "en": "Looks wanted"},
    "asked_by": {"vi": "Người yêu cầu", "en": "Asked for by"},
    "working": {
        "vi": "Kết quả dựa trên giá trị tham khảo tạm thời, chưa theo văn bản gốc.",
        "en": "Rests on working values that nobody has confirmed.",
    },
    "told": {"vi": "lần kiểm tra có kết quả", "en": "looks told something"},
    "looks": {"vi": "lần kiểm tra", "en": "looks"},
    "not_counted": {"vi": "không tính, vì sau đó là thiết bị khác", "en": "not counted: another unit came later"},
    "unanswered": {"vi": "Không trả lời", "en": "Did not answer"},
    "decides": {"vi": "Tiêu chí tính vào kết luận", "en": "What decides"},
    "advises": {"vi": "Tiêu chí tham khảo, không tính vào kết luận", "en": "What advises, and decides nothing"},
    "stream": {"vi": "luồng", "en": "stream"},
    "to_be_checked_by_a_person": {"vi": "Tiêu chí cần người kiểm tra trực tiếp", "en": "To be checked by a person"},
    "to_be_filled_in": {"vi": "Tiêu chí chưa có giá trị, chưa xét", "en": "To be filled in, not asked yet"},
    "closed": {"vi": "Đã chốt kết quả", "en": "Closed"},
    "sha256": {"vi": "SHA-256 của kết quả", "en": "SHA-256 of the result"},
    "erased": {
        "vi": "Đã xóa {n} kênh của một trường ngày {day}; SHA-256 của kết quả trước khi xóa: {sha256}",
        "en": "{n} channels of a school were erased on {day}; SHA-256 of the result before: {sha256}",
    },
    "cancelled": {"vi": "Đã hủy", "en": "Cancelled"},
    "no_result": {
        "vi": "Không có kết luận nghiệm thu; dưới đây là những gì đã đo đến lúc hủy.",
        "en": "There is no result; below stands what was seen until then.",
    },
}


def acceptance_text(result: Mapping[str, Any], to: Shown) -> str:
    """The result as plain lines: each channel with its unit, its reasons, and every rule with what was seen of it."""
    devices = {each["device"]: each["looks"] for each in result.get("devices", ())}
    lines = [*_head(result, to)]
    for channel in result["channels"]:
        lines += ["", *_channel(channel, devices.get(channel["channel"].rpartition("/")[0], []), to)]
    return "\n".join([*lines, *_end(result, to)])


def _head(result: Mapping[str, Any], to: Shown) -> Iterator[str]:
    said = {name: words[to.lang] for name, words in _WORDS.items()}
    yield f"{said['title']}: {result['code']} – {result['name']}"
    if result["state"] == "cancelled":
        by, at = result["cancelled_by"], moment(result["cancelled_at"], to)
        yield f"{said['cancelled']}: {by}, {at}. {said['no_result']}"
    else:
        yield f"{said['result']}: {RESULTS[result['result']][to.lang]}"
    if "edition_title" in result:
        yield f"{said['edition']}: {result['edition_title'][to.lang]}"
    yield f"{said['version']}: {result['edition']}, SHA-256 {result['edition_sha256']}"
    if result["working_values"]:
        yield said["working"]
    yield f"{said['period']}: {moment(result['begins'], to)} – {moment(result['ends'], to)}"
    yield f"{said['wanted']}: {result['looks_wanted']}"
    yield f"{said['asked_by']}: {result['asked_by']}"
    for gone in result.get("erased", ()):
        yield said["erased"].format(n=gone["channels"], day=moment(gone["at"], to), sha256=gone["sha256_before"])


def _channel(channel: Mapping[str, Any], looks: list[Mapping[str, Any]], to: Shown) -> Iterator[str]:
    told = f"{channel['looks_that_told']}/{channel['looks']} {_WORDS['told'][to.lang]}"
    yield f"{channel['channel']} {channel['name']}: {RESULTS[channel['result']][to.lang]} ({told})"
    yield from (f"  {word('device', to.lang)}: {line}" for line in _units(looks, to))
    if channel["unanswered"]:
        off = ", ".join(moment(each["at"], to) for each in channel["unanswered"])
        yield f"  {_WORDS['unanswered'][to.lang]}: {off}"
    names = _names(channel["rules"], to)
    for reason in channel["reasons"]:
        at = f"{moment(reason['at'], to)}: " if reason["at"] else ""
        named = names.get((reason["rule"], reason.get("stream", "")), "")
        yield f"  - {at}{reason['text'][to.lang]}{named}"
    for name in ("decides", "advises"):
        rules = [rule for rule in channel["rules"] if rule["decides"] is (name == "decides")]
        if rules:
            yield f"  {_WORDS[name][to.lang]}:"
        for rule in rules:
            yield f"    {rule['title'][to.lang]}{names[rule['rule'], rule.get('stream', '')]}: {over_all(rule, to)}"


def _units(looks: list[Mapping[str, Any]], to: Shown) -> Iterator[str]:
    """Each unit that answered, in the order of time, with its looks, and whether they count."""
    found = Counter((unit(look["unit"], to), look["counts"]) for look in looks if look["answered"])
    for (said, counts), number in found.items():
        aside = "" if counts else f", {_WORDS['not_counted'][to.lang]}"
        yield f"{said} ({number} {_WORDS['looks'][to.lang]}{aside})"


def _names(rules: list[Mapping[str, Any]], to: Shown) -> dict[tuple[str, str], str]:
    """What stands behind each rule by its id and stream: the stream, where there are several, and the state."""
    streams = Counter(rule["rule"] for rule in rules)
    names = {}
    for rule in rules:
        stream = rule.get("stream", "")
        several = f" ({_WORDS['stream'][to.lang]} {stream})" if streams[rule["rule"]] > 1 else ""
        names[rule["rule"], stream] = several + state(rule, to)
    return names


def _end(result: Mapping[str, Any], to: Shown) -> Iterator[str]:
    for name in ("to_be_checked_by_a_person", "to_be_filled_in"):
        if result.get(name):
            yield ""
            yield f"{_WORDS[name][to.lang]}:"
            yield from (f"  - {rule['title'][to.lang]}{state(rule, to)}" for rule in result[name])
    if result["sha256"]:
        yield ""
        yield f"{_WORDS['closed'][to.lang]}: {result['closed_by']}, {moment(result['closed_at'], to)}"
        yield f"{_WORDS['sha256'][to.lang]}: {result['sha256']}"
