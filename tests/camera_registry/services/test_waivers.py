"""Asking for a waiver, deciding, taking back: who may, when, and what is told where not."""

from dataclasses import replace
from datetime import date

import pytest

from camera_registry.database import reading, writing
from camera_registry.services import waived, waivers
from camera_registry.services.waivers import WaiverError
from camera_registry.store.waivers import WaiversWanted
from standards.waiving.waivers import Scope
from tests.camera_registry import waiver_requests as known
from tests.camera_registry.waiver_requests import DESK, ask, decide, desk
from tests.standards.sheets import EDITIONS


@pytest.fixture
def session(engine):
    """A writing session over the town."""
    with writing(engine) as made:
        known.town(made)
        yield made


def _wrong(caught):
    return caught.value.kind, {field: text["en"] for field, text in caught.value.mistakes}


def _seen(session, number, at_desk=DESK):
    return waived.one(session, number, EDITIONS, at_desk)


@pytest.mark.parametrize(
    ("scope", "level"),
    [("channel", "school"), ("device", "school"), ("school", "school"), ("district", "district"), ("model", "city")],
)
def test_a_request_is_kept_with_the_level_that_has_it(session, scope, level):
    """What it is for is found by its codes, in every scope; where that is, is told too."""
    seen = _seen(session, ask(session, scope))
    waiver, now = seen.waived.waiver, seen.waived.standing
    assert (now.name, now.level) == ("asked", level)
    assert (waiver.scope.kind, waiver.begins, waiver.zone) == (scope, date(2026, 11, 30), "Asia/Ho_Chi_Minh")
    assert seen.title == EDITIONS.decides.rule("resolution-main").title
    if scope == "channel":
        assert (waiver.scope.district, seen.school, seen.channel) == ("26740", "Trường THCS Số 1", "Camera 2")
    if scope == "model":
        assert (waiver.scope.make, waiver.scope.model) == ("Dahua", "NVR4216")


def test_one_who_is_alone_asks_the_level_above(session):
    """A ward has one officer; above the city there is nobody."""
    number = ask(session, "district", alone=True)
    assert _seen(session, number).waived.standing.level == "city"
    with pytest.raises(WaiverError) as caught:
        ask(session, "model", alone=True)
    assert list(_wrong(caught)[1]) == ["alone"]


def test_everything_that_is_wrong_is_told_at_once(session):
    """Rule, place, name, reason and day, each with what to write instead; nothing is kept."""
    nowhere = Scope(kind="school", school="0999999")
    bad = {"rule": "no-rule", "by": " ", "reason": "", "ends": date(2026, 11, 1)}
    with pytest.raises(WaiverError) as caught:
        waivers.ask(session, replace(known.request(**bad), scope=nowhere), EDITIONS, DESK)
    kind, told = _wrong(caught)
    assert kind == "wrong"
    assert list(told) == ["school", "rule", "by", "reason", "ends"]
    assert told["school"] == "there is no “0999999”; use codes that are registered."
    assert told["rule"].startswith("“no-rule” is no rule; use one of: authentication, ")
    assert told["by"] == "write the name of the person, at most 100 characters on one line, none of them hidden."
    assert waived.listed(session, WaiversWanted(), EDITIONS, DESK).total == 0


@pytest.mark.parametrize(
    ("scope", "field"),
    [
        (Scope(kind="district", district="1"), "district"),
        (Scope(kind="school"), "school"),
        (Scope(kind="device", school="0790124", device="DG-01"), "device"),
        (Scope(kind="channel", school="0790123", device="DG-01", channel=9), "channel"),
        (Scope(kind="channel", school="0790123", device="DG-01"), "channel"),
        (Scope(kind="model", make="Dahua", model="DS-2CD2021G1-I"), "model"),
        (Scope(kind="model", model="NVR4216"), "make"),
    ],
)
def test_what_is_not_registered_gets_no_waiver(session, scope, field):
    """A code that there is not, one that lacks, a model of another make."""
    with pytest.raises(WaiverError) as caught:
        waivers.ask(session, replace(known.request(), scope=scope), EDITIONS, DESK)
    assert list(_wrong(caught)[1]) == [field]


def test_a_rule_of_the_whole_device_is_not_waived_for_a_channel(session):
    """It would never cover anything."""
    with pytest.raises(WaiverError) as caught:
        ask(session, rule="authentication")
    assert _wrong(caught)[1] == {
        "scope": "this rule says nothing of a channel by itself; ask for one of: device, model, school, district."
    }
    assert ask(session, "device", rule="authentication")


