"""The lists as files: JSON, XLSX, CSV and the paper hold the same rows and values; no cell is a formula; a message for
Zalo has no address. Compared with files that a person has read; to renew one delete it, run the test, read it.
"""

import csv
import io
import json
import subprocess
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from camera_registry.reports.cost_words import cost_in_words
from camera_registry.reports.listing_columns import UNCHECKED, UNIT, Shown, chosen
from camera_registry.reports.listing_csv import listing_csv
from camera_registry.reports.listing_files import Heading, listing_json, listing_xlsx
from camera_registry.reports.papers.document import Table
from camera_registry.reports.papers.list_paper import list_paper
from camera_registry.reports.papers.pdf import pdf_of
from camera_registry.reports.zalo import zalo_text
from camera_registry.services.listed import RowCost
from tests.camera_registry.reports.test_listing import CHECKS, UNITS, _same
from tests.standards.sheets import HCMC

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LISTS = {"non-compliant": (UNIT, UNITS), "not-checked": (UNCHECKED, CHECKS)}
SIGNS = ("=", "+", "-", "@", "\t", "\r")
ASKED = (({"vi": "Đơn vị xử lý", "en": "Who acts"}, {"vi": "Đơn vị bảo trì", "en": "Maintainer"}),)


def _heading(which):
    return Heading(which, AT, HCMC.name, HCMC.sha256, preliminary=which == "non-compliant", filters=ASKED)


def _written(write, *what):
    out = io.BytesIO()
    write(out, *what)
    return out.getvalue()


def _sheet(made):
    return openpyxl.load_workbook(io.BytesIO(made)).active


def _table(sheet):
    """The line of headings of a sheet, and the cells below it."""
    first = int(sheet.auto_filter.ref.split(":")[0][1:])
    return first, list(sheet.iter_rows(min_row=first + 1))


@pytest.fixture(params=["vi", "en"])
def to(request):
    """Each language, with the times of Vietnam."""
    return Shown(request.param, ZONE)


@pytest.mark.parametrize("which", LISTS)
def test_json_is_as_it_was_read(which, to):
    """Heading, columns, and every row with typed values, by the names of the columns."""
    columns, rows = LISTS[which]
    made = _written(listing_json, columns, rows, _heading(which), to)
    _same(f"{which}.{to.lang}.json", made)
    said = json.loads(made)
    assert [set(row) for row in said["rows"]] == [{column.name for column in columns}] * len(rows)


@pytest.mark.parametrize("which", LISTS)
def test_a_workbook_opened_again_has_the_values_and_types_of_the_json(which, to):
    """Numbers are numbers, moments and days are dates of the zone, texts are texts; empty is empty."""
    columns, rows = LISTS[which]
    said = json.loads(_written(listing_json, columns, rows, _heading(which), to))
    sheet = _sheet(_written(listing_xlsx, columns, rows, _heading(which), to))
    first, cells = _table(sheet)
    assert [cell.value for cell in sheet[first]] == [column["heading"] for column in said["columns"]]
    for line, row in zip(cells, said["rows"], strict=True):
        for cell, (name, value) in zip(line, row.items(), strict=True):
            assert _as_json(cell.value) == _without_zone(name, value), name
            assert cell.data_type != "f"


def _as_json(value):
    if isinstance(value, datetime):
        return value.isoformat() if value.time().isoformat() != "00:00:00" else value.date().isoformat()
    return value


def _without_zone(name, value):
    if value == "":
        return None
    is_moment = name in ("seen_at", "since", "last_attempt", "last_answered") and value
    return datetime.fromisoformat(value).replace(tzinfo=None).isoformat() if is_moment else value


