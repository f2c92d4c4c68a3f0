"""Proof: what must hold of every judgement, whatever the facts are.

What is better stands here by hand, as people mean it and not as the operators of the product read it; a test fails when
a rule of the edition that compares numbers or sizes has no line in the table.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from probes.facts import Encoding, Fact, sheet_from_json, sheet_to_json
from standards import RegisterFacts, available, evaluate, for_channel, load_edition, sum_up, waive
from standards.places import SiteFacts, Taken, evaluate_place
from standards.view import known_paths
from tests.standards.sheets import HCMC, NOW, REGISTER, Missing, judged, sheet, size
from tests.standards.waiving.test_waive import WAIVERS
from tests.standards.waiving.waiver_values import PLACE

EDITIONS = [load_edition(name) for name in available()]
EVERY_RULE = [(edition, rule) for edition in EDITIONS for rule in edition.rules]
ORDERING = {"at_least", "at_most", "at_most_abs", "at_most_for", "at_least_for", "covers", "any_between"}

numbers = st.floats(0.1, 60, allow_nan=False).map(lambda value: round(value, 3))
growth = st.floats(1.0, 4.0, allow_nan=False)
sides = st.tuples(st.integers(160, 4000), st.integers(120, 3000))


def up(path: str) -> st.SearchStrategy[tuple[dict[str, Any], dict[str, Any]]]:
    """A value and a bigger one, which is better."""
    return st.tuples(numbers, growth).map(lambda drawn: ({path: drawn[0]}, {path: drawn[0] * drawn[1]}))


def down(path: str, scale: float = 1.0) -> st.SearchStrategy[tuple[dict[str, Any], dict[str, Any]]]:
    """A value and a smaller one, which is better."""
    made = st.tuples(numbers, growth)
    return made.map(lambda drawn: ({path: scale * drawn[0] * drawn[1]}, {path: scale * drawn[0]}))


def counted_down(path: str, most: int) -> st.SearchStrategy[tuple[dict[str, Any], dict[str, Any]]]:
    """A whole number and a smaller one, which is better."""
    return counted_up(path, most).map(lambda pair: pair[::-1])


def counted_up(path: str, most: int) -> st.SearchStrategy[tuple[dict[str, Any], dict[str, Any]]]:
    """A whole number and a bigger one, which is better."""
    made = st.tuples(st.integers(0, most), st.integers(0, most)).map(sorted)
    return made.map(lambda pair: ({path: pair[0]}, {path: pair[1]}))


def larger() -> st.SearchStrategy[tuple[dict[str, Any], dict[str, Any]]]:
    """A size and one that is at least as wide and as high."""
    made = st.tuples(sides, growth, growth)
    return made.map(lambda d: (size(*d[0]), size(int(d[0][0] * d[1]) + 1, int(d[0][1] * d[2]) + 1)))


further = st.lists(st.floats(0.05, 9.0).map(lambda value: round(value, 2)), max_size=4)
BETTER = {
    "resolution-main": [larger()],
    "frame-rate-main": [up("measured.fps")],
    "bit-rate-main": [down("measured.bitrate_kbps", 500.0)],
    "keyframe-interval": [down("measured.keyframe_interval_s")],
    "sub-stream": [
        st.tuples(further, further).map(
            lambda two: ({"channel.further_megapixels": tuple(two[0])},
                         {"channel.further_megapixels": tuple(sorted([*two[0], *two[1]]))})
        )
    ],
    "rtsp-play": [down("measured.first_packet_ms", 200.0)],
    "stream-steady": [counted_down("measured.packets_lost", 2600), down("measured.longest_gap_s", 0.1)],
    "clock": [down("clock.offset_s"), down("clock.offset_s", -1.0)],
    "pixel-density": [larger()],
    "uplink": [],
    "password-rules": [
        counted_up(f"security.password_{name}", 20) for name in ("length", "uppercase", "digits", "special")
    ],
    "stream-address": [counted_down("stream.address_octets", 300)],
    "media-profile": [counted_up("onvif.media_profiles", 8)],
}  # fmt: skip
"""Rule -> pairs of changes to a good camera, the second one better than the first. `uplink` has a test of its own."""


@pytest.mark.parametrize("rule_id", [rule_id for rule_id, pairs in BETTER.items() if pairs])
def test_a_better_value_never_turns_pass_into_fail(rule_id: str) -> None:
    """Nor unknown: what passes passes when it is better."""
    (edition,) = [edition for edition in EDITIONS if any(rule.id == rule_id for rule in edition.rules)]
    outcomes = set()

    @settings(max_examples=200, deadline=None)
    @given(st.one_of(BETTER[rule_id]))
    def better(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
        worse, good = (judged(changes, edition=edition)[rule_id].outcome for changes in pair)
        outcomes.add(worse)
        assert worse != "pass" or good == "pass", pair

    better()
    assert {"pass", "fail"} <= outcomes, "the examples never met one side"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(0.5, 12), min_size=1, max_size=8), st.floats(1, 100), growth, st.integers(0, 7))
def test_a_faster_line_or_a_lighter_stream_never_turns_pass_into_fail(
    rates: list[float], line: float, factor: float, which: int
) -> None:
    """The rule about the line of a site."""

    def outcome(mbps: float, of: list[float]) -> str:
        place = SiteFacts(mbps, tuple(Taken(Fact(rate * 1000, NOW, "a test")) for rate in of))
        return next(f.outcome for f in evaluate_place(HCMC, place, (), NOW) if f.rule == "uplink")

    lighter = [rate / factor if n == which % len(rates) else rate for n, rate in enumerate(rates)]
    if outcome(line, rates) == "pass":
        assert outcome(line * factor, rates) == "pass"
        assert outcome(line, lighter) == "pass"


def test_every_rule_that_compares_has_a_better_value_here() -> None:
    """A new rule of these kinds gets its line in the table."""
    comparing = {rule.id for _, rule in EVERY_RULE if any(expect.operator in ORDERING for expect in rule.expect)}
    assert comparing <= set(BETTER), comparing - set(BETTER)


def test_codecs_that_are_as_good_or_better_pass() -> None:
    """H.265 is preferred to H.264: neither turns the other's pass into a failure."""
    assert {judged({"measured.codec": codec})["codec-main"].outcome for codec in ("h264", "h265")} == {"pass"}


