"""Acceptance: what several looks come to, as a table of cases over findings as JSON."""

from datetime import timedelta

import pytest

from standards.accepting.acceptance import Look, Wanted, accept, altogether, to_be_answered, to_be_filled_in
from standards.reasons import NIGHT, SEEN_ONCE
from tests.standards.sheets import HCMC, NOW

DAY = Wanted(NOW, NOW + timedelta(hours=24), 4)
OVER = DAY.ends
LOST = {"vi": "Mất 3 % gói tin.", "en": "3 % of the packets were lost."}


ONCE = {k: f"{LOST[k]} {SEEN_ONCE[k]}" for k in LOST}


def _finding(rule, outcome="pass", why=None, seen=25.0, stream="", kind=None, fact="measured.fps"):
    subject = {"kind": kind or HCMC.rule(rule).subject, "id": stream, "channel": 1}
    said = {"outcome": outcome, "seen": seen, "fact": fact, "why": why or {"vi": "…", "en": "…"}}
    return {"rule": rule, "subject": subject, **said}


def _look(hours, *findings, light="day", answered=True, streams=None, serial=""):
    return Look(NOW + timedelta(hours=hours), answered, light, findings, streams or {}, {"serial": serial})


def _four(*findings, **values):
    return [_look(hours, *findings, **values) for hours in (0, 7, 14, 21)]


def _texts(made):
    return [reason.text["en"] for reason in made.reasons]


def test_four_good_looks_over_the_day_are_enough():
    """Accepted, before the end too."""
    made = accept(HCMC, _four(_finding("codec-main")), DAY, NOW + timedelta(hours=21))
    assert (made.result, made.reasons, made.telling) == ("accepted", (), 4)


def test_three_looks_are_waited_for_until_the_end_and_then_too_few():
    """Not finished is never accepted and never refused."""
    looks = _four(_finding("codec-main"))[:3]
    assert accept(HCMC, looks, DAY, OVER - timedelta(hours=1)).result == "not_finished"
    made = accept(HCMC, looks, DAY, OVER)
    assert (made.result, _texts(made)) == ("not_accepted", ["3 of 4 looks told something."])


def test_looks_in_one_hour_say_nothing_of_a_day():
    """They have to be spread over half of the time."""
    looks = [_look(minutes / 60, _finding("codec-main")) for minutes in (0, 15, 30, 45)]
    made = accept(HCMC, looks, DAY, OVER)
    assert (made.result, _texts(made)) == (
        "not_accepted",
        ["The looks are spread over 0.8 hours; at least 12.0 are needed."],
    )


def test_one_failure_is_enough_whatever_else_was_seen():
    """The reason names the rule and the look."""
    looks = [*_four(_finding("codec-main")), _look(22, _finding("codec-main", "fail"))]
    made = accept(HCMC, looks, DAY, NOW + timedelta(hours=22))
    assert (made.result, made.reasons[0].rule, made.reasons[0].at) == ("not_accepted", "codec-main", looks[-1].at)


def test_a_rule_that_does_not_decide_refuses_nothing():
    """Its failures stand in the result, and that is all."""
    made = accept(HCMC, _four(_finding("codec-main"), _finding("clock", "fail")), DAY, OVER)
    assert made.result == "accepted"
    assert next(r for r in made.rules if r.rule.id == "clock").counts["fail"] == 4


def test_what_stays_unknown_in_all_looks_is_no_acceptance():
    """Unknown in some of them is none either way."""
    unknown = _finding("rtsp-play", "unknown")
    made = accept(HCMC, _four(_finding("codec-main"), unknown), DAY, OVER)
    assert (made.result, [r.rule for r in made.reasons]) == ("not_accepted", ["rtsp-play"])
    some = [*_four(_finding("codec-main"), unknown)[:3], _look(21, _finding("codec-main"), _finding("rtsp-play"))]
    assert accept(HCMC, some, DAY, OVER).result == "accepted"


