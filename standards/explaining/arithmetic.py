"""Arithmetic: one comparison of a rule written down, so that a person can work it out again with pencil and paper.

Strategy: pure. Whether it holds is asked of the operator itself; here stands only how its terms read. A number is shown
with as many decimals as it takes to see the same answer as the operator saw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from standards.explaining.lines import Line
from standards.model import LANGUAGES, Expectation, Text, Tolerance
from standards.names import name_of, value_of
from standards.operators import OPERATORS, row_limit
from standards.view import known_paths
from standards.words import UNITS, either

YES: dict[bool, Text] = {True: {"vi": "đúng", "en": "yes"}, False: {"vi": "không", "en": "no"}}
_PER_SHOWN = {"ms": 1000.0, "kbit/s": 1000.0}
_FEWEST_DECIMALS, _MOST_DECIMALS = 2, 6
_PARTS = {
    "short": ({"vi": "cạnh ngắn", "en": "short side"}, ""),
    "long": ({"vi": "cạnh dài", "en": "long side"}, ""),
    "megapixels": ({"vi": "số điểm ảnh", "en": "pixels"}, " MP"),
}


@dataclass(frozen=True)
class _Given:
    """What is compared, with the words of its unit."""

    expectation: Expectation
    value: Any
    others: tuple[Any, ...]

    @property
    def unit(self) -> str:
        return known_paths()[self.expectation.fact].unit

    @property
    def holds(self) -> bool:
        """What the operator itself says."""
        e = self.expectation
        return OPERATORS[e.operator].test(self.value, e.argument, e.tolerance, self.others)


def arithmetic(expectation: Expectation, value: Any, others: tuple[Any, ...]) -> Line:
    """The comparison of `value` with what is required, and its answer; `others` are the values of the facts that the
    operator compares with.
    """
    given = _Given(expectation, value, others)
    return _WRITTEN[expectation.operator](given)


def limit_line(value: float, sign: str, limit: float, tolerance: Tolerance, unit: str) -> Line:
    """`14.2 ≥ 15 − 1 = 14 frames/s? yes`: a number against a limit with its tolerance."""
    per, slack = _PER_SHOWN.get(unit, 1.0), tolerance.of(limit)
    bound = limit - slack if sign == "≥" else limit + slack
    holds = value >= bound if sign == "≥" else value <= bound
    numbers = tuple(n / per for n in (value, limit, slack, bound))
    shown = {lang: _shown(numbers, lang) for lang in LANGUAGES}
    minus = "−" if sign == "≥" else "+"
    return Line(
        {
            lang: f"{v} {sign} {f'{le} {minus} {s} = {b}' if slack else b} {_unit(unit, lang)}".rstrip()
            + f"? {YES[holds][lang]}"
            for lang, (v, le, s, b) in shown.items()
        }
    )


def _shown(numbers: tuple[float, ...], lang: str) -> list[str]:
    """The numbers with so many decimals that the first and the last compare as they do unrounded."""
    value, bound = numbers[0], numbers[-1]
    for decimals in range(_FEWEST_DECIMALS, _MOST_DECIMALS + 1):
        if _order(round(value, decimals), round(bound, decimals)) == _order(value, bound):
            break
    return [_number(n, decimals, lang) for n in numbers]


def _order(a: float, b: float) -> int:
    return (a > b) - (a < b)


def _number(value: float, decimals: int, lang: str) -> str:
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") if lang == "vi" else text


def _unit(unit: str, lang: str) -> str:
    return UNITS.get(unit, {}).get(lang, unit)


def _asked(given: _Given, said: Text, *below: Line) -> Line:
    answer = YES[given.holds]
    return Line({lang: f"{said[lang]}? {answer[lang]}" for lang in LANGUAGES}, below)


def _is(given: _Given) -> Line:
    e = given.expectation
    seen, wanted = value_of(e.fact, given.value), value_of(e.fact, e.argument)
    return _asked(given, {lang: f"{seen[lang]} = {wanted[lang]}" for lang in LANGUAGES})


def _one_of(given: _Given) -> Line:
    e = given.expectation
    seen = value_of(e.fact, given.value)
    wanted = {lang: either(e.argument, given.unit, lang) for lang in LANGUAGES}
    return _asked(given, {"vi": f"{seen['vi']} là {wanted['vi']}", "en": f"{seen['en']} is {wanted['en']}"})


def _any_of(given: _Given) -> Line:
    e = given.expectation
    seen = value_of(e.fact, given.value)
    wanted = {lang: either(e.argument, given.unit, lang) for lang in LANGUAGES}
    return _asked(given, {"vi": f"trong {seen['vi']} có {wanted['vi']}", "en": f"{wanted['en']} among {seen['en']}"})


def _limit(sign: str) -> Callable[[_Given], Line]:
    def written(given: _Given) -> Line:
        return limit_line(given.value, sign, given.expectation.argument, given.expectation.tolerance, given.unit)

    return written


def _abs_limit(given: _Given) -> Line:
    e, size = given.expectation, abs(given.value)
    below = limit_line(size, "≤", e.argument, e.tolerance, given.unit)
    shown = value_of(e.fact, given.value)
    return Line({lang: f"|{shown[lang]}|: {below.text[lang]}" for lang in LANGUAGES})


def _between(given: _Given) -> Line:
    least, most = given.expectation.argument
    each = []
    for value in given.value:
        answer = YES[least <= value <= most]
        numbers = {lang: [_number(n, 2, lang) for n in (least, value, most)] for lang in LANGUAGES}
        each.append(
            Line({g: f"{' ≤ '.join(numbers[g])} {_unit(given.unit, g)}? {answer[g]}" for g in LANGUAGES}),
        )
    return _asked(given, {"vi": "có ít nhất một giá trị nằm giữa", "en": "is at least one between"}, *each)


def _covers(given: _Given) -> Line:
    width, height = given.value
    ways = tuple(_way(given.value, wanted) for wanted in given.expectation.argument)
    size, count = f"{width}×{height}", len(ways)
    if count == 1:
        return Line({lang: f"{size}: {ways[0].text[lang]}" for lang in LANGUAGES})
    said = {"vi": f"{size} đạt ít nhất một trong {count} cách", "en": f"{size} reaches one of {count} ways"}
    return _asked(given, said, *ways)


def _way(size: tuple[int, int], wanted: Any) -> Line:
    """One alternative of a size, number by number."""
    has = {"short": min(size), "long": max(size), "megapixels": size[0] * size[1] / 1e6}
    parts: dict[str, list[str]] = {lang: [] for lang in LANGUAGES}
    for name, least in wanted.items():
        words, unit = _PARTS[name]
        for lang in LANGUAGES:
            value, bound = _shown((has[name], least), lang)
            parts[lang].append(f"{words[lang]} {value} ≥ {bound}{unit}? {YES[has[name] >= least][lang]}")
    return Line({lang: "; ".join(said) for lang, said in parts.items()})


def _same(given: _Given) -> Line:
    e = given.expectation
    return _asked(given, {g: f"{value_of(e.fact, given.value)[g]} = {_other(given, g)}" for g in LANGUAGES})


def _near(given: _Given) -> Line:
    e = given.expectation
    mine, its = (sorted(v) if isinstance(v, (tuple, list)) else [v] for v in (given.value, given.others[0]))
    pairs = tuple(_pair(a, b, e.tolerance, given.unit) for a, b in zip(mine, its, strict=True))
    said = value_of(e.fact, given.value)
    near = {"vi": f"{said['vi']} gần {_other(given, 'vi')}", "en": f"{said['en']} near {_other(given, 'en')}"}
    return _asked(given, near, *pairs)


def _pair(a: float, b: float, tolerance: Tolerance, unit: str) -> Line:
    per = _PER_SHOWN.get(unit, 1.0)
    apart, slack = abs(a - b), tolerance.of(b)
    shown = {g: _shown((a / per, b / per, apart / per, slack / per), g) for g in LANGUAGES}
    exact = {g: _shown((apart / per, slack / per), g) for g in LANGUAGES}
    answer = YES[apart <= slack]
    return Line(
        {
            g: f"|{shown[g][0]} − {shown[g][1]}| = {exact[g][0]} ≤ {exact[g][1]} {_unit(unit, g)}? {answer[g]}"
            for g in LANGUAGES
        }
    )


def _other(given: _Given, lang: str) -> str:
    path = given.expectation.argument
    return f"{value_of(path, given.others[0])[lang]} ({name_of(path, lang)})"


def _table(sign: str) -> Callable[[_Given], Line]:
    def written(given: _Given) -> Line:
        e = given.expectation
        limit = row_limit(e.argument, given.others)
        row = _row(given, limit)
        if limit is None:
            return _asked(given, {"vi": f"{row['vi']}; không giới hạn", "en": f"{row['en']}; no limit"})
        compared = limit_line(given.value, sign, limit, e.tolerance, given.unit)
        return Line({lang: f"{row[lang]}; {compared.text[lang]}" for lang in LANGUAGES})

    return written


def _row(given: _Given, limit: float | None) -> Text:
    """The row of the table that counts: the first for this codec, and this size where rows name one."""
    codec, *size = given.others
    pixels = size[0][0] * size[0][1] / 1e6 if size else 0.0
    rows = given.expectation.argument["rows"]
    mine = next((r for r in rows if r["codec"] == codec and pixels <= r.get("up_to_mp", float("inf"))), None)
    if mine is None or limit is None:
        return {"vi": "bảng không có dòng cho luồng này", "en": "the table has no row for this stream"}
    said = {lang: f"{value_of('measured.codec', codec)[lang]}" for lang in LANGUAGES}
    of_size = {"vi": "", "en": ""}
    if size and "up_to_mp" in mine:
        up_to, has = ({g: _number(n, 2, g) for g in LANGUAGES} for n in (mine["up_to_mp"], pixels))
        of_size = {
            "vi": f" đến {up_to['vi']} MP (luồng này {has['vi']} MP)",
            "en": f" up to {up_to['en']} MP (this stream {has['en']} MP)",
        }
    per = _PER_SHOWN.get(given.unit, 1.0)
    value = {g: f"{_number(limit / per, 2, g)} {_unit(given.unit, g)}" for g in LANGUAGES}
    return {
        "vi": f"dòng của bảng: {said['vi']}{of_size['vi']}: {value['vi']}",
        "en": f"row of the table: {said['en']}{of_size['en']}: {value['en']}",
    }


_WRITTEN: dict[str, Callable[[_Given], Line]] = {
    "is": _is,
    "one_of": _one_of,
    "any_of": _any_of,
    "at_least": _limit("≥"),
    "at_most": _limit("≤"),
    "at_most_abs": _abs_limit,
    "any_between": _between,
    "covers": _covers,
    "same_as": _same,
    "near": _near,
    "at_most_for": _table("≤"),
    "at_least_for": _table("≥"),
}
"""How each operator of `OPERATORS` reads; a test fails when one is left out."""
