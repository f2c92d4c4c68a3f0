"""Explain a fix: why a failure gets the one it has; where a device might do better, what each encoding lacks. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from probes.facts import Encoding, Fact
from standards.explaining.lines import Line, filled, line
from standards.judge import offered
from standards.model import LANGUAGES, EncodingWanted, Fix, RegisterFacts, Rule, Text, Within
from standards.names import FIXES, value_of
from standards.operators import OPERATORS
from standards.view import View
from standards.words import CODES, either, number

_HAS: dict[bool | None, Text] = {
    True: {"vi": "có", "en": "yes"},
    False: {"vi": "không", "en": "no"},
    None: {"vi": "không cho biết", "en": "not said"},
}
_WANTED: dict[str, Text] = {
    "codecs": {"vi": "chuẩn nén", "en": "codec"},
    "covers": {"vi": "độ phân giải", "en": "size"},
    "fps": {"vi": "tốc độ khung hình", "en": "frame rate"},
}


def fix_line(rule: Rule, view: View, register: RegisterFacts, fix: Fix | None) -> Line:
    """Why this failure of `rule` has the fix that it has."""
    if rule.within is None:
        return filled("Biện pháp của tiêu chí này: {fix}", "The fix of this rule: {fix}", fix=_fix(fix))
    return filled(
        "Biện pháp theo khả năng của thiết bị: {fix}", "The fix by what the device can do: {fix}",
        *_within(rule.within, view, register, rule.max_age), fix=_fix(fix),
    )  # fmt: skip


def _fix(fix: Fix | None) -> Text:
    return FIXES[fix or "survey"]


def _within(within: Within, view: View, register: RegisterFacts, max_age: timedelta | None) -> Iterator[Line]:
    wanted = _wanted(within.encoding)
    yield filled("Cần một kiểu mã hóa có đủ: {all}", "One encoding has to have all of: {all}", all=wanted)
    via = view.look("channel.via", max_age)
    if isinstance(via, Fact):
        yield filled("Hình lấy {via}", "It is seen {via}", via=value_of("channel.via", via.value))
    else:
        yield line("Chưa rõ thiết bị nào mã hóa hình.", "Which device encodes is not known.")
    capable = view.look("capable.encodings", max_age)
    if not isinstance(capable, Fact) or not capable.value:
        yield line("Thiết bị không cho biết đặt được những gì.", "The device does not say what it could be set to.")
    else:
        yield from (_encoding(e, within.encoding, "Thiết bị hỗ trợ", "Offered") for e in capable.value)
    others = [e for e in register.same_model if None in (c := offered(e, within.encoding).values()) or all(c)]
    if others:
        yield from (_encoding(e, within.encoding, "Thiết bị khác cùng model", "Another of its model") for e in others)
    else:
        yield line(
            "Không thiết bị nào cùng model cho thấy làm được.", "No other device of its model shows that it can."
        )
    yield filled(
        "Đặt được: {fix}; qua đầu ghi, chưa rõ, hoặc thiết bị cùng model có thể làm được: {unknown}; chắc chắn không: "
        "{otherwise}",
        "If it can: {fix}; seen through a recorder, in doubt, or others of the model may: {unknown}; surely not: "
        "{otherwise}",
        fix=FIXES[within.fix],
        unknown=FIXES[within.unknown],
        otherwise=FIXES[within.otherwise],
    )


def _wanted(wanted: EncodingWanted) -> Text:
    said: dict[str, list[str]] = {"vi": [], "en": []}
    for lang, parts in said.items():
        if wanted.codecs:
            parts.append(f"{_WANTED['codecs'][lang]} {either(wanted.codecs, '', lang)}")
        if wanted.covers:
            parts.append(f"{_WANTED['covers'][lang]} {OPERATORS['covers'].words(wanted.covers, 'px', None)[lang]}")
        if wanted.fps is not None:
            parts.append(f"{_WANTED['fps'][lang]} ≥ {number(wanted.fps, lang)}")
    return {lang: "; ".join(parts) for lang, parts in said.items()}


def _encoding(encoding: Encoding, wanted: EncodingWanted, vi: str, en: str) -> Line:
    """One encoding that is offered, and for each thing wanted whether it has it."""
    checks = offered(encoding, wanted)
    asked = {g: "; ".join(f"{_WANTED[name][g]}? {_HAS[has][g]}" for name, has in checks.items()) for g in LANGUAGES}
    codec = CODES.get(encoding.codec, encoding.codec)
    head = {"vi": vi, "en": en}
    return Line({g: f"{head[g]} {codec}, {_sizes(encoding, g)}, {_fps(encoding, g)}: {asked[g]}" for g in LANGUAGES})


def _sizes(encoding: Encoding, lang: str) -> str:
    if not encoding.sizes:
        return {"vi": "không nêu độ phân giải", "en": "no sizes said"}[lang]
    largest = max(encoding.sizes, key=lambda size: size[0] * size[1])
    most = {"vi": "lớn nhất", "en": "largest"}[lang]
    return f"{most} {largest[0]}×{largest[1]}"


def _fps(encoding: Encoding, lang: str) -> str:
    if not encoding.fps:
        return {"vi": "không nêu tốc độ", "en": "no rate said"}[lang]
    words = {"vi": "tối đa {} hình/giây", "en": "at most {} frames/s"}[lang]
    return words.format(number(encoding.fps[1], lang))