def test_a_rate_has_to_be_seen_by_day_once():
    """Night is not a fault: unknown by night is none, but passing by night alone is not enough."""
    night = _finding("frame-rate-main", "unknown", NIGHT)
    by_night = [_look(h, _finding("codec-main"), night, light="night") for h in (0, 7, 14)]
    seen = [*by_night, _look(21, _finding("codec-main"), _finding("frame-rate-main"))]
    assert accept(HCMC, seen, DAY, OVER).result == "accepted"
    dark = _four(_finding("codec-main"), _finding("frame-rate-main"), light="night")
    made = accept(HCMC, dark, DAY, OVER)
    assert made.result == "not_accepted"
    assert _texts(made)[0].endswith("has not passed by daylight yet.")


def test_what_was_seen_once_in_two_looks_after_each_other_has_failed():
    """A rule that wants to see it twice cannot fail by one look; two of them can."""
    once = _finding("stream-steady", "unknown", ONCE)
    good = (_finding("codec-main"), _finding("stream-steady"))
    bad = (_finding("codec-main"), once)
    apart = [_look(0, *bad), _look(7, *good), _look(14, *bad), _look(21, *good)]
    assert accept(HCMC, apart, DAY, OVER).result == "accepted"
    made = accept(HCMC, [_look(0, *good), _look(7, *bad), _look(14, *bad), _look(21, *good)], DAY, OVER)
    assert made.result == "not_accepted"
    assert _texts(made) == [f"{HCMC.rule('stream-steady').title['en']}: {LOST['en']}"]


def _steady(outcome="pass", stream="main", **values):
    return _finding("stream-steady", outcome, ONCE if outcome == "unknown" else None, stream=stream, **values)


def test_a_stream_is_followed_by_itself():
    """One that is bad in every look has failed however good the other is; the reason names it."""
    both = (_steady("unknown", "main"), _steady("pass", "main2"))
    made = accept(HCMC, _four(_finding("codec-main"), *both), DAY, OVER)
    assert made.result == "not_accepted"
    assert [(r.rule, r.stream, r.at) for r in made.reasons] == [
        ("stream-steady", "main", NOW + timedelta(hours=hours)) for hours in (7, 14, 21)
    ]
    steady = [(r.stream, r.counts["pass"], r.counts["unknown"]) for r in made.rules if r.rule.id == "stream-steady"]
    assert steady == [("main", 0, 4), ("main2", 4, 0)]


def test_two_streams_that_were_bad_in_one_look_are_no_failure_seen_twice():
    """Two lines of one look are one look."""
    good, bad = (tuple(_steady(outcome, s) for s in ("main", "main2")) for outcome in ("pass", "unknown"))
    looks = [_look(h, _finding("codec-main"), *(bad if h == 7 else good)) for h in (0, 7, 14, 21)]
    assert accept(HCMC, looks, DAY, OVER).result == "accepted"


def test_what_stays_unknown_on_one_stream_is_no_acceptance():
    """That the other passes tells nothing of it; passing by day on the other does not, either."""
    streams = (_finding("codec-main", "unknown", stream="main"), _finding("codec-main", stream="main2"))
    made = accept(HCMC, _four(_finding("rtsp-play"), *streams), DAY, OVER)
    assert (made.result, [(r.rule, r.stream) for r in made.reasons]) == ("not_accepted", [("codec-main", "main")])
    rates = (_finding("frame-rate-main", stream="main"), _finding("frame-rate-main", stream="main2"))
    looks = [_look(h, *rates, light="night") for h in (0, 7, 14)]
    looks.append(_look(21, _finding("frame-rate-main", stream="main2")))
    made = accept(HCMC, looks, DAY, OVER)
    assert [(r.rule, r.stream) for r in made.reasons] == [("frame-rate-main", "main")]


def test_a_stream_whose_id_is_another_in_each_look_is_the_one_of_its_role():
    """Bad under both ids, it was bad twice."""
    looks = [
        _look(h, _finding("codec-main"), _steady("unknown" if h in (7, 14) else "pass", id_), streams={id_: "main"})
        for h, id_ in ((0, "a"), (7, "b"), (14, "c"), (21, "d"))
    ]
    made = accept(HCMC, looks, DAY, OVER)
    assert [(r.rule, r.stream, r.at) for r in made.reasons] == [("stream-steady", "a", looks[2].at)]


