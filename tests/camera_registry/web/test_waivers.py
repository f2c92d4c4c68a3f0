"""Waivers on pages: the mark beside what fails, the form to ask, the page on which requests are decided."""

import re
from datetime import timedelta

import pytest

from camera_registry.database import reading, writing
from camera_registry.services import waived
from camera_registry.services.signing_in import Terms
from tests.camera_registry import waiver_requests as known
from tests.camera_registry.waiver_requests import ask, decide, desk
from tests.camera_registry.web.served import client
from tests.standards.sheets import EDITIONS
from tests.standards.waiving.waiver_values import at

DEVICE = "/devices/0790123/DG-01"
FORM = {
    "rule": "resolution-main",
    "kind": "channel",
    "channel": "2",
    "reason": "Thay trong năm 2027",
    "ends": "2027-05-29",
}
SCHOOL = {"role": "school", "schools": ("0790123",)}
ALWAYS = Terms(idle=timedelta(days=999), longest=timedelta(days=999))
"""Nobody has to sign in again when the clock is set."""


@pytest.fixture
def clock():
    """The moment that the pages are looked at, which a test may set."""
    return {"now": at("2026-11-30 09:00")}


@pytest.fixture
def pages(engine, clock):
    """The pages of the town, as a person of the school has them."""
    with writing(engine) as session:
        known.town(session)
    with client(engine, name="Nguyễn Văn A", **SCHOOL, now=lambda: clock["now"], access=ALWAYS) as made:
        yield made


@pytest.fixture
def officer(engine, pages, clock):
    """The same, as an officer of the managing unit has them."""
    with client(engine, "district", "Trần Thị B", district="26740", now=lambda: clock["now"], access=ALWAYS) as made:
        yield made


def _decided(pages, number=1, **form):
    return pages.post(f"/waivers/{number}", data={"what": "approve", **form})


def test_a_request_is_sent_from_the_page_of_the_device_and_stands_beside_the_finding(pages, officer):
    """Then another person approves it on the page of waivers, and the mark says until when."""
    answer = pages.post(f"{DEVICE}/waiver", data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{DEVICE}?done=waiver")
    page = pages.get(answer.headers["location"]).text
    assert "Đã ghi nhận yêu cầu. Người khác sẽ duyệt." in page
    assert "Ngoại lệ: Chờ nhà trường duyệt" in page
    assert "Nguyễn Văn A đề nghị ngày 30/11/2026" in page
    assert _decided(officer).headers["location"] == "/waivers?done=approve"
    page = pages.get(DEVICE).text
    assert "Ngoại lệ: Đã duyệt đến hết ngày 29/05/2027 (Trần Thị B)" in page
    assert "Trần Thị B duyệt ngày 30/11/2026" in page
    listed = officer.get("/non-compliant").text
    assert listed.count("Đã duyệt đến hết ngày 29/05/2027") == 1
    assert len(re.findall('data-label="Trường"', listed)) == 5


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends": "2020-01-01"}, "Đến hết ngày: chọn từ ngày 30/11/2026 trở đi."),
        ({"ends": ""}, "Đến hết ngày: hãy chọn ngày cuối cùng."),
        ({"reason": " "}, "Lý do: hãy nêu lý do, tối đa 1000 ký tự."),
        ({"rule": "authentication"}, "tiêu chí này không đánh giá riêng phạm vi"),
    ],
)
def test_what_is_wrong_is_told_above_the_form_as_it_was_typed(pages, changes, told):
    """422, and nothing is kept."""
    page = pages.post(f"{DEVICE}/waiver", data=FORM | changes)
    assert page.status_code == 422
    assert told in page.text
    assert f'action="{DEVICE}/waiver"' in page.text
    assert changes.get("reason", "Thay trong năm 2027") in page.text
    assert "Chờ duyệt (0)" in pages.get("/waivers").text


def test_own_approval_and_a_level_below_are_refused_beside_the_request(engine, pages, clock):
    """409, with who decides instead, and what was typed is still there."""
    pages.post(f"{DEVICE}/waiver", data=FORM)
    page = _decided(pages, note="xin duyệt")
    assert page.status_code == 409
    assert "người gửi yêu cầu không được tự quyết định" in page.text
    assert 'value="xin duyệt"' in page.text
    clock["now"] = at("2026-12-08 08:00")
    with client(engine, name="Lê C", **SCHOOL, now=lambda: clock["now"]) as below:
        page = _decided(below)
    assert page.status_code == 409
    assert "yêu cầu này đang ở đơn vị quản lý" in page.text
    assert _decided(pages, 99).status_code == 404


def test_a_refusal_needs_its_reason_and_a_waiver_can_be_taken_back(pages, officer):
    """By the buttons of the same form."""
    pages.post(f"{DEVICE}/waiver", data=FORM)
    assert "Lý do: hãy ghi lý do" in _decided(officer, what="refuse").text
    assert _decided(officer, what="refuse", note="Chỉnh được").headers["location"] == "/waivers?done=refuse"
    pages.post(f"{DEVICE}/waiver", data=FORM)
    assert _decided(pages, 2, what="withdraw").status_code == 303
    page = pages.get("/waivers?state=refused").text
    assert "Trần Thị B không duyệt ngày 30/11/2026 (Chỉnh được)" in page
    assert "Không duyệt (1)" in page
    assert "Đã rút (1)" in pages.get("/waivers?state=withdrawn").text


def test_each_waiver_stands_under_what_it_is_now(engine, pages, clock):
    """Nothing was written in between: in force, about to lapse, lapsed."""
    with writing(engine) as session:
        decide(session, ask(session, "school"))
    for moment, heading in (
        ("2027-01-05", "Đang có hiệu lực"),
        ("2027-05-20", "Sắp hết hạn"),
        ("2027-06-01", "Đã hết hạn"),
    ):
        clock["now"] = at(f"{moment} 09:00")
        page = pages.get("/waivers").text
        assert f"{heading} (1)" in page, moment
        assert page.count("(1)</h2>") == 1
    assert "Hết hạn ngày 29/05/2027" in pages.get("/non-compliant?waiver=lapsed").text


def test_the_page_says_that_nobody_decides_their_own(pages):
    """In both languages; a state or a unit that there is not is said."""
    assert "Không ai được tự duyệt yêu cầu của mình." in pages.get("/waivers").text
    assert "Nobody decides their own request." in pages.get("/waivers?lang=en").text
    assert pages.get("/waivers?state=x").status_code == 422
    assert pages.get("/waivers?district=x").status_code == 422
    assert pages.get(f"{DEVICE}/waiver").headers["location"] == DEVICE
    assert pages.get("/waivers/1").headers["location"] == "/waivers"


def test_a_form_of_another_site_asks_for_nothing(engine, pages):
    """403, and the registry as it was."""
    for path in (f"{DEVICE}/waiver", "/waivers/1"):
        assert pages.post(path, data=FORM, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    with reading(engine) as session:
        assert waived.every_listed(session, waived.WaiversWanted(), EDITIONS, desk("2026-11-30 09:00")) == []


def test_what_people_typed_is_text_on_every_page(engine, pages, clock):
    """No reason and no name is markup."""
    with client(engine, name="<i>y</i>", **SCHOOL, now=lambda: clock["now"]) as asks:
        asks.post(f"{DEVICE}/waiver", data=FORM | {"reason": "<b>x</b>"})
    for address in ("/waivers", DEVICE, "/non-compliant"):
        assert "<b>x" not in pages.get(address).text
        assert "<i>y" not in pages.get(address).text
