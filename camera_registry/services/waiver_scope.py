"""What a waiver is to be for: found in the registry by its codes, and fit for the rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from camera_registry.store import channels, devices, districts, schools, waivers
from standards.editions import Editions
from standards.model import RuleSubject, Text
from standards.waiving.granting import Mistake
from standards.waiving.waivers import KEYS, Scope, ScopeKind

FITS: Mapping[RuleSubject, tuple[ScopeKind, ...]] = {
    "stream": ("channel", "device", "model", "school", "district"),
    "channel": ("channel", "device", "model", "school", "district"),
    "device": ("device", "model", "school", "district"),
    "site": ("school", "district"),
    "school": ("school", "district"),
}
"""What a waiver may be for, by what its rule is about: one for a channel never covers a finding on a device."""


@dataclass(frozen=True)
class Found:
    """The scope as it is registered, and the id of what it is for, by the name of its column; or what is wrong."""

    scope: Scope
    ids: Mapping[str, int] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()


def found_scope(session: Session, scope: Scope) -> Found:
    """The scope as the registry has it."""
    lacking = [key for key in KEYS[scope.kind] if getattr(scope, key) in ("", None)]
    if lacking:
        return _wrong(scope, *((key, _needed(scope.kind)) for key in lacking))
    match scope.kind:
        case "district":
            unit = districts.by_code(session, scope.district)
            return _one(scope, "district", unit.id if unit else None, scope.district)
        case "school":
            school = schools.by_code(session, scope.school)
            return _one(scope, "school", school.id if school else None, scope.school)
        case "model":
            return _model(session, scope)
    device = devices.by_code(session, scope.school, scope.device)
    if device is None or scope.kind == "device":
        return _one(scope, "device", device.id if device else None, f"{scope.school}/{scope.device}")
    channel = channels.of_devices(session, {device.id or 0}).get((device.id or 0, scope.channel or 0))
    return _one(scope, "channel", channel.id if channel else None, f"{scope.school}/{scope.device}/{scope.channel}")


def unfit(editions: Editions, rule_id: str, kind: ScopeKind) -> Iterator[Mistake]:
    """What is wrong with a waiver of this rule for a scope of this kind."""
    rules = {rule.id: rule for edition in editions for rule in edition.rules}
    if rule_id not in rules:
        known, shown = ", ".join(sorted(rules)), rule_id[:100]
        vi = f"“{shown}” không có trong bộ tiêu chuẩn; dùng một trong: {known}."
        yield "rule", {"vi": vi, "en": f"“{shown}” is no rule; use one of: {known}."}
        return
    fits = FITS[rules[rule_id].subject]
    if kind not in fits:
        known = ", ".join(fits)
        yield (
            "scope",
            {
                "vi": f"tiêu chí này không đánh giá riêng phạm vi “{kind}”; chọn một trong: {known}.",
                "en": f"this rule says nothing of a {kind} by itself; ask for one of: {known}.",
            },
        )


def _one(scope: Scope, name: str, id_: int | None, code: str) -> Found:
    if id_ is not None:
        return Found(scope, {f"{name}_id": id_})
    shown = code[:100]
    return _wrong(scope, (name, {
        "vi": f"không có “{shown}” trong sổ; dùng mã đã đăng ký.",
        "en": f"there is no “{shown}”; use codes that are registered.",
    }))  # fmt: skip


def _model(session: Session, scope: Scope) -> Found:
    known = waivers.registered_model(session, scope.make, scope.model)
    if known is not None:
        return Found(replace(scope, make=known[0], model=known[1]))
    shown = f"{scope.make} {scope.model}"[:100]
    return _wrong(scope, ("model", {
        "vi": f"chưa có thiết bị nào đăng ký hãng, model “{shown}”; ghi như trong sổ.",
        "en": f"no device is registered as “{shown}”; write make and model as they are registered.",
    }))  # fmt: skip


def _needed(kind: ScopeKind) -> Text:
    keys = ", ".join(KEYS[kind])
    return {"vi": f"phạm vi “{kind}” cần: {keys}.", "en": f"a {kind} is named by: {keys}."}


def _wrong(scope: Scope, *mistakes: Mistake) -> Found:
    return Found(scope, {}, tuple(mistakes))
