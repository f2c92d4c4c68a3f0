"""The pages of imports over HTTP: who may send what, what is kept of it, and what is given back."""

import io
import re
import time
import zipfile

import openpyxl
import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Batch, Device, Edit, School
from camera_registry.store import credentials, districts, edits
from camera_registry.web.guard import LARGER
from tests.camera_registry import town
from tests.camera_registry.books import ROW, SCHOOL, book
from tests.camera_registry.people import account_of
from tests.camera_registry.web.served import NOW, VAULT, client

OWN, OTHER = "79760001", "79770001"
HEADS = ("Mã trường", "Mã thiết bị", "Loại thiết bị")


@pytest.fixture
def filled(engine):
    """The town."""
    with writing(engine) as session:
        town.fill(session, VAULT)
    return engine


def _send(browser, *files):
    """The address of what was sent, when it has been looked at."""
    sent = [("file", (name, data, "application/octet-stream")) for name, data in files]
    address = browser.post("/import", files=sent).headers["location"]
    _until(browser, address)
    return address


def _until(browser, address):
    """The page, when nothing goes on any more."""
    for _ in range(600):
        answer = browser.get(address)
        if 'hx-trigger="every 1s"' not in answer.text:
            return answer
        time.sleep(0.02)  # a thread works on it
    raise AssertionError(address)


def _api(browser, rows, name="ds.xlsx", **query):
    return browser.post("/api/v1/imports", params={"name": name, **query}, content=book(rows))


def test_a_page_that_is_asked_again_while_it_goes_on_is_loaded_anew_when_it_is_over(filled):
    """The part that polls gets nothing but the word to load the page."""
    with client(filled) as browser:
        address = _send(browser, ("ds.xlsx", book({"Trường": [SCHOOL, ROW]})))
        asked = browser.get(address, headers={"HX-Request": "true"})
        assert (asked.status_code, asked.headers["hx-refresh"]) == (204, "true")
        browser.post(f"{address}/write", headers={"Content-Length": "0"})
        done = _until(browser, address)
        assert re.fullmatch(r"/imports/1\?done=imported", done.headers["location"])
        assert browser.get(address, headers={"HX-Request": "true"}).headers["hx-redirect"] == done.headers["location"]


def test_what_was_not_looked_at_or_has_mistakes_is_not_written(filled):
    """A click that should not be there does nothing."""
    with client(filled) as browser:
        address = _send(browser, ("ds.xlsx", book({"Trường": [SCHOOL, (*ROW[:2], "Đại học", *ROW[3:])]})))
        assert browser.post(f"{address}/write", headers={"Content-Length": "0"}).headers["location"] == address
        assert "chưa ghi gì" in _until(browser, address).text
    with reading(filled) as session:
        assert session.exec(select(Batch)).all() == []


def test_several_csv_files_and_an_archive_of_them_are_one_list(filled):
    """The export as CSV, sent as it is and in parts, changes nothing."""
    with client(filled) as browser:
        data = browser.get("/export.zip").content
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = [(name, packed.read(name)) for name in packed.namelist()]
        for files in ([("danh-sach.zip", data)], parts):
            assert "Không có gì thay đổi" in browser.get(_send(browser, *files)).text


def test_nothing_chosen_is_said(filled):
    """Back to the choice."""
    with client(filled) as browser:
        assert browser.post("/import", files={"file": ("", b"")}).headers["location"] == "/import?done=not-chosen"


def test_a_newer_file_takes_the_place_of_an_older_one_of_the_same_account(filled):
    """And what is forgotten is not there for its account either."""
    with client(filled) as browser:
        old = _send(browser, ("a.xlsx", book({"Trường": [SCHOOL, ROW]})))
        new = _send(browser, ("b.xlsx", book({"Trường": [SCHOOL, ROW]})))
        assert browser.get(old).headers["location"] == "/import?done=not-here"
        assert browser.get(new).status_code == 200
        browser.post(f"{new}/drop", headers={"Content-Length": "0"})
        assert browser.get(new).headers["location"] == "/import?done=not-here"


def test_a_body_that_is_too_large_is_refused_with_words(filled):
    """Before it is read, with what to do."""
    with client(filled) as browser:
        answer = browser.post("/import", headers={"Content-Length": str(LARGER["/import"] + 1)})
    assert answer.status_code == 413
    assert "tối đa 26 MB" in answer.text


