"""Waive: accepted exceptions written beside failed findings. They annotate and never hide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from standards.model import Finding, Waiver


def waive(findings: Iterable[Finding], waivers: Iterable[Waiver], now: datetime) -> tuple[Finding, ...]:
    """The same findings in the same order; a failed one carries the waiver of one device that is in force at `now`."""
    known = tuple(w for w in waivers if w.begins <= now < w.ends)
    return tuple(_annotated(finding, known) for finding in findings)


def _annotated(finding: Finding, waivers: tuple[Waiver, ...]) -> Finding:
    if finding.outcome != "fail":
        return finding
    mine = (w for w in waivers if w.rule == finding.rule and w.subject == finding.subject)
    return replace(finding, waiver=next(mine, None))
