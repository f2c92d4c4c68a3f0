"""Explain: the whole reasoning of one verdict, as lines that a person can follow by hand. Pure; `now` is an argument.

Strategy: nothing is judged here. The findings are those of `evaluate`; beside each, the same questions are asked again
of the same functions (`holds`, `judge`, `View.look`, the operators) and their answers are written down one by one. What
the lines come to (`came`) is worked out from those answers alone, so that a test can hold it against the finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from probes.facts import ChannelSheet, DeviceSheet
from standards.evaluate import evaluate
from standards.explaining.explain_fact import Case, both
from standards.explaining.explain_rule import Came, explain_rule
from standards.explaining.lines import Line, as_text, filled, line, moment
from standards.model import (
    LANGUAGES,
    WORKING_VALUES,
    Answer,
    Edition,
    Finding,
    Fix,
    RegisterFacts,
    Rule,
    Subject,
    Text,
    Verdict,
)
from standards.names import FIXES, OUTCOMES, VERDICTS
from standards.verdict import VERDICT_OF_FIX, for_channel, sum_up
from standards.view import View, channel_views, device_view
from standards.waiving.waivers import Waiver

_IDENTITY: dict[str, Text] = {
    "manufacturer": {"vi": "hãng", "en": "make"},
    "model": {"vi": "model", "en": "model"},
    "serial": {"vi": "số sê-ri", "en": "serial number"},
    "mac": {"vi": "MAC", "en": "MAC"},
    "firmware": {"vi": "phần mềm", "en": "firmware"},
}
Acts = Callable[[Fix | None], Text]
"""Who carries out a fix, in words."""


def nobody_waived(finding: Finding) -> Waiver | None:  # noqa: ARG001  (the form of `Asked.waiver`)
    """No finding has a waiver."""
    return None


@dataclass(frozen=True)
class Explained:
    """One finding, what the lines about it come to, and the lines."""

    finding: Finding
    came: Came
    lines: Line


@dataclass(frozen=True)
class Explanation:
    """The reasoning of one verdict: what it was judged by, every finding that counts, and their sum."""

    edition: Edition
    verdict: Verdict
    head: tuple[Line, ...]
    findings: tuple[Explained, ...]
    sum: tuple[Line, ...]

    def text(self, language: str) -> str:
        """All of it as plain text."""
        parts = (self.head, *((each.lines,) for each in self.findings), self.sum)
        return "\n\n".join(as_text(part, language) for part in parts)

    def to_json(self) -> dict[str, Any]:
        """All of it for other programs."""
        return {
            "verdict": self.verdict.name,
            "complete": self.verdict.complete,
            "edition": self.edition.name,
            "sha256": self.edition.sha256,
            "head": [each.to_json() for each in self.head],
            "findings": [{**e.finding.to_json(), "lines": e.lines.to_json()} for e in self.findings],
            "sum": [each.to_json() for each in self.sum],
        }


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an explanation is made from: the device as it is known, and which channel of it is meant. `name` is what
    people call the channel and its place; `looked_at` when a probe last looked at the device; `empty`: no camera is
    connected to it.
    """

    edition: Edition
    sheet: DeviceSheet
    register: RegisterFacts
    index: int
    now: datetime
    zone: tzinfo
    name: Text
    looked_at: datetime | None
    acts: Acts
    answers: tuple[Answer, ...] = ()
    empty: bool = False
    waiver: Callable[[Finding], Waiver | None] = nobody_waived


def explain(asked: Asked) -> Explanation:
    """The reasoning of the verdict of one channel."""
    made = evaluate(asked.edition, asked.sheet, asked.register, asked.answers, asked.now)
    mine = for_channel(made, asked.index)
    verdict = Verdict("unverified", complete=False) if asked.empty else sum_up(mine)
    views = dict(_views(asked))
    found = tuple(_explained(asked, finding, views) for finding in mine)
    return Explanation(
        asked.edition, verdict, tuple(_head(asked)), found, tuple(_sum(mine, verdict, asked.edition, empty=asked.empty))
    )


def _explained(asked: Asked, finding: Finding, views: Mapping[Subject, View]) -> Explained:
    case = Case(asked.register, asked.answers, asked.now, asked.zone, asked.acts)
    came, lines = explain_rule(case, asked.edition.rule(finding.rule), views[finding.subject])
    return Explained(finding, came, Line(lines.text, (*lines.below, *_ended(asked, finding))))


def _views(asked: Asked) -> Iterator[tuple[Subject, View]]:
    yield Subject("device"), device_view(asked.sheet, asked.now)
    mine = (c for c in asked.sheet.channels if c.index == asked.index)
    for channel in mine:
        yield from _views_of(asked, channel)


def _views_of(asked: Asked, channel: ChannelSheet) -> Iterator[tuple[Subject, View]]:
    seen = channel_views(asked.sheet, channel, asked.register, asked.now)
    for view in (seen.channel, *seen.streams):
        yield view.subject, view


