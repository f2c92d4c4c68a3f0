"""Passwords that somebody may still know whose time at a school is over."""

from datetime import UTC, date, datetime, timedelta

import pytest

from camera_registry.database import writing
from camera_registry.services import assignments
from camera_registry.services.accounts import AccountError
from camera_registry.store import accounts, credentials
from camera_registry.vault import Vault
from tests.camera_registry.people import NOW, account_of, ended
from tests.camera_registry.registered import device

SCHOOL, TODAY, LAST = "079-DG-01", NOW.date(), date(2026, 11, 20)


@pytest.fixture
def left(engine):
    """A session, a device whose login was typed by a technician, and the technician, whose time there is over."""
    with writing(engine) as session:
        camera = device(session)
        technician = account_of(session, "technician", "Kỹ thuật viên", schools=(SCHOOL,))
        before = NOW - timedelta(days=10)
        credentials.put(session, Vault(bytes(32)), camera.id, "admin", "old", before, by=technician.id)
        ended(session, technician, LAST)
        session.flush()
        yield session, camera, technician


def _told(session):
    return [(row.device, row.username, row.typed, row.ended) for row in assignments.to_change(session, TODAY, UTC)]


def test_a_login_that_somebody_who_left_may_know_is_told_until_it_is_another(left):
    """It goes from the list with a new password, whoever typed the old one."""
    session, camera, _ = left
    assert _told(session) == [("DG-01", "admin", True, LAST)]
    credentials.put(session, Vault(bytes(32)), camera.id, "admin", "new", datetime(2026, 11, 22, tzinfo=UTC))
    assert _told(session) == []


def test_somebody_who_is_back_may_know_it_again(left):
    """A new assignment at the same school takes the login from the list; its end, at once, brings it back."""
    session, _, technician = left
    back = assignments.assign(session, technician, SCHOOL, TODAY - timedelta(days=1), None, "Công ty B", "")
    assert _told(session) == []
    accounts.end_now(session, back, TODAY)
    assert back.ends == TODAY - timedelta(days=1)
    assert _told(session) == [("DG-01", "admin", True, back.ends)]


def test_an_assignment_that_has_not_begun_is_gone_when_it_is_ended(left):
    """Nobody was there, so nothing is known of it."""
    session, _, technician = left
    later = assignments.assign(session, technician, SCHOOL, TODAY + timedelta(days=9), None, "Công ty B", "")
    accounts.end_now(session, later, TODAY)
    session.flush()
    assert [row.ends for row in accounts.assignments(session, technician.id)] == [LAST]


def test_only_technicians_are_assigned_to_schools_that_are_there(left):
    """Else somebody would see a school by another way than the role."""
    session, _, technician = left
    for account, school, field in (
        (account_of(session, "city", "Người khác"), SCHOOL, "role"),
        (technician, "nowhere", "school"),
    ):
        with pytest.raises(AccountError) as error:
            assignments.assign(session, account, school, TODAY, None, "Công ty B", "")
        assert error.value.field == field
