"""What a digest tells of changed findings: nothing twice, nothing old as new, nothing of maintenance too early."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import FindingRecord, Maintenance, Reply, Sweep
from camera_registry.reports.digest import Sheet, written
from camera_registry.services.digest import Asking, Digest, SchoolNews, of_cameras, of_replies
from camera_registry.services.waivers import Desk
from standards.waiving.waivers import Terms
from tests.camera_registry import fleet
from tests.standards.sheets import EDITIONS

MORNING = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NIGHT = MORNING - 5 * HOUR


@pytest.fixture(autouse=True)
def device(engine):
    """The number of a device of a school."""
    with writing(engine) as session:
        return fleet.device(session, fleet.school(session, "A-01"), "DG-01").id


def _found(engine, outcome, at, until=None):
    with writing(engine) as session:
        device = session.exec(select(fleet.Device)).one()
        fleet.finding(session, device, outcome=outcome, since=at, seen_at=at, until=until)


def _night(engine, at):
    with writing(engine) as session:
        session.add(Sweep(night=f"{at}", state="done", planned_at=at - 3 * HOUR, started_at=at - 3 * HOUR, ended_at=at))


def _told(engine, since, now):
    """New failures, resolved ones, unknown ones."""
    with reading(engine) as session:
        digest = of_cameras(session, Asking(since, EDITIONS, Desk(now, Terms(), "Asia/Ho_Chi_Minh")))
    return [(each.appeared, each.resolved, each.unknown) for each in digest.schools]


@pytest.mark.parametrize(("before", "told"), [("unknown", []), ("pass", [(1, 0, 0)])])
def test_a_failure_that_can_be_told_again_is_not_new(engine, before, told):
    """It failed before nobody could look; where it passed before, it is new."""
    _found(engine, "fail", NIGHT - 9 * DAY, NIGHT - 3 * DAY)
    _found(engine, before, NIGHT - 3 * DAY, NIGHT)
    _found(engine, "fail", NIGHT)
    assert _told(engine, MORNING - DAY, MORNING) == told


def test_what_breaks_in_maintenance_and_is_not_mended_is_told_after_the_next_night(engine):
    """Not while it goes on, not before anybody has looked again, then once; what was mended meanwhile is not new."""
    with writing(engine) as session:
        session.add(Maintenance(begins=NIGHT - HOUR, ends=NIGHT + DAY + HOUR, why="x", by="x", at=NIGHT))
    _found(engine, "pass", NIGHT - 9 * DAY, NIGHT)
    _found(engine, "fail", NIGHT)
    digests = []
    for n in range(5):
        _night(engine, NIGHT + n * DAY)
        digests.append(_told(engine, MORNING + (n - 1) * DAY, MORNING + n * DAY))
    assert digests == [[], [], [(1, 0, 0)], [], []]
    with writing(engine) as session:
        row = session.exec(select(FindingRecord).where(FindingRecord.outcome == "fail")).one()
        row.until = NIGHT + 2 * DAY - HOUR
        session.add(row)
        fleet.finding(session, session.exec(select(fleet.Device)).one(), outcome="pass", since=row.until)
    assert _told(engine, MORNING + DAY, MORNING + 2 * DAY) == [(0, 1, 0)]


def test_what_comes_after_the_moment_of_a_digest_is_told_by_the_next(engine):
    """And by that one alone: of findings and of replies."""
    _found(engine, "fail", MORNING + HOUR)
    with writing(engine) as session:
        school = session.exec(select(fleet.School)).one()
        session.add(Reply(school_id=school.id, rule="codec-main", note="x", by="x", at=MORNING + HOUR))
    days = [(MORNING - DAY, MORNING), (MORNING, MORNING + DAY)]
    assert [_told(engine, *day) for day in days] == [[], [(1, 0, 0)]]
    with reading(engine) as session:
        asked = [Asking(since, EDITIONS, Desk(now, Terms(), "Asia/Ho_Chi_Minh")) for since, now in days]
        assert [of_replies(session, each).replies for each in asked] == [0, 1]


def test_a_mail_names_fifty_schools_and_counts_the_others():
    """A city has thousands."""
    digest = Digest(schools=tuple(SchoolNews(f"Trường {n}", f"{n}", appeared=1) for n in range(53)))
    to = Sheet("An", "digest_district", date(2026, 11, 26), "vi", UTC, "https://camera.example", "https://c.example/u")
    mail = written(digest, to)
    assert mail.text.count("- Trường") == 50
    assert "- và 3 trường khác" in mail.text
    assert mail.html.count("<li>") == 51
    assert "53 tiêu chí mới chưa đạt" in mail.subject
