"""A device judged by what is stored, as plain text and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from camera_registry.reports.listing_columns import MOMENTS
from camera_registry.reports.words import word
from camera_registry.services.checking import Checked
from standards import Finding, Verdict
from standards.advice import to_do
from standards.model import STATES

_ORDER = ("fail", "unknown", "pass", "not_applicable")
_NEVER = {"vi": "chưa lần nào", "en": "never"}
_LOOKED = {"vi": "Lần kiểm tra gần nhất", "en": "Last looked at"}


def checked_json(checked: Checked, index: int | None) -> dict[str, Any]:
    """The findings and verdicts for other programs; of one channel where `index` names it."""
    found = [(channel, f) for channel, f in checked.findings if index is None or channel in (None, index)]
    verdict = checked.verdict if index is None else checked.verdicts[index]
    return {
        "school": checked.school,
        "device": checked.code,
        "channel": index,
        "standard": checked.edition.name,
        "sha256": checked.edition.sha256,
        "looked_at": checked.looked_at.isoformat() if checked.looked_at else None,
        "verdict": verdict.name,
        "complete": verdict.complete,
        "channels": [
            {"index": i, "verdict": v.name, "complete": v.complete}
            for i, v in checked.verdicts.items()
            if index in (None, i)
        ],
        "findings": [_placed(finding, channel) for channel, finding in found],
    }


def _placed(finding: Finding, channel: int | None) -> dict[str, Any]:
    """The finding with the index of its channel as registered, whatever the device calls it."""
    said = finding.to_json()
    return {**said, "subject": {**said["subject"], "channel": channel}}


def checked_text(checked: Checked, index: int | None, lang: str, zone: tzinfo) -> str:
    """The findings and verdicts for a person, what fails first."""
    return "\n".join(_lines(checked, index, lang, zone))


def _lines(checked: Checked, index: int | None, lang: str, zone: tzinfo) -> Iterator[str]:
    edition = checked.edition
    yield f"{word('standard', lang)}: {edition.title[lang]} ({edition.name})"
    if edition.rests_on_working_values:
        yield word("working_values", lang)
    yield f"{_LOOKED[lang]}: {_moment(checked.looked_at, lang, zone)}"
    whole = [f for channel, f in checked.findings if channel is None]
    if index is None:
        yield from ("", f"{word('device', lang)} {checked.school}/{checked.code}: {_verdict(checked.verdict, lang)}")
    yield from _findings(checked, whole, lang)
    for channel, verdict in checked.verdicts.items():
        if index in (None, channel):
            name = f"{checked.school}/{checked.code}/{channel}"
            yield from ("", f"{word('channel', lang)} {name}: {_verdict(verdict, lang)}")
            yield from _findings(checked, [f for c, f in checked.findings if c == channel], lang)


def _findings(checked: Checked, findings: list[Finding], lang: str) -> Iterator[str]:
    for finding in sorted(findings, key=lambda f: _ORDER.index(f.outcome)):
        rule = checked.edition.rule(finding.rule)
        outcome = word(f"outcome.{finding.outcome}", lang)
        told = f"  {outcome}: {rule.title[lang]}. {finding.why[lang]}"
        advisory = "" if finding.decides else f" ({word('advisory', lang)})"
        yield f"{told} [{finding.source.state}: {STATES[finding.source.state][lang]}]{advisory}"
        if finding.fix:
            advice = to_do(rule, finding.fix, finding.expected)[lang] if finding.outcome == "fail" else ""
            yield f"    {word(f'fix.{finding.fix}', lang)}{': ' if advice else ''}{advice}"


def _verdict(verdict: Verdict, lang: str) -> str:
    said = word(f"verdict.{verdict.name}", lang)
    more = not verdict.complete and verdict.name != "unverified"
    return f"{said} ({word('incomplete', lang)})" if more else said


def _moment(at: datetime | None, lang: str, zone: tzinfo) -> str:
    return _NEVER[lang] if at is None else at.astimezone(zone).strftime(MOMENTS[lang])
