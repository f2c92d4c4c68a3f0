"""What a request for a waiver must say, and who may decide it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from standards.waiving.granting import LEAST_LEVEL, first_level, mistakes, why_not_decided, why_not_withdrawn
from standards.waiving.waivers import LEVELS, SCOPES, Level, Terms
from tests.standards.waiving.waiver_values import APPROVED, REFUSED, REQUEST, WITHDRAWN, at

TERMS = Terms()
ASKED = REQUEST.asked_at
TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, {}),
        ({"begins": TODAY, "ends": TODAY}, {}),
        ({"begins": TODAY, "ends": TODAY + timedelta(days=364)}, {}),
        ({"begins": TODAY, "ends": TODAY + timedelta(days=365)},
         {"ends": "a waiver may last 365 days at most; choose an earlier day."}),
        ({"begins": TODAY - timedelta(days=1)}, {"begins": "must be 2026-11-30 or later."}),
        ({"ends": date(2026, 12, 6)}, {"ends": "must be 2026-12-07 or later."}),
        ({"begins": date(2026, 1, 1), "ends": date(2026, 2, 1), "reason": " "},
         {"reason": "give the reason, in at most 1000 characters.", "begins": "must be 2026-11-30 or later.",
          "ends": "must be 2026-11-30 or later."}),
        ({"reason": "x" * 1001}, {"reason": "give the reason, in at most 1000 characters."}),
    ],
)  # fmt: skip
def test_every_mistake_of_a_request_is_told_at_once(values: dict[str, Any], told: dict[str, str]) -> None:
    """With what to write instead, in both languages."""
    found = dict(mistakes(replace(REQUEST, **values), ASKED, TERMS))
    assert {field: text["en"] for field, text in found.items()} == told
    assert all(text["vi"] for text in found.values())


def test_the_day_of_a_request_is_that_of_its_zone() -> None:
    """Just after midnight in Ho Chi Minh City yesterday is past, although it is still yesterday in UTC."""
    request = replace(REQUEST, begins=TODAY)
    assert not dict(mistakes(request, at("2026-11-30 23:59"), TERMS))
    assert "begins" in dict(mistakes(request, at("2026-12-01 00:01"), TERMS))


@pytest.mark.parametrize("kind", SCOPES)
@pytest.mark.parametrize("asked", [None, *LEVELS])
def test_what_reaches_further_is_never_decided_lower(kind: Any, asked: Level | None) -> None:
    """The level that has a request first is at least the lowest for its scope; for one who is alone, the one above."""
    first = first_level(kind, asked, alone=False)
    assert first is not None
    assert LEVELS.index(first) == max(LEVELS.index(asked or "school"), LEVELS.index(LEAST_LEVEL[kind]))
    above = first_level(kind, asked, alone=True)
    assert above == (LEVELS[LEVELS.index(first) + 1] if first != "city" else None)


@pytest.mark.parametrize(
    ("moment", "levels"),
    [
        ("2026-12-07 23:59:59", ("school", "district", "city")),
        ("2026-12-08 00:00", ("district", "city")),
        ("2026-12-15 00:00", ("city",)),
    ],
)
def test_the_level_that_has_a_request_decides_or_one_above(moment: str, levels: tuple[Level, ...]) -> None:
    """Nobody below; it goes up with the working days."""
    may = [level for level in LEVELS if why_not_decided(REQUEST, level, at(moment), TERMS, approve=True) is None]
    assert tuple(may) == levels


def test_a_request_whose_days_are_over_is_refused_and_not_approved() -> None:
    """On its last day it may still be approved."""
    for approve in (True, False):
        assert why_not_decided(REQUEST, "city", at("2027-03-31 23:59"), TERMS, approve=approve) is None
    after = at("2027-04-01 00:00")
    told = why_not_decided(REQUEST, "city", after, TERMS, approve=True)
    assert told is not None
    assert told["en"] == "its last day, 2027-03-31, is past; refuse or withdraw it, and ask anew."
    assert why_not_decided(REQUEST, "city", after, TERMS, approve=False) is None


@pytest.mark.parametrize(
    ("waiver", "told"),
    [
        (APPROVED, "Trần Thị B approved it on 2026-12-02, until 2027-03-31."),
        (REFUSED, "Trần Thị B refused it on 2026-12-02; ask anew if it is needed."),
        (WITHDRAWN, "Nguyễn Văn A withdrew it on 2027-01-05; ask anew if it is needed."),
    ],
)
def test_what_is_decided_is_not_decided_again(waiver: Any, told: str) -> None:
    """It says who did what, and when."""
    text = why_not_decided(waiver, "city", at("2027-02-01 00:00"), TERMS, approve=False)
    assert text is not None
    assert text["en"] == told


def test_whoever_asked_takes_a_waiver_back_and_so_does_the_level_that_has_it_or_one_above() -> None:
    """Not one that was refused, withdrawn, or has lapsed."""
    now = at("2026-12-10 00:00")
    assert why_not_withdrawn(REQUEST, None, now, TERMS) is None
    assert why_not_withdrawn(APPROVED, None, now, TERMS) is None
    for waiver in (REQUEST, APPROVED):
        may = [level for level in LEVELS if why_not_withdrawn(waiver, level, now, TERMS) is None]
        assert may == ["district", "city"]
    later = at("2027-05-01 00:00")
    assert [why_not_withdrawn(w, None, later, TERMS) is None for w in (REFUSED, WITHDRAWN, APPROVED)] == [False] * 3
