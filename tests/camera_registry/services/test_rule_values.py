"""Values of a rule in words: every place has a name a person understands, and what is typed is what was meant."""

import pytest

from camera_registry.services.edition_shown import changeable
from camera_registry.services.rule_values import place_name, shown_value, typed_value
from standards import available, load_edition
from standards.model import LANGUAGES
from standards.reading.load import tables
from tests.standards.sheets import HCMC

RULES = {rule["id"]: rule for rule in tables(HCMC)["rule"]}


@pytest.mark.parametrize("name", available())
def test_every_value_of_every_rule_has_a_name_of_its_own(name):
    """No key of the file, in both languages, and no two alike."""
    for rule in tables(load_edition(name))["rule"]:
        names = [place_name(place, rule) for place, _ in changeable(rule)]
        for lang in LANGUAGES:
            said = [each[lang] for each in names]
            assert len(set(said)) == len(said)
            assert not [text for text in said if "." in text.replace("H.26", "") or "_" in text]


@pytest.mark.parametrize(
    ("rule", "place", "vi", "en"),
    [
        ("frame-rate-main", "expect.at_least", "Mức tối thiểu – Tốc độ khung hình đo được, ít nhất (hình/giây)",
         "Minimum – Measured frame rate, at least (frames/s)"),
        ("frame-rate-main", "max_age", "Số liệu dùng trong (ngày)", "Facts count for (days)"),
        ("frame-rate-main", "fails_also.below", "Cũng không đạt khi thấp hơn – Tốc độ khung hình khai báo (hình/giây)",
         "Fails too below – Declared frame rate (frames/s)"),
        ("frame-rate-main", "within.encoding.fps", "Thiết bị phải đặt được – tốc độ khung hình (hình/giây)",
         "What the device must be able to do – frame rate (frames/s)"),
        ("keyframe-interval", "expect[2].tolerance",
         "Mức tối thiểu 2 – Khoảng dài nhất không có khung I, tính theo tốc độ khai báo, sai số cho phép",
         "Minimum 2 – Longest time without a key frame, at the declared rate, tolerance"),
        ("bit-rate-main", "expect[1].at_most_for.rows[5].limit",
         "Mức tối thiểu 1 – Tốc độ bit đo được, dòng 5 (H.265), giới hạn (kbit/giây)",
         "Minimum 1 – Measured bit rate, row 5 (H.265), limit (kbit/s)"),
        ("resolution-main", "purchase.expect.covers[2].megapixels",
         "Khi mua mới, mức tối thiểu – độ phân giải lớn nhất của luồng chính, phương án 2, độ phân giải (MP)",
         "New camera, minimum – largest size of the main stream, choice 2, size (MP)"),
        ("frame-rate-main", "no.such.place", "no.such.place", "no.such.place"),
    ],
)  # fmt: skip
def test_a_value_is_named_by_what_it_is_for(rule, place, vi, en):
    """What it is for, the fact, how both are compared, and the unit in which the edition counts."""
    assert place_name(place, RULES[rule]) == {"vi": vi, "en": en}


def test_a_name_is_found_without_the_rule():
    """Where the rule is gone; nothing is known of its fact then."""
    assert place_name("expect[3].at_most", {})["vi"].startswith("Mức tối thiểu 3 – ")
    assert place_name("expect[1].at_most_for.rows[9].limit", RULES["bit-rate-main"])["en"].endswith(
        "row 9, limit (kbit/s)"
    )


@pytest.mark.parametrize(
    ("place", "value", "vi", "en"),
    [("expect.at_least", 2.5, "2,5", "2.5"), ("expect.at_least", 15, "15", "15"), ("max_age", "14d", "14", "14"),
     ("expect.any_between", [0.22, 1.3], "0,22; 1,3", "0.22; 1.3"), ("expect.one_of", ["h264"], "h264", "h264"),
     ("title.vi", "Từ 1.5", "Từ 1.5", "Từ 1.5"), ("prefer.at_least", None, "", "")],
)  # fmt: skip
def test_a_value_is_shown_as_people_write_it(place, value, vi, en):
    """With the sign for decimals of the language; days without their letter."""
    assert shown_value(place, value) == {"vi": vi, "en": en}


@pytest.mark.parametrize(
    ("place", "text", "before", "value"),
    [
        ("expect.at_least", "2,5", 4, 2.5),
        ("expect.at_least", "1.000", 4, "1.000"),
        ("max_age", " 30 ", "14d", "30d"),
        ("max_age", "12h", "14d", "12h"),
        ("title.vi", "20", "15", "20"),
        ("expect.tolerance", "10%", "5%", "10%"),
        ("expect.any_between", "0,3; 1,3", [0.22, 1.3], [0.3, 1.3]),
        ("expect.any_between", "0.3, 1.3", [0.22, 1.3], [0.3, 1.3]),
        ("expect.one_of", "h264, h265", ["h264"], ["h264", "h265"]),
        ("expect.one_of", '["h265"]', ["h264"], ["h265"]),
        ("expect.one_of", "", ["h264"], []),
    ],
)
def test_what_is_typed_is_read_by_what_stood_there(place, text, before, value):
    """A number for a number, a list for a list, a text for a text, days for days."""
    assert typed_value(place, text, before) == value
