"""Stale values: what still says the old value of a rule is found wherever the rule says it, and nothing else is."""

from copy import deepcopy

import pytest

from standards import available, load_edition
from standards.reading.load import tables
from standards.reading.stale import still_said, warnings

RATE, KEYS, SUB = "frame-rate-main", "keyframe-interval", "sub-stream"


def rule_of(rule_id):
    """A copy of the table of a rule of the product."""
    return deepcopy(next(rule for rule in tables(load_edition("hcmc-3288"))["rule"] if rule["id"] == rule_id))


def left(rule_id, change, *given):
    """What still says the old value after this change, in which `given` places were said."""
    before, after = rule_of(rule_id), rule_of(rule_id)
    change(after)
    return dict(still_said(before, after, given))


def test_texts_advice_papers_and_limits_that_say_the_old_number_are_told():
    """The title, what cures it, what an encoding must have, the lower limit with its tolerance, a new camera."""
    assert left(RATE, lambda rule: rule["expect"].update(at_least=20), "expect.at_least") == {
        "title.vi": 15,
        "title.en": 15,
        "within.encoding.fps": 15,
        "fails_also.below": 14,
        "fix_text.vi": 15,
        "fix_text.en": 15,
        "purchase.expect.at_least": 15,
    }


def test_a_preferred_number_is_said_again_of_a_new_camera():
    """And what was said on purpose is not told."""
    found = left(RATE, lambda rule: rule["prefer"].update(at_least=30), "prefer.at_least", "purchase.prefer.at_least")
    assert found == {}
    assert left(RATE, lambda rule: rule["prefer"].update(at_least=30), "prefer") == {"purchase.prefer.at_least": 25}


def test_a_sibling_that_says_the_old_number_is_told():
    """Both expectations of the key frames have one limit; the sample that is as long by chance is none of it."""
    found = left(KEYS, lambda rule: rule["expect"][0].update(at_most=3), "expect[1].at_most")
    assert found == {"title.vi": 4, "title.en": 4, "expect[2].at_most": 4, "purchase.expect.at_most": 4}


def test_one_end_of_a_band_and_words_of_a_list_are_told():
    """Numbers in lists, and texts where lists are compared; a text in words is not looked for."""
    assert left(SUB, lambda rule: rule["expect"].update(any_between=[0.3, 1.3]), "expect") == {
        "purchase.expect.any_between": 0.22
    }
    found = left("codec-main", lambda rule: rule["expect"].update(one_of=["h265"]), "expect.one_of")
    assert found == {"within.encoding.codecs": "h264", "purchase.expect.any_of": "h264"}


def test_a_share_is_counted_as_it_was():
    """10 % of 4 more than 4."""

    def change(rule):
        rule["fails_also"] = {"fact": "derived.keyframe_gap_s", "below": 4.4}
        rule["expect"][0]["at_most"] = rule["expect"][1]["at_most"] = 2

    before = rule_of(KEYS)
    before["fails_also"] = {"fact": "derived.keyframe_gap_s", "below": 4.4}
    after = rule_of(KEYS)
    change(after)
    assert ("fails_also.below", 4.4) in list(still_said(before, after, ("expect",)))


@pytest.mark.parametrize(
    ("text", "said"),
    [("từ 15 hình/giây", True), ("15,5 hình", False), ("2.15 hình", False), ("150 hình", False), ("là 15.", True)],
)
def test_a_number_in_words_is_that_number_alone(text, said):
    """With signs around it, and not as a part of another."""
    before, after = rule_of(RATE), rule_of(RATE)
    after["expect"]["at_least"], after["title"]["vi"] = 20, text
    assert (("title.vi", 15) in list(still_said(before, after, ()))) is said


def test_a_decimal_is_found_with_a_comma_too():
    """As Vietnamese writes it."""
    before, after = rule_of(SUB), rule_of(SUB)
    after["expect"]["any_between"], after["fix_text"]["vi"] = [0.22, 2], "đến 1,3 MP"
    assert ("fix_text.vi", 1.3) in list(still_said(before, after, ()))


EXTENDING = """
id = "district"
version = "1"
extends = "hcmc-3288"
[[rule]]
id = "frame-rate-main"
title = { vi = "Luồng chính có ít nhất 25 hình/giây", en = "Main stream has at least 25 frames a second" }
expect = { fact = "measured.fps", at_least = 25, tolerance = 1 }
"""


def test_an_extending_edition_is_warned_of_what_it_left_behind(tmp_path):
    """Its keys are its own words; the others still say what the base said."""
    (tmp_path / "district.toml").write_text(EXTENDING, encoding="utf-8")
    told = warnings(load_edition(tmp_path / "district.toml"))
    assert told[0] == ('district@1: rule "frame-rate-main": within.encoding.fps: still says 15; write it too')
    assert [line.split(": ")[2] for line in told] == [
        "within.encoding.fps", "fails_also.below", "fix_text.vi", "fix_text.en", "purchase.expect.at_least",
    ]  # fmt: skip


def test_the_editions_of_the_product_leave_nothing_behind():
    """They extend nothing."""
    assert [warnings(load_edition(name)) for name in available()] == [()] * len(available())
