"""The closed table of operators: all that a rule can say about a fact.

Strategy: each is a tiny pure test of one value, with the kinds of fact it takes, a reader for its argument, how it
reads in words, and the `cuts` it makes on a number: the values at which the judgement changes, so that sampling may end
when none is near. An operator that compares with other facts names their paths (`others`) and gets their values. A
harder rule becomes a new fact (probes.facts.derive), not a new operator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from probes.facts.groups import FactKind
from standards.arguments import (
    band,
    distance,
    limits,
    number,
    one_value,
    path,
    sizes,
    texts,
)
from standards.model import LANGUAGES, Tolerance
from standards.words import either, show, with_unit

Test = Callable[[Any, Any, Tolerance, tuple[Any, ...]], bool]
Words = Callable[[Any, str, tuple[Any, ...] | None], Mapping[str, str]]


def _no_others(_argument: Any) -> tuple[str, ...]:
    return ()


def _no_cuts(_argument: Any, _tolerance: Tolerance) -> tuple[float, ...]:
    return ()


@dataclass(frozen=True)
class Operator:
    """One operator. `read(argument, kind)` returns the argument ready for `test` or raises ValueError saying what to
    write; `words(argument, unit, others)` is the requirement as a person reads it (others None: not known).
    """

    name: str
    kinds: frozenset[FactKind]
    argument: str
    meaning: str
    read: Callable[[Any, FactKind], Any]
    test: Test
    words: Words
    tolerant: bool = False
    others: Callable[[Any], tuple[str, ...]] = _no_others
    cuts: Callable[[Any, Tolerance], tuple[float, ...]] = _no_cuts

    @cached_property
    def compares(self) -> bool:
        """True for an operator that compares with other facts."""
        return self.others is not _no_others


def _is(value: Any, wanted: Any, _tolerance: Tolerance, _others: tuple[Any, ...]) -> bool:
    return bool(value == wanted)


def _one_of(value: str, wanted: tuple[str, ...], _tolerance: Tolerance, _others: tuple[Any, ...]) -> bool:
    return value in wanted


def _any_of(values: tuple[str, ...], wanted: tuple[str, ...], _tol: Tolerance, _others: tuple[Any, ...]) -> bool:
    return any(value in wanted for value in values)


def _at_least(value: float, least: float, tolerance: Tolerance, _others: tuple[Any, ...]) -> bool:
    return value >= least - tolerance.of(least)


def _at_most(value: float, most: float, tolerance: Tolerance, _others: tuple[Any, ...]) -> bool:
    return value <= most + tolerance.of(most)


def _at_most_abs(value: float, most: float, tolerance: Tolerance, _others: tuple[Any, ...]) -> bool:
    return abs(value) <= most + tolerance.of(most)


def _any_between(values: tuple[float, ...], ends: tuple[float, float], _t: Tolerance, _o: tuple[Any, ...]) -> bool:
    return any(ends[0] <= value <= ends[1] for value in values)


def covers(size: tuple[int, int], alternatives: tuple[Mapping[str, float], ...]) -> bool:
    """True when `size` (px, any orientation) reaches every number of one alternative: short, long, megapixels."""
    has = {"short": min(size), "long": max(size), "megapixels": size[0] * size[1] / 1e6}
    for wanted in alternatives:
        for name, least in wanted.items():
            if has[name] < least:
                break
        else:
            return True
    return False


def _covers(value: tuple[int, int], wanted: Any, _tolerance: Tolerance, _others: tuple[Any, ...]) -> bool:
    return covers(value, wanted)


def _same_as(value: Any, _path: str, _tolerance: Tolerance, others: tuple[Any, ...]) -> bool:
    return bool(value == others[0])


def _near(value: Any, _path: str, tolerance: Tolerance, others: tuple[Any, ...]) -> bool:
    if isinstance(value, (int, float)):
        return bool(abs(value - others[0]) <= tolerance.of(others[0]))
    mine, its = sorted(value), sorted(others[0])
    return all(abs(a - b) <= tolerance.of(b) for a, b in zip(mine, its, strict=True))


def row_limit(table: Mapping[str, Any], others: tuple[Any, ...]) -> float | None:
    """The limit of the first row for this codec (and size, where rows name one); None when no row is for it."""
    codec, *size = others
    pixels = size[0][0] * size[0][1] / 1e6 if size else 0.0
    for row in table["rows"]:
        if row["codec"] == codec and pixels <= row.get("up_to_mp", float("inf")):
            return float(row["limit"])
    return None


def _at_most_for(value: float, table: Mapping[str, Any], tolerance: Tolerance, others: tuple[Any, ...]) -> bool:
    limit = row_limit(table, others)
    return limit is None or value <= limit + tolerance.of(limit)


def _at_least_for(value: float, table: Mapping[str, Any], tolerance: Tolerance, others: tuple[Any, ...]) -> bool:
    limit = row_limit(table, others)
    return limit is None or value >= limit - tolerance.of(limit)


def _table_paths(table: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(table[name] for name in ("codec", "size") if name in table)


def _phrase(vi: str, en: str) -> Words:
    def words(argument: Any, unit: str, _others: tuple[Any, ...] | None) -> Mapping[str, str]:
        return {"vi": vi.format(show(argument, unit, "vi")), "en": en.format(show(argument, unit, "en"))}

    return words


def _either(vi: str, en: str) -> Words:
    def words(argument: Any, unit: str, _others: tuple[Any, ...] | None) -> Mapping[str, str]:
        return {"vi": vi.format(either(argument, unit, "vi")), "en": en.format(either(argument, unit, "en"))}

    return words


def _between_words(ends: tuple[float, float], unit: str, _others: tuple[Any, ...] | None) -> Mapping[str, str]:
    vi, en = ([with_unit(end, unit, language) for end in ends] for language in LANGUAGES)
    return {"vi": f"ít nhất một luồng từ {vi[0]} đến {vi[1]}", "en": f"one from {en[0]} to {en[1]}"}


def _covers_words(wanted: tuple[Mapping[str, float], ...], _unit: str, _others: Any) -> Mapping[str, str]:
    names = {
        "vi": {"short": "cạnh ngắn từ {} điểm ảnh", "long": "cạnh dài từ {} điểm ảnh", "megapixels": "từ {} MP"},
        "en": {"short": "short side from {} pixels", "long": "long side from {} pixels", "megapixels": "from {} MP"},
    }
    joined = {"vi": (", ", " hoặc "), "en": (", ", " or ")}
    return {
        language: joined[language][1].join(
            joined[language][0].join(names[language][n].format(show(v, "", language)) for n, v in alternative.items())
            for alternative in wanted
        )
        for language in LANGUAGES
    }


def _other_words(vi: str, en: str) -> Words:
    def words(argument: Any, unit: str, others: tuple[Any, ...] | None) -> Mapping[str, str]:
        shown = {lang: show(others[0], unit, lang) if others else str(argument) for lang in LANGUAGES}
        return {"vi": vi.format(shown["vi"]), "en": en.format(shown["en"])}

    return words


def _limit_words(vi: str, en: str) -> Words:
    def words(table: Any, unit: str, others: tuple[Any, ...] | None) -> Mapping[str, str]:
        limit = row_limit(table, others) if others else None
        if limit is None:
            return {"vi": "theo bảng mức của từng chuẩn nén", "en": "by the table of limits for each codec"}
        return {"vi": vi.format(with_unit(limit, unit, "vi")), "en": en.format(with_unit(limit, unit, "en"))}

    return words


def _least_cut(argument: float, tolerance: Tolerance) -> tuple[float, ...]:
    return (argument - tolerance.of(argument),)


def _most_cut(argument: float, tolerance: Tolerance) -> tuple[float, ...]:
    return (argument + tolerance.of(argument),)


def _both_cuts(argument: float, tolerance: Tolerance) -> tuple[float, ...]:
    return (-argument - tolerance.of(argument), argument + tolerance.of(argument))


def _table_cuts(sign: int) -> Callable[[Any, Tolerance], tuple[float, ...]]:
    def cuts(table: Any, tolerance: Tolerance) -> tuple[float, ...]:
        return tuple(sorted({row["limit"] + sign * tolerance.of(row["limit"]) for row in table["rows"]}))

    return cuts


def _kinds(*kinds: FactKind) -> frozenset[FactKind]:
    return frozenset(kinds)


_NUMBER = _kinds("number")
_LEAST = _phrase("tối thiểu {}", "at least {}")
_MOST = _phrase("tối đa {}", "at most {}")

OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("is", _kinds("flag", "text"), "true, false or a text", "the fact is exactly this",
                 one_value, _is, _phrase("{}", "{}")),
        Operator("one_of", _kinds("text"), "a list of texts", "the text is one of these",
                 texts, _one_of, _either("{}", "{}")),
        Operator("any_of", _kinds("texts"), "a list of texts", "at least one of the texts is one of these",
                 texts, _any_of, _either("có {}", "has {}")),
        Operator("at_least", _NUMBER, "a number", "the number is not smaller",
                 number, _at_least, _LEAST, tolerant=True, cuts=_least_cut),
        Operator("at_most", _NUMBER, "a number", "the number is not bigger",
                 number, _at_most, _MOST, tolerant=True, cuts=_most_cut),
        Operator("at_most_abs", _NUMBER, "a number from 0", "the number without its sign is not bigger",
                 distance, _at_most_abs, _MOST, tolerant=True, cuts=_both_cuts),
        Operator("any_between", _kinds("numbers"), "[least, most]",
                 "at least one of the numbers lies between, ends included", band, _any_between, _between_words),
        Operator("covers", _kinds("size"), "a list of tables with short, long (px) or megapixels",
                 "the size, turned either way, reaches every number of one table", sizes, _covers, _covers_words),
        Operator("same_as", _kinds("flag", "text"), "the path of another fact of the same kind", "both facts are equal",
                 path, _same_as, _other_words("{}", "{}"), others=lambda argument: (argument,)),
        Operator("near", _kinds("number", "size"), "the path of another fact of the same kind",
                 "both facts are equal within the tolerance; sizes turned either way",
                 path, _near, _other_words("khoảng {}", "about {}"), tolerant=True,
                 others=lambda argument: (argument,)),
        Operator("at_most_for", _NUMBER,
                 "a table: codec (a path), size (a path, optional), rows of codec, up_to_mp, limit",
                 "the number is not bigger than the limit of the first row for this codec and size; no row, no limit",
                 limits, _at_most_for, _limit_words("tối đa {}", "at most {}"), tolerant=True,
                 others=_table_paths, cuts=_table_cuts(1)),
        Operator("at_least_for", _NUMBER, "a table as for at_most_for",
                 "the number is not smaller than the limit of the first row for this codec and size; no row, no limit",
                 limits, _at_least_for, _limit_words("tối thiểu {}", "at least {}"), tolerant=True,
                 others=_table_paths, cuts=_table_cuts(-1)),
    )
}  # fmt: skip