def _own_paths(rule: Any) -> set[str]:
    return {expect.fact for expect in rule.expect}


@pytest.mark.parametrize(("edition", "rule"), EVERY_RULE, ids=lambda value: getattr(value, "id", ""))
def test_missing_facts_never_pass_and_never_fail(edition: Any, rule: Any) -> None:
    """A camera of which nothing at all is known: neither where nobody looked nor where nobody could."""
    if rule.subject in ("site", "school"):
        place = SiteFacts() if rule.subject == "site" else None
        found = [] if place is None else evaluate_place(edition, place, (), NOW)
        assert all(f.outcome in ("unknown", "not_applicable") for f in found if f.rule == rule.id)
        return
    groups = {path.split(".")[0] for path in known_paths()} - {"stream", "channel", "register", "derived", "identity"}
    for gone in (None, Missing("timeout"), Missing("busy"), Missing("auth_refused")):
        changes: dict[str, Any] = {group: gone for group in groups if group not in ("site", "school")}
        changes |= {"channel.further_megapixels": gone, "stream.address_octets": gone}
        found = judged(changes, edition=edition, register=RegisterFacts())
        if rule.id in found:
            assert found[rule.id].outcome in ("unknown", "not_applicable"), gone


encodings = st.lists(
    st.builds(
        Encoding,
        st.sampled_from(["h264", "h265", "mjpeg"]),
        sizes=st.lists(st.sampled_from([(640, 360), (1280, 720)]), max_size=2).map(tuple),
        fps=st.none() | st.just((1, 25)) | st.just((1, 10)),
    ),
    max_size=3,
).map(tuple)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([size(1280, 720), {"measured.codec": "mjpeg"}, {"measured.fps": 5.0, "declared.fps": 5.0}]),
    st.sampled_from([None, Missing("unsupported"), Missing("not_permitted"), Missing("timeout"), ()]),
    encodings,
)
def test_unknown_capability_is_never_replace(changes: Any, capable: Any, of_model: Any) -> None:
    """Whatever others of its model can do: the device itself has to say that it cannot."""
    register = replace(REGISTER, same_model=of_model)
    for edition in EDITIONS:
        found = judged({**changes, "capable.encodings": capable}, edition=edition, register=register)
        assert "replace" not in {finding.fix for finding in found.values()}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([{}, size(1280, 720), {"measured": Missing("busy")}, {"image.light": "night"}]), st.randoms())
def test_the_order_of_rules_never_matters(changes: Any, random: Any) -> None:
    """The same findings and the same verdict, in whatever order the rules stand."""
    for edition in EDITIONS:
        mixed = list(edition.rules)
        random.shuffle(mixed)
        seen = sheet(changes)
        straight = evaluate(edition, seen, REGISTER, (), NOW)
        shuffled = evaluate(replace(edition, rules=tuple(mixed)), seen, REGISTER, (), NOW)
        assert {_key(f): f.to_json() for f in straight} == {_key(f): f.to_json() for f in shuffled}
        assert sum_up(for_channel(straight, 1)) == sum_up(for_channel(shuffled, 1))


def _key(finding: Any) -> tuple[str, Any]:
    return finding.rule, finding.subject


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([{}, size(1280, 720), {"measured.fps": 8.0}, {"image.black": True}]), st.lists(WAIVERS))
def test_a_waiver_never_changes_a_finding(changes: Any, waivers: Any) -> None:
    """But for the mark itself, every finding and the verdict stay what they were."""
    findings = evaluate(HCMC, sheet(changes), REGISTER, (), NOW)
    waived = waive(findings, waivers, NOW, PLACE)
    assert [structs.replace(finding, waiver=None) for finding in waived] == list(findings)
    assert sum_up(for_channel(waived, 1)) == sum_up(for_channel(findings, 1))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([{}, size(1280, 720), {"measured": Missing("busy")}, {"image.light": "night"}]))
def test_judging_twice_gives_the_same_bytes(changes: Any) -> None:
    """From the facts as they were merged, from the same as they are stored, and by an edition that is loaded anew."""
    for edition in EDITIONS:
        seen = sheet(changes)
        stored = sheet_from_json(sheet_to_json(seen))
        again = load_edition(edition.id)
        made = {_bytes(evaluate(of, facts, REGISTER, (), NOW)) for of in (edition, again) for facts in (seen, stored)}
        assert len(made) == 1


def _bytes(findings: Any) -> bytes:
    return json.dumps([finding.to_json() for finding in findings], ensure_ascii=False).encode()
