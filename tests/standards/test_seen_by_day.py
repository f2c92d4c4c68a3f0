"""What the day showed stands by night, for the rules that may fail only on evidence taken in light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from probes.errors import Failure
from probes.facts import Device, DeviceSheet, Fact, Identity, Observation, merge
from standards import Edition, Finding, RegisterFacts, evaluate
from tests.standards.sheets import DAY, HCMC, NOW, Changes, Missing, observed

NIGHT: Changes = {"image.light": "night", "image.covered": None, "image.blurred": None}
DARK: Changes = {**NIGHT, "image.light": "dark", "image.black": True}
SLOW_BY_NIGHT: Changes = {**NIGHT, "measured.fps": 9.0}
NOON = NOW - DAY / 2
"""The look before the one of tonight, which was at NOW."""


def judged_over(
    *seen: Observation, edition: Edition = HCMC, register: RegisterFacts | None = None
) -> dict[str, Finding]:
    """The findings at NOW after these looks, by rule id."""
    return {f.rule: f for f in evaluate(edition, over(*seen), register or RegisterFacts(), (), NOW)}


def over(*seen: Observation, sun_up: Callable[[datetime], bool] = lambda at: at == NOON) -> DeviceSheet:
    """The sheet after these looks."""
    sheet = None
    for observation in seen:
        sheet = merge(sheet, observation, sun_up)
    assert sheet is not None
    return sheet


def day_and_night(day: Changes, night: Changes = SLOW_BY_NIGHT, **more: Any) -> dict[str, Finding]:
    """The findings of a camera that showed `day` at noon and `night` now."""
    return judged_over(observed(day, NOON), observed({**day, **night}), **more)


def rate_rule(**changes: Any) -> Edition:
    """An edition with nothing but frame-rate-main, changed."""
    return replace(HCMC, rules=(replace(HCMC.rule("frame-rate-main"), **changes),))


def with_serial(observation: Observation, **identity: Any) -> Observation:
    """The same look at a device that says who it is."""
    own = Identity(at=observation.observed_at, how="onvif", **identity)
    return replace(observation, device=replace(observation.device, identity=own))


def test_what_failed_by_day_fails_by_night() -> None:
    """12 frames a second at noon fail after a look at night too, in every word as at noon."""
    noon = judged_over(observed({"measured.fps": 12.0}, NOON))["frame-rate-main"]
    tonight = day_and_night({"measured.fps": 12.0})["frame-rate-main"]
    assert (tonight.outcome, tonight.seen, tonight.at, tonight.fix) == ("fail", 12.0, NOON, "reconfigure")
    assert tonight == noon


def test_what_passed_by_day_passes_by_night() -> None:
    """A camera that slows its shutter in the dark is as it was at noon, with what is preferred."""
    changes = {"measured.fps": 20.0, "declared.fps": 20.0}
    noon = judged_over(observed(changes, NOON))["frame-rate-main"]
    tonight = day_and_night(changes)["frame-rate-main"]
    assert (tonight.outcome, tonight.seen, tonight.at, tonight.how) == ("pass", 20.0, NOON, "a test")
    assert tonight.note is not None
    assert tonight.note["en"].endswith("now 20 frames/s.")
    assert tonight == noon


def test_without_a_look_by_day_night_is_unknown() -> None:
    """No evidence, no judgement: what is seen is what was seen at night."""
    finding = judged_over(observed(SLOW_BY_NIGHT, NOON), observed(SLOW_BY_NIGHT))["frame-rate-main"]
    assert (finding.outcome, finding.seen, finding.at) == ("unknown", 9.0, NOW)


def test_a_night_that_passes_outright_passes() -> None:
    """Fast enough in the dark is fast enough, whatever noon showed."""
    finding = day_and_night({"measured.fps": 12.0}, {**NIGHT, "measured.fps": 25.0})["frame-rate-main"]
    assert (finding.outcome, finding.seen, finding.at) == ("pass", 25.0, NOW)


def test_the_day_stands_over_many_nights_and_until_the_next_day() -> None:
    """The newest look in light counts, not the first and not the last."""
    looks = [observed({"measured.fps": 12.0}, NOW - 5 * DAY), observed(SLOW_BY_NIGHT, NOW - 4 * DAY)]
    assert judged_over(*looks, observed(SLOW_BY_NIGHT))["frame-rate-main"].seen == 12.0
    looks += [observed({"measured.fps": 24.0}, NOW - 3 * DAY), observed(SLOW_BY_NIGHT, NOW - 2 * DAY)]
    finding = judged_over(*looks, observed(SLOW_BY_NIGHT))["frame-rate-main"]
    assert (finding.outcome, finding.seen, finding.at) == ("pass", 24.0, NOW - 3 * DAY)


@pytest.mark.parametrize(("days", "outcome"), [(14, "fail"), (14.1, "unknown")])
def test_an_old_day_is_stale(days: float, outcome: str) -> None:
    """After max_age nothing is known of the day, and the night is no fault."""
    day = observed({"measured.fps": 12.0}, NOW - timedelta(days=days))
    finding = judged_over(day, observed(SLOW_BY_NIGHT))["frame-rate-main"]
    assert (finding.outcome, finding.seen) == (outcome, 12.0 if outcome == "fail" else 9.0)


def test_too_short_a_sample_by_day_stays_too_little_by_night() -> None:
    """The evidence minima are those of the look that is judged."""
    finding = day_and_night({"measured.fps": 12.0, "measured.seconds": 2.0}, {**SLOW_BY_NIGHT, "measured.seconds": 6.0})
    assert finding["frame-rate-main"].outcome == "unknown"


def test_the_tolerance_counts_for_the_day_too() -> None:
    """14 are 15 less the tolerance."""
    assert day_and_night({"measured.fps": 14.0})["frame-rate-main"].outcome == "pass"


def test_a_night_without_a_picture_takes_nothing_away() -> None:
    """Measured in the dark with the picture out of reach: what noon measured stands."""
    finding = day_and_night({"measured.fps": 12.0}, {"measured.fps": 9.0, "image": Missing("timeout")})
    assert (finding["frame-rate-main"].outcome, finding["frame-rate-main"].seen) == ("fail", 12.0)


def test_what_a_later_day_did_not_show_stands_from_the_day_before() -> None:
    """A short sample by day has no bit rate: that of the day before is still of a look by day."""
    over_limit = {"measured.bitrate_kbps": 9000.0}
    looks = [observed(over_limit, NOW - 2 * DAY), observed({"measured.bitrate_kbps": None}, NOW - DAY)]
    for seen in (looks, [*looks, observed({**NIGHT, **over_limit})]):
        finding = judged_over(*seen)["bit-rate-main"]
        assert (finding.outcome, finding.at) == ("fail", NOW - 2 * DAY)


@pytest.mark.parametrize(("first", "outcome"), [(12.0, "fail"), (25.0, "unknown")])
def test_a_fault_that_has_to_be_seen_twice_is_counted_as_it_was_by_day(first: float, outcome: str) -> None:
    """A look at night is neither the second sight of a fault by day nor what takes it away."""
    looks = [observed({"measured.fps": first}, NOW - 2 * DAY), observed({"measured.fps": 12.0}, NOW - DAY)]
    edition = rate_rule(twice=True)
    assert judged_over(*looks, edition=edition)["frame-rate-main"].outcome == outcome
    assert judged_over(*looks, observed(SLOW_BY_NIGHT), edition=edition)["frame-rate-main"].outcome == outcome


def test_what_fails_by_night_too_is_judged_by_the_night() -> None:
    """A declared rate of 12 needs no light, and the newest look is the evidence."""
    finding = day_and_night({"declared.fps": 12.0, "measured.fps": 12.0}, SLOW_BY_NIGHT)["frame-rate-main"]
    assert (finding.outcome, finding.seen, finding.at) == ("fail", 9.0, NOW)


def test_what_is_compared_with_the_settings_stands_too() -> None:
    """20 frames a second by day where 25 are declared; the declared value is newer and the same."""
    finding = day_and_night({"measured.fps": 20.0})["declared-is-measured"]
    assert (finding.outcome, finding.seen, finding.at) == ("fail", 20.0, NOON)
    assert day_and_night({})["declared-is-measured"].outcome == "pass"


@pytest.mark.parametrize(
    ("rule", "day", "night", "seen"),
    [
        ("keyframe-interval", {"measured.keyframe_interval_s": 8.0}, {"measured.keyframe_interval_s": 7.0}, 8.0),
        ("bit-rate-main", {"measured.bitrate_kbps": 9000.0}, {"measured.bitrate_kbps": 9900.0}, 9000.0),
        ("bit-rate-main", {"declared.bitrate_kbps": 500}, {}, 500.0),
        ("picture", {"image.blurred": True}, {}, True),
        ("picture", {"image.blurred": True}, {"image.blurred": True}, True),
        ("picture", {"image.covered": True}, {}, True),
    ],
)
def test_derived_facts_and_pictures_stand_as_well(rule: str, day: Changes, night: Changes, seen: Any) -> None:
    """Each rule in light fails by night on what noon showed; the night alone fails none of them."""
    finding = judged_over(observed(day, NOON), observed({**day, **NIGHT, **night}))[rule]
    assert (finding.outcome, finding.seen, finding.at) == ("fail", seen, NOON)
    assert judged_over(observed({**day, **NIGHT, **night}))[rule].outcome != "fail"


def test_a_rule_that_did_not_apply_by_day_says_nothing_by_night() -> None:
    """A smart codec, seen by day, switches the bit rate off; that the night hides it makes no failure."""
    day = {"measured.bitrate_kbps": 9000.0, "measured.keyframe_interval_s": 8.0}
    assert judged_over(observed(day, NOON))["bit-rate-main"].outcome == "not_applicable"
    assert day_and_night(day, {**NIGHT, "measured.keyframe_interval_s": 2.0})["bit-rate-main"].outcome == "unknown"


def test_a_night_that_fails_for_another_reason_is_judged_by_itself() -> None:
    """Too short a sample is not night: the newest evidence is what there is."""
    finding = day_and_night({"measured.fps": 12.0}, {**SLOW_BY_NIGHT, "measured.seconds": 2.0})["frame-rate-main"]
    assert (finding.outcome, finding.seen) == ("unknown", 9.0)


def test_rules_without_light_know_only_the_newest_look() -> None:
    """A gap by day and none by night passes; by night alone it was seen once; by day and by night it fails."""
    gap = {"measured.longest_gap_s": 9.0}
    once = day_and_night({}, {**NIGHT, **gap})["stream-steady"]
    assert (once.outcome, once.at) == ("unknown", NOW)
    assert day_and_night(gap, {**NIGHT, "measured.longest_gap_s": 0.1})["stream-steady"].outcome == "pass"
    finding = day_and_night(gap, NIGHT)["stream-steady"]
    assert (finding.outcome, finding.at) == ("fail", NOW)


SET_ANEW: list[Changes] = [
    {"declared.fps": 20.0},
    {"declared.gop": 100},
    {"declared.bitrate_kbps": 2048},
    {"declared.rate_control": "vbr"},
    {"declared.codec": "h265"},
    {"declared.width": 2560},
    {"declared.height": 1440},
    {"measured.codec": "h265"},
    {"measured.width": 1280, "measured.height": 720},
]


@pytest.mark.parametrize("changes", SET_ANEW)
@pytest.mark.parametrize("day", [25.0, 12.0])
def test_the_day_does_not_stand_when_the_stream_was_set_anew(changes: Changes, day: float) -> None:
    """Other settings, or another codec or size: neither the pass nor the failure of the day is of this stream."""
    noon = observed({"measured.fps": day, "declared.rate_control": "cbr"}, NOON)
    night = observed({"declared.rate_control": "cbr", **SLOW_BY_NIGHT, **changes})
    assert judged_over(noon, night)["frame-rate-main"].outcome == "unknown"
    later = observed({"declared.rate_control": "cbr", **SLOW_BY_NIGHT}, NOW)
    before = replace(night, observed_at=NOW - DAY / 4)
    assert judged_over(noon, before, later)["frame-rate-main"].outcome == "unknown"


@pytest.mark.parametrize("name", ["serial", "mac", "model"])
def test_the_day_does_not_stand_for_another_device(name: str) -> None:
    """A camera was swapped at the same address; the same one, or one that says who it is for the first time, is it."""
    noon, night = observed({"measured.fps": 12.0}, NOON), observed(SLOW_BY_NIGHT)
    one, other = {name: "one"}, {name: "other"}
    assert judged_over(with_serial(noon, **one), with_serial(night, **one))["frame-rate-main"].outcome == "fail"
    assert judged_over(noon, with_serial(night, **one))["frame-rate-main"].outcome == "fail"
    assert judged_over(with_serial(noon, **one), with_serial(night, **other))["frame-rate-main"].outcome == "unknown"


@pytest.mark.parametrize("blank", [{"measured": Missing("timeout"), "image": None}, None])
def test_a_change_that_was_seen_without_a_sample_is_not_forgotten(blank: Changes | None) -> None:
    """Another device answered, its stream or even its channels did not: noon is of the old one, night by night."""
    noon = with_serial(observed({"measured.fps": 12.0}, NOON), serial="one")
    evening = observed(blank, NOW - DAY / 4)
    evening = replace(evening, channels=()) if blank is None else evening
    looks = [noon, with_serial(evening, serial="other"), with_serial(observed(SLOW_BY_NIGHT), serial="other")]
    assert judged_over(*looks)["frame-rate-main"].outcome == "unknown"


def test_settings_that_were_seen_anew_without_a_sample_are_not_forgotten() -> None:
    """The same for settings: what stood in the sheet by day was measured under the old ones."""
    new = {"declared.fps": 20.0}
    evening = observed({**new, "measured": Missing("timeout"), "image": None}, NOW - DAY / 4)
    looks = [observed({"measured.fps": 12.0}, NOON), evening, observed({**new, **SLOW_BY_NIGHT})]
    assert judged_over(*looks)["frame-rate-main"].outcome == "unknown"
    image_missing = observed({**new, "measured.fps": 9.0, "image": Missing("timeout")})
    assert judged_over(*looks[:2], image_missing)["frame-rate-main"].outcome == "unknown"


def test_a_day_after_the_change_stands() -> None:
    """New settings seen by day are as good as the old ones were."""
    new = {"declared.fps": 20.0}
    looks = [observed({"measured.fps": 12.0}, NOW - DAY), observed({**new, "measured.fps": 19.0}, NOON)]
    finding = judged_over(*looks, observed({**new, **SLOW_BY_NIGHT}))["frame-rate-main"]
    assert (finding.outcome, finding.seen) == ("pass", 19.0)


def test_a_stream_that_is_definitely_gone_leaves_nothing_of_its_day() -> None:
    """`no_such_stream` is an answer; when the stream comes back by night, nothing is known of it by day."""
    gone = observed({"measured": Missing("no_such_stream"), "image": Missing("no_such_stream")}, NOW - DAY / 4)
    looks = [observed({"measured.fps": 12.0}, NOON), observed(SLOW_BY_NIGHT, NOON + DAY / 8), gone]
    assert judged_over(*looks)["frame-rate-main"].outcome == "unknown"
    assert judged_over(*looks, observed(SLOW_BY_NIGHT))["frame-rate-main"].outcome == "unknown"


SUN_AT_NOON = RegisterFacts(daylight={1: Fact(False, NOW, "register")})
"""The register as it is after the look of tonight: the sun was down."""


def test_a_picture_that_was_black_while_the_sun_was_up_fails_by_night() -> None:
    """It counts as taken in light, though it shows none; a black night alone does not."""
    finding = day_and_night(DARK, DARK, register=SUN_AT_NOON)["picture"]
    assert (finding.outcome, finding.fact, finding.at) == ("fail", "image.black", NOON)
    looks = observed(DARK, NOON - DAY / 4), observed(DARK)
    assert judged_over(*looks, register=SUN_AT_NOON)["picture"].outcome == "unknown"


def test_in_a_room_the_sun_is_no_light_by_night_either() -> None:
    """Who registers a channel as indoors takes the sun away from what is kept as well."""
    indoors = replace(SUN_AT_NOON, outdoor={1: False})
    assert day_and_night(DARK, DARK, register=indoors)["picture"].outcome == "unknown"
    assert day_and_night(DARK, DARK, register=replace(indoors, outdoor={1: True}))["picture"].outcome == "fail"


@pytest.mark.parametrize(("before", "after", "outcome"), [({}, DARK, "fail"), (DARK, {}, "pass")])
def test_the_newest_of_picture_and_sun_counts(before: Changes, after: Changes, outcome: str) -> None:
    """Clear in the morning and black at noon fails by night; black in the morning and clear at noon does not."""
    looks = [observed(before, NOON - DAY / 4), observed(after, NOON), observed(DARK)]
    sheet = over(*looks, sun_up=lambda at: at <= NOON)
    findings = {f.rule: f for f in evaluate(HCMC, sheet, SUN_AT_NOON, (), NOW)}
    assert findings["picture"].outcome == outcome


def test_the_sun_is_no_light_for_rates() -> None:
    """Slow in a dark corner at noon is unknown by night too; and what a bright day showed before stands."""
    noon, night = observed({**DARK, "measured.fps": 9.0}, NOON), observed({**DARK, "measured.fps": 8.0})
    assert judged_over(noon, night, register=SUN_AT_NOON)["frame-rate-main"].outcome == "unknown"
    bright = observed({"measured.fps": 12.0}, NOW - DAY)
    finding = judged_over(bright, noon, night, register=SUN_AT_NOON)["frame-rate-main"]
    assert (finding.outcome, finding.seen) == ("fail", 12.0)


def test_an_expectation_of_the_light_itself_is_met_by_what_was_seen_by_day() -> None:
    """Night hides no camera that saw daylight; where `light` stands for itself, the newest look counts."""
    (expectation,) = HCMC.rule("frame-rate-main").expect
    light = replace(expectation, fact="image.light", operator="is", argument="day")
    assert day_and_night({}, edition=rate_rule(expect=(light,)))["frame-rate-main"].at == NOON
    at_any_hour = rate_rule(expect=(replace(light, in_light=False),))
    assert day_and_night({}, edition=at_any_hour)["frame-rate-main"].outcome == "fail"


def test_facts_that_no_picture_shows_are_not_taken_from_the_day() -> None:
    """An expectation in light on what the device says stays unknown by night: it is no evidence of that day."""
    (expectation,) = HCMC.rule("frame-rate-main").expect
    declared = rate_rule(expect=(replace(expectation, fact="declared.fps", argument=30.0),), fails_also=None)
    assert judged_over(observed({}, NOON), edition=declared)["frame-rate-main"].at == NOON
    assert day_and_night({}, edition=declared)["frame-rate-main"].outcome == "unknown"


def test_a_definite_answer_of_tonight_is_not_given_to_the_day() -> None:
    """A rule that fails on absence does so on the newest look alone: that noon is not known is no failure of noon."""
    refused = Failure("unsupported", "rtsp.play", "", 1, "main", ("measured",))
    night = replace(observed(SLOW_BY_NIGHT), failures=(refused,))
    rule = rate_rule(when_absent={"unsupported": "repair"})
    assert judged_over(night, edition=rule)["frame-rate-main"].outcome == "unknown"


def test_a_part_of_the_sample_that_is_definitely_gone_ends_the_day() -> None:
    """What the camera sends has changed, though some of it still comes."""
    night = {**SLOW_BY_NIGHT, "measured.bitrate_kbps": Missing("unsupported")}
    assert day_and_night({"measured.fps": 12.0}, night)["frame-rate-main"].outcome == "unknown"


def test_one_device_that_says_nothing_of_itself_is_the_same_one() -> None:
    """Without ONVIF there is no serial to compare; the codec and size that arrive still are."""
    bare = {"declared": None, "measured.fps": 12.0}
    noon, night = observed(bare, NOON), observed({**bare, **SLOW_BY_NIGHT})
    bare_device = Device()
    looks = [replace(look, device=bare_device) for look in (noon, night)]
    assert judged_over(*looks)["frame-rate-main"].outcome == "fail"
