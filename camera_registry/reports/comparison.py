"""The what-if as lines, CSV rows and JSON lines. Pure: parts of it in, texts out; one part at a time, for 100,000."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from camera_registry.lists import SCOPES
from camera_registry.reports.listing import harmless
from camera_registry.reports.money import money
from camera_registry.services.compare import Bill, Flipped
from camera_registry.services.explained import measured
from standards.compare import Cause
from standards.model import Edition, Finding, Text
from standards.names import OUTCOMES, VERDICTS
from standards.planning.prices import PriceBook
from standards.verdict import WORST_FIRST

_WORDS: dict[str, Text] = {
    "every": {"vi": "Tất cả camera", "en": "All cameras"},
    "offered": {"vi": "Camera thuộc diện kết nối", "en": "Cameras offered for connection"},
    "flips": {"vi": "đổi kết luận: {n} / {of}", "en": "another verdict: {n} of {of}"},
    "required": {"vi": "yêu cầu", "en": "required"},
    "no_rule": {"vi": "không có tiêu chí này", "en": "has no such rule"},
    "no_book": {
        "vi": "Chi phí: chưa rõ, chưa có bảng giá tham khảo (plan.prices).",
        "en": "Cost: unknown, there is no price book (plan.prices).",
    },
    "by_book": {
        "vi": "Chi phí cho camera thuộc diện kết nối, theo bảng giá {book} ngày {date} (SHA-256 {sha256}):",
        "en": "Cost of the offered cameras by the price book {book} of {date} (SHA-256 {sha256}):",
    },
    "bill": {
        "vi": "{once} một lần, {yearly} mỗi năm, chưa tính được {unknown} camera",
        "en": "{once} once, {yearly} a year, not known for {unknown} cameras",
    },
}
_HEADINGS: dict[str, Text] = {
    "district": {"vi": "Đơn vị quản lý", "en": "Managing unit"},
    "school": {"vi": "Mã trường", "en": "School"},
    "device": {"vi": "Mã thiết bị", "en": "Device"},
    "channel": {"vi": "Kênh", "en": "Channel"},
    "scope": {"vi": "Thuộc diện kết nối", "en": "Offered for connection"},
    "a": {"vi": "Kết luận A", "en": "Verdict A"},
    "b": {"vi": "Kết luận B", "en": "Verdict B"},
    "rule": {"vi": "Tiêu chí", "en": "Rule"},
    "seen": {"vi": "Giá trị đo", "en": "Seen"},
    "required_a": {"vi": "Yêu cầu A", "en": "Required by A"},
    "required_b": {"vi": "Yêu cầu B", "en": "Required by B"},
    "outcome_a": {"vi": "Kết quả A", "en": "Outcome A"},
    "outcome_b": {"vi": "Kết quả B", "en": "Outcome B"},
    "cost_a": {"vi": "Chi phí A (đ)", "en": "Cost A (VND)"},
    "cost_b": {"vi": "Chi phí B (đ)", "en": "Cost B (VND)"},
    "edition_a": {"vi": "Phiên bản A", "en": "Edition A"},
    "sha256_a": {"vi": "SHA-256 của phiên bản A", "en": "SHA-256 of edition A"},
    "edition_b": {"vi": "Phiên bản B", "en": "Edition B"},
    "sha256_b": {"vi": "SHA-256 của phiên bản B", "en": "SHA-256 of edition B"},
}
Sides = tuple[Edition, Edition]
"""A and B."""


def headings(lang: str) -> list[str]:
    """The first row of the CSV."""
    return [words[lang] for words in _HEADINGS.values()]


def rows(flipped: Flipped, sides: Sides, lang: str) -> Iterator[list[str]]:
    """A row of the CSV for each rule that makes the verdict of this camera another one."""
    turned, scope = flipped.flip, SCOPES[flipped.scope][lang]
    place = [flipped.district_name, flipped.school, flipped.device, str(flipped.channel), scope]
    judged_by = [text for edition in sides for text in (edition.name, edition.sha256)]
    verdicts = [VERDICTS[verdict.name][lang] for verdict in (turned.a, turned.b)]
    for cause in turned.causes:
        found = (cause.a, cause.b)
        asked = [side.expected[lang] if side else _WORDS["no_rule"][lang] for side in found]
        outcomes = [OUTCOMES[side.outcome][lang] if side else "" for side in found]
        costs = ["" if bill.unknown else str(bill.once + bill.yearly) for bill in flipped.bills]
        cells = [*place, *verdicts, _rule(cause), _seen(cause, lang), *asked, *outcomes, *costs, *judged_by]
        yield [harmless(cell) for cell in cells]


def lines(flipped: Flipped, lang: str) -> Iterator[str]:
    """What became of a camera, and why, for a terminal."""
    turned, keys = flipped.flip, f"{flipped.school}/{flipped.device}/{flipped.channel}"
    yield f"{keys}: {VERDICTS[turned.a.name][lang]} -> {VERDICTS[turned.b.name][lang]}"
    for cause in turned.causes:
        yield f"    {_rule(cause)}: {_seen(cause, lang)}; A: {_asked(cause.a, lang)}; B: {_asked(cause.b, lang)}"


def to_json(flipped: Flipped) -> dict[str, Any]:
    """A camera as a JSON object."""
    turned = flipped.flip
    return {
        "district": flipped.district,
        "district_name": flipped.district_name,
        "school": flipped.school,
        "device": flipped.device,
        "channel": flipped.channel,
        "scope": flipped.scope,
        "verdict": {"a": turned.a.name, "b": turned.b.name},
        "causes": [cause.to_json() for cause in turned.causes],
        "cost": bills_json(flipped.bills),
    }


def bills_json(bills: tuple[Bill, Bill]) -> dict[str, Any]:
    """What either side costs, in VND with VAT."""
    return {side: asdict(bill) for side, bill in zip("ab", bills, strict=True)}


def sides(of: Sides) -> Iterator[str]:
    """Which editions A and B are, with the SHA-256 of their texts."""
    for name, edition in zip("AB", of, strict=True):
        yield f"{name} = {edition.name} (SHA-256 {edition.sha256})"


def sides_json(of: Sides) -> dict[str, Any]:
    """Which editions A and B are."""
    return {side: {"edition": edition.name, "sha256": edition.sha256} for side, edition in zip("ab", of, strict=True)}


def totals_json(counted: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    """How many cameras have which verdict by A and by B."""
    return [{"a": a, "b": b, "channels": counted[a, b]} for a, b in sorted(counted)]


def totals(name: str, counted: Counter[tuple[str, str]], lang: str) -> Iterator[str]:
    """The matrix of verdicts: a line for each by A, a column for each by B."""
    flips = sum(n for (a, b), n in counted.items() if a != b)
    said = _WORDS["flips"][lang].format(n=flips, of=counted.total())
    yield f"{_WORDS[name][lang]}: {said}"
    named = [name for name in WORST_FIRST if any(name in pair for pair in counted)]
    wide = max((len(VERDICTS[name][lang]) for name in named), default=0) + 2
    yield "A \\ B".ljust(wide) + "".join(VERDICTS[b][lang].rjust(wide) for b in named)
    for a in named:
        yield VERDICTS[a][lang].ljust(wide) + "".join(str(counted[a, b]).rjust(wide) for b in named)


def cost(bills: tuple[Bill, Bill], book: PriceBook | None, lang: str) -> Iterator[str]:
    """What either side costs and the difference, and by which book; the first year of what is yearly."""
    if book is None:
        yield _WORDS["no_book"][lang]
        return
    yield _WORDS["by_book"][lang].format(book=book.id, date=book.date, sha256=book.sha256)
    a, b = bills
    difference = Bill(b.once - a.once, b.yearly - a.yearly, b.unknown - a.unknown)
    for name, bill in (("A", a), ("B", b), ("B - A", difference)):
        sums = {"once": money(bill.once, lang), "yearly": money(bill.yearly, lang), "unknown": bill.unknown}
        yield f"  {name}: {_WORDS['bill'][lang].format(**sums)}"


def _rule(cause: Cause) -> str:
    of = cause.a or cause.b
    return of.rule if of else ""


def _seen(cause: Cause, lang: str) -> str:
    of = cause.b or cause.a
    return measured(of.fact, json.dumps(of.seen))[lang] if of else ""


def _asked(side: Finding | None, lang: str) -> str:
    if side is None:
        return _WORDS["no_rule"][lang]
    return f"{OUTCOMES[side.outcome][lang]}, {_WORDS['required'][lang]} {side.expected[lang]}"
