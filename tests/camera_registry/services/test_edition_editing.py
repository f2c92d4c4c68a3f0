"""Editing an edition: which places of a rule hold values, what may stand there, and how it is typed."""

import pytest
import tomlkit

from camera_registry.services.edition_editing import (
    EditingError,
    is_value,
    put,
    rule_of,
    standing_alone,
    value_of,
)
from camera_registry.services.edition_shown import changeable
from camera_registry.services.rule_values import shown_value, typed_value
from standards import available, load_edition
from tests.standards.sheets import HCMC

NUMBER = "write a number without signs between thousands, like 20 or 2.5"
NEVER = "no confirmation sets this: it sets numbers, texts and lists, at places like expect.at_least or title.vi"


def rule(rule_id="frame-rate-main"):
    """A rule of the product, to be edited."""
    return rule_of(standing_alone(HCMC.texts), rule_id)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", available())
def test_every_value_of_every_rule_can_be_typed_as_it_is_shown(name, language):
    """What stands in the form is taken again, and changes nothing."""
    edition = load_edition(name)
    whole = standing_alone(edition.texts)
    before = whole.unwrap()
    for each in edition.rules:
        for place, value in changeable(rule_of(whole, each.id).unwrap()):
            typed = typed_value(place, shown_value(place, value)[language], value)
            put(rule_of(whole, each.id), place, typed)
    assert whole.unwrap() == before


@pytest.mark.parametrize(
    "place",
    ["decides", "when[1].is", "unless[1].is", "subject", "id", "source.state", "fix", "within.fix", "twice", "manual",
     "level", "severity", "expect", "expect.fact", "expect.light", "expect.optional", "prefer", "needs.light",
     "when_absent", "purchase", "purchase.unless[1].is", "purchase.expect.fact", "expect[0].at_least", "title",
     "expect.near",
     "expect.same_as", "expect.at_most_for.codec", 'title."vi"', "", "expect[12345].at_least"],
)  # fmt: skip
def test_what_a_rule_judges_and_when_is_no_value(place):
    """A confirmation says what stands in a document, and changes no logic under its cover."""
    assert not is_value(place)
    with pytest.raises(EditingError, match="no confirmation sets this"):
        put(rule(), place, 1)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("expect.at_least", None, NUMBER),
        ("expect.at_least", "2.000", NUMBER),
        ("expect.at_least", float("nan"), NUMBER),
        ("expect.at_least", True, NUMBER),
        ("expect.at_least", {"a": 1}, NUMBER),
        ("title.vi", 20, "write a text of at most 2000 signs"),
        ("title.vi", "x" * 2001, "write a text of at most 2000 signs"),
        ("within.encoding.covers", [[1]], 'write a list, like ["h264", "h265"]'),
        ("within.encoding.covers", [None], 'write a list, like ["h264", "h265"]'),
        ("expect[1].at_least", 3, 'the rule has no value there; did you mean "expect.at_least"?'),
        ("purchase.proof.vi", "x", 'the rule has no value there; did you mean "purchase.text.vi"?'),
    ],
)
def test_a_value_stays_of_its_kind_and_stands_where_one_stood(place, value, said):
    """Numbers for numbers, texts for texts, lists for lists."""
    with pytest.raises(EditingError) as error:
        put(rule(), place, value)
    assert error.value.mistake[0] == place
    assert error.value.mistake[1]["en"] == said
    assert error.value.mistake[1]["vi"]


def test_yes_and_no_are_no_value():
    """They say what is judged."""
    with pytest.raises(EditingError, match="has no value there"):
        put(rule("rtp-over-tcp"), "expect.is", False)


def test_a_tolerance_may_be_given_where_none_stood():
    """In the unit of the fact, or as a share; the loader says whether the operator takes it."""
    edited = rule("stream-steady")
    put(edited, "expect[1].tolerance", "10%")
    put(edited, "expect[2].tolerance", 1)
    assert [each["tolerance"] for each in edited.unwrap()["expect"]] == ["10%", 1]


def test_a_number_in_a_table_of_a_list_is_set_with_its_comments_kept():
    """By its number in the list."""
    whole = standing_alone(HCMC.texts)
    put(rule_of(whole, "bit-rate-main"), "expect[1].at_most_for.rows[2].limit", 9000)
    text = tomlkit.dumps(whole)
    assert '{ codec = "h264", up_to_mp = 2.4, limit = 9000 },' in text
    assert "# Ceilings in kbit/s" in text


@pytest.mark.parametrize(
    ("typed", "value"),
    [("20", 20), (" 2,5 ", 2.5), ("-0,125", -0.125), ("0.125", 0.125), ("1.000", "1.000"), ("1,000", "1,000"),
     ('["h264", "h265"]', ["h264", "h265"]), ('"20"', "20"), ("20 hình", "20 hình"), ("true", "true"), ("nan", "nan"),
     ("2020-01-01", "2020-01-01"), ("{ a = 1 }", "{ a = 1 }"), ("[1", "[1"), ("", "")],
)  # fmt: skip
def test_a_value_is_typed_as_in_toml_or_with_a_comma(typed, value):
    """Numbers and lists; what could be a thousand or one, and whatever else there is, stays a text."""
    assert value_of(typed) == value
