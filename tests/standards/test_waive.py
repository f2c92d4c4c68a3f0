"""Waivers annotate and never hide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from standards import Subject, Waiver, sum_up, waive
from tests.standards.sheets import DAY, NOW, judged, size

WAIVER = Waiver(
    "resolution-main", Subject("stream", "main", 1), "cán bộ phường", "Thay trong năm 2027", NOW - DAY, NOW + DAY
)


def test_a_waiver_stands_beside_the_failed_finding() -> None:
    """The finding stays a failure, and the verdict stays what it was."""
    findings = tuple(judged(size(1280, 720)).values())
    waived = waive(findings, [WAIVER], NOW)
    assert [f.outcome for f in waived] == [f.outcome for f in findings]
    assert [f.rule for f in waived if f.waiver] == ["resolution-main"]
    assert sum_up(waived) == sum_up(findings)


@pytest.mark.parametrize(
    "waiver",
    [
        replace(WAIVER, ends=NOW),
        replace(WAIVER, begins=NOW + timedelta(seconds=1)),
        replace(WAIVER, rule="codec-main"),
        replace(WAIVER, subject=Subject("stream", "main", 2)),
    ],
    ids=["lapsed", "not begun", "another rule", "another channel"],
)
def test_a_waiver_that_is_not_in_force_here_changes_nothing(waiver: Waiver) -> None:
    """Lapsed, not yet begun, of another rule or subject."""
    findings = tuple(judged(size(1280, 720)).values())
    assert waive(findings, [waiver], NOW) == findings


def test_what_passes_carries_no_waiver() -> None:
    """An exception is for a failure."""
    assert all(f.waiver is None for f in waive(judged().values(), [WAIVER], NOW))
