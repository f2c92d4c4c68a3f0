"""Changes: what is different from the look before: the unit, and what became of each finding. Pure.

Strategy: identities in, one sentence out. Firmware alone is no other unit, and where no key can be compared nothing is
said. Of findings, only a pass resolves a failure: what became unknown, or is not asked any more, is said as that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from probes.facts.identity import Key, compare
from standards.model import Outcome, Text

_KEY: dict[Key, Text] = {
    "mac": {"vi": "địa chỉ MAC", "en": "MAC address"},
    "endpoint": {"vi": "mã UUID", "en": "endpoint UUID"},
    "serial": {"vi": "số sê-ri", "en": "serial number"},
    "model": {"vi": "hãng và model", "en": "maker and model"},
}


@dataclass(frozen=True)
class UnitChange:
    """Another unit stands where one stood: told by `key`, whose values were `before` and are `now`."""

    key: Key
    before: str
    now: str

    @property
    def why(self) -> Text:
        """The change in words."""
        return {
            "vi": f"Thiết bị khác so với lần kiểm tra trước: {_KEY[self.key]['vi']} {self.before} → {self.now}.",
            "en": f"Another unit than in the look before: {_KEY[self.key]['en']} {self.before} → {self.now}.",
        }


def another_unit(old: Mapping[str, Any], new: Mapping[str, Any], shared: Collection[str] = ()) -> UnitChange | None:
    """What tells that `new` is another unit than `old` (values by the names of `facts.Identity`); None when it is the
    same or nobody can tell. `shared` values stand on other devices too, and tell nothing.
    """
    seen = compare(old, new, shared)
    return UnitChange(seen.key, seen.before, seen.now) if seen.same is False and seen.key else None


ChangeName = Literal["appeared", "resolved", "value", "still", "unknown", "known", "gone"]
CHANGES: dict[ChangeName, Text] = {
    "appeared": {"vi": "Mới chưa đạt", "en": "newly fails"},
    "resolved": {"vi": "Đã khắc phục", "en": "resolved"},
    "value": {"vi": "Vẫn chưa đạt, số liệu hoặc biện pháp đã khác", "en": "still fails, with another value or fix"},
    "still": {"vi": "Vẫn chưa đạt", "en": "still fails"},
    "unknown": {"vi": "Nay chưa xác định được", "en": "cannot be told any more"},
    "known": {"vi": "Nay đã xác định được", "en": "can be told again"},
    "gone": {"vi": "Trước chưa đạt, nay không còn xét", "en": "failed, and is not asked any more"},
}
"""What may become of a finding between two nights, in words."""
_NOTEWORTHY = 0.1
"""A number that moved by less than this share is the same: rates and bit rates are never twice alike."""


@dataclass(frozen=True)
class State:
    """A finding as far as changes go: what came out, its fix, what was seen."""

    outcome: Outcome
    fix: str | None = None
    seen: Any = None


def change(before: State | None, now: State | None) -> ChangeName | None:
    """What became of a finding from `before` to `now` (None: it was not made); None where nothing worth saying did."""
    was, is_ = (state.outcome if state else "not_applicable" for state in (before, now))
    if was == "fail" == is_ and before and now:
        other = before.fix != now.fix or another_value(before.seen, now.seen)
        return "value" if other else "still"
    if is_ == "fail":
        return "appeared"
    if was == "fail":
        return "resolved" if is_ == "pass" else "unknown" if is_ == "unknown" else "gone"
    if is_ == "unknown":
        return None if was == "unknown" else "unknown"
    return "known" if was == "unknown" and is_ == "pass" else None


def another_value(before: Any, now: Any) -> bool:
    """True when `now` is worth telling after `before`: a number that moved by a tenth, anything else that differs."""
    if _is_number(before) and _is_number(now):
        return bool(abs(now - before) > _NOTEWORTHY * abs(before))
    return bool(before != now)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