def test_the_heading_of_a_workbook_says_what_it_rests_on_and_stays_in_view(to):
    """Title, that it is preliminary, moment, edition, filters; frozen and filtered headings."""
    sheet = _sheet(_written(listing_xlsx, UNIT, UNITS, _heading("non-compliant"), to))
    first, _ = _table(sheet)
    above = [sheet.cell(row, 1).value for row in range(1, first)]
    title = {"vi": "Danh sách camera chưa đáp ứng", "en": "Cameras that are not compliant"}[to.lang]
    warning = {"vi": "Rà soát sơ bộ theo giá trị tham khảo tạm thời", "en": "Preliminary"}[to.lang]
    assert above[0] == title
    assert above[1].startswith(warning)
    assert "24/11/2026 08:00" in above[2] or "2026-11-24 08:00" in above[2]
    assert HCMC.name in above[3]
    assert above[4].endswith({"vi": "Đơn vị xử lý: Đơn vị bảo trì", "en": "Who acts: Maintainer"}[to.lang])
    assert sheet.freeze_panes == f"A{first + 1}"
    assert sheet.auto_filter.ref.endswith(str(first + len(UNITS)))


def test_csv_below_what_says_that_it_is_preliminary_has_the_cells_of_the_json(to):
    """One line above the headings; numbers as they are."""
    made = _written(listing_csv, UNIT, UNITS, to, _heading("non-compliant").above(to))
    above, heading, *rows = csv.reader(io.StringIO(made.decode("utf-8-sig")), delimiter=";" if to.lang == "vi" else ",")
    assert above[0].startswith(_heading("non-compliant").warning(to.lang))
    assert len(above) == 1
    said = json.loads(_written(listing_json, UNIT, UNITS, _heading("non-compliant"), to))["rows"]
    place = [column.name for column in UNIT].index("cost_once")
    assert [row[place] for row in rows] == ["" if one["cost_once"] is None else str(one["cost_once"]) for one in said]
    assert len(heading) == len(UNIT)


def test_chosen_columns_are_those_of_their_groups_in_their_own_order():
    """A name of the page stands for all that belongs to it; none stands for all."""
    assert [column.name for column in chosen(UNIT, ["cost", "seen"])] == [
        *("measured", "required", "cost_once", "cost_yearly", "cost_note"),
    ]
    assert chosen(UNIT, None) == UNIT


TYPED = (
    "school",
    "site",
    "device_code",
    "host",
    "maintainer",
    "channel_name",
    "make",
    "model",
    "district",
    "school_code",
)
"""What people type."""


def _odd(row, text):
    """The row with this text in every field that holds text, typed by a person or said by a device."""
    texts = {f.name: text for f in fields(row) if f.type == "str" and f.name not in ("state", "actor", "owner")}
    both = {f.name: {"vi": text, "en": text} for f in fields(row) if f.type == "Text"}
    return replace(row, **texts, **both)


@pytest.mark.parametrize("which", LISTS)
@pytest.mark.parametrize("sign", SIGNS)
def test_no_text_of_any_column_is_a_formula_and_numbers_stay_numbers(which, sign, to):
    """In CSV it begins with an apostrophe or with no such sign; in XLSX it is text, and stays so when it is edited."""
    columns, rows = LISTS[which]
    odd = _odd(rows[0], f"{sign}1+cmd|' /C calc'!A0")
    assert set(TYPED) - {"make", "model"} <= {f.name for f in fields(odd)}
    if which == "non-compliant":
        odd = replace(odd, cost=RowCost(-5, 0))
    _, (line,) = _table(_sheet(_written(listing_xlsx, columns, [odd], _heading(which), to)))
    for cell, column in zip(line, columns, strict=True):
        assert cell.data_type != "f", column.name
        if isinstance(cell.value, str) and cell.value.startswith(SIGNS):
            assert cell.quotePrefix, column.name
    made = _written(listing_csv, columns, [odd], to).decode("utf-8-sig")
    _, row = csv.reader(io.StringIO(made, newline=""), delimiter=";" if to.lang == "vi" else ",")
    told = dict(zip([column.name for column in columns], row, strict=True))
    assert not [name for name, cell in told.items() if cell.startswith(SIGNS) and name != "cost_once"]
    if which == "non-compliant":
        assert told["cost_once"] == "-5"
        assert [c.value for c, column in zip(line, columns, strict=True) if column.name == "cost_once"] == [-5]


def test_signs_that_xml_does_not_have_are_left_out_of_a_workbook(to):
    """A device may say anything; the file is opened all the same."""
    odd = replace(UNITS[0], channel_name="Cổng\x00\x0b chính")
    _, (line,) = _table(_sheet(_written(listing_xlsx, UNIT, [odd], _heading("non-compliant"), to)))
    assert "Cổng chính" in [cell.value for cell in line]