def test_a_look_that_found_no_stream_is_one_of_each_stream():
    """Unknown there and passed elsewhere is no reason; and it stands between no two looks that saw a fault."""
    none = _finding("stream-steady", "unknown", kind="channel")
    looks = [_look(h, _finding("codec-main"), none if h == 7 else _steady()) for h in (0, 7, 14, 21)]
    assert accept(HCMC, looks, DAY, OVER).result == "accepted"
    bad = [_look(h, _finding("codec-main"), none if h == 7 else _steady("unknown")) for h in (0, 7, 14)]
    made = accept(HCMC, [*bad, _look(21, _finding("codec-main"), _steady())], DAY, OVER)
    assert [(r.rule, r.at) for r in made.reasons] == [("stream-steady", NOW + timedelta(hours=14))]


def test_looks_at_another_unit_do_not_count_for_the_one_that_stands_there_now():
    """Neither passes nor failures of it; that there was another one is said, and its values are kept."""
    good, bad = _finding("codec-main"), _finding("codec-main", "fail")
    looks = [*(_look(h, good, serial="SN-4711") for h in (0, 7, 14)), _look(21, good, serial="SN-4712")]
    made = accept(HCMC, looks, DAY, OVER)
    assert (made.result, made.looks, made.telling, made.reasons[0].at) == ("not_accepted", 4, 1, looks[3].at)
    assert _texts(made) == [
        "Another unit than in the look before: serial number sn4711 → sn4712. "
        "Only the looks at the unit that was seen last count.",
        "1 of 4 looks told something.",
    ]
    assert [line.counts for line in made.rules[0].lines] == [False, False, False, True]
    assert made.rules[0].counts["pass"] == 1
    again = [_look(0, bad, serial="SN-4711"), *(_look(h, good, serial="SN-4712") for h in (5, 10, 15, 21))]
    made = accept(HCMC, again, DAY, OVER)
    assert (made.result, made.telling, len(made.reasons)) == ("accepted", 4, 1)
    returned = [*again, _look(22, good, serial="SN-4711")]
    assert accept(HCMC, returned, DAY, OVER).result == "not_accepted", "the one that failed stands there again"


def test_a_look_at_which_the_device_alone_answered_tells_nothing_of_the_channel():
    """Nor does one without any answer."""
    device = _finding("onvif-answers")
    looks = [*_four(_finding("codec-main"), device)[:3], _look(18, device), _look(21, answered=False)]
    made = accept(HCMC, looks, DAY, OVER)
    assert (made.looks, made.telling, made.result) == (5, 3, "not_accepted")


@pytest.mark.parametrize(
    ("results", "whole"),
    [
        (("accepted", "accepted"), "accepted"),
        (("accepted", "not_finished"), "not_finished"),
        (("not_finished", "not_accepted"), "not_accepted"),
        ((), "not_finished"),
    ],
)
def test_the_whole_is_as_good_as_its_channels(results, whole):
    """One that is not accepted is enough; without any channel nothing is accepted."""
    assert altogether(results) == whole


def test_looks_are_due_over_nine_tenths_of_the_time():
    """The first at once, the last with time left to make up for one that told nothing."""
    assert [(at - NOW) / timedelta(hours=1) for at in DAY.due()] == pytest.approx([0, 7.2, 14.4, 21.6])


def test_numbers_of_one_fact_alone_have_a_lowest_and_a_highest():
    """Percent of packets and seconds of a gap are no span."""
    rates = [_look(h, _finding("stream-steady", seen=h)) for h in (1, 7, 14)]
    (steady,) = accept(HCMC, rates, DAY, OVER).rules
    assert (steady.lowest, steady.highest) == (1, 14)
    mixed = [*rates, _look(21, _finding("stream-steady", seen=0.0, fact="measured.lost_percent"))]
    (steady,) = accept(HCMC, mixed, DAY, OVER).rules
    assert (steady.lowest, steady.highest) == (None, None)


def test_a_rule_that_is_to_be_filled_in_is_asked_of_nobody():
    """Neither a person nor a look can tell it; a look that says so makes no line."""
    open_ = {rule.id for rule in HCMC.rules if rule.source.state == "N"}
    assert {rule.id for rule in to_be_filled_in(HCMC)} == open_ != set()
    asked = {rule.id for rule in to_be_answered(HCMC)}
    assert asked == {rule.id for rule in HCMC.rules if rule.manual} - open_
    assert asked
    made = accept(HCMC, _four(*(_finding(rule, "not_applicable") for rule in open_)), DAY, OVER)
    assert made.rules == ()
