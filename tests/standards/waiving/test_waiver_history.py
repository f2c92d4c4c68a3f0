"""Who decided what, when and why is never lost."""

from __future__ import annotations

from dataclasses import replace

from standards.waiving.waiver_history import history
from standards.waiving.waivers import Decision, Terms, Waiver
from tests.standards.waiving.waiver_values import APPROVED, REQUEST, WITHDRAWN, at

TERMS = Terms()


def _told(waiver: Waiver, moment: str) -> list[tuple[str, str, str]]:
    return [(e.name, e.by, e.level or "") for e in history(waiver, at(moment), TERMS)]


def test_a_request_tells_through_which_levels_it_went() -> None:
    """At the beginning of the day after the last one of a level, until somebody decides."""
    assert _told(REQUEST, "2026-12-07 23:59:59") == [("asked", "Nguyễn Văn A", "school")]
    assert _told(REQUEST, "2026-12-15 00:00")[1:] == [("went_up", "", "district"), ("went_up", "", "city")]
    decided = replace(REQUEST, decision=Decision(False, "C", "district", at("2026-12-09 08:00"), "Sửa được"))
    assert [e.name for e in history(decided, at("2027-06-01 00:00"), TERMS)] == ["asked", "went_up", "refused"]


def test_a_withdrawn_waiver_still_tells_who_had_approved_it_and_why() -> None:
    """Each with its time and its words."""
    events = history(WITHDRAWN, at("2027-06-01 00:00"), TERMS)
    assert [(e.name, e.by, e.note) for e in events] == [
        ("asked", "Nguyễn Văn A", "Thay trong năm 2027"),
        ("approved", "Trần Thị B", "Đồng ý"),
        ("withdrawn", "Nguyễn Văn A", "Đã thay"),
    ]
    assert [e.at for e in events] == sorted(e.at for e in events)


def test_one_that_lapsed_says_so_from_that_moment_on() -> None:
    """On its last day it has not lapsed."""
    assert _told(APPROVED, "2027-03-31 23:59:59")[-1][0] == "approved"
    assert _told(APPROVED, "2027-04-01 00:00")[-1] == ("lapsed", "", "")
