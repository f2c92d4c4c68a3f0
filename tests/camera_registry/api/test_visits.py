"""Visits over the API: an answer that was lost on the way is given again, and nothing is made twice."""

import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Channel, Device, GivenAnswer
from tests.camera_registry.services.hands import fill
from tests.camera_registry.web.served import client

AT, SCHOOL = "/api/v1/visits", "0790124"
CAMERA = {"kind": "ip_camera", "host": "192.168.70.5", "make": "Ezviz"}
LOGIN = {"username": "quansat", "password": "bi-mat-Pa55word"}


@pytest.fixture
def filled(engine):
    """Schools with their devices."""
    with writing(engine) as session:
        fill(session)
    return engine


def _visit(cells=CAMERA, name="Sân 1", login=None, number="visit-0001"):
    channels = [{"cells": {"index": "1", "name": name, "area": "yard"}}]
    said = {"id": number, "school": SCHOOL, "device": {"cells": cells}, "channels": channels}
    return {**said, "login": login} if login else said


def _count(engine, table=Device):
    with reading(engine) as session:
        return len(session.exec(select(table)).all())


def _move(engine, code):
    """Somebody else corrects the address."""
    with writing(engine) as session:
        session.exec(select(Device).where(Device.code == code)).one().host = "192.168.70.6"


def test_a_visit_without_a_code_that_is_sent_twice_makes_one_device(filled):
    """The second answer is the first one, although somebody else has moved the device meanwhile; another visit is
    another device.
    """
    before = _count(filled)
    with client(filled) as browser:
        first = browser.post(AT, json=_visit())
        assert (first.status_code, first.json()["changed"]) == (200, True)
        _move(filled, first.json()["code"])
        again = browser.post(AT, json=_visit())
        assert (again.status_code, again.json()) == (200, first.json())
        assert _count(filled) == before + 1
        other = browser.post(AT, json=_visit(name="Sân 9", number="visit-0002"))
        assert other.json().get("code") not in (None, first.json()["code"]), other.text
        assert _count(filled) == before + 2


@pytest.mark.parametrize("changed", [{"login": LOGIN}, {"name": "Sân 2"}])
def test_a_visit_that_was_taken_and_says_more_now_is_of_the_same_device(filled, changed):
    """The phone still knows no code: the person went on while the answer was lost, and is asked where texts differ."""
    with client(filled) as browser:
        first = browser.post(AT, json=_visit()).json()
        _move(filled, first["code"])
        devices, channels = _count(filled), _count(filled, Channel)
        again = browser.post(AT, json=_visit(**changed))
        assert (again.status_code, _count(filled), _count(filled, Channel)) == (409, devices, channels)
        assert again.json()["conflicts"][0]["key"] == ["device", SCHOOL, first["code"]]


def test_no_digest_of_a_password_in_clear_is_kept(filled):
    """It could be guessed from it; sent again, the visit makes no second device all the same."""
    with client(filled) as browser:
        first = browser.post(AT, json=_visit(login=LOGIN)).json()
        devices = _count(filled)
        again = browser.post(AT, json=_visit(login=LOGIN)).json()
    assert (again["code"], again["changed"], _count(filled)) == (first["code"], False, devices)
    with reading(filled) as session:
        kept = session.exec(select(GivenAnswer)).one()
    assert (kept.key, kept.digest) == (f"visit/{SCHOOL}/visit-0001", "")
    assert LOGIN["password"] not in kept.body


def test_what_was_not_taken_is_answered_anew(filled):
    """A mistake is no answer that is kept."""
    with client(filled) as browser:
        wrong = _visit({**CAMERA, "host": "8.8.8.8"})
        assert browser.post(AT, json=wrong).status_code == 422
        assert browser.post(AT, json=_visit()).status_code == 200
