"""Waivers in words: what one is now, until when, who said so. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from standards.model import Text
from standards.waiving.granting import LEVEL_WORDS
from standards.waiving.waiver_history import EventName
from standards.waiving.waivers import Level, ScopeKind, StandingName, Waived

DAYS = {"vi": "%d/%m/%Y", "en": "%Y-%m-%d"}
STANDING_WORDS: Mapping[StandingName, Text] = {
    "asked": {"vi": "Chờ duyệt", "en": "Asked for"},
    "refused": {"vi": "Không duyệt", "en": "Refused"},
    "withdrawn": {"vi": "Đã rút", "en": "Withdrawn"},
    "not_begun": {"vi": "Đã duyệt, chưa đến ngày", "en": "Approved, not begun"},
    "in_force": {"vi": "Đã duyệt", "en": "In force"},
    "lapsing": {"vi": "Sắp hết hạn", "en": "About to lapse"},
    "lapsed": {"vi": "Hết hạn", "en": "Lapsed"},
}
"""What a waiver is, in short."""
SCOPE_WORDS: Mapping[ScopeKind, Text] = {
    "channel": {"vi": "Camera (kênh)", "en": "Channel"},
    "device": {"vi": "Thiết bị", "en": "Device"},
    "model": {"vi": "Mọi thiết bị cùng hãng, model", "en": "Every device of a make and model"},
    "school": {"vi": "Trường", "en": "School"},
    "district": {"vi": "Đơn vị quản lý", "en": "Managing unit"},
}
"""What a waiver is for."""
LEVEL_NAMES: Mapping[Level, Text] = {
    "school": {"vi": "Nhà trường", "en": "School"},
    "district": {"vi": "Đơn vị quản lý", "en": "Managing unit"},
    "city": {"vi": "Cấp thành phố", "en": "City"},
}
"""Who decides."""
EVENT_WORDS: Mapping[EventName, Text] = {
    "asked": {"vi": "Gửi yêu cầu", "en": "Asked for"},
    "went_up": {"vi": "Tự chuyển lên cấp trên", "en": "Went up by itself"},
    "approved": {"vi": "Duyệt", "en": "Approved"},
    "refused": {"vi": "Không duyệt", "en": "Refused"},
    "withdrawn": {"vi": "Rút", "en": "Withdrawn"},
    "lapsed": {"vi": "Hết hạn", "en": "Lapsed"},
}
"""What became of a waiver."""


def day(at: date, lang: str) -> str:
    """A day as it is written in this language."""
    return at.strftime(DAYS[lang])


def standing_in_words(waived: Waived, lang: str) -> str:
    """What a waiver is now, until when, and who has it or approved it; one that lapsed keeps its day, one that was
    refused or taken back says why.
    """
    waiver, now = waived.waiver, waived.standing
    begins, ends = day(waiver.begins, lang), day(waiver.ends, lang)
    by, why = (waiver.decision.by, waiver.decision.note) if waiver.decision else ("", "")
    back = f"{waiver.withdrawal.by}: {waiver.withdrawal.note}".removesuffix(": ") if waiver.withdrawal else ""
    before = {"vi": f"; {by} đã duyệt trước đó", "en": f"; {by} had approved it"} if by else {"vi": "", "en": ""}
    level = LEVEL_WORDS[now.level][lang] if now.level else ""
    told: dict[StandingName, Text] = {
        "asked": {"vi": f"Chờ {level} duyệt", "en": f"Asked for, with {level}"},
        "refused": {"vi": f"{by} không duyệt: {why}", "en": f"Refused by {by}: {why}"},
        "withdrawn": {"vi": f"Đã rút ({back}){before['vi']}", "en": f"Withdrawn ({back}){before['en']}"},
        "not_begun": {
            "vi": f"Đã duyệt, từ {begins} đến hết {ends} ({by})",
            "en": f"Approved, from {begins} until {ends} ({by})",
        },
        "in_force": {"vi": f"Đã duyệt đến hết ngày {ends} ({by})", "en": f"In force until {ends} ({by})"},
        "lapsing": {
            "vi": f"Sắp hết hạn: còn {now.days_left} ngày, đến hết ngày {ends} ({by})",
            "en": f"About to lapse: {_days(now.days_left or 0)} left, until {ends} ({by})",
        },
        "lapsed": {"vi": f"Hết hạn ngày {ends} ({by})", "en": f"Lapsed on {ends} ({by})"},
    }
    return told[now.name][lang]


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def scope_in_words(waived: Waived, lang: str) -> str:
    """What a waiver is for, by codes."""
    scope = waived.waiver.scope
    codes = {
        "channel": f"{scope.school} {scope.device}/{scope.channel}",
        "device": f"{scope.school} {scope.device}",
        "model": f"{scope.make} {scope.model}",
        "school": scope.school,
        "district": scope.district,
    }
    return f"{SCOPE_WORDS[scope.kind][lang]}: {codes[scope.kind]}"
