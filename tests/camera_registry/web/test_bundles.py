"""The page of bundles: seen first, taken when a person says so, and refused in words that say what to do."""

import re

import pytest
from sqlmodel import select

from camera_registry.bundles.document import LARGEST, read
from camera_registry.database import reading
from camera_registry.models import BundleRecord, LaptopKey, SweepItem
from tests.camera_registry.bundles.packed import KEY, bundle, look
from tests.camera_registry.web.served import client
from tests.standards.sheets import NOW

SCHOOL = "079-DG-01"
GOOD = bundle(look(at=NOW), school=SCHOOL)
END = read(GOOD).fingerprint[-9:]


@pytest.fixture
def technician(engine, camera):
    """A technician of the school in a browser."""
    with client(engine, "technician", "Lê An", schools=(SCHOOL,)) as made:
        yield made


def _shown(browser, content):
    return browser.post("/bundles", files={"bundle": ("a.bundle", content)})


def _sent(page, **changes):
    """What the form of the preview sends."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    for name, options in re.findall(
        r'<select class="form-select" name="(look-\d+)"(.*?)</select>', page.text, re.DOTALL
    ):
        fields[name] = re.search(r'<option value="([^"]*)" selected', options)[1]
    return {**fields, "fingerprint": END, **changes}


def _rows(engine, model):
    with reading(engine) as session:
        return len(session.exec(select(model)).all())


def test_a_bundle_is_seen_first_and_nothing_is_kept(engine, technician):
    """School, laptop, the device that fits, its time, and the conclusion as it would be."""
    page = _shown(technician, GOOD)
    assert page.status_code == 200
    for text in ("Trường THCS Số 1", "10:00 23/11/2026", '<option value="DG-01" selected', "Đáp ứng", "Lê An", "0.1.0"):
        assert text in page.text
    assert read(GOOD).fingerprint not in page.text
    assert read(GOOD).fingerprint[:-9] in page.text
    assert (_rows(engine, BundleRecord), _rows(engine, LaptopKey), _rows(engine, SweepItem)) == (0, 0, 0)


def test_it_is_taken_once_the_laptop_was_compared(engine, technician):
    """The end of the fingerprint stands on the laptop alone; what is typed wrongly keeps nothing and loses nothing."""
    page = _shown(technician, GOOD)
    wrong = technician.post("/bundles/take", data=_sent(page, fingerprint="1234-5678"))
    assert (wrong.status_code, _rows(engine, SweepItem)) == (422, 0)
    assert "Mã đối chiếu không khớp" in wrong.text
    taken = technician.post("/bundles/take", data=_sent(wrong))
    assert taken.headers["location"] == "/bundles?done=bundle"
    listed = technician.get(taken.headers["location"]).text
    assert "Đã nhận gói" in listed
    assert read(GOOD).fingerprint in listed
    device = technician.get(f"/devices/{SCHOOL}/DG-01").text
    assert "10:00 23/11/2026 – gói kết quả từ máy xách tay" in device
    assert "gói kết quả từ máy xách tay (Lê An)" in device


def test_taken_twice_changes_nothing_and_a_laptop_is_compared_once(engine, technician):
    """Not a row of the audit log either."""
    technician.post("/bundles/take", data=_sent(_shown(technician, GOOD)))
    page = _shown(technician, GOOD)
    assert "đã nhận trước đây" in page.text
    assert 'name="fingerprint"' not in page.text
    assert (
        technician.post("/bundles/take", data=_sent(page, fingerprint="")).headers["location"].endswith("bundle-same")
    )
    assert (_rows(engine, BundleRecord), _rows(engine, SweepItem)) == (1, 1)


def test_a_look_without_a_device_is_told_and_can_be_taken_later(engine, technician):
    """The choice is the person's."""
    content = bundle(("", "10.0.0.1", look(mac="00:40:8c:77:77:77", serial="NEW12345")), school=SCHOOL)
    page = _shown(technician, content)
    assert "chưa xác định được là thiết bị nào" in page.text
    assert technician.post("/bundles/take", data=_sent(page)).headers["location"].endswith("bundle-left")
    assert _rows(engine, SweepItem) == 0
    again = _sent(_shown(technician, content), **{"look-1": "DG-01"})
    assert technician.post("/bundles/take", data=again).headers["location"].endswith("done=bundle")
    assert _rows(engine, SweepItem) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Chưa chọn tệp"),
        (b"PK\x03\x04" + bytes(300), "không phải gói kết quả"),
        (GOOD.replace(b'"fps":25.0', b'"fps":15.0', 1), "đã bị thay đổi sau khi ký"),
        (GOOD.replace(b'"schema":1', b'"schema":2', 1), "phiên bản mới hơn"),
        (bundle(look(), school="0790999"), "Gói ghi trường 0790999"),
        (bundle(look(at=NOW.replace(year=2027)), school=SCHOOL), "muộn hơn giờ máy chủ"),
        (bundle(look(at=NOW.replace(year=2011)), school=SCHOOL), "cũ hơn 366 ngày"),
        (bytes(LARGEST + 1), "lớn hơn 5 MB"),
    ],
)
def test_what_cannot_be_taken_says_why_and_what_to_do(engine, technician, content, said):
    """In Vietnamese, with the page to try again; nothing is written."""
    page = _shown(technician, content)
    assert page.status_code == 422
    assert said in page.text
    assert 'type="file"' in page.text
    assert _rows(engine, BundleRecord) == 0


def test_a_file_of_200_mb_is_refused_before_it_is_read(technician):
    """By its length."""
    answer = technician.post("/bundles", content=b"x", headers={"Content-Length": str(200 * 2**20)})
    assert answer.status_code == 413


def test_another_school_is_not_there(engine, camera):
    """A technician of no school sees neither it nor its bundle; the answer is that of a code that is not there."""
    with client(engine, "technician", "Người lạ") as stranger:
        page = _shown(stranger, GOOD)
        assert (page.status_code, "không có mã này trong các trường của bạn" in page.text) == (422, True)
        assert "THCS" not in page.text


@pytest.mark.parametrize("role", ["school", "admin"])
def test_who_may_not_has_no_such_page(engine, camera, role):
    """Nor the link to it on the page of the school."""
    with client(engine, role, "Ai đó", schools=(SCHOOL,) if role == "school" else ()) as made:
        assert made.get("/bundles").status_code == 404
        assert "/bundles" not in made.get(f"/schools/{SCHOOL}").text


def test_a_laptop_that_is_trusted_no_more_is_compared_again(engine, technician):
    """By whoever had confirmed it; the number of somebody else's is not there."""
    technician.post("/bundles/take", data=_sent(_shown(technician, GOOD)))
    with client(engine, "city", "Trần Bình") as other:
        assert other.post("/bundles/keys/1/end").status_code == 404
    assert technician.post("/bundles/keys/1/end").headers["location"].endswith("laptop-ended")
    more = bundle(look(at=NOW.replace(minute=1)), school=SCHOOL)
    assert 'name="fingerprint"' in _shown(technician, more).text
    assert KEY
