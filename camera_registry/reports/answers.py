"""What a school is asked and what it answered, as plain lines. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from camera_registry.reports.listing_columns import Shown
from camera_registry.services.manual_answers import Given, Question

STATES = {
    "never": {"vi": "chưa trả lời", "en": "open"},
    "again": {"vi": "cần trả lời lại", "en": "asked again"},
    "given": {"vi": "đã trả lời", "en": "answered"},
}
MET = {
    "yes": {"vi": "có", "en": "yes"},
    "no": {"vi": "không", "en": "no"},
    "unknown": {"vi": "chưa rõ", "en": "could not tell"},
}
_NONE = {"vi": "Không có nội dung nào cần trường kê khai.", "en": "Nothing is asked of this school."}
_ORDER = ("never", "again", "given")


def answer_text(where: str, rule: str, met: str, by: str, lang: str) -> str:
    """That an answer is kept."""
    told = {"vi": f"{by} trả lời: {MET[met]['vi']}", "en": f"{MET[met]['en']}, said by {by}"}
    return f"{where}: {rule}: {told[lang]}"


def on_site_text(where: str, by: str, lang: str) -> str:
    """That it is kept who saw a camera on site."""
    return f"{where}: " + {"vi": f"{by} đã xác nhận tại chỗ", "en": f"seen on site by {by}"}[lang]


def answers_text(found: Sequence[Question], to: Shown) -> str:
    """One line a question, the open ones first, with all its answers below it, the newest first."""
    lines = []
    for question in sorted(found, key=lambda q: _ORDER.index(q.state)):
        place = place_of(question)
        where = f"{place}: " if place else ""
        lines.append(f"[{STATES[question.state][to.lang]}] {where}{question.title[to.lang]} ({question.rule})")
        lines += [f"    {_line(given, to)}" for given in question.answers]
    return "\n".join(lines) or _NONE[to.lang]


def place_of(question: Question) -> str:
    """What a question is about, inside its school."""
    if not question.device:
        return question.site
    return question.device if question.channel is None else f"{question.device}/{question.channel}"


def _line(given: Given, to: Shown) -> str:
    said = f"{to.moment(given.at)} {given.by}: {MET[given.met][to.lang]}"
    paper = f"{given.attachment_name} SHA-256 {given.attachment_sha256}" if given.attachment_name else ""
    return ". ".join(filter(None, (said, given.note, paper)))