def _ended(asked: Asked, finding: Finding) -> Iterator[Line]:
    """The finding itself, with its waiver, which changes nothing."""
    why = finding.why
    yield filled("Kết quả: {outcome}. {why}", "Finding: {outcome}. {why}", outcome=OUTCOMES[finding.outcome], why=why)
    if finding.note:
        yield Line(finding.note)
    if finding.fix:
        yield filled(
            "Biện pháp: {fix}; đơn vị xử lý: {who}",
            "Fix: {fix}; who acts: {who}",
            fix=FIXES[finding.fix],
            who=asked.acts(finding.fix),
        )
    waiver = asked.waiver(finding)
    if waiver is not None:
        yield line(
            f"Có ngoại lệ đến hết ngày {waiver.ends:%d/%m/%Y} ({waiver.reason}); kết quả không thay đổi.",
            f"There is a waiver until {waiver.ends.isoformat()} ({waiver.reason}); the finding stays as it is.",
        )


def _head(asked: Asked) -> Iterator[Line]:
    edition = asked.edition
    yield filled("Camera: {name}", "Channel: {name}", *_unit(asked.sheet), name=asked.name)
    if edition.rests_on_working_values:
        yield Line(WORKING_VALUES)
    yield filled(
        "Bộ tiêu chuẩn: {title}",
        "Standard: {title}",
        Line(both(f"{edition.name}, SHA-256 {edition.sha256}")),
        title=edition.title,
    )
    if asked.looked_at is None:
        yield line("Chưa kiểm tra lần nào.", "It was never looked at.")
    else:
        yield filled("Lần kiểm tra gần nhất: {at}", "Last looked at: {at}", at=moment(asked.looked_at, asked.zone))
    yield filled("Tính đến: {at}", "As of: {at}", at=moment(asked.now, asked.zone))


def _unit(sheet: DeviceSheet) -> Iterator[Line]:
    """Which unit it was, as it said itself."""
    said = [(words, sheet.value(f"identity.{name}")) for name, words in _IDENTITY.items()]
    told = {lang: ", ".join(f"{words[lang]} {value}" for words, value in said if value) for lang in LANGUAGES}
    if told["en"]:
        yield filled("Thiết bị khai báo: {told}", "The device says: {told}", told=told)


def _sum(findings: Iterable[Finding], verdict: Verdict, edition: Edition, *, empty: bool) -> Iterator[Line]:
    """The verdict from the findings that decide, by the rule of `standards.verdict`."""
    deciding = [f for f in findings if f.decides]
    failed = [f for f in deciding if f.outcome == "fail"]
    unknown = [f for f in deciding if f.outcome == "unknown"]
    passed = [f for f in deciding if f.outcome == "pass"]
    yield line(
        f"Tổng hợp {len(deciding)} tiêu chí quyết định kết luận:",
        f"The sum of the {len(deciding)} findings that decide:",
        line(f"Đạt: {len(passed)}", f"pass: {len(passed)}"),
        line(f"Chưa đạt: {len(failed)}", f"fail: {len(failed)}", *(_cured(f, edition.rule(f.rule)) for f in failed)),
        line(
            f"Chưa xác định: {len(unknown)}",
            f"unknown: {len(unknown)}",
            *(Line(edition.rule(f.rule).title) for f in unknown),
        ),
    )
    yield (
        _rule_of_the_sum(failed, unknown)
        if not empty
        else line(
            "Kênh này chưa gắn camera nên không đánh giá.",
            "No camera is connected to this channel, so it is not judged.",
        )
    )
    yield filled("Kết luận: {verdict}", "Verdict: {verdict}", verdict=VERDICTS[verdict.name])
    if not verdict.complete and failed:
        yield line(
            "Còn tiêu chí chưa xác định được nên kết luận này chưa đủ số liệu.",
            "Some deciding rules could not be told, so the verdict is not complete.",
        )


def _cured(finding: Finding, rule: Rule) -> Line:
    fix = finding.fix or "survey"
    return filled(
        "{title}: {fix} → {verdict}", "{title}: {fix} → {verdict}", title=rule.title, fix=FIXES[fix],
        verdict=VERDICTS[VERDICT_OF_FIX[fix]],
    )  # fmt: skip


def _rule_of_the_sum(failed: list[Finding], unknown: list[Finding]) -> Line:
    if failed:
        return line(
            "Có tiêu chí chưa đạt: lấy biện pháp nặng nhất (thay thế > khắc phục > chỉnh cấu hình).",
            "Something fails: the worst fix counts (replace > repair > change a setting).",
        )
    if unknown:
        return line(
            "Không có tiêu chí chưa đạt nhưng có tiêu chí chưa xác định: chưa kiểm tra được.",
            "Nothing fails, but something is unknown: it could not be checked.",
        )
    return line(
        "Mọi tiêu chí quyết định đều đạt hoặc không áp dụng: đáp ứng, nếu có ít nhất một tiêu chí của camera đạt.",
        "Every deciding rule passes or does not apply: compliant, if at least one rule on the channel itself passes.",
    )
