"""The file of the operations centre on its page: what was shown is what is written."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Channel, Handover
from camera_registry.services import handover_states
from tests.camera_registry import fleet
from tests.camera_registry.web.served import NOW, client

FILE = "Mã trường,Mã thiết bị,Kênh,Kết quả\nA-01,DG-01,1,Đã kết nối\nA-01,DG-01,2,Đã kết nối\n"


@pytest.fixture
def town(engine):
    """A recorder of two cameras that are proposed."""
    with writing(engine) as session:
        recorder = fleet.device(session, fleet.school(session, "A-01"), "DG-01", channels=(1, 2), kind="nvr")
        for index in (1, 2):
            fleet.verdict(session, recorder, "compliant", index)
            fleet.channel(session, recorder, index).scope = "offered"
    with writing(engine) as session:
        ids = session.exec(select(Channel.id)).all()
        assert len(handover_states.propose(session, ids, "Lê An", NOW, date(2026, 11, 20))) == 2
    return engine


def _sent(browser):
    answer = browser.post("/handover/states", files={"file": ("x.csv", FILE.encode(), "text/csv")})
    assert answer.status_code == 303
    return answer.headers["location"]


def _states(engine):
    with reading(engine) as session:
        rows = session.exec(select(Handover).where(Handover.until.is_(None)).order_by(Handover.channel_id)).all()
        return [row.state for row in rows]


def _accepted(engine, number):
    """Somebody else writes meanwhile that the camera is accepted."""
    with writing(engine) as session:
        row = session.exec(select(Handover).where(Handover.channel_id == number, Handover.until.is_(None))).one()
        put = handover_states.Put(number, row.school_id, "accepted", row.day)
        handover_states.store.put_many(session, [put], "Người khác", NOW)


def test_a_row_that_changed_since_it_was_shown_is_shown_again(town):
    """The other is written at once; this one after it was looked at again."""
    with client(town, "city") as browser:
        place = _sent(browser)
        assert "Ghi 2 trạng thái" in browser.get(place).text
        _accepted(town, 1)
        answer = browser.post(f"{place}/write")
        assert _states(town) == ["accepted", "connected"]
        again = browser.get(answer.headers["location"])
        assert "có thay đổi" in again.text
        assert "Ghi 1 trạng thái" in again.text
        browser.post(f"{urlsplit(answer.headers['location']).path}/write")
    assert _states(town) == ["connected", "connected"]


def test_a_file_that_was_not_shown_is_not_written(town):
    """It is shown first."""
    with client(town, "city") as browser:
        answer = browser.post(f"{_sent(browser)}/write")
        assert _states(town) == ["proposed", "proposed"]
        assert "Ghi 2 trạng thái" in browser.get(answer.headers["location"]).text
