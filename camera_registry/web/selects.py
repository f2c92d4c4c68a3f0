"""What a list can be narrowed to: the selections of its form, each with its words in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from camera_registry.reports.waiver_words import STANDING_WORDS
from camera_registry.reports.words import WORDS
from camera_registry.services.actors import ACTORS
from camera_registry.services.listed import FIXES, REASONS, WAIVERS, Choice, Choices, Filter
from camera_registry.services.unchecked import reason_words
from standards.model import Text, VerdictName

VERDICTS: dict[VerdictName, Text] = {
    "compliant": {"vi": "Đáp ứng", "en": "Compliant"},
    "reconfigure": {"vi": "Cần chỉnh cấu hình", "en": "Change a setting"},
    "repair": {"vi": "Cần khắc phục", "en": "Repair"},
    "replace": {"vi": "Đề xuất thay thế", "en": "Replace"},
    "unverified": {"vi": "Chưa kiểm tra được", "en": "Not checked"},
}
"""Verdicts in short, for a mark beside a name."""
_FAILED: tuple[VerdictName, ...] = ("replace", "repair", "reconfigure")
_LABELS: dict[str, Text] = {
    "district": {"vi": "Đơn vị quản lý", "en": "Managing unit"},
    "school": {"vi": "Trường", "en": "School"},
    "rule": {"vi": "Tiêu chí", "en": "Criterion"},
    "fix": {"vi": "Biện pháp", "en": "Remedy"},
    "actor": {"vi": "Đơn vị xử lý", "en": "Who acts"},
    "verdict": {"vi": "Kết luận", "en": "Conclusion"},
    "official": {"vi": "Danh sách chính thức", "en": "Official list"},
    "free": {"vi": "Kinh phí", "en": "Money"},
    "kind": {"vi": "Lý do", "en": "Reason"},
    "waiver": {"vi": "Ngoại lệ", "en": "Waiver"},
}
_OFFICIAL: dict[str, Text] = {
    "yes": {"vi": "Chính thức", "en": "Official"},
    "no": {"vi": "Chờ xác nhận", "en": "Waiting to be confirmed"},
}
_FREE: Text = {"vi": "Xử lý được ngay, không tốn kinh phí", "en": "Can be done at once, costs nothing"}
_WAIVER_WORDS: Mapping[str, Text] = {
    "none": {"vi": "Không có", "en": "None"},
    **{str(name): words for name, words in STANDING_WORDS.items()},
}
_DEVICE: Text = {"vi": "Mã thiết bị", "en": "Code of the device"}
SORTS: dict[str, Text] = {
    "severity": {"vi": "Nặng nhất trước", "en": "Worst first"},
    "district": _LABELS["district"],
    "school": _LABELS["school"],
    "device": _DEVICE,
    "rule": _LABELS["rule"],
    "fix": _LABELS["fix"],
    "actor": _LABELS["actor"],
    "seen_at": {"vi": "Thời điểm đo", "en": "Time of measurement"},
    "since": {"vi": "Chưa đạt từ", "en": "Fails since"},
}
UNCHECKED_SORTS: dict[str, Text] = {
    "severity": {"vi": "Mất liên lạc lâu nhất trước", "en": "Silent longest first"},
    "district": _LABELS["district"],
    "school": _LABELS["school"],
    "device": _DEVICE,
    "last_answered": {"vi": "Lần trả lời gần nhất", "en": "Last answer"},
    "fix": _LABELS["fix"],
    "actor": _LABELS["actor"],
}
"""Every order that a list has is here, so that the form never names another one than holds."""


@dataclass(frozen=True)
class Select:
    """One selection of the form: what it narrows, what is chosen, and what there is to choose."""

    name: str
    label: Text
    chosen: str | None
    choices: tuple[Choice, ...]


def of_non_compliant(wanted: Filter, known: Choices) -> list[Select]:
    """The selections of the list of what is not compliant, with how many rows each choice would give."""
    fixes = [Choice(fix, WORDS[f"fix.{fix}"], known.fixes.get(fix, 0)) for fix in FIXES]
    actors = [Choice(actor, words, known.actors.get(actor, 0)) for actor, words in ACTORS.items()]
    verdicts = [Choice(name, VERDICTS[name], 0) for name in _FAILED]
    waivers = [Choice(name, _WAIVER_WORDS[name], 0) for name in WAIVERS]
    return [
        *_places(wanted, known.districts, known.schools),
        _select(wanted, "rule", _with_rows(known.rules, wanted.rule)),
        _select(wanted, "fix", _with_rows(fixes, wanted.fix)),
        _select(wanted, "actor", _with_rows(actors, wanted.actor)),
        _select(wanted, "verdict", verdicts),
        _select(wanted, "official", [Choice(name, text, 0) for name, text in _OFFICIAL.items()]),
        _select(wanted, "free", [Choice("yes", _FREE, 0)]),
        _select(wanted, "waiver", waivers),
    ]


def of_not_checked(wanted: Filter, districts: Mapping[str, str], schools: Mapping[str, str]) -> list[Select]:
    """The selections of the list of what could not be checked."""
    return [
        *_places(wanted, named(districts), named(schools)),
        _select(wanted, "kind", [Choice(kind, reason_words(kind), 0) for kind in REASONS]),
        _select(wanted, "fix", [Choice(fix, WORDS[f"fix.{fix}"], 0) for fix in FIXES]),
        _select(wanted, "actor", [Choice(actor, words, 0) for actor, words in ACTORS.items()]),
    ]


def _places(wanted: Filter, districts: Sequence[Choice], schools: Sequence[Choice]) -> list[Select]:
    """Unit and school, where there is something to choose."""
    both = [_select(wanted, "district", districts if len(districts) > 1 else ()), _select(wanted, "school", schools)]
    return [select for select in both if select.choices]


def _select(wanted: Filter, name: str, choices: Iterable[Choice]) -> Select:
    return Select(name, _LABELS[name], getattr(wanted, name), tuple(choices))


def _with_rows(choices: Iterable[Choice], chosen: str | None) -> list[Choice]:
    return [choice for choice in choices if choice.rows or choice.value == chosen]


def named(names: Mapping[str, str]) -> list[Choice]:
    """A choice for each of these values, which are called the same in both languages."""
    return [Choice(code, {"vi": name, "en": name}, 0) for code, name in names.items()]
