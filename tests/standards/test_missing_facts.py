"""Properties: what taking facts away can never do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from probes.errors import KINDS, Failure
from probes.facts import DeviceSheet, Sheet
from standards import Finding, RegisterFacts, evaluate
from standards.view import known_paths
from tests.standards.sheets import HCMC, NOW, Changes, sheet, size

SWITCHES = {condition.fact for rule in HCMC.rules for condition in (*rule.when, *rule.unless)}
"""Facts that say whether a rule applies at all: without them it does, so they are left in place."""

CHANGES: list[Changes] = [
    {},
    size(1280, 720),
    {"measured.fps": 5.0, "measured.codec": "mjpeg", "declared.fps": 12.0},
    {"measured.packets_lost": 90, "image.covered": True, "access.onvif_login_required": False},
    {"measured.bitrate_kbps": 30000.0, "measured.keyframe_interval_s": 9.0, "declared.gop": 200},
    {"channel.further_megapixels": (), "rtsp.interleaved": False, "onvif.answers": False, "clock.offset_s": 99.0},
    {"measured.seconds": 1.0, "image.light": "night", "stream.role_source": "assumed"},
]
sheets = st.sampled_from(CHANGES).map(sheet)
removals = st.sets(st.sampled_from(sorted(set(known_paths()) - SWITCHES)), max_size=12)
silent_kinds = st.sampled_from([kind.name for kind in KINDS.values() if not kind.definite])


def without(whole: DeviceSheet, paths: set[str], failure: Failure | None) -> DeviceSheet:
    """The sheet without `paths`, in every subject; for the reason `failure`, or for none."""

    def less(part: Sheet) -> dict[str, Any]:
        missing = {path: failure for path in paths if path in part.facts} if failure else {}
        return {
            "facts": {path: fact for path, fact in part.facts.items() if path not in paths},
            "missing": {**part.missing, **missing},
        }

    channels = tuple(
        structs.replace(c, **less(c), streams=tuple(structs.replace(s, **less(s)) for s in c.streams))
        for c in whole.channels
    )
    return structs.replace(whole, **less(whole), channels=channels)


def outcomes(whole: DeviceSheet) -> dict[tuple[str, str], Finding]:
    """The findings by rule and subject."""
    return {(f.rule, f.subject.kind): f for f in evaluate(HCMC, whole, RegisterFacts(), (), NOW)}


@settings(max_examples=300, deadline=None)
@given(sheets, removals)
def test_taking_facts_away_never_makes_a_new_failure(whole: DeviceSheet, paths: set[str]) -> None:
    """Missing data is never a fail."""
    before, after = outcomes(whole), outcomes(without(whole, paths, None))
    for key, finding in after.items():
        if finding.outcome == "fail":
            assert before[key].outcome == "fail", (key, paths)


@settings(max_examples=300, deadline=None)
@given(sheets, removals, silent_kinds)
def test_a_fact_that_could_not_be_had_never_makes_a_new_pass_or_failure(
    whole: DeviceSheet, paths: set[str], kind: Any
) -> None:
    """Missing data with its reason is neither pass nor fail: both can only become unknown."""
    failure = Failure(kind, "rtsp.sample")
    before, after = outcomes(whole), outcomes(without(whole, paths, failure))
    for key, finding in after.items():
        if finding.outcome in ("pass", "fail"):
            assert before[key].outcome == finding.outcome, (key, paths)


@settings(max_examples=200, deadline=None)
@given(sheets, removals, silent_kinds)
def test_what_is_not_known_of_a_device_never_becomes_replace(whole: DeviceSheet, paths: set[str], kind: Any) -> None:
    """Taking facts away never turns another fix into replace."""
    before, after = outcomes(whole), outcomes(without(whole, paths, Failure(kind, "onvif.options")))
    for key, finding in after.items():
        if finding.fix == "replace":
            assert before[key].fix == "replace", (key, paths)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("path", ["measured.fps", "measured.bitrate_kbps", "measured.seconds", "image.luma_mean"])
def test_what_is_no_number_was_not_seen(path: str, number: float) -> None:
    """It passes nothing, fails nothing, and is no evidence; a finding stays JSON."""
    seen, missing = sheet({path: number}), sheet(dict.fromkeys([path]))
    assert seen.channels[0].streams[0].facts.get(path) is None
    told = [finding.to_json() for finding in evaluate(HCMC, seen, RegisterFacts(), (), NOW)]
    assert told == [finding.to_json() for finding in evaluate(HCMC, missing, RegisterFacts(), (), NOW)]
    json.dumps(told, allow_nan=False)
