"""The summary of a sweep as plain lines. Pure."""

from __future__ import annotations

from camera_registry.services.sweep_summary import SweepSummary
from standards.names import VERDICTS
from standards.words import number

_STATES = {
    "done": {"vi": "trả lời", "en": "answered"},
    "failed": {"vi": "không trả lời", "en": "no answer"},
    "skipped": {"vi": "bỏ qua", "en": "left out"},
    "waiting": {"vi": "đang chờ", "en": "waiting"},
    "leased": {"vi": "đang kiểm tra", "en": "being looked at"},
}
_NEW = {"vi": "chưa đánh giá", "en": "not judged yet"}
_LINES = {
    "title": {
        "vi": "Đợt kiểm tra {id} ({night}): {total} thiết bị; trả lời {done}, không trả lời {failed}, bỏ qua {skipped}",
        "en": "Sweep {id} ({night}), devices: {total}; {done} answered, {failed} did not, {skipped} left out",
    },
    "cost": {
        "vi": "Camera của thiết bị có trả lời: {channels}; thời gian {minutes} phút; {megabytes} MB; "
        "{connections} kết nối; đăng nhập bị từ chối {refusals} lần",
        "en": "Cameras of the devices that answered: {channels}; {minutes} min; {megabytes} MB; "
        "{connections} connections; {refusals} logins refused",
    },
    "again": {
        "vi": "Kiểm tra lần hai: {again} thiết bị, {again_answered} có trả lời",
        "en": "Looked at twice: {again} devices, {again_answered} of them answered",
    },
    "moved": {
        "vi": "Chuyển sang kiểm tra ban ngày: {moved_to_day}; trả lời lại vào ban đêm: {came_back}",
        "en": "Moved to the day: {moved_to_day}; answered again by night: {came_back}",
    },
    "changed": {"vi": "Kết luận thay đổi so với đêm trước", "en": "Verdicts that changed since the night before"},
    "slowest": {"vi": "Lâu nhất", "en": "Took longest"},
    "slow": {"vi": "{name}: {seconds} giây, {devices} thiết bị", "en": "{name}: {seconds} s, {devices} devices"},
}


def summary_text(summary: SweepSummary, lang: str) -> str:
    """All of it, a line each; what did not happen is left out."""
    minutes = "–" if summary.seconds is None else number(summary.seconds / 60, lang)
    values = {**vars(summary), "minutes": minutes, "megabytes": number(summary.megabytes, lang)}
    lines = [_LINES["title"][lang].format(**values)]
    for end in summary.ends:
        why = f" ({end.words[lang]})" if end.reason else ""
        lines.append(f"  {_STATES[end.state][lang]}{why}: {end.devices}")
    lines.append(_LINES["cost"][lang].format(**values))
    if summary.again:
        lines.append(_LINES["again"][lang].format(**values))
    if summary.moved_to_day or summary.came_back:
        lines.append(_LINES["moved"][lang].format(**values))
    return "\n".join([*lines, *_changed(summary, lang), *_slowest(summary, lang)])


def _changed(summary: SweepSummary, lang: str) -> list[str]:
    told = [
        f"  {_verdict(each.before, lang)} → {_verdict(each.after, lang)}: {each.channels}" for each in summary.changed
    ]
    return [f"{_LINES['changed'][lang]}:", *told] if told else []


def _verdict(name: str | None, lang: str) -> str:
    words = next((words for known, words in VERDICTS.items() if known == name), _NEW)
    return words[lang]


def _slowest(summary: SweepSummary, lang: str) -> list[str]:
    told = [
        "  "
        + _LINES["slow"][lang].format(
            name=", ".join(filter(None, (slow.school, slow.name, slow.site))),
            seconds=number(slow.seconds, lang),
            devices=slow.devices,
        )
        for slow in summary.slowest
    ]
    return [f"{_LINES['slowest'][lang]}:", *told] if told else []
