"""A waiver in words: every state says until when and who, in both languages."""

from dataclasses import replace

import pytest

from camera_registry.reports.waiver_words import (
    EVENT_WORDS,
    LEVEL_NAMES,
    SCOPE_WORDS,
    STANDING_WORDS,
    scope_in_words,
    standing_in_words,
)
from standards.waiving.waivers import LEVELS, SCOPES, STANDINGS, Terms, Waived, standing
from tests.standards.waiving import waiver_values as known
from tests.standards.waiving.waiver_values import APPROVED, REFUSED, REQUEST, WITHDRAWN, at


@pytest.mark.parametrize(
    ("waiver", "moment", "vi", "en"),
    [
        (REQUEST, "2026-12-01 09:00", "Chờ nhà trường duyệt", "Asked for, with the school"),
        (REQUEST, "2026-12-08 09:00", "Chờ đơn vị quản lý duyệt", "Asked for, with the managing unit"),
        (APPROVED, "2026-12-03 09:00", "Đã duyệt, từ 07/12/2026 đến hết 31/03/2027 (Trần Thị B)",
         "Approved, from 2026-12-07 until 2027-03-31 (Trần Thị B)"),
        (APPROVED, "2026-12-08 09:00", "Đã duyệt đến hết ngày 31/03/2027 (Trần Thị B)",
         "In force until 2027-03-31 (Trần Thị B)"),
        (APPROVED, "2027-03-30 09:00", "Sắp hết hạn: còn 2 ngày, đến hết ngày 31/03/2027 (Trần Thị B)",
         "About to lapse: 2 days left, until 2027-03-31 (Trần Thị B)"),
        (APPROVED, "2027-04-01 09:00", "Hết hạn ngày 31/03/2027 (Trần Thị B)", "Lapsed on 2027-03-31 (Trần Thị B)"),
        (REFUSED, "2027-04-01 09:00", "Trần Thị B không duyệt: Sửa được", "Refused by Trần Thị B: Sửa được"),
        (WITHDRAWN, "2027-04-01 09:00", "Đã rút (Nguyễn Văn A: Đã thay); Trần Thị B đã duyệt trước đó",
         "Withdrawn (Nguyễn Văn A: Đã thay); Trần Thị B had approved it"),
    ],
)  # fmt: skip
def test_what_a_waiver_is_now_is_said_in_one_line(waiver, moment, vi, en):
    """One that lapsed keeps its day and who approved it."""
    waived = Waived(waiver, standing(waiver, at(moment), Terms()))
    assert (standing_in_words(waived, "vi"), standing_in_words(waived, "en")) == (vi, en)


def test_every_state_scope_level_and_event_has_its_words():
    """In both languages."""
    assert set(STANDING_WORDS) == set(STANDINGS)
    assert set(SCOPE_WORDS) == set(SCOPES)
    assert set(LEVEL_NAMES) == set(LEVELS)
    for words in (STANDING_WORDS, SCOPE_WORDS, LEVEL_NAMES, EVENT_WORDS):
        assert all(text["vi"] and text["en"] for text in words.values())


@pytest.mark.parametrize(("kind", "codes"), [("channel", "0790123 DG-01/1"), ("model", "dahua nvr4216")])
def test_a_scope_is_said_with_its_codes(kind, codes):
    """So that it is found in the registry."""
    waived = Waived(replace(APPROVED, scope=known.SCOPES[kind]), standing(APPROVED, at("2027-01-01 09:00"), Terms()))
    assert scope_in_words(waived, "vi").endswith(codes)
