"""What a list can be narrowed to: the selections of its form, each with its words in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from camera_registry.reports.filter_words import FREE_WORDS, LABELS, OFFICIAL_WORDS, WAIVER_WORDS
from camera_registry.reports.words import WORDS
from camera_registry.services.actors import ACTORS
from camera_registry.services.listed import FIXES, REASONS, WAIVERS, Choice, Choices, Filter
from camera_registry.services.listing_groups import GROUPS
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
_DEVICE: Text = {"vi": "Mã thiết bị", "en": "Code of the device"}
SORTS: dict[str, Text] = {
    "severity": {"vi": "Nặng nhất trước", "en": "Worst first"},
    "district": LABELS["district"],
    "school": LABELS["school"],
    "device": _DEVICE,
    "rule": LABELS["rule"],
    "fix": LABELS["fix"],
    "actor": LABELS["actor"],
    "seen_at": {"vi": "Thời điểm đo", "en": "Time of measurement"},
    "since": {"vi": "Chưa đạt từ", "en": "Fails since"},
}
GROUP_WORDS: dict[str, Text] = {
    "actor": LABELS["actor"],
    "school": LABELS["school"],
    "rule": LABELS["rule"],
    "fix": LABELS["fix"],
    "model": {"vi": "Hãng, model", "en": "Make, model"},
}
UNCHECKED_SORTS: dict[str, Text] = {
    "severity": {"vi": "Mất liên lạc lâu nhất trước", "en": "Silent longest first"},
    "district": LABELS["district"],
    "school": LABELS["school"],
    "device": _DEVICE,
    "last_answered": {"vi": "Lần trả lời gần nhất", "en": "Last answer"},
    "fix": LABELS["fix"],
    "actor": LABELS["actor"],
}
"""Every order that a list has is here, so that the form never names another one than holds."""


@dataclass(frozen=True)
class Select:
    """One selection of the form: what it narrows, what is chosen, and what there is to choose. `empty` is what it says
    where nothing is chosen.
    """

    name: str
    label: Text
    chosen: str | None
    choices: tuple[Choice, ...]
    empty: Text = field(default_factory=lambda: {"vi": "Tất cả", "en": "All"})


def of_non_compliant(wanted: Filter, known: Choices) -> list[Select]:
    """The selections of the list of what is not compliant, with how many rows each choice would give."""
    fixes = [Choice(fix, WORDS[f"fix.{fix}"], known.fixes.get(fix, 0)) for fix in FIXES]
    actors = [Choice(actor, words, known.actors.get(actor, 0)) for actor, words in ACTORS.items()]
    verdicts = [Choice(name, VERDICTS[name], 0) for name in _FAILED]
    waivers = [Choice(name, WAIVER_WORDS[name], 0) for name in WAIVERS]
    return [
        *_places(wanted, known.districts, known.schools),
        _select(wanted, "rule", _with_rows(known.rules, wanted.rule)),
        _select(wanted, "fix", _with_rows(fixes, wanted.fix)),
        _select(wanted, "actor", _with_rows(actors, wanted.actor)),
        _select(wanted, "verdict", verdicts),
        _select(wanted, "official", [Choice(name, text, 0) for name, text in OFFICIAL_WORDS.items()]),
        _select(wanted, "free", [Choice(name, text, 0) for name, text in FREE_WORDS.items()]),
        _select(wanted, "waiver", waivers),
    ]


def of_groups(by: str | None) -> Select:
    """By what the rows stand together."""
    label: Text = {"vi": "Nhóm theo", "en": "Group by"}
    choices = tuple(Choice(name, GROUP_WORDS[name], 0) for name in GROUPS)
    return Select("group", label, by, choices, {"vi": "Không nhóm", "en": "No groups"})


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
    return Select(name, LABELS[name], getattr(wanted, name), tuple(choices))


def _with_rows(choices: Iterable[Choice], chosen: str | None) -> list[Choice]:
    return [choice for choice in choices if choice.rows or choice.value == chosen]


def named(names: Mapping[str, str]) -> list[Choice]:
    """A choice for each of these values, which are called the same in both languages."""
    return [Choice(code, {"vi": name, "en": name}, 0) for code, name in names.items()]
