"""What is done once: keys are kept for a day, and the answer stands in the transaction of the change."""

from datetime import timedelta

from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import District, GivenAnswer, School
from tests.camera_registry.services.hands import fill
from tests.camera_registry.web.served import NOW, client

AT, KEY = "/api/v1/schools/0790124/devices", {"Idempotency-Key": "k"}


def test_a_key_is_free_after_a_day(engine):
    """Another request may have it then; until then the answer is the one that was given."""
    with writing(engine) as session:
        fill(session)
    clock = [NOW]
    with client(engine, now=lambda: clock[0]) as city:
        assert city.post(AT, json={"kind": "cloud", "code": "A"}, headers=KEY).status_code == 201
        clock[0] = NOW + timedelta(hours=7)
        assert city.post(AT, json={"kind": "cloud", "code": "B"}, headers=KEY).status_code in (401, 422)
        clock[0] = NOW
        assert city.post(AT, json={"kind": "cloud", "code": "B"}, headers=KEY).status_code == 422
    with client(engine, now=lambda: NOW + timedelta(hours=25)) as city:
        assert city.post(AT, json={"kind": "cloud", "code": "B"}, headers=KEY).status_code == 201
    with reading(engine) as session:
        kept = session.exec(select(GivenAnswer)).one()
        school = session.exec(select(School.id).where(School.code == "0790124")).one()
    assert (kept.key, kept.status, kept.school_id) == ("k", 201, school)


def test_a_key_that_no_header_may_hold_is_refused(engine):
    """Of more than 200 signs."""
    with client(engine) as city:
        assert city.post(AT, json={}, headers={"Idempotency-Key": "x" * 201}).status_code == 422


def test_an_answer_about_a_new_school_is_kept_as_of_that_school(engine):
    """So that it goes with the school when that is erased."""
    with writing(engine) as session:
        fill(session)
        unit = session.exec(select(District.code)).first()
    body = {"name": "Trường X", "levels": "TH", "kind": "public", "managed_by": unit, "code": "9"}
    with client(engine) as city:
        assert city.post("/api/v1/schools", json=body, headers=KEY).status_code == 201
    with reading(engine) as session:
        made = session.exec(select(School.id).where(School.code == "9")).one()
        assert session.exec(select(GivenAnswer.school_id)).one() == made
