"""Proof: a headmaster sees what is ready and what to do first, replies with a photo, a look is asked for at once, and
its result closes the reply; an officer sees it; one sheet is printed.
"""

import io
import re
import subprocess
from datetime import UTC, datetime, timedelta

import docx
import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Device, FindingRecord, ListedFinding, Reply, ReplyPhoto, School, Sweep
from camera_registry.services.replies import picture
from camera_registry.vault import open_vault
from tests.acceptance.pages import fill, served
from tests.camera_registry import fleet
from tests.camera_registry.services.test_jpeg import NOTE, RESTARTS, _with_note

pytestmark = [pytest.mark.xdist_group("school sheet"), pytest.mark.timeout(300)]
SCHOOL, UNIT = "79760002", "ubnd-phuong-tan-dinh"
PAGE = f"/schools/{SCHOOL}"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The town, served; its school allows photos."""
    folder = tmp_path_factory.mktemp("school")
    engine = fill(folder)
    with writing(engine) as session:
        session.exec(select(School).where(School.code == SCHOOL)).one().photos = True
    with served(folder) as address:
        yield engine, address, folder
    engine.dispose()


@pytest.mark.parametrize(("width", "lang"), [(1280, "vi"), (360, "vi"), (360, "en")])
def test_a_headmaster_sees_what_is_ready_and_what_to_do(window, width, lang):
    """How many of the offered cameras, the things to do with who, cost and day; technical facts are folded."""
    watched = window(width, lang, role="school", name="Hiệu trưởng", schools=(SCHOOL,))
    page = watched.open("/")
    assert watched.overflow() <= 0
    ready, first = page.inner_text("#ready-title"), page.locator("ol.tasks > li").first.inner_text()
    if lang == "vi":
        assert ready == "1/3 camera thuộc diện kết nối đã sẵn sàng"
        assert "0 đồng" in first
        assert "Đơn vị xử lý" in first
        assert re.search(r"Thời hạn\s+\d\d/\d\d/\d{4}", first), "of the next report, while no other day is set"
    else:
        assert ready == "1/3 cameras offered for connection are ready"
        assert "0 VND" in first
    assert 1 <= page.locator("section[aria-labelledby=ready-title] ol.tasks").first.locator("> li").count() <= 3
    assert not page.locator("h2", has_text="CAM-01").is_visible()
    assert "vi phạm" not in page.inner_text("main").lower()


def test_a_reply_with_a_photo_is_looked_at_at_once_and_closed_by_what_is_seen(window, town, tmp_path):
    """The photo leaves the browser without notes; the officer sees the reply; the look closes it."""
    engine, _, folder = town
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(_with_note(RESTARTS))
    page = window(role="school", name="Hiệu trưởng", schools=(SCHOOL,)).open(PAGE)
    first = page.locator("ol.tasks > li").first
    first.locator("summary").click()
    first.get_by_role("link", name="Phản hồi").first.click()
    page.get_by_label("Nhà trường đã làm gì").fill("Đã chỉnh <b>lại</b> cấu hình")
    page.get_by_label("Ảnh").set_input_files(photo)
    page.wait_for_function("() => document.querySelector('#photo').files[0].name == 'photo.jpg'")
    page.get_by_role("button", name="Gửi phản hồi").click()
    page.wait_for_url(f"**{PAGE}*")
    assert "Đã chỉnh <b>lại</b> cấu hình" in page.inner_text("#replies")
    assert "Chờ kiểm tra lại" in page.inner_text("#replies")
    with reading(engine) as session:
        said, kept = session.exec(select(Reply)).one(), session.exec(select(ReplyPhoto)).one()
        sweep = session.get_one(Sweep, said.sweep_id)
        code = session.get_one(Device, said.device_id).code
        assert sweep.scope == f"device:{SCHOOL}/{code}"
        assert NOTE not in picture(open_vault(folder / "var" / "registry.key", {}, sealed_exist=True), kept)
    officer = window(role="district", name="Cán bộ phường", district=UNIT)
    assert "Đã chỉnh" in officer.open("/replies").inner_text("main")
    answer = officer.context.request.get(f"{officer.base}/replies/{said.id}/photo")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert window(role="district", name="Cán bộ khác", district="ubnd-phuong-ban-co").context.request.get(
        f"{officer.base}/replies/{said.id}/photo").status == 404  # fmt: skip
    later = datetime.now(UTC) + timedelta(seconds=1)
    with writing(engine) as session:
        wanted = select(FindingRecord).where(FindingRecord.device_id == said.device_id, FindingRecord.rule == said.rule)
        for row in session.exec(wanted.where(FindingRecord.channel_id == said.channel_id)).all():
            row.until = row.until or later
        fleet.look(session, session.get_one(Device, said.device_id), at=later)
    assert "Đã đạt" in officer.open(PAGE).inner_text("#replies")


def test_a_reply_without_words_is_not_sent_and_one_that_is_wrong_is_told(window, town):
    """The page stays with what was written."""
    with reading(town[0]) as session:
        row = session.exec(select(ListedFinding).where(ListedFinding.school_code == SCHOOL)).first()
    asked = f"{PAGE}/reply?rule={row.rule}&device={row.device_code}" + (
        f"&channel={row.channel_index}" if row.channel_index else ""
    )
    watched = window(role="school", name="Hiệu trưởng", schools=(SCHOOL,))
    page = watched.open(asked)
    page.get_by_role("button", name="Gửi phản hồi").click()
    assert "/reply?" in page.url
    answer = watched.context.request.post(
        f"{watched.base}{PAGE}/replies",
        multipart={"rule": "codec-none", "note": "Giữ lại câu này", "device": row.device_code},
        headers={"Origin": watched.base},
    )
    assert answer.status == 422


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_sheet_is_one_page_and_leads_to_the_school(window, town, tmp_path, lang):
    """The PDF is read by a reader that nobody here wrote; the DOCX opens."""
    watched = window(lang=lang, role="school", name="Hiệu trưởng", schools=(SCHOOL,))
    ask = watched.context.request.get
    file = tmp_path / "sheet.pdf"
    file.write_bytes(ask(f"{watched.base}{PAGE}/sheet.pdf").body())
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert text.rstrip("\f").count("\f") == 0
    assert {"vi": "1/3 camera thuộc diện kết nối đã sẵn sàng", "en": "1/3 cameras offered"}[lang] in " ".join(
        text.split()
    )
    paper = docx.Document(io.BytesIO(ask(f"{watched.base}{PAGE}/sheet.docx").body()))
    assert any("1/3" in paragraph.text for paragraph in paper.paragraphs)
    assert ask(f"{watched.base}/schools/79770001/sheet.pdf").status == 404
