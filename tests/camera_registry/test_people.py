"""Names of people: what one may be, and which are one person, whatever cannot be seen in them."""

import pytest

from camera_registry.people import LONGEST_NAME, is_name, same_person, seen

HIDDEN = ("\u200b", "\u200d", "\ufeff", "\u00ad", "\u200f", "\u034f", "\ufe0f", "\u3164", "\uffa0", "\U000e0041", "\0")
ONE = "Lê An"


@pytest.mark.parametrize("sign", HIDDEN, ids=ascii)
def test_a_sign_that_nobody_sees_makes_no_other_person_and_stands_in_no_name(sign):
    """At the end, at the front, inside; alone it is no name either."""
    for name in (f"Lê{sign} An", f"Lê A{sign}n", f"{sign}{ONE}", f"{ONE}{sign}"):
        assert same_person(ONE, name)
        assert not is_name(name)
    assert not is_name(sign)
    assert seen(sign) == ""


@pytest.mark.parametrize(
    "name",
    ["lê  AN", "Lê\u00a0An", " Lê\u3000An ", "Le\u0302 An", "Le\u034f\u0302 An", "Ｌê Ａｎ", "Lê 𝐀𝐧", "Lê\u2800An",
     "Lê\tAn", "Lê\nAn"],
    ids=ascii,
)  # fmt: skip
def test_a_name_written_in_another_way_is_the_same_person(name):
    """Case, blanks of any kind, letters with their marks apart, wide and mathematical letters."""
    assert same_person(ONE, name)
    assert same_person(name, ONE)


@pytest.mark.parametrize("name", ["Lê Ân", "Lê Anh", "Trần An", "LêAn", ""])
def test_another_name_is_another_person(name):
    """Marks of letters and their number count."""
    assert not same_person(ONE, name)


@pytest.mark.parametrize(
    "name", [ONE, "Nguyễn Thị Ánh Nguyệt", "Le\u0302 An", "Lê\u00a0An", " a ", "Đ. T. Hoà-Bình", "a" * LONGEST_NAME]
)
def test_this_is_a_name(name):
    """As people type and paste them."""
    assert is_name(name)


@pytest.mark.parametrize("name", ["", " ", "\u2800", "…", "a\nb", "a\r", "a\u2028b", "a\x1b[1m", "\ud800", "a" * 101])
def test_this_is_no_name(name):
    """Nothing is seen, more than a line, what no screen shows, or longer than any name."""
    assert not is_name(name)
