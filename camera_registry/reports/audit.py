"""What the audit commands say, in both languages. Pure: values in, lines out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from camera_registry.audit.checking import Broken, Report
from camera_registry.audit.words import ACTIONS
from camera_registry.store.audit import Logged
from standards.model import Text

WORDS: Mapping[str, Text] = {
    "empty": {"vi": "Nhật ký chưa có mục nào", "en": "the log has no entry yet"},
    "intact": {
        "vi": "Nhật ký toàn vẹn: mục {first} đến {last}, trong đó {erased} mục đã xóa nội dung\n  Mã băm cuối: {head}",
        "en": "the log is intact: entries {first} to {last}, the values of {erased} are erased\n  head: {head}",
    },
    "stands": {
        "vi": "  Mã băm đã lưu khớp với mục {n}: từ đó trở về trước không gì bị viết lại",
        "en": "  the head that was kept is that of entry {n}: nothing up to there was written anew",
    },
    "kept_elsewhere": {
        "vi": "  Hãy lưu mã băm này ở nơi khác; chỉ nhờ đó mới biết cả nhật ký có bị viết lại hay không",
        "en": "  keep this head elsewhere: only that tells whether the whole log was written anew",
    },
    "middle": {
        "vi": "  Tệp bắt đầu từ mục {first}; các mục trước đó không có ở đây để kiểm tra",
        "en": "  it begins at entry {first}; what came before is not here to be checked",
    },
    "broken": {"vi": "NHẬT KÝ BỊ SAI LỆCH ở mục {n}: {why}", "en": "THE LOG IS BROKEN at entry {n}: {why}"},
    "why.missing": {"vi": "thiếu mục này", "en": "this entry is missing"},
    "why.previous": {
        "vi": "không nối với mục trước (mã băm của mục trước khác)",
        "en": "it does not follow the entry before, whose hash is another",
    },
    "why.hash": {
        "vi": "số, thời điểm hoặc việc đã bị sửa (mã băm không khớp)",
        "en": "its number, time or action was changed: the hash differs",
    },
    "why.digest": {
        "vi": "nội dung đã bị sửa (mã băm của nội dung không khớp)",
        "en": "its values were changed: the digest differs",
    },
    "why.values": {
        "vi": "mất nội dung mà không mục nào ghi là đã xóa",
        "en": "its values are gone, and no later entry says that it erased them",
    },
    "why.erased_by": {
        "vi": "được ghi là mục xóa nội dung, nhưng việc của mục này không phải là xóa",
        "en": "it is said to have erased values, and its action erases none",
    },
    "why.head": {
        "vi": "không mục nào có mã băm đã lưu: phần cuối bị cắt, hoặc nhật ký bị viết lại",
        "en": "no entry has the head that was kept: the end is cut off, or the log was written anew",
    },
    "erased": {
        "vi": "đã xóa nội dung ngày {day:%d/%m/%Y}: {why} (mục {n})",
        "en": "values erased on {day:%Y-%m-%d}: {why} (entry {n})",
    },
    "gone": {"vi": "không có nội dung", "en": "no values"},
    "none": {"vi": "Không có mục nào", "en": "there are no such entries"},
    "shown": {"vi": "{shown} trên {total} mục", "en": "{shown} of {total} entries"},
}

_PLACE = ("school", "device", "channel")


def report_text(report: Report, lang: str, *, asked_head: bool) -> str:
    """What a check came to, with what to do."""
    return "\n".join(_report(report, lang, asked_head=asked_head))


def _report(report: Report, lang: str, *, asked_head: bool) -> Iterator[str]:
    if report.broken is not None:
        yield broken_text(report.broken, lang)
        return
    if not report.last:
        yield _say("empty", lang)
        return
    yield _say("intact", lang, first=report.first, last=report.last, erased=report.erased, head=report.head)
    if report.first > 1:
        yield _say("middle", lang, first=report.first)
    yield _say("stands", lang, n=report.head_stands_at) if asked_head else _say("kept_elsewhere", lang)


def broken_text(broken: Broken, lang: str) -> str:
    """Which entry is not what it should be, and why."""
    return _say("broken", lang, n=broken.number, why=_say(f"why.{broken.why}", lang))


def list_text(total: int, listed: Sequence[Logged], lang: str, zone: ZoneInfo) -> str:
    """A line for each entry, and how many there are in all."""
    if not listed:
        return _say("none", lang)
    lines = [_line(each, lang, zone) for each in listed]
    return "\n".join([*lines, _say("shown", lang, shown=len(listed), total=total)])


def action_words(action: str, lang: str) -> str:
    """The words of an action; itself where a newer version of the program wrote it."""
    known = ACTIONS.get(action)
    return known[lang] if known else action


def _line(each: Logged, lang: str, zone: ZoneInfo) -> str:
    entry = each.kept.entry
    at = entry.at.astimezone(zone)
    parts = (str(entry.number), f"{at:%d/%m/%Y %H:%M:%S}" if lang == "vi" else f"{at:%Y-%m-%d %H:%M:%S}")
    return "  ".join((*parts, action_words(entry.action, lang), _values(each, lang, zone)))


def _values(each: Logged, lang: str, zone: ZoneInfo) -> str:
    values = each.kept.values
    if values is None:
        return _erased(each, lang, zone)
    who = values.get("who", {})
    name = " ".join(text for text in (who.get("account", ""), f"({who['name']})" if who.get("name") else "") if text)
    what = values.get("what", {})
    place = "/".join(str(what[key]) for key in _PLACE if key in what)
    rest = {key: value for key, value in what.items() if key not in _PLACE} | values.get("details", {})
    told = [place, *(f"{key}={value}" for key, value in rest.items())]
    return " | ".join(text for text in (name, values.get("from", ""), ", ".join(filter(None, told))) if text)


def _erased(each: Logged, lang: str, zone: ZoneInfo) -> str:
    if each.erased_at is None:
        return _say("gone", lang)
    day, why = each.erased_at.astimezone(zone), action_words(each.erased_why, lang)
    return _say("erased", lang, day=day, why=why, n=each.kept.erased_by)


def _say(key: str, lang: str, **values: object) -> str:
    return WORDS[key][lang].format(**values)