@pytest.mark.parametrize("allowed", [False, True])
def test_passwords_are_sealed_only_where_a_setting_allows_it(filled, allowed):
    """Said in no answer; the same again changes nothing; an empty cell too."""
    rows = {"Thiết bị": [(*HEADS, "Tài khoản", "Mật khẩu"), (OWN, "DG-01", "NVR", "quansat", "hush-1")]}
    with client(filled, import_passwords=allowed) as browser:
        answer = _api(browser, rows)
        again = _api(browser, rows)
        page = browser.get(_send(browser, ("ds.xlsx", book(rows)))).text
    assert "hush" not in answer.text + again.text + page
    with reading(filled) as session:
        device = session.exec(select(Device).join(School).where(School.code == OWN, Device.code == "DG-01")).one()
        kept = credentials.is_current(session, VAULT, device.id, "quansat", "hush-1")
        assert "hush" not in repr(session.exec(select(Edit.after)).all())
    if allowed:
        assert (answer.status_code, again.status_code, again.json()["number"], kept) == (201, 200, None, True)
    else:
        assert (answer.status_code, kept) == (422, False)
        assert [m["kind"] for m in answer.json()["mistakes"]] == ["password_column"]


def test_the_template_of_a_school_holds_its_rows_and_the_names_a_viewer_may_use(filled):
    """Of one school; a school of others is not there, nor in the lists."""
    with client(filled, "technician", schools=(OWN,)) as browser:
        data = browser.get(f"/import/template.xlsx?school={OWN}").content
        assert browser.get(f"/import/template.xlsx?school={OTHER}").status_code == 404
    made = openpyxl.load_workbook(io.BytesIO(data))
    codes = {row[0].value for row in made["Thiết bị"].iter_rows(min_row=2)}
    listed = {cell.value for row in made["Danh mục"].iter_rows() for cell in row}
    assert (codes, OWN in listed, OTHER in listed) == ({OWN}, True, False)


def test_an_export_holds_logins_for_those_alone_who_import(filled):
    """A school sees its own rows without the names of logins."""
    with writing(filled) as session:
        for device in session.exec(select(Device)).all():
            device.username = "quansat-7"
    found = {}
    for role, place in (("school", {"schools": (OWN,)}), ("city", {})):
        with client(filled, role, f"Người {role}", **place) as browser:
            made = openpyxl.load_workbook(io.BytesIO(browser.get("/export.xlsx").content))
        found[role] = {cell.value for row in made["Thiết bị"].iter_rows() for cell in row}
    assert ("quansat-7" in found["school"], OWN in found["school"], OTHER in found["school"]) == (False, True, False)
    assert {"quansat-7", OWN, OTHER} <= found["city"]


def test_an_officer_of_a_unit_imports_into_the_unit_alone(filled):
    """A school of another unit is not there, a code that it has is taken, and no school is handed over."""
    unit = town.SCHOOLS[0][3]
    with client(filled, "district", district=_unit(filled, unit)) as browser:
        new = _api(browser, {"Trường": [SCHOOL, ("0790999", "Trường Mới", "TH", "Công lập", unit)]})
        taken = _api(browser, {"Trường": [SCHOOL, (OTHER, "Trường Mới 2", "TH", "Công lập", unit)]})
        other = _api(browser, {"Thiết bị": [HEADS, (OTHER, "DG-01", "NVR")]})
        away = _api(browser, {"Trường": [SCHOOL, ("0790998", "Trường Mới", "TH", "Công lập", "UBND phường Nào Đó")]})
    assert new.status_code == 201
    kinds = [{m["kind"] for m in answer.json()["mistakes"]} for answer in (taken, other, away)]
    assert kinds == [{"code_taken"}, {"unknown_school", "no_host"}, {"other_unit"}]


def _unit(engine, name):
    with reading(engine) as session:
        return next(unit.code for unit in districts.every(session) if unit.name == name)


