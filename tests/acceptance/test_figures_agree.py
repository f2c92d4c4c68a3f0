"""Proof: figures agree. For the same frozen period the screen, the XLSX, the DOCX and the API say the same numbers,
which are those of the overview, of the lists and of the costs; what changes later moves none of them.
"""

import hashlib
import io
import json
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from lxml import html
from sqlmodel import select

from camera_registry import daylight
from camera_registry.database import writing
from camera_registry.models import Channel, Device, School
from camera_registry.services.record import record
from standards.planning.prices_load import load_prices
from tests.camera_registry import town
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.web.served import NOW, VAULT, client
from tests.standards.sheets import DAY, EDITIONS, observed

UNIT = "ubnd-phuong-tan-dinh"
PRICES = Path(__file__).parents[2] / "docs" / "examples" / "prices-example.toml"
PERIOD = {"school_year": "2026-2027", "kind": "half_year"}
DAYS = {"cut_off": "2027-01-03", "due_unit": "2027-01-03", "due_city": "2027-01-10"}
SUMS = ("cameras", "offered", "checked", "compliant", "reconfigure", "repair", "replace", "unverified")
"""The columns of PL1 from Tổng camera on."""

pytestmark = [pytest.mark.xdist_group("figures agree"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """The town with one price book."""
    engine = new_registry(tmp_path_factory.mktemp("agree") / "registry.db")
    with writing(engine) as session:
        town.fill(session, VAULT)
    yield engine, load_prices(PRICES)
    engine.dispose()


@contextmanager
def _officer(registry):
    with client(registry[0], "district", "Lê Thị Phụ Trách", district=UNIT, prices=registry[1]) as made:
        yield made


def _freeze(registry):
    """The number of figures that the officer of the unit freezes."""
    with client(registry[0], "city", "Người dựng") as city:
        assert city.post("/papers/periods", data={**PERIOD, **DAYS}).status_code == 303
    with _officer(registry) as officer:
        answer = officer.post("/papers/freeze", data=PERIOD)
    return answer.headers["location"].rpartition("/")[2].partition("?")[0]


def _whole(text):
    return int(str(text).replace(".", "").split("/")[0].split("\n")[0] or 0)


def _of_api(officer, number):
    body = officer.get(f"/api/v1/frozen/{number}").content
    return json.loads(body), hashlib.sha256(body).hexdigest()


def _of_screen(officer, number):
    """The row Tổng cộng of PL1, and how many rows the appendices have."""
    tree = html.document_fromstring(officer.get(f"/papers/frozen/{number}").text)
    cells = [cell.text_content() for cell in tree.xpath("//*[@id='PL1']//tr[last()]/td")]
    titles = {each.get("id"): each.xpath(".//h2")[0].text_content() for each in tree.xpath("//details[@id]")}
    rows = {code: _whole(title.rpartition("(")[2].strip(")")) for code, title in titles.items()}
    return [_whole(cell) for cell in cells[3:11]], rows


def _of_workbook(officer, number):
    """The row Tổng cộng of PL1, how many numbered rows each sheet has, the first sheet, and the two shares."""
    book = openpyxl.load_workbook(io.BytesIO(officer.get(f"/papers/frozen/{number}.xlsx").content))
    total = next(row for row in book["PL1"].iter_rows(values_only=True) if row[1] == "Tổng cộng")
    first = {sheet.title: [row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book}
    rows = {name: sum(isinstance(cell, int) for cell in cells) for name, cells in first.items()}
    about = {row[0]: row[1] for row in book["Tổng hợp"].iter_rows(values_only=True)}
    return list(total[3:11]), rows, about, total[11], total[12]


def _tables(officer, number, kind):
    """The DOCX, and the words of its tables."""
    paper = docx.Document(io.BytesIO(officer.get(f"/papers/{kind}.docx?frozen={number}").content))
    return paper, [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables]


def _of_paper(officer, number):
    """The last row of PL1, all tables, and the foot of the first page of the report."""
    paper, tables = _tables(officer, number, "half-year")
    pl1 = next(rows for rows in tables if rows[0][:2] == ["STT", "Đơn vị"] and "Ghi chú" in rows[0])
    foot = paper.sections[0].first_page_footer.paragraphs[0].text
    return [_whole(cell) for cell in pl1[-1][3:11]], tables, foot


def test_every_form_of_the_same_frozen_figures_says_the_same(registry):
    """Cameras by verdict, offered, ready, shares, money, rows of each list; the SHA-256 is that of the bytes."""
    number = _freeze(registry)
    with _officer(registry) as officer:
        told, digest = _of_api(officer, number)
        screen, rows = _of_screen(officer, number)
        sheet, sheet_rows, about, compliant, ready = _of_workbook(officer, number)
        paper, tables, foot = _of_paper(officer, number)
        of_request = _tables(officer, number, "request")[1]
    counts = told["counts"]
    expected = [counts[name] for name in SUMS]
    assert screen == sheet == paper == expected
    assert foot == f"Số liệu đã chốt {number} – SHA-256 {digest}"
    assert about["SHA-256 của số liệu"] == digest
    assert about["Sẵn sàng kết nối"] == counts["ready"] == len(told["proposed"]) == sheet_rows["PL7"] == rows["PL7"]
    assert compliant == pytest.approx(counts["compliant"] / counts["checked"])
    assert ready == pytest.approx(counts["ready"] / counts["offered"])
    assert len(told["failed"]) == sheet_rows["PL3"] == rows["PL3"] == _numbered(tables, "Tiêu chí", "Đo thực tế")
    assert len(told["not_checked"]) == sheet_rows["PL4"] == rows["PL4"] == _numbered(tables, "Lý do", "Số lần")
    total = sum(told["costs"][part][kind] for part in ("once", "yearly") for kind in ("net", "vat"))
    assert total > 0
    assert about["Dự toán: tổng cộng (đồng)"] == total == _whole(_row(of_request, "Tổng cộng")[1])


def _row(tables, first):
    return next(row for rows in tables for row in rows if row[0] == first)


def _numbered(tables, *heads):
    """How many numbered rows the table with these headings has."""
    rows = next(rows for rows in tables if set(heads) <= set(rows[0]))
    return sum(row[0].isdigit() for row in rows)


def test_the_figures_are_those_of_the_pages(registry):
    """Of the overview, of both lists and of the costs, asked at the same moment."""
    number = _freeze(registry)
    with _officer(registry) as officer:
        told, _ = _of_api(officer, number)
        totals, ready = officer.get("/api/v1/totals").json(), officer.get("/api/v1/readiness").json()
        failing = officer.get("/api/v1/non-compliant").json()["total"]
        unknown = officer.get("/api/v1/not-checked").json()["total"]
        costs = officer.get("/api/v1/costs").json()
    counts = told["counts"]
    verdicts = ("compliant", "reconfigure", "repair", "replace", "unverified")
    assert {name: counts[name] for name in verdicts} == totals["verdicts"]
    assert counts["cameras"] == totals["channels"] == sum(told["hardware"]["sizes"].values())
    share = ready["ready"]["ready_of_offered"]
    assert (counts["ready"], counts["offered"]) == (share["numerator"], share["denominator"])
    assert (len(told["failed"]), len(told["not_checked"])) == (failing, unknown)
    assert told["costs"]["free"] == costs["free"]


def test_what_changes_later_moves_no_frozen_figure(registry):
    """Devices are seen anew, a camera is registered, a school gets another name: every form says what it said; figures
    frozen again have a number of their own that says which it replaces, and other figures.
    """
    number = _freeze(registry)
    with _officer(registry) as officer:
        before = (_of_api(officer, number), _of_screen(officer, number), _of_workbook(officer, number),
                  _of_paper(officer, number))  # fmt: skip
        with writing(registry[0]) as session:
            school = session.exec(select(School).where(School.code == "79760002")).one()
            school.name = "Trường đã đổi tên"
            boxes = session.exec(select(Device).where(Device.school_id == school.id)).all()
            session.add(Channel(device_id=boxes[0].id, index=9, name="Mới", scope="offered"))
            for box in boxes:
                record(session, box.id, observed({}, NOW + DAY), EDITIONS, NOW + DAY, daylight.always)
        after = (_of_api(officer, number), _of_screen(officer, number), _of_workbook(officer, number),
                 _of_paper(officer, number))  # fmt: skip
        assert after == before
    again = _freeze(registry)
    with _officer(registry) as officer:
        rows = {row["number"]: row for row in officer.get("/api/v1/frozen").json()}
        new, digest = _of_api(officer, again)
    assert rows[again]["replaces"] == number
    assert rows[number]["sha256"] == before[0][1] != digest
    assert new["counts"] != before[0][0]["counts"]
    assert date.fromisoformat(rows[again]["cut_off"]) == date(2027, 1, 3)
