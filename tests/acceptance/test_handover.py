"""Proof: what is ready is handed over with everything the centre needs and no password; states come back from its
workbook; logins leave the registry in one file, for one role, after its password, with an entry in the audit log.
"""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import openpyxl
import pytest
import yaml
from sqlmodel import select

from camera_registry.access.roles import ROLES
from camera_registry.database import reading, writing
from camera_registry.models import AuditValues, Channel, Handover
from camera_registry.vault import open_vault
from tests.acceptance.handing import PERSON, SECRET, hand
from tests.acceptance.pages import fill, served
from tests.camera_registry.people import signed_in
from tests.camera_registry.web.served import NOW, client

pytestmark = [pytest.mark.xdist_group("handover"), pytest.mark.timeout(120)]
UNIT = "ubnd-phuong-tan-dinh"
LISTS = tuple(f"/api/v1/handover.{ending}" for ending in ("json", "csv", "xlsx", "geojson"))
CONFIGS = ("/handover/mediamtx.yml", "/handover/go2rtc.yaml", "/handover/frigate.yml")
FORGIVEN = ("Failed to load resource: the server responded with a status of 422",)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The town with addresses, positions and a marked password; its engine and its address."""
    folder = tmp_path_factory.mktemp("handover")
    engine, now = fill(folder), datetime.now(UTC)
    signed_in(engine, "city", now=now)
    hand(engine, open_vault(folder / "var" / "registry.key", {}, sealed_exist=True), now)
    with served(folder) as address:
        yield engine, address, folder
    engine.dispose()


def _states(engine):
    with reading(engine) as session:
        return sorted(row.state for row in session.exec(select(Handover).where(Handover.until.is_(None))).all())


def _filled_in(content, folder):
    """The workbook with states as a person at the centre would type them, and one row of theirs."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    heads = {cell.value: cell.column for cell in sheet[1]}
    state, why = heads["Trạng thái bàn giao"], heads["Lý do trả lại"]
    for row, said in ((2, "Tiếp nhận"), (3, "đã kết nối"), (4, "Trả lại"), (5, "không rõ")):
        sheet.cell(row, state).value = said
    sheet.cell(4, why).value = "Hình bị ngược sáng"
    sheet.append(["79999999/DG-01/1", *[None] * (state - 2), "Tiếp nhận"])
    book.save(folder / "centre.xlsx")
    return folder / "centre.xlsx"


