"""Forms of maintenance, webhooks and e-mail: what is wrong is said, and nothing is another thing than was meant."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Maintenance, Webhook
from tests.camera_registry import fleet
from tests.camera_registry.web.served import client

HOOK = {"name": "Trung tâm", "address": "https://trung-tam.example/hook", "kind": ["digest"]}
WINDOW = {"begins": "2026-12-01T08:00", "ends": "2026-12-01T17:00", "why": "Cắt điện"}


@pytest.fixture(autouse=True)
def school(engine):
    """A school of a unit."""
    with writing(engine) as session:
        fleet.school(session, "A-01")


def _rows(engine, table):
    with reading(engine) as session:
        return list(session.exec(select(table)).all())


@pytest.mark.parametrize(
    "changes",
    [{"begins": "9999-01-01T08:00", "ends": "9998-01-01T08:00"}, {"ends": "9999-12-31T23:59-12:00"},
     {"begins": "9999-12-31T20:00-00:00", "ends": "9999-12-31T23:00-00:00"}, {"begins": "0001-01-01T00:00"},
     {"ends": "9999-12-31T00:00"}, {"why": "Cắt\0 điện"}, {"school": "A\0"}, {"district": "2674\0"},
     {"district": "99999"}],
)  # fmt: skip
def test_maintenance_that_cannot_be_is_refused(engine, changes):
    """Years that end the calendar, signs that no database keeps, places that there are not."""
    with client(engine) as browser:
        assert browser.post("/maintenance", data=WINDOW | changes).status_code == 422
    assert _rows(engine, Maintenance) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("2026-12-01T08:00", datetime(2026, 12, 1, 1, tzinfo=UTC)),
     ("2026-12-01T08:00+00:00", datetime(2026, 12, 1, 8, tzinfo=UTC)),
     ("9999-12-31T08:00", datetime(9999, 12, 31, 1, tzinfo=UTC))],
)  # fmt: skip
def test_a_moment_is_of_the_zone_that_was_sent(engine, typed, meant):
    """Of that of the settings where none was; the last year is one as others."""
    with client(engine) as browser:
        sent = WINDOW | {"begins": typed, "ends": typed.replace("T08", "T09")}
        assert browser.post("/maintenance", data=sent).status_code == 303
        assert browser.get("/maintenance").status_code == 200
    assert [row.begins for row in _rows(engine, Maintenance)] == [meant]


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"district": "99999"}, "Không có đơn vị quản lý nào"), ({"district": "2674\0"}, "Không có đơn vị quản lý nào"),
     ({"district": "26740", "kind": ["digest", "sweep_ended"]}, "là của mọi đơn vị"), ({"name": "T\0"}, "Cần tên")],
)  # fmt: skip
def test_a_webhook_of_a_unit_is_one_of_that_unit(engine, changes, said):
    """Never of all by mistake, nor with news that it would not get."""
    with client(engine) as browser:
        answer = browser.post("/webhooks", data=HOOK | changes)
        assert (answer.status_code, said in answer.text) == (422, True)
        assert _rows(engine, Webhook) == []
        assert browser.post("/webhooks", data=HOOK | {"district": "26740"}).status_code == 200
    assert [row.district_id is not None for row in _rows(engine, Webhook)] == [True]


def test_the_hour_of_mails_is_that_of_the_settings(engine):
    """On the page on which they are asked for."""
    with client(engine, mail_at="06:45") as browser:
        assert "Gửi lúc 06:45" in browser.get("/account").text
