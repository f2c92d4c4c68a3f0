"""Waivers annotate and never hide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from standards import Waiver, for_channel, sum_up, waive
from standards.waiving.waivers import SCOPES as KINDS
from standards.waiving.waivers import Decision, Place, Withdrawal
from tests.standards.sheets import DAY, HCMC, NOW, Missing, judged, size
from tests.standards.waiving.waiver_values import PLACE, SCOPES

TODAY = NOW.date()
WAIVER = Waiver(
    number=1,
    rule="resolution-main",
    scope=SCOPES["channel"],
    reason="Thay trong năm 2027",
    begins=TODAY - DAY,
    ends=TODAY,
    zone="Asia/Ho_Chi_Minh",
    level="school",
    asked_by="trường",
    asked_at=NOW - 3 * DAY,
    decision=Decision(True, "cán bộ phường", "district", NOW - 2 * DAY),
)
DECISIONS = st.none() | st.builds(
    Decision, st.booleans(), st.just("ai đó"), st.just("city"), st.just(NOW - DAY) | st.just(NOW + DAY)
)
DAYS = st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))
WAIVERS = st.builds(
    replace,
    st.just(WAIVER),
    rule=st.sampled_from([rule.id for rule in HCMC.rules]),
    scope=st.sampled_from(list(SCOPES.values())),
    begins=DAYS,
    ends=DAYS,
    zone=st.sampled_from(["Asia/Ho_Chi_Minh", "UTC", "America/Lima"]),
    decision=DECISIONS,
    withdrawal=st.none() | st.just(Withdrawal("trường", NOW)),
)
SHEETS = [size(1280, 720), {"measured.fps": 8.0}, {}, {"measured": Missing("busy")}, {"image.black": True}]


def test_a_waiver_stands_beside_the_failed_finding() -> None:
    """The finding stays a failure, and the verdict stays what it was."""
    findings = tuple(judged(size(1280, 720)).values())
    waived = waive(findings, [WAIVER], NOW, PLACE)
    assert [f.outcome for f in waived] == [f.outcome for f in findings]
    assert [f.rule for f in waived if f.waiver] == ["resolution-main"]
    assert sum_up(waived) == sum_up(findings)


@pytest.mark.parametrize(
    ("waiver", "place"),
    [
        (replace(WAIVER, ends=TODAY - DAY), PLACE),
        (replace(WAIVER, begins=TODAY + DAY, ends=TODAY + DAY), PLACE),
        (replace(WAIVER, decision=None), PLACE),
        (replace(WAIVER, rule="codec-main"), PLACE),
        (replace(WAIVER, scope=replace(WAIVER.scope, channel=2)), PLACE),
        (WAIVER, replace(PLACE, device="DG-02")),
    ],
    ids=["lapsed", "not begun", "only asked for", "another rule", "another channel", "another device"],
)
def test_a_waiver_that_is_not_in_force_here_changes_nothing(waiver: Waiver, place: Place) -> None:
    """Lapsed, not yet begun, not decided, of another rule or place."""
    findings = tuple(judged(size(1280, 720)).values())
    assert waive(findings, [waiver], NOW, place) == findings


def test_what_passes_carries_no_waiver() -> None:
    """An exception is for a failure."""
    assert all(f.waiver is None for f in waive(judged().values(), [WAIVER], NOW, PLACE))


@given(st.lists(WAIVERS, max_size=6), st.sampled_from(SHEETS))
def test_no_waiver_ever_changes_a_finding_or_a_verdict(waivers: list[Waiver], changes: dict[str, object]) -> None:
    """Whatever waivers there are: the same findings in the same order, of which failures alone are annotated; and the
    narrowest one in force is written there.
    """
    findings = tuple(judged(changes).values())
    waived = waive(findings, waivers, NOW, PLACE)
    assert tuple(structs.replace(finding, waiver=None) for finding in waived) == findings
    assert sum_up(for_channel(waived, 1)) == sum_up(for_channel(findings, 1))
    assert [f.to_json() for f in waived] == [f.to_json() for f in findings]
    for finding in waived:
        if finding.waiver is not None:
            assert finding.outcome == "fail"
            assert finding.waiver.rule == finding.rule
            assert finding.waiver.begins <= finding.waiver.day(NOW) <= finding.waiver.ends
            mine = (w for w in waivers if w.rule == finding.rule and w.decision and w.decision.approved)
            now = [
                w for w in mine if w.decision.at <= NOW and w.withdrawal is None and w.begins <= w.day(NOW) <= w.ends
            ]
            assert KINDS.index(finding.waiver.scope.kind) == min(KINDS.index(w.scope.kind) for w in now)