def _plain(body):
    """The bytes of an answer; of a workbook those of its parts."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"".join(map(packed.read, packed.namelist()))


def test_cameras_are_proposed_and_states_come_back_from_the_workbook(town, window):
    """Proposed on the page, downloaded, filled in, looked at row by row (nothing is written yet), written, shown."""
    engine, _, folder = town
    watched = window()
    page = watched.open(f"/handover?district={UNIT}")
    row = page.locator("tbody tr", has_text="DG-01/1").first
    row.locator("summary").click()
    row.get_by_text("rtsp://192.168.0.64/Streaming/101").wait_for()
    page.get_by_role("button", name="Đề nghị tất cả").click()
    page.get_by_text("Đã đề nghị trung tâm").wait_for()
    proposed = len(_states(engine))
    assert proposed > 4
    assert watched.overflow() == 0
    content = watched.context.request.get(f"{watched.base}/api/v1/handover.xlsx?district={UNIT}&lang=vi").body()
    page.set_input_files("#file", _filled_in(content, folder))
    page.get_by_role("button", name="Kiểm tra tệp").click()
    page.get_by_text("Chưa ghi gì").wait_for()
    assert set(_states(engine)) == {"proposed"}
    tabs = page.get_by_label("Các dòng theo kết quả").inner_text()
    for words in ("Sẽ ghi (3)", "Không có camera này (1)", "Không đọc được (1)", f"Đã đúng như vậy ({proposed - 4})"):
        assert words in tabs
    page.get_by_role("button", name="Ghi 3 trạng thái").click()
    page.get_by_text("Đã ghi trạng thái").wait_for()
    assert _states(engine) == ["accepted", "connected", *["proposed"] * (proposed - 3), "returned"]
    with reading(engine) as session:
        told = [json.loads(row.body) for row in session.exec(select(AuditValues)).all()]
    details = {what["what"].get("district", ""): what["details"] for what in told if "channels" in what["details"]}
    assert details[UNIT]["channels"] == proposed


def test_what_is_not_ready_any_more_is_shown_on_a_phone(town, window):
    """A camera that was handed over and is internal now: named above the list, and listed by itself."""
    engine, _, _ = town
    with writing(engine) as session:
        held = session.exec(select(Handover).where(Handover.until.is_(None), Handover.state == "connected")).first()
        session.get_one(Channel, held.channel_id).scope = "internal"
    watched = window(width=360)
    page = watched.open("/handover")
    page.get_by_role("link", name="1 camera đã bàn giao, nay không còn sẵn sàng").click()
    page.locator(".badge", has_text="Đã bàn giao, nay không còn sẵn sàng").wait_for()
    assert page.locator("tbody tr").count() == 1
    assert watched.overflow() == 0
    watched.open("/handover/logins")
    assert watched.overflow() == 0


def test_a_file_that_is_none_is_said(town, window):
    """What is no list, and a list without states, is told in words; nothing is kept."""
    page = window().open("/handover")
    for name, data, words in (
        ("x.xlsx", b"%PDF-1.7", "PDF"),
        ("x.csv", "Mã trường,Tên\n1,2\n".encode(), "cột trạng thái"),
    ):
        page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": data})
        page.get_by_role("button", name="Kiểm tra tệp").click()
        page.get_by_role("alert").filter(has_text=words).wait_for()


def test_a_password_is_in_one_file_alone(town, window):
    """The marked password stands in no list and no file with placeholders; in the file with logins it arrives whole,
    and the audit log has the entry, without it.
    """
    engine, _, folder = town
    watched = window()
    page = watched.open("/handover/logins")
    page.get_by_label("Nhập lại mật khẩu").fill("not mine, surely")
    page.get_by_role("button", name="Tải tệp có mật khẩu").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("Nhập lại mật khẩu").fill(PERSON)
    page.get_by_label("Cho phần mềm nào").select_option("go2rtc")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải tệp có mật khẩu").click()
    made = yaml.safe_load(Path(download.value.path()).read_text())
    sources = [urlsplit(source) for each in made["streams"].values() for source in each]
    marked = [each for each in sources if each.password and unquote(each.password) == SECRET]
    assert {(each.username, each.hostname, each.port) for each in marked} == {("quansat", "192.168.8.64", 1554)}
    for address in (*LISTS, *CONFIGS, "/handover", "/handover/logins"):
        body = _plain(watched.context.request.get(watched.base + address).body())
        assert body
        for text in (SECRET, quote(SECRET, safe=""), "in-the-address", "secret-"):
            assert text.encode() not in body, (address, text)
    with reading(engine) as session:
        entries = [json.loads(row.body) for row in session.exec(select(AuditValues)).all()]
    (entry,) = [each for each in entries if each["details"].get("form") == "go2rtc"]
    assert entry["who"]["name"] == "Trần Thị Cán Bộ"
    assert entry["details"]["devices"] > 0
    assert SECRET not in json.dumps(entries, ensure_ascii=False)
    assert all(SECRET.encode() not in file.read_bytes() for file in (folder / "var").iterdir())


def test_roles_have_what_is_theirs(town):
    """Everybody sees the own rows; officers propose; the city alone writes what the centre says, and gets logins."""
    engine, _, _ = town
    where = {"district": {"district": UNIT}, "school": {"schools": ("79760001",)}, "technician": {"schools": ()}}
    may = {"/handover/propose": ("district", "city"), "/handover/states": ("city",), "/handover/logins": ("city",)}
    for role in ROLES:
        with client(engine, role, f"Người {role}", now=lambda: NOW, **where.get(role, {})) as browser:
            for address in (*LISTS, *CONFIGS, "/handover"):
                assert browser.get(address).status_code == 200
            schools = {row["school_code"] for row in browser.get(LISTS[0]).json()["cameras"]}
            assert {code[:4] for code in schools} <= ({"7976"} if role in where else {"7976", "7977", "7900"})
            assert schools or role == "technician"
            for address, roles in may.items():
                answer = browser.post(address, data={"program": "go2rtc"})
                assert (answer.status_code != 404) == (role in roles), (role, address)
    with client(engine, "district", "Người district", now=lambda: NOW, district=UNIT) as browser:
        before = _states(engine)
        browser.post("/handover/propose", data={"camera": "79770004/DG-01/1"})
        assert _states(engine) == before


def test_a_file_with_logins_is_kept_nowhere(town):
    """It is no-store, and given to nobody whose password is wrong, however often."""
    engine, _, folder = town
    vault = open_vault(folder / "var" / "registry.key", {}, sealed_exist=True)
    with client(engine, "city", now=lambda: datetime.now(UTC), vault=lambda: vault) as browser:
        answer = browser.post("/handover/logins", data={"program": "frigate", "password": PERSON})
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert quote(SECRET, safe="").encode() in answer.content
        for _ in range(12):
            wrong = browser.post("/handover/logins", data={"program": "frigate", "password": "x"})
            assert wrong.status_code == 422
            assert quote(SECRET, safe="").encode() not in wrong.content
        again = browser.post("/handover/logins", data={"program": "frigate", "password": PERSON})
        assert again.status_code == 422
