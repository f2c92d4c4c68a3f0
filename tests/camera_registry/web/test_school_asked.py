"""The page of a school asks what no probe can see, and the page of a device takes what a technician saw on site."""

import pytest
from sqlmodel import select

from camera_registry.database import reading
from camera_registry.models import AnswerRecord, OnSiteRecord
from tests.camera_registry.web.served import NOW, client
from tests.standards.sheets import HCMC

SCHOOL = "079-DG-01"
SAID = {"rule": "retention", "met": "yes", "note": "30 ngày"}


@pytest.fixture
def school(engine, camera):
    """A person of the school at the pages."""
    with client(engine, "school", "Nguyễn Văn A", schools=(SCHOOL,)) as made:
        yield made


def test_a_school_answers_on_its_page(engine, school):
    """The question stands there, the answer is kept with who and when, and the page shows it."""
    assert "Nội dung trường kê khai" in school.get(f"/schools/{SCHOOL}").text
    sent = school.post(f"/schools/{SCHOOL}/answer", data=SAID)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/schools/{SCHOOL}?done=answered")
    with reading(engine) as session:
        row = session.exec(select(AnswerRecord)).one()
    assert (row.rule, row.met, row.by, row.at, row.note) == ("retention", True, "Nguyễn Văn A", NOW, "30 ngày")
    assert "Nguyễn Văn A" in school.get(f"/schools/{SCHOOL}").text


def test_an_answer_from_elsewhere_is_not_kept(engine, browser, camera):
    """A page of somebody else is refused, over JSON too."""
    for address in (f"/schools/{SCHOOL}/answer", f"/api/v1/schools/{SCHOOL}/answers"):
        foreign = browser.post(address, json=SAID, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403
    with reading(engine) as session:
        assert session.exec(select(AnswerRecord)).all() == []


def test_a_channel_that_is_no_number_is_not_answered(browser, camera):
    """What only looks like a digit is said to be wrong, as any other."""
    for channel in ("²", "9" * 5000):
        said = {**SAID, "rule": "weatherproof", "device": "DG-01", "channel": channel}
        assert browser.post(f"/schools/{SCHOOL}/answer", data=said).headers["location"].endswith("done=not-answered")


def test_answers_over_json(browser, camera):
    """Open and given apart; a mistake says what to write instead."""
    address = f"/api/v1/schools/{SCHOOL}/answers"
    before = browser.get(address).json()
    assert "retention" in {question["rule"] for question in before["open"]}
    sent = browser.post(address, json=SAID)
    assert sent.status_code == 201
    (given,) = sent.json()["given"]
    assert (given["rule"], given["answers"][0]["at"]) == ("retention", "2026-11-23T03:00:00Z")
    wrong = browser.post(address, json={**SAID, "rule": "codec-main"})
    assert (wrong.status_code, "no person is asked this" in wrong.json()["detail"][0]) == (422, True)


def test_what_fails_of_the_school_stands_on_its_page(browser, camera):
    """A rule that the school says is not met is shown with what to do and who acts."""
    assert "Đánh giá chung của trường" not in browser.get(f"/schools/{SCHOOL}").text
    browser.post(f"/schools/{SCHOOL}/answer", data={**SAID, "met": "no"})
    text = browser.get(f"/schools/{SCHOOL}").text
    assert "Đánh giá chung của trường" in text
    assert "Khảo sát tại chỗ" in text


def test_a_technician_confirms_on_the_page_of_the_device(engine, camera):
    """Who and when are kept; of a channel that there is not nothing is."""
    address = f"/devices/{SCHOOL}/DG-01"
    with client(engine, "technician", "Kỹ thuật viên", schools=(SCHOOL,)) as on_site:
        sent, refused = (on_site.post(f"{address}/seen-on-site", data={"channel": n}) for n in (1, 7))
    assert sent.headers["location"] == f"{address}?done=on-site"
    assert refused.headers["location"] == f"{address}?done=not-on-site"
    with reading(engine) as session:
        assert [(row.by, row.at) for row in session.exec(select(OnSiteRecord)).all()] == [("Kỹ thuật viên", NOW)]


def test_readiness_over_json(town):
    """Numerator and denominator stand beside each percentage; the schools of a unit add up to it."""
    found = town.get("/api/v1/readiness").json()
    whole, schools = found["ready"], found["schools"]
    assert found["document"] is None
    for name in ("compliant_of_checked", "ready_of_offered"):
        assert sum(school["ready"][name]["numerator"] for school in schools) == whole[name]["numerator"]
        assert sum(school["ready"][name]["denominator"] for school in schools) == whole[name]["denominator"]
    one = town.get("/api/v1/readiness?school=79760001").json()
    assert one["document"]["rules"] == len(HCMC.rules)
    assert town.get("/api/v1/readiness?school=nowhere").status_code == 422
