"""What is due stands in the digests: replies of schools that are new, and the report that comes next."""

from datetime import UTC, date, datetime, timedelta

import pytest

from camera_registry.access.viewer import Viewer
from camera_registry.database import reading, writing
from camera_registry.models import Reply
from camera_registry.reports.digest import Sheet, written
from camera_registry.services.digest import SECTIONS, Asking, Digest
from camera_registry.services.periods import Dates, NextReport, set_period
from camera_registry.services.waivers import Desk
from camera_registry.store.rows import limit
from standards.waiving.waivers import Terms
from tests.camera_registry import fleet
from tests.standards.sheets import EDITIONS

ZONE = "Asia/Ho_Chi_Minh"
MORNING = datetime(2026, 12, 28, 0, 30, tzinfo=UTC)
"""A Monday, half past seven in the zone."""


def _asking(viewer, now=MORNING, since=MORNING - timedelta(days=1)):
    return Asking(since, EDITIONS, Desk(now, Terms(), ZONE), viewer=viewer)


def _officer(school):
    return Viewer(1, "can.bo", "Cán bộ", "district", district_id=school.managed_by)


def test_replies_that_came_since_the_last_digest_are_counted_where_they_are_seen(engine):
    """Those of another unit are not."""
    with writing(engine) as session:
        own, other = fleet.school(session, "A"), fleet.school(session, "B", district="phuong-khac")
        for school, hours in ((own, 2), (own, 30), (other, 2)):
            at = MORNING - timedelta(hours=hours)
            session.add(Reply(school_id=school.id, rule="codec-main", note="Đã sửa", by="Nhà trường", at=at))
        viewer = _officer(own)
    with reading(engine) as session:
        limit(session, viewer)
        assert SECTIONS["replies"](session, _asking(viewer)) == Digest(replies=1)


@pytest.mark.parametrize(
    ("due", "told"),
    [("2027-01-11", True), ("2027-01-10", False), ("2026-12-31", True), ("2026-12-28", True), ("2026-12-20", False)],
)
def test_one_is_reminded_of_a_report_on_some_days_and_not_on_others(engine, due, told):
    """Two weeks, one week, three days before, the day before, on the day, and the day after."""
    with writing(engine) as session:
        viewer = _officer(fleet.school(session, "A"))
        day = date.fromisoformat(due)
        set_period(session, Dates("2026-2027", "half_year", day, day, day))
    with reading(engine) as session:
        limit(session, viewer)
        report = SECTIONS["periods"](session, _asking(viewer)).report
    assert (report is not None) == told
    assert report is None or (report.due, report.school_year) == (day, "2026-2027")


def test_a_day_on_which_nobody_works_is_made_up_for_on_the_next_that_somebody_does(engine):
    """The week before fell on a Sunday: Monday's digest tells it, and Tuesday's does not tell it again."""
    with writing(engine) as session:
        viewer = _officer(fleet.school(session, "A"))
        day = date(2027, 1, 3)
        set_period(session, Dates("2026-2027", "half_year", day, day, day))
    friday, tuesday = MORNING - timedelta(days=3), MORNING + timedelta(days=1)
    with reading(engine) as session:
        limit(session, viewer)
        assert SECTIONS["periods"](session, _asking(viewer, since=friday)).report is not None
        assert SECTIONS["periods"](session, _asking(viewer, tuesday, MORNING)).report is None


@pytest.mark.parametrize(
    ("days", "line"),
    [
        (7, "Báo cáo sơ kết 2026-2027: hạn 03/01/2027, còn 7 ngày"),
        (0, "Báo cáo sơ kết 2026-2027: hạn hôm nay, 03/01/2027"),
        (-1, "Báo cáo sơ kết 2026-2027: quá hạn 1 ngày (hạn 03/01/2027)"),
    ],
)
def test_the_mail_says_it_in_its_subject_and_leads_to_the_page(days, line):
    """In Vietnamese as an office writes it."""
    report = NextReport(
        {"vi": "Báo cáo sơ kết", "en": "Half-year"}, "2026-2027", date(2027, 1, 3), days, proposed=False
    )
    to = Sheet("An", "periods", date(2026, 12, 28), "vi", UTC, "https://camera.example", "https://camera.example/u")
    mail = written(Digest(replies=2, report=report), to)
    assert mail.subject == f"Camera trường học 28/12/2026: 2 phản hồi mới của trường, {line}"
    assert f"- {line}" in mail.text
    assert f'<a href="https://camera.example/">{line}</a>' in mail.html
    assert '<a href="https://camera.example/replies">2 phản hồi mới của trường</a>' in mail.html
