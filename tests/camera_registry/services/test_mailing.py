"""Mails of a morning: what an unreachable server, a refused letter, a restart and a changed mailbox come to."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import event
from sqlmodel import select

from camera_registry.config import MailSettings
from camera_registry.database import reading, writing
from camera_registry.models import Mailed
from camera_registry.sending.mail import MailError, NoServerError, Post
from camera_registry.services import mailboxes
from camera_registry.services.mailing import Mailing
from camera_registry.services.waivers import Desk
from standards.waiving.waivers import Terms
from tests.camera_registry import fleet
from tests.camera_registry.people import account_of
from tests.standards.sheets import EDITIONS

MORNING = datetime(2026, 11, 26, 0, 35, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SETTINGS = MailSettings(host="localhost", sender="camera@c.example", links="https://camera.example", tries=9)


@pytest.fixture
def engine(engine):
    """Three officers of a unit, where a rule newly fails."""
    with writing(engine) as session:
        device = fleet.device(session, fleet.school(session, "A-01"), "DG-01")
        fleet.finding(session, device, since=MORNING - timedelta(hours=5))
        for n in range(3):
            account = account_of(session, "district", f"Cán bộ {'ABC'[n]}", district="26740", now=MORNING - DAY)
            address = f"{n}@phuong.example"
            mailboxes.put(session, account.id, "district", address, ["digest_district"], "x", MORNING - DAY)
    return engine


def _mailing(engine, send, *moments):
    """The job; the clock shows these moments one after the other, the last for ever."""
    left = list(moments)
    return Mailing(engine, SETTINGS, send, lambda: EDITIONS,
                   lambda: Desk(left.pop(0) if len(left) > 1 else left[0], Terms(), "Asia/Ho_Chi_Minh"),
                   "vi")  # fmt: skip


def _rows(engine):
    with reading(engine) as session:
        return [(row.state, row.attempts) for row in session.exec(select(Mailed)).all()]


def test_a_server_that_nobody_reaches_ends_the_run_and_costs_no_try(engine):
    """One connection a minute, and all is sent when it is there again."""
    asked, taken = [], []

    def nobody(letter, _now):
        asked.append(letter.to)
        raise NoServerError("ConnectionRefusedError: no server")

    for minute in range(12):
        assert _mailing(engine, nobody, MORNING + minute * MINUTE).run() == 0
    assert len(asked) == 12
    assert {state for state, _ in _rows(engine)} == {"waiting"}
    assert {tries for _, tries in _rows(engine)} == {0}
    assert _mailing(engine, lambda letter, _: taken.append(letter.to), MORNING + 20 * MINUTE).run() == 3


def test_nobody_at_the_port_is_no_server(engine):
    """What sends says so."""
    known = MailSettings(**{**SETTINGS.model_dump(), "port": 1, "tls": "none", "timeout_s": 2})
    letters = []
    _mailing(engine, lambda letter, _: letters.append(letter), MORNING).run()
    with pytest.raises(NoServerError):
        Post(known).send(letters[0], MORNING)


def test_waits_between_tries_grow_to_half_an_hour(engine):
    """One, two, four, eight, sixteen minutes, then thirty each."""
    tried = []

    def refused(letter, now):
        if letter.to.startswith("0"):
            tried.append(now)
            raise MailError("SMTPDataError: 451")

    for minute in range(120):
        _mailing(engine, refused, MORNING + minute * MINUTE).run()
    assert [(b - a) // MINUTE for a, b in pairwise(tried)] == [1, 2, 4, 8, 16, 30, 30]


def test_what_is_done_costs_nothing_more_that_day(engine):
    """However many mailboxes there are: the run that finds nothing due asks three times or less."""
    _mailing(engine, lambda *_: None, MORNING).run()
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    assert _mailing(engine, lambda *_: None, MORNING + MINUTE).run() == 0
    assert len([said for said in asked if "SELECT" in said]) <= 3


def test_each_letter_is_of_the_moment_at_which_it_goes(engine):
    """The clock is read anew for each."""
    gone = []
    later = [MORNING + n * MINUTE for n in range(4)]
    assert _mailing(engine, lambda _, now: gone.append(now), *later).run() == 3
    assert gone == later[1:]
    with reading(engine) as session:
        assert [row.at for row in session.exec(select(Mailed)).all()] == later[1:]


def test_a_mailbox_that_is_set_again_does_not_tell_of_the_time_before(engine):
    """Only of the day before; one that is saved as it was goes on where it was."""
    sent = []
    _mailing(engine, lambda letter, _: sent.append(letter.to), MORNING).run()
    with writing(engine) as session:
        (old, _), (same, _), *_ = mailboxes.messages.mailboxes(session)
        device = session.exec(select(fleet.Device)).one()
        fleet.finding(session, device, rule="codec-main", since=MORNING + 2 * DAY)
        monday = MORNING + 11 * DAY
        mailboxes.put(session, old.account_id, "district", "moi@phuong.example", ["digest_district"], "x", monday)
        mailboxes.put(session, same.account_id, "district", same.address, ["digest_district"], "x", monday)
    sent.clear()
    _mailing(engine, lambda letter, _: sent.append(letter.to), monday).run()
    assert sorted(sent) == ["1@phuong.example", "2@phuong.example"]
