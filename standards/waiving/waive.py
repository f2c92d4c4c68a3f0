"""Waive: accepted exceptions written beside failed findings. They annotate and never hide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from msgspec import structs

from standards.model import Finding
from standards.waiving.waivers import Place, Waiver, covering


def waive(findings: Iterable[Finding], waivers: Iterable[Waiver], now: datetime, at: Place) -> tuple[Finding, ...]:
    """The same findings in the same order; a failed one carries the narrowest waiver that is in force for it at `now`.

    `at` is the place of the device that the findings are about; the channel is that of each finding.
    """
    known = tuple(waivers)
    return tuple(_annotated(finding, known, now, at) for finding in findings)


def _annotated(finding: Finding, waivers: tuple[Waiver, ...], now: datetime, at: Place) -> Finding:
    if finding.outcome != "fail":
        return finding
    place = replace(at, channel=finding.subject.channel)
    return structs.replace(finding, waiver=covering(waivers, finding.rule, place, now))