def test_the_api_tells_a_trial_writes_lists_and_undoes(filled):
    """Cell by cell; once undone it is not undone again."""
    rows = {"Thiết bị": [(*HEADS, "Model"), (OWN, "DG-01", "", "NVR-77")]}
    with client(filled) as browser:
        trial = _api(browser, rows, dry_run="true")
        written = _api(browser, rows)
        number = written.json()["number"]
        listed, one = browser.get("/api/v1/imports").json(), browser.get(f"/api/v1/imports/{number}").json()
        undone = browser.post(f"/api/v1/imports/{number}/undo", headers={"Content-Length": "0"})
        again = browser.post(f"/api/v1/imports/{number}/undo", headers={"Content-Length": "0"})
    assert (trial.status_code, trial.json()["number"]) == (200, None)
    (change,) = trial.json()["changes"]
    assert [(c["name"]["en"], c["after"]) for c in change["cells"]] == [("Model", "NVR-77")]
    assert (written.status_code, listed["total"], one["changes"][0]["key"]) == (201, 1, f"{OWN}/DG-01")
    assert (undone.json()["restored"], undone.json()["left"], again.status_code) == (1, [], 409)


def test_answers_are_given_with_the_list(filled):
    """As the page asks them."""
    heads = ("M· tr­êng", "Tªn tr­êng", "CÊp häc", "Lo¹i h×nh", "§¬n vÞ qu¶n lý")
    rows = {"DS": [heads, ("0790199", "Tr­êng §«ng", "TH", "C«ng lËp", "UBND ph­êng A")]}
    with client(filled) as browser:
        asked, given = _api(browser, rows), _api(browser, rows, answer="tcvn3=yes")
    assert (asked.status_code, asked.json()["questions"][0]["key"]) == (422, "tcvn3")
    assert given.status_code == 201
    with reading(filled) as session:
        assert session.exec(select(School.name).where(School.code == "0790199")).one() == "Trường Đông"


NO_BODY = {"Content-Length": "0"}


def _batch(engine, kind="import", role="", *, school=False):
    """The number of a batch that changed a device of OWN (and OWN itself), made by this role, or by a command."""
    with writing(engine) as session:
        maker = account_of(session, role, f"Người {role}", schools=(OWN,), now=NOW) if role else None
        batch = edits.begin_batch(session, Batch(kind=kind, at=NOW, account_id=maker.id if maker else None))
        row = session.exec(select(School).where(School.code == OWN)).one()
        device = session.exec(select(Device).where(Device.school_id == row.id).order_by(Device.id)).first()
        device.model = "NVR-77"
        if school:
            row.contact_name = "Ai Đó"
        return batch.id


@pytest.mark.parametrize(
    ("role", "of", "school", "status"),
    [("technician", "technician", False, 200), ("technician", "technician", True, 409),
     ("technician", "city", False, 409),
     ("technician", "", False, 409), ("admin", "city", True, 200), ("city", "technician", True, 200)],
)  # fmt: skip
def test_undo_is_no_way_around_what_a_role_may_not_do(filled, role, of, school, status):
    """A technician undoes what technicians imported, and no change of a school itself; page and API say the same."""
    number = _batch(filled, role=of, school=school)
    place = {"schools": (OWN,)} if role == "technician" else {}
    with client(filled, role, "Người Xem", **place) as browser:
        page = browser.get(f"/imports/{number}").text
        if status != 200:
            answer = browser.post(f"/imports/{number}/undo", headers=NO_BODY)
            assert answer.headers["location"] == f"/imports/{number}?done=import-not-yours"
        assert browser.post(f"/api/v1/imports/{number}/undo", headers=NO_BODY).status_code == status
    assert (f"/imports/{number}/undo" in page) == (status == 200)
    with reading(filled) as session:
        assert (session.get_one(Batch, number).undone_at is not None) == (status == 200)


@pytest.mark.parametrize("kind", ["bulk", "entry"])
def test_the_routes_of_imports_undo_imports_alone(filled, kind):
    """What was changed by hand is undone where it is told, by who may register: by no administrator."""
    number = _batch(filled, kind, "technician")
    for role in ("admin", "city"):
        with client(filled, role, f"Người {role}") as browser:
            assert browser.post(f"/imports/{number}/undo", headers=NO_BODY).status_code == 404
            assert browser.post(f"/api/v1/imports/{number}/undo", headers=NO_BODY).status_code == 404
    with client(filled, "admin", "Người admin") as browser:
        assert browser.post("/history/undo", data={"batch": number}).status_code == 404
    with client(filled, "technician", "Người Khác", schools=(OWN,)) as browser:
        assert "not-undone" in browser.post("/history/undo", data={"batch": number}).headers["location"]
    with client(filled, "technician", "Người technician", schools=(OWN,)) as browser:
        assert browser.post("/history/undo", data={"batch": number}).headers["location"].endswith("done=undone")
