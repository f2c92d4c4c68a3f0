"""Waivers on pages: the mark beside what fails, the form to ask, the page on which requests are decided."""

import re

import pytest

from camera_registry.database import reading, writing
from camera_registry.services import waived
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
    "by": "Nguyễn Văn A",
}


@pytest.fixture
def clock():
    """The moment that the pages are looked at, which a test may set."""
    return {"now": at("2026-11-30 09:00")}


@pytest.fixture
def pages(engine, clock):
    """A browser at the pages of the town."""
    with writing(engine) as session:
        known.town(session)
    with client(engine, now=lambda: clock["now"]) as made:
        yield made


def _decided(pages, number=1, **form):
    return pages.post(f"/waivers/{number}", data={"what": "approve", "by": "Trần Thị B", "level": "district", **form})


def test_a_request_is_sent_from_the_page_of_the_device_and_stands_beside_the_finding(pages):
    """Then another person approves it on the page of waivers, and the mark says until when."""
    answer = pages.post(f"{DEVICE}/waiver", data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{DEVICE}?done=waiver")
    page = pages.get(answer.headers["location"]).text
    assert "Đã ghi nhận yêu cầu. Người khác sẽ duyệt." in page
    assert "Ngoại lệ: Chờ nhà trường duyệt" in page
    assert "Nguyễn Văn A đề nghị ngày 30/11/2026" in page
    assert _decided(pages).headers["location"] == "/waivers?done=approve"
    page = pages.get(DEVICE).text
    assert "Ngoại lệ: Đã duyệt đến hết ngày 29/05/2027 (Trần Thị B)" in page
    assert "Trần Thị B duyệt ngày 30/11/2026" in page
    listed = pages.get("/non-compliant").text
    assert listed.count("Đã duyệt đến hết ngày 29/05/2027") == 1
    assert len(re.findall('<td data-label="Trường">', listed)) == 5


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends": "2020-01-01"}, "Đến hết ngày: chọn từ ngày 30/11/2026 trở đi."),
        ({"ends": ""}, "Đến hết ngày: hãy chọn ngày cuối cùng."),
        ({"reason": " "}, "Lý do: hãy nêu lý do, tối đa 1000 ký tự."),
        ({"by": ""}, "Họ tên của bạn: hãy ghi họ tên"),
        ({"rule": "authentication"}, "tiêu chí này không đánh giá riêng phạm vi"),
    ],
)
def test_what_is_wrong_is_told_above_the_form_as_it_was_typed(pages, changes, told):
    """422, and nothing is kept."""
    page = pages.post(f"{DEVICE}/waiver", data=FORM | changes)
    assert page.status_code == 422
    assert told in page.text
    assert f'action="{DEVICE}/waiver"' in page.text
    assert changes.get("by", "Nguyễn Văn A") in page.text
    assert "Chờ duyệt (0)" in pages.get("/waivers").text


def test_own_approval_and_a_level_below_are_refused_beside_the_request(pages, clock):
    """409, with who decides instead, and what was typed is still there."""
    pages.post(f"{DEVICE}/waiver", data=FORM)
    page = _decided(pages, by="nguyễn  văn a", note="xin duyệt")
    assert page.status_code == 409
    assert "người gửi yêu cầu không được tự quyết định" in page.text
    assert 'value="xin duyệt"' in page.text
    clock["now"] = at("2026-12-08 08:00")
    page = _decided(pages, level="school")
    assert page.status_code == 409
    assert "yêu cầu này đang ở đơn vị quản lý" in page.text
    assert _decided(pages, 99).status_code == 404


def test_a_refusal_needs_its_reason_and_a_waiver_can_be_taken_back(pages):
    """By the buttons of the same form."""
    pages.post(f"{DEVICE}/waiver", data=FORM)
    assert "Lý do: hãy ghi lý do" in _decided(pages, what="refuse").text
    assert _decided(pages, what="refuse", note="Chỉnh được").headers["location"] == "/waivers?done=refuse"
    pages.post(f"{DEVICE}/waiver", data=FORM)
    assert _decided(pages, 2, what="withdraw", by="Nguyễn Văn A", level="").status_code == 303
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


def test_the_page_says_that_there_are_no_accounts(pages):
    """In both languages; a state or a unit that there is not is said."""
    assert "Phần mềm chưa có tài khoản người dùng" in pages.get("/waivers").text
    assert "There are no accounts yet" in pages.get("/waivers?lang=en").text
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


def test_what_people_typed_is_text_on_every_page(pages):
    """No reason and no name is markup."""
    pages.post(f"{DEVICE}/waiver", data=FORM | {"reason": "<b>x</b>", "by": "<i>y</i>"})
    for address in ("/waivers", DEVICE, "/non-compliant"):
        assert "<b>x" not in pages.get(address).text
        assert "<i>y" not in pages.get(address).text
