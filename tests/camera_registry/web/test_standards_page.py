"""The page of the standards: every rule with its source, the form of a confirmation, and the other person."""

import hashlib
import json

import pytest

from camera_registry.config import StandardSettings
from camera_registry.database import reading
from camera_registry.services.editions import InForce
from camera_registry.store import editions
from camera_registry.web.guard import LARGEST_BODY
from tests.camera_registry.web.served import client
from tests.standards.sheets import HCMC

FORM = "/standards/confirm?edition=hcmc-3288%40draft-1&rule=codec-main"
SCAN = b"%PDF " + b"x" * LARGEST_BODY
GIVEN = {"edition": "hcmc-3288@draft-1", "rule": "codec-main", "clause": "Mục 3", "quote": "H.264 hoặc H.265"}


@pytest.fixture
def page(engine):
    """A browser at an empty registry."""
    with client(engine, name="Lê An", editions=InForce(engine, StandardSettings())) as made:
        yield made


@pytest.fixture
def other(engine):
    """The browser of another officer at the same registry."""
    with client(engine, name="Trần Bình", editions=InForce(engine, StandardSettings())) as made:
        yield made


def _approve(page):
    return page.post("/standards/confirmations/1/approve", headers={"Content-Length": "0"})


def _confirm(page, scan=SCAN, **values):
    return page.post("/standards/confirm", data={**GIVEN, **values}, files={"scan": ("a.pdf", scan)})


def test_every_rule_stands_there_with_its_source_in_words(page):
    """Minimum, preferred, level and state are words; working values are said."""
    text = page.get("/standards").text
    for rule in HCMC.rules:
        assert f'id="{rule.id}"' in text
    assert "tối thiểu 15 hình/giây" in text
    assert "Giá trị tham khảo tạm thời" in text
    assert "khuyến nghị" in text
    assert page.get("/standards?edition=nothing").status_code == 404
    assert page.get("/standards/confirm?edition=hcmc-3288%40draft-1&rule=nothing").status_code == 404


def test_two_people_make_a_new_version_on_the_page(page, other, engine):
    """The form keeps the SHA-256 of a scan of any size; who asked cannot approve; then draft-2 is in force."""
    form = page.get(FORM)
    assert form.status_code == 200
    assert 'name="set:title.en"' in form.text
    assert 'name="set:source.state"' not in form.text, "only what may be changed stands in the form"
    assert _confirm(page, **{"set:title.en": "Main stream is H.264 or H.265 (confirmed)"}).headers["location"] == (
        "/standards?done=confirmed"
    )
    own = _approve(page)
    assert own.status_code == 422
    assert "người đề nghị không được tự duyệt" in own.text
    assert _approve(other).status_code == 303
    text = page.get("/standards").text
    assert "hcmc-3288@draft-2 – đang áp dụng" in text
    assert "Lê An xác nhận, Trần Bình duyệt" in text
    with reading(engine) as session:
        (row,) = editions.confirmations(session)
    assert row.scan_sha256 == hashlib.sha256(SCAN).hexdigest()
    assert row.value == '{"title.en": "Main stream is H.264 or H.265 (confirmed)"}'


def test_what_is_wrong_stands_above_the_form_with_what_was_typed(page):
    """Nothing waits for approval; without a scan neither."""
    refused = _confirm(page, scan=b"", **{"set:fix_text.en": "Choose {it}."})
    assert refused.status_code == 422
    assert "Chưa ghi nhận" in refused.text
    assert "hãy đính kèm bản quét của văn bản" in refused.text
    assert "Choose {it}." in refused.text
    assert 'value="Mục 3"' in refused.text
    assert "waits" not in page.get("/standards").text


RATE = {"rule": "frame-rate-main", "set:expect.at_least": "20", "set:within.encoding.fps": "20",
        "set:fails_also.below": "19", "set:purchase.expect.at_least": "20", "set:title.vi": "Ít nhất 20 hình/giây",
        "set:title.en": "At least 20 a second", "set:fix_text.vi": "Đặt 20.", "set:fix_text.en": "Set 20."}  # fmt: skip