@pytest.mark.parametrize("which", LISTS)
def test_the_paper_is_as_it_was_read(which, to, tmp_path):
    """Across A4, with the heading, what it rests on, and a row for each."""
    file = tmp_path / "list.pdf"
    file.write_bytes(pdf_of(list_paper(LISTS[which][1], _heading(which), to)))
    size = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    assert "841.89 x 595.276 pts" in size
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True).stdout
    _same(f"{which}.{to.lang}.pdf.txt", text)


def test_a_paper_that_is_cut_says_so_at_its_top(to):
    """So many rows, then no more; nothing is said where all stand there."""
    blocks = list_paper(UNITS, _heading("non-compliant"), to, most=1).parts[0].blocks
    assert "1" in blocks[1].words.text
    assert [len(block.rows) for block in blocks if isinstance(block, Table)] == [1]
    whole = list_paper(UNITS, _heading("non-compliant"), to).parts[0].blocks
    assert blocks[1] not in whole


@pytest.mark.parametrize(
    ("cost", "vi"),
    [
        (RowCost(), "chưa có giá"),
        (RowCost(0, 0), "0 đồng"),
        (RowCost(0, 0, supplier="Công ty B"), "0 đồng, nhà cung cấp: Công ty B"),
        (RowCost(0, 0, supplier=""), "0 đồng, nhà cung cấp"),
        (RowCost(2_400_000, 0), "2.400.000 đ"),
        (RowCost(0, 1_200_000), "1.200.000 đ/năm"),
        (RowCost(216_000, 0, least=True), "216.000 đ, chưa gồm phần sau khảo sát"),
    ],
)
def test_a_cost_says_what_it_is(cost, vi):
    """Nothing, an amount, or that there is no price: never 0 for what nobody knows."""
    assert cost_in_words(cost, "vi") == vi


@pytest.mark.parametrize("by", ["school", "actor"])
def test_a_message_for_zalo_is_as_it_was_read(by, to):
    """Short, cameras of one fault in one line."""
    more = replace(UNITS[0], channel_index=6, channel_name="Sân trước", camera="0790123/DG-01/6",
                   measured={"vi": "10 hình/giây", "en": "10 fps"})  # fmt: skip
    made = zalo_text([UNITS[0], more, UNITS[1]], by, AT, to, preliminary=True, more=3)
    _same(f"zalo.{by}.{to.lang}.txt", made.encode())


def test_a_camera_that_is_registered_twice_is_one_in_a_message_for_zalo(to):
    """Also where it fails the same rule at both places; a device as a whole is no camera."""
    both = replace(UNITS[0], device_id=2, device_code="CAM-01", channel_index=1, channel_name="Sân trước")
    whole = replace(UNITS[1], site="")
    made = zalo_text([UNITS[0], both, whole], "school", AT, to, preliminary=False)
    head = {"vi": "1 camera, 1 thiết bị cần xử lý", "en": "1 camera, 1 device to see to"}[to.lang]
    assert made.splitlines()[0].endswith(head)
    assert "Sân trước" not in made


def test_of_more_things_than_are_named_it_says_how_many_cameras_and_devices(to):
    """Each for itself."""
    many = [replace(UNITS[0], camera=f"0790123/DG-01/{n}", channel_index=n) for n in range(1, 11)]
    whole = replace(UNITS[0], device_code="DG-09", channel_index=None, camera=None)
    made = zalo_text([*many, whole], "school", AT, to, preliminary=False)
    assert {"vi": "và 2 camera, 1 thiết bị khác", "en": "and 2 cameras, 1 device more"}[to.lang] in made


def test_a_message_for_zalo_has_no_address(to):
    """Also where somebody has written one into a name."""
    named = "Cổng 192.168.1.64:554 rtsp://admin:x@cam/1 00:11:22:33:44:55 fe80::1:2:3"
    odd = replace(UNITS[0], channel_name=named, school="Trường 10.0.0.1")
    made = zalo_text([odd], "school", AT, to, preliminary=False)
    for secret in ("192.168", "10.0.0.1", "admin", "rtsp", "00:11", "fe80"):
        assert secret not in made
    assert str(date(2026, 11, 24).year) in made