@pytest.mark.parametrize("scope", known.SCOPES)
def test_the_same_is_asked_for_once(session, scope):
    """A second request waits until the first is decided; another rule or scope is another request."""
    number = ask(session, scope)
    with pytest.raises(WaiverError, match=f"request {number} for the same rule and scope is waiting already") as caught:
        ask(session, scope)
    assert caught.value.kind == "conflict"
    ask(session, scope, rule="codec-main")
    decide(session, number)
    assert ask(session, scope)


def test_what_is_no_name_decides_and_takes_back_nothing(session):
    """The same words as for who asks."""
    number = ask(session)
    with pytest.raises(WaiverError) as deciding:
        decide(session, number, by="\u200b")
    with pytest.raises(WaiverError) as taking_back:
        waivers.withdraw(session, number, "a\nb", "city", "Đã thay", DESK)
    for caught in (deciding, taking_back):
        assert list(_wrong(caught)[1]) == ["by"]


@pytest.mark.parametrize("name", ["Nguyễn Văn A", "  nguyễn  văn a ", "NGUYỄN VĂN A"])
@pytest.mark.parametrize("approve", [True, False])
def test_nobody_decides_their_own_request(session, name, approve):
    """However the name is typed, at whatever level; who does instead is told, and until when it waits there."""
    number = ask(session)
    with pytest.raises(WaiverError) as caught:
        decide(session, number, by=name, approve=approve)
    assert _wrong(caught) == (
        "conflict",
        {
            "by": "nobody decides their own request: another person of the school or a level above does. "
            "After 2026-12-07 it goes up by itself."
        },
    )
    assert _seen(session, number).waived.standing.name == "asked"


def test_after_its_working_days_a_request_is_out_of_reach_of_the_school(session):
    """Then the unit has it, and then the city."""
    number = ask(session)
    late = desk("2026-12-08 08:00")
    with pytest.raises(WaiverError, match="this request is with the managing unit now"):
        decide(session, number, level="school", at_desk=late)
    assert decide(session, number, level="district", at_desk=late).decision.level == "district"


def test_what_is_decided_stays_decided_and_tells_everything(session):
    """Who, when and why; also when it is taken back later."""
    number = ask(session)
    decide(session, number, note="Đủ điều kiện")
    with pytest.raises(WaiverError, match="Trần Thị B approved it on 2026-11-30"):
        decide(session, number, by="C", approve=False)
    later = desk("2026-12-20 10:00")
    waivers.withdraw(session, number, "Nguyễn Văn A", None, "Đã thay camera", later)
    seen = _seen(session, number, later)
    assert [(e.name, e.by, e.note) for e in seen.events] == [
        ("asked", "Nguyễn Văn A", "Thay trong năm 2027"),
        ("approved", "Trần Thị B", "Đủ điều kiện"),
        ("withdrawn", "Nguyễn Văn A", "Đã thay camera"),
    ]
    assert seen.waived.waiver.decision.approved is True
    assert seen.waived.standing.name == "withdrawn"


def test_a_refusal_says_why(session):
    """And is told with its reason afterwards."""
    number = ask(session)
    with pytest.raises(WaiverError) as caught:
        decide(session, number, approve=False, note=" ")
    assert _wrong(caught) == ("wrong", {"note": "say why, in at most 1000 characters."})
    decide(session, number, approve=False, note="Chỉnh cấu hình được ngay")
    assert _seen(session, number).events[-1].note == "Chỉnh cấu hình được ngay"
    assert _seen(session, number).waived.standing.name == "refused"


def test_who_did_not_ask_for_it_takes_it_back_with_a_level_and_a_reason(session):
    """Of a level that could decide it, or approved it, or one above."""
    number = ask(session)
    decide(session, number, level="district")
    with pytest.raises(WaiverError) as caught:
        waivers.withdraw(session, number, "Lê C", None, "", DESK)
    assert list(_wrong(caught)[1]) == ["note", "level"]
    with pytest.raises(WaiverError, match="whoever asked for it, the managing unit or a level above takes it back"):
        waivers.withdraw(session, number, "Lê C", "school", "không còn", DESK)
    assert waivers.withdraw(session, number, "Lê C", "city", "không còn", DESK).withdrawal.by == "Lê C"


def test_a_number_that_there_is_not_is_said(session):
    """In each of the ways to name one."""
    for call in (lambda: decide(session, 99), lambda: waivers.withdraw(session, 99, "A", None, "", DESK)):
        with pytest.raises(WaiverError, match="there is no waiver 99; look at the list of them") as caught:
            call()
        assert caught.value.kind == "no_such"


def test_what_a_person_said_is_in_the_registry_for_good(engine):
    """Committed, and read again by another session."""
    with writing(engine) as session:
        known.town(session)
        number = ask(session)
        decide(session, number)
    with reading(engine) as session:
        assert _seen(session, number).waived.waiver.decision.by == "Trần Thị B"
