"""Proof: every file of a list holds the same rows and values, in the order of the list; no cell that a person can type
is a formula; a list of many rows is written in little memory (`benchmarks/exports.py` has the whole size).
"""

import csv
import io
import json
import subprocess
import tracemalloc
from datetime import datetime

import openpyxl
import pytest

from camera_registry.api.list_files import TYPES, write
from camera_registry.database import reading, writing
from camera_registry.reports.listing_columns import UNIT
from camera_registry.services.listing import Filter, every_non_compliant
from tests.acceptance.pages import fill
from tests.camera_registry import fleet
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.reports.test_listing import UNITS
from tests.camera_registry.reports.test_listing_files import AT, ZONE, Shown, _heading
from tests.camera_registry.web.served import client
from tests.standards.sheets import HCMC

SIGNS = ("=", "+", "-", "@", "\t", "\r")
MEMORY = 60 * 1024 * 1024
"""So many bytes of Python a file of any length may take; all rows at once would take more."""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The engine of the town, and one who asks its API."""
    engine = fill(tmp_path_factory.mktemp("exports"))
    with client(engine) as api:
        yield engine, api
    engine.dispose()


def _sheet(content):
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    first = int(sheet.auto_filter.ref.split(":")[0][1:])
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first + 1)]


def _csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def _text(value):
    """A value of the JSON as the CSV writes it."""
    if value is None:
        return ""
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return " ".join(str(value).split())
    return at.strftime("%d/%m/%Y %H:%M" if "T" in value else "%d/%m/%Y")


@pytest.mark.parametrize("which", ["non-compliant", "not-checked"])
@pytest.mark.parametrize(
    "asked", ["", "district=ubnd-phuong-tan-dinh&sort=school&direction=desc", "columns=school,device,fix"]
)
def test_every_file_holds_the_same_rows_and_values(town, which, asked):
    """JSON, XLSX and CSV cell by cell; the paper has a line for each row."""
    _, api = town
    made = {form: api.get(f"/api/v1/{which}.{form}?{asked}") for form in TYPES}
    assert {form: answer.headers["content-type"] for form, answer in made.items()} == TYPES
    said = json.loads(made["json"].content)["rows"]
    assert said
    *_, heading = (row for row in _csv(made["csv"].content) if len(row) > 1) if not said else [None]
    table = [row for row in _csv(made["csv"].content) if len(row) > 1][1:]
    sheet = _sheet(made["xlsx"].content)
    assert heading is None
    assert len(said) == len(table) == len(sheet)
    for row, line, cells in zip(said, table, sheet, strict=True):
        for (name, value), text, cell in zip(row.items(), line, cells, strict=True):
            assert text.replace("'", "") == _text(value).replace("'", ""), name
            shown = cell.strftime("%Y-%m-%d") if isinstance(cell, datetime) else cell
            assert str(value or "").replace("\r", "\n").startswith(str(shown or "")), name
    paper = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=made["pdf"].content, capture_output=True, check=True
    )
    if not asked:
        assert sum(row["school"].split()[-1] in paper.stdout.decode() for row in said) == len(said)


def test_the_files_stand_in_the_order_of_the_list(town):
    """As the page has it, whatever the page."""
    engine, api = town
    with reading(engine) as session:
        rows = list(every_non_compliant(session, Filter(sort="device", direction="desc"), HCMC))
    said = api.get("/api/v1/non-compliant.json?sort=device&direction=desc").json()["rows"]
    assert [(r["school_code"], r["device"], r["channel"], r["rule"]) for r in said] == [
        (r.school_code, r.device_code, r.channel_index, r.rule) for r in rows
    ]


def test_chosen_rows_are_exported_alone_and_a_name_of_none_is_an_error(town):
    """By school, device, channel and rule."""
    _, api = town
    first, *_ = api.get("/api/v1/non-compliant.json").json()["rows"]
    name = f"{first['school_code']}/{first['device']}/{first['channel'] or 0}/{first['rule']}"
    assert api.get("/api/v1/non-compliant.json", params={"row": name}).json()["rows"][0] == first
    assert api.get("/api/v1/non-compliant.json", params={"row": "x"}).status_code == 422
    assert api.get("/api/v1/non-compliant.csv?columns=no-such").status_code == 422


@pytest.mark.parametrize("sign", SIGNS)
def test_what_a_person_types_is_no_formula_in_any_file(tmp_path, sign):
    """Names of unit, school, site, camera, maker, model and maintainer, in the registry itself."""
    odd = f"{sign}HYPERLINK(1)"
    engine = new_registry(tmp_path / "registry.db")
    with writing(engine) as session:
        school = fleet.school(session, "A-01", name=odd)
        box = fleet.device(session, school, "CAM-01", host="192.168.1.9", maintainer=odd, make=odd, model=odd)
        fleet.channel(session, box).name = odd
        session.get_one(fleet.District, school.managed_by).name = odd
        session.get_one(fleet.Site, box.site_id).name = odd
        fleet.finding(session, box)
    with client(engine) as api:
        book = openpyxl.load_workbook(io.BytesIO(api.get("/api/v1/non-compliant.xlsx").content)).active
        cells = [cell for row in book.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert sum("HYPERLINK" in cell.value for cell in cells) >= 6
        assert not [cell for cell in cells if cell.data_type == "f"]
        assert all(cell.quotePrefix for cell in cells if cell.value.startswith(SIGNS))
        table = _csv(api.get("/api/v1/non-compliant.csv").content)
        assert not [cell for row in table for cell in row if cell.startswith(SIGNS)]
    engine.dispose()


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_a_file_of_many_rows_takes_the_memory_of_few(tmp_path, form):
    """A row is written when it comes: 3,000 rows take no more than a bound that all of them at once would pass."""
    made = (row for _ in range(1500) for row in UNITS)
    tracemalloc.start()
    with (tmp_path / form).open("wb") as out:
        write(form, out, UNIT, made, _heading("non-compliant"), Shown("vi", ZONE))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEMORY
    assert (tmp_path / form).stat().st_size
    assert AT
