"""Replies of a school: what is kept, what is refused, and what came of it when the device was looked at again."""

from datetime import timedelta

import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import FindingRecord, Reply, ReplyPhoto, School, Sweep
from camera_registry.services import replies
from camera_registry.services.replies import About, ReplyError, picture, reply, results_of
from camera_registry.vault import Vault
from tests.camera_registry import fleet
from tests.camera_registry.services.test_jpeg import NOTE, RESTARTS, _with_note
from tests.standards.sheets import HCMC, NOW

VAULT = Vault(bytes(32))
LATER = NOW + timedelta(hours=1)
ABOUT = About("A-01", "resolution-main", "CAM-01", 1)


@pytest.fixture
def town(engine):
    """A school with a camera of which one rule fails."""
    with writing(engine) as session:
        school = fleet.school(session, "A-01")
        camera = fleet.device(session, school, "CAM-01")
        fleet.verdict(session, camera, "replace")
        fleet.finding(session, camera, 1)
    return engine


def _said(engine, about=ABOUT, note="Đã lau ống kính", photo=None):
    with writing(engine) as session:
        return reply(session, VAULT, about, note, photo, "Hiệu trưởng", NOW).id


def _result(engine):
    with reading(engine) as session:
        (found,) = replies.of_school(session, "A-01", HCMC)
        assert results_of(session, [1]) == {(1, 1, "resolution-main"): found.result}
    return found.result


def _looked(engine, state="done", **finding):
    """The device was looked at after the reply, and the finding is this now."""
    with writing(engine) as session:
        row = session.exec(select(FindingRecord)).one()
        for name, value in finding.items():
            setattr(row, name, value)
        session.add(row)
        device = session.get_one(fleet.Device, 1)
        fleet.look(session, device, state, at=LATER)


def test_a_reply_asks_for_a_look_at_the_device_at_once(town):
    """Of this device alone; until then it waits."""
    _said(town)
    with reading(town) as session:
        sweep = session.exec(select(Sweep)).one()
        assert session.exec(select(Reply)).one().sweep_id == sweep.id
    assert (sweep.scope, sweep.asked_by) == ("device:A-01/CAM-01", "Hiệu trưởng")
    assert _result(town) == "waits"


@pytest.mark.parametrize(
    ("state", "finding", "result"),
    [
        ("done", {"outcome": "pass"}, "closed"),
        ("done", {"until": LATER}, "closed"),
        ("done", {"seen_at": LATER}, "stays"),
        ("done", {}, "not_known"),
        ("done", {"outcome": "unknown"}, "not_known"),
        ("failed", {}, "not_known"),
    ],
)
def test_the_look_that_follows_closes_it_or_not(town, state, finding, result):
    """Closed where the rule holds; it stays where it was measured again; else nobody can tell."""
    _said(town)
    _looked(town, state, **finding)
    assert _result(town) == result


def test_a_look_before_the_reply_says_nothing_of_it(town):
    """Only what comes after counts."""
    with writing(town) as session:
        fleet.look(session, session.get_one(fleet.Device, 1), at=NOW - timedelta(hours=1))
    _said(town)
    assert _result(town) == "waits"


def _fails_again(engine, **after):
    """The rule is met a day after the reply, and fails a week later; `after`: what the first interval became."""
    with writing(engine) as session:
        old = session.exec(select(FindingRecord)).one()
        old.until = NOW + timedelta(days=1)
        session.flush()
        camera = session.get_one(fleet.Device, 1)
        met = {"outcome": "pass", "since": NOW + timedelta(days=1), "until": NOW + timedelta(days=8), **after}
        fleet.finding(session, camera, 1, **met)
        again = NOW + timedelta(days=8)
        fleet.finding(session, camera, 1, since=again, seen_at=again)
        fleet.look(session, camera, at=again)


def test_a_reply_that_was_met_once_is_closed_for_good(town):
    """What fails again months later is another failure: the reply to the first is no reply to that."""
    _said(town)
    _fails_again(town)
    with reading(town) as session:
        (found,) = replies.of_school(session, "A-01", HCMC)
        assert (found.result, found.looked_at, found.is_of_now) == ("closed", NOW + timedelta(days=1), False)
        assert results_of(session, [1]) == {}


def test_what_was_never_met_in_between_closes_nothing(town):
    """A look that could not tell is no look that passed."""
    _said(town)
    _fails_again(town, outcome="unknown")
    with reading(town) as session:
        assert [each.result for each in replies.of_school(session, "A-01", HCMC)] == ["stays"]