def test_a_person_who_is_no_programmer_fills_the_form_in(page, engine):
    """Values have names with their units, the key stands small beside it; a decimal comma and plain days are taken."""
    text = page.get(FORM.replace("codec-main", "frame-rate-main")).text
    assert 'Mức tối thiểu – Tốc độ khung hình đo được, ít nhất (hình/giây) <code class="text-secondary' in text
    assert "Số liệu dùng trong (ngày)" in text
    assert 'name="set:max_age" value="14"' in text
    assert _confirm(page, **RATE, **{"set:needs.seconds": "2,5", "set:max_age": "30"}).status_code == 303
    with reading(engine) as session:
        (row,) = editions.confirmations(session)
    value = json.loads(row.value)
    assert (value["needs.seconds"], value["max_age"], value["expect.at_least"]) == (2.5, "30d", 20)
    text = page.get("/standards").text
    assert "Thời gian đo ít nhất (giây): 4 → <strong>2,5</strong>" in text
    assert "Số liệu dùng trong (ngày): 14 → <strong>30</strong>" in text


def test_mistakes_are_said_in_the_language_of_the_page_by_the_name_of_the_value(page):
    """Each leads to its place in the form, and what was typed stands there."""
    wrong = {"set:expect.at_least": "2.000", "set:max_age": "hai tuần", "set:why.vi": "{x}", "set:title.vi": " "}
    text = _confirm(page, **{**RATE, **wrong}).text
    for place, name, said in (
        (
            "expect.at_least",
            "Mức tối thiểu – Tốc độ khung hình đo được, ít nhất (hình/giây)",
            "hãy ghi một số, không có",
        ),
        ("max_age", "Số liệu dùng trong (ngày)", "hãy ghi số ngày, ví dụ 14"),
        ("why.vi", "Câu kết quả (tiếng Việt)", "trong ngoặc nhọn chỉ dùng {seen} và {expected}"),
        ("title.vi", "Tên tiêu chí (tiếng Việt)", "hãy ghi chữ, tối đa 2000 ký tự"),
    ):
        assert f'<a href="#set:{place}">{name}</a>: {said}' in text
    assert 'value="2.000"' in text
    stale = _confirm(page, **{"rule": "frame-rate-main", "set:expect.at_least": "20"}).text
    assert '<a href="#set:title.vi">Tên tiêu chí (tiếng Việt)</a>: vẫn ghi 15; hãy sửa luôn ở đây' in stale
    page.cookies.set("lang", "en")
    stale = _confirm(page, **{"rule": "frame-rate-main", "set:expect.at_least": "20"}).text
    assert '<a href="#set:title.vi">Title (in Vietnamese)</a>: still says 15; set it too' in stale


def test_a_confirmation_is_refused_with_a_reason(page, other):
    """It waits no longer, and nothing has changed."""
    _confirm(page)
    assert other.post("/standards/confirmations/1/refuse", data={"note": "Sai mục"}).status_code == 303
    text = page.get("/standards").text
    assert "draft-2" not in text
    assert "Duyệt và lập phiên bản mới" not in text


def _served(engine, file):
    return client(engine, editions=InForce(engine, StandardSettings(decides=str(file))))


def test_a_file_of_the_settings_with_a_new_id_is_confirmed_on_the_page(engine, tmp_path):
    """The form that is shown can be sent."""
    file = tmp_path / "mine.toml"
    file.write_bytes(HCMC.texts[0].replace(b'"hcmc-3288"', b'"mine"', 1))
    with _served(engine, file) as page:
        assert "/standards/confirm?edition=mine%40draft-1" in page.get("/standards").text
        assert _confirm(page, edition="mine@draft-1").headers["location"] == "/standards?done=confirmed"


def test_what_is_not_the_newest_edition_of_its_id_offers_no_form(page, other):
    """It says which one is the newest, and a form that was open is refused with the same words."""
    _confirm(page)
    _approve(other)
    text = page.get("/standards?edition=hcmc-3288%40draft-1").text
    assert "/standards/confirm?" not in text
    assert "Chỉ xác nhận tiêu chí trong bản mới nhất của mã này" in text
    late = _confirm(page, rule="clock")
    assert late.status_code == 422
    assert "không phải bản mới nhất của mã này; bản mới nhất là hcmc-3288@draft-2" in late.text


def test_a_file_with_the_id_of_another_edition_offers_no_form(engine, tmp_path):
    """It says why."""
    file = tmp_path / "shadow.toml"
    file.write_bytes(HCMC.texts[0] + b"# mine\n")
    with _served(engine, file) as page:
        text = page.get("/standards").text
        assert "/standards/confirm?" not in text
        assert "Hãy đặt mã riêng cho tệp" in text


def test_who_approves_sees_what_stood_there_before(page):
    """Every value with its old and new text."""
    _confirm(page, **{"set:title.en": "Main stream is H.264 or H.265 (confirmed)"})
    text = page.get("/standards?lang=en").text
    assert "Main stream is H.264 or H.265 → <strong>Main stream is H.264 or H.265 (confirmed)</strong>" in text
