"""Granting: what a request for a waiver must say, and who may decide it. Pure; what is wrong comes back as texts.

Strategy: a request says how long, why and who; a level that is too low for its scope never has it first. That nobody
approves their own request is for those who know when two names are one person: see `camera_registry.people`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from standards.model import Text
from standards.waiving.waivers import LEVELS, Level, ScopeKind, Terms, Waiver, phase, waits_at

LONGEST_REASON = 1000
LEVEL_WORDS: Mapping[Level, Text] = {
    "school": {"vi": "nhà trường", "en": "the school"},
    "district": {"vi": "đơn vị quản lý", "en": "the managing unit"},
    "city": {"vi": "cấp thành phố", "en": "the city"},
}
LEAST_LEVEL: Mapping[ScopeKind, Level] = {
    "channel": "school",
    "device": "school",
    "school": "school",
    "district": "district",
    "model": "city",
}
"""The lowest level that may have a request: what reaches over several schools is not decided by one of them."""
Mistake = tuple[str, Text]
"""What part of a request is wrong, and what to write instead."""


def first_level(kind: ScopeKind, asked: Level | None, *, alone: bool) -> Level | None:
    """The level that has a request first: the one that was `asked`, or the lowest that may decide this scope; the one
    above where the person who asks is `alone` at it. None: there is none above.
    """
    least = LEVELS.index(LEAST_LEVEL[kind])
    first = max(least, LEVELS.index(asked) if asked else least) + alone
    return LEVELS[first] if first < len(LEVELS) else None


def mistakes(waiver: Waiver, now: datetime, terms: Terms) -> Iterator[Mistake]:
    """Everything that is wrong with the days and the reason of a request at `now`."""
    today = waiver.day(now)
    if not waiver.reason.strip() or len(waiver.reason) > LONGEST_REASON:
        yield (
            "reason",
            _text(
                f"hãy nêu lý do, tối đa {LONGEST_REASON} ký tự.",
                f"give the reason, in at most {LONGEST_REASON} characters.",
            ),
        )
    if waiver.begins < today:
        yield "begins", _text(f"chọn từ ngày {_vi(today)} trở đi.", f"must be {today} or later.")
    if waiver.ends < max(waiver.begins, today):
        least = max(waiver.begins, today)
        yield "ends", _text(f"chọn từ ngày {_vi(least)} trở đi.", f"must be {least} or later.")
    elif (waiver.ends - waiver.begins).days + 1 > terms.longest_days:
        yield (
            "ends",
            _text(
                f"ngoại lệ kéo dài tối đa {terms.longest_days} ngày; hãy chọn ngày sớm hơn.",
                f"a waiver may last {terms.longest_days} days at most; choose an earlier day.",
            ),
        )


def why_not_decided(waiver: Waiver, level: Level, now: datetime, terms: Terms, *, approve: bool) -> Text | None:
    """Why a person of `level` cannot decide this request at `now`, and what to do; None when they can."""
    if phase(waiver, now) != "asked":
        return _settled(waiver)
    has_it, _ = waits_at(waiver, now, terms)
    if LEVELS.index(level) < LEVELS.index(has_it):
        name = LEVEL_WORDS[has_it]
        return _text(
            f"yêu cầu này đang ở {name['vi']}; cấp đó hoặc cấp trên mới được quyết định.",
            f"this request is with {name['en']} now; that level or one above decides.",
        )
    if approve and waiver.ends < waiver.day(now):
        return _text(
            f"thời hạn đề nghị đã qua ({_vi(waiver.ends)}); hãy từ chối hoặc rút, rồi gửi yêu cầu mới.",
            f"its last day, {waiver.ends}, is past; refuse or withdraw it, and ask anew.",
        )
    return None


def why_not_withdrawn(waiver: Waiver, level: Level | None, now: datetime, terms: Terms) -> Text | None:
    """Why a waiver cannot be taken back at `now`; None when it can. `level` is that of a person who did not ask for it:
    the one that has it, or that approved it, or one above.
    """
    now_is = phase(waiver, now)
    if now_is in ("refused", "withdrawn", "lapsed"):
        return _settled(waiver)
    if level is None:
        return None
    least = waiver.decision.level if waiver.decision else waits_at(waiver, now, terms)[0]
    if LEVELS.index(level) >= LEVELS.index(least):
        return None
    name = LEVEL_WORDS[least]
    return _text(
        f"chỉ người gửi yêu cầu, {name['vi']} hoặc cấp trên mới rút được.",
        f"whoever asked for it, {name['en']} or a level above takes it back.",
    )


def _settled(waiver: Waiver) -> Text:
    if waiver.withdrawal is not None:
        by, day = waiver.withdrawal.by, waiver.day(waiver.withdrawal.at)
        return _text(
            f"yêu cầu này đã được {by} rút ngày {_vi(day)}; hãy gửi yêu cầu mới nếu cần.",
            f"{by} withdrew it on {day}; ask anew if it is needed.",
        )
    if waiver.decision is None or waiver.decision.approved:
        by, day = (waiver.decision.by, waiver.day(waiver.decision.at)) if waiver.decision else ("", waiver.ends)
        return _text(
            f"{by} đã duyệt ngày {_vi(day)}, có hiệu lực đến hết ngày {_vi(waiver.ends)}.",
            f"{by} approved it on {day}, until {waiver.ends}.",
        )
    by, day = waiver.decision.by, waiver.day(waiver.decision.at)
    return _text(
        f"{by} đã từ chối ngày {_vi(day)}; hãy gửi yêu cầu mới nếu cần.",
        f"{by} refused it on {day}; ask anew if it is needed.",
    )


def _vi(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _text(vi: str, en: str) -> Text:
    return {"vi": vi, "en": en}