def test_a_rule_that_still_fails_on_another_stream_is_not_met(town):
    """All streams of the channel count."""
    with writing(town) as session:
        fleet.finding(session, session.get_one(fleet.Device, 1), 1, stream="2", seen_at=LATER)
    _said(town)
    with writing(town) as session:
        first = session.exec(select(FindingRecord).where(FindingRecord.stream == "")).one()
        first.until = LATER
        session.flush()
        fleet.finding(session, session.get_one(fleet.Device, 1), 1, outcome="pass", since=LATER)
        fleet.look(session, session.get_one(fleet.Device, 1), at=LATER)
    assert _result(town) == "stays"


def test_only_open_replies_to_one_finding_are_too_many(town):
    """Twenty that were met stand in nobody's way; twenty that are open do."""
    for _ in range(replies.MOST_OPEN):
        _said(town)
    with pytest.raises(ReplyError) as refused:
        _said(town)
    assert refused.value.kind == "too_many"
    _fails_again(town)
    with writing(town) as session:
        later = NOW + timedelta(days=9)
        assert reply(session, VAULT, ABOUT, "x", None, "Hiệu trưởng", later).id == replies.MOST_OPEN + 1


def test_a_device_that_nothing_can_look_at_is_replied_to_as_well(engine):
    """No sweep is asked for."""
    with writing(engine) as session:
        camera = fleet.device(session, fleet.school(session, "A-01"), "CAM-01", kind="cloud", host="")
        fleet.finding(session, camera, 1)
    _said(engine)
    with reading(engine) as session:
        assert session.exec(select(Reply)).one().sweep_id is None or session.exec(select(Sweep)).all()


def test_what_is_wrong_with_the_school_itself_is_replied_to_without_a_look(engine):
    """And is closed when it is met."""
    with writing(engine) as session:
        school = fleet.school(session, "A-01")
        values = {"outcome": "fail", "decides": True, "edition": "x@1", "sha256": "a", "since": NOW}
        session.add(FindingRecord(school_id=school.id, subject="school", rule="plan", **values))
    _said(engine, About("A-01", "plan"))
    with reading(engine) as session:
        assert session.exec(select(Sweep)).all() == []
        assert [each.result for each in replies.of_school(session, "A-01", HCMC)] == ["waits"]
    with writing(engine) as session:
        session.exec(select(FindingRecord)).one().outcome = "pass"
    with reading(engine) as session:
        assert [each.result for each in replies.every(session, HCMC)] == ["closed"]


@pytest.mark.parametrize(
    ("about", "note", "kind"),
    [
        (ABOUT, "  ", "no_note"),
        (ABOUT, "x" * 1001, "too_long"),
        (ABOUT, "Đã\0 sửa", "no_text"),
        (About("A-01", "codec-main", "CAM-01", 1), "x", "no_finding"),
        (About("A-01", "resolution-main", "CAM-01", 9), "x", "no_finding"),
        (About("A-01", "resolution-main", "CAM-01"), "x", "no_finding"),
        (About("A-01", "resolution-main", "CAM-99"), "x", "no_finding"),
        (About("B-99", "resolution-main"), "x", "no_finding"),
    ],
)
def test_what_is_no_reply_is_refused(town, about, note, kind):
    """Nothing is kept, and no look is asked for."""
    with pytest.raises(ReplyError) as refused:
        _said(town, about, note)
    assert refused.value.kind == kind
    with reading(town) as session:
        assert session.exec(select(Reply)).all() == session.exec(select(Sweep)).all() == []


def test_a_photo_is_kept_sealed_and_without_what_the_phone_wrote_into_it(town):
    """Where the school allows photos."""
    with writing(town) as session:
        session.exec(select(School)).one().photos = True
    number = _said(town, photo=_with_note(RESTARTS))
    with reading(town) as session:
        photo = session.exec(select(ReplyPhoto)).one()
        assert photo.reply_id == number
        assert NOTE in _with_note(RESTARTS)
        assert NOTE not in picture(VAULT, photo)


@pytest.mark.parametrize(
    ("allowed", "data", "kind"),
    [(False, RESTARTS, "not_allowed"), (True, b"GIF89a", "no_jpeg"), (True, b"\xff\xd8" + b"0" * 500_001, "too_large")],
)
def test_a_photo_that_may_not_be_kept_is_refused_with_its_reply(town, allowed, data, kind):
    """The person is told, and can send it without."""
    with writing(town) as session:
        session.exec(select(School)).one().photos = allowed
    with pytest.raises(ReplyError) as refused:
        _said(town, photo=data)
    assert refused.value.kind == kind
    with reading(town) as session:
        assert session.exec(select(Reply)).all() == []
