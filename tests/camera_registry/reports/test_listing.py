"""The lists as CSV, table and text: compared with files that a person has read.

To renew them after a change that is meant: delete the file, run the test, read what it wrote.
"""

import csv
import io
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from camera_registry.reports.listing import (
    Head,
    harmless,
    unchecked_csv,
    unchecked_table,
    unchecked_text,
    units_csv,
    units_table,
    units_text,
)
from camera_registry.reports.listing_columns import UNCHECKED, UNIT, Shown
from camera_registry.services.listed import Place, RowCost, Unchecked, Unit
from standards.waiving.waivers import Terms, Waived, standing
from tests.standards.sheets import HCMC
from tests.standards.waiving.waiver_values import APPROVED, at

GOLDEN = Path(__file__).with_name("listing")
NOW = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
PLACE = {
    "district_code": "26740", "district": "UBND phường A", "school_code": "0790123",
    "school": "Trường THCS Số 1; cơ sở chính", "site": "", "device_id": 1, "device_code": "DG-01", "device_kind": "nvr",
    "host": "192.168.1.64", "maintainer": "Công ty B",
    "channel_index": 5, "channel_name": "=Cổng chính", "area": "gate", "scope": "offered",
}  # fmt: skip
RULE = HCMC.rule("frame-rate-main")
WAIVED = Waived(APPROVED, standing(APPROVED, at("2027-03-29 09:00"), Terms()))
UNITS = (
    Unit(
        **PLACE, finding_id=1, camera="0790123/DG-01/5", stream="main", rule=RULE.id, title=RULE.title,
        verdict="repair", fix="reconfigure", fix_text=RULE.fix_text, actor="maintainer",
        measured={"vi": "8,5 hình/giây", "en": "8.5 frames/s"},
        required={"vi": "ít nhất 15 hình/giây", "en": "at least 15 frames/s"},
        why={"vi": "Tốc độ khung hình đo được 8,5 hình/giây, yêu cầu ít nhất 15 hình/giây.",
             "en": "The measured rate is 8.5 frames/s; required is at least 15 frames/s."},
        state="A", document="3288/UBND-KT", clause="mục 2", edition="hcmc-3288@draft-1", sha256="0a1b", how="rtp",
        seen_at=NOW,
        since=NOW - timedelta(days=9), nights=9, official=True, waits={"vi": "", "en": ""}, waiver=WAIVED,
        make="Hikvision", model="DS-7608NI-K1", owner="rented", warranty_until=date(2026, 12, 31),
        cost=RowCost(0, 0, supplier="Công ty B"),
    ),
    Unit(
        **{**PLACE, "channel_index": None, "channel_name": "", "area": "", "scope": "", "site": "Cơ sở 2"},
        finding_id=2, camera=None, stream="", rule="old-rule", title={"vi": "old-rule", "en": "old-rule"},
        verdict="repair", fix="survey", fix_text={"vi": "", "en": ""}, actor="school",
        why={"vi": "Không rõ.", "en": "Not known."},
        measured={"vi": "không có số liệu", "en": "nothing was seen"}, required={"vi": "có", "en": "yes"}, state="S",
        document="", clause="", edition="hcmc-3288@draft-0", sha256="2c3d", how="", seen_at=None, since=NOW, nights=1,
        official=False, waits={"vi": "thấy 1/2 đêm", "en": "seen in 1 of 2 nights"},
    ),
)  # fmt: skip
CHECKS = (
    Unchecked(
        **PLACE, kind="unreachable", reason={"vi": "Không tới được địa chỉ", "en": "The address cannot be reached"},
        detail="no route\nto host", rule=RULE.id, title=RULE.title, fix="network",
        fix_text={"vi": "Kiểm tra nguồn điện.", "en": "Check the power."}, actor="maintainer", attempts=3,
        last_attempt=NOW, last_answered=NOW - timedelta(days=30), silent_nights=3,
    ),
    Unchecked(
        **{**PLACE, "school": "Trường Mầm non 2", "school_code": "0790124", "channel_index": None, "channel_name": ""},
        kind="never", reason={"vi": "Chưa kiểm tra lần nào", "en": "Never looked at yet"}, detail="", rule=None,
        title={"vi": "", "en": ""}, fix=None, fix_text={"vi": "Kiểm tra ngay.", "en": "Probe now."}, actor="school",
        attempts=0, last_attempt=None, last_answered=None, silent_nights=0,
    ),
)  # fmt: skip
HEADS = {
    "non_compliant": Head("non_compliant", 7, 5, HCMC.name, working_values=True),
    "not_checked": Head("not_checked", 2, 2, HCMC.name, working_values=True),
}


def _same(name, made):
    file = GOLDEN / name
    if not file.exists():
        file.write_bytes(made)
        pytest.fail(f"{name} was not there and has been written: read it")
    assert made == file.read_bytes()


def _printed(table):
    console = Console(file=io.StringIO(), width=100, highlight=False)
    console.print(table)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()).encode()


@pytest.fixture(params=["vi", "en"])
def to(request):
    """Each language, with the times of Vietnam."""
    return Shown(request.param, ZoneInfo("Asia/Ho_Chi_Minh"))


def test_csv_is_as_it_was_read(to):
    """Headings, words, times of the zone, and cells that a spreadsheet takes for text."""
    _same(f"non-compliant.{to.lang}.csv", units_csv(UNITS, to))
    _same(f"not-checked.{to.lang}.csv", unchecked_csv(CHECKS, to))


def test_tables_are_as_they_were_read(to):
    """At 100 columns, with the heading that says on what values it rests, and what is left out."""
    _same(f"non-compliant.{to.lang}.table.txt", _printed(units_table(UNITS, HEADS["non_compliant"], to)))
    _same(f"not-checked.{to.lang}.table.txt", _printed(unchecked_table(CHECKS, HEADS["not_checked"], to)))


def test_plain_text_is_as_it_was_read(to):
    """By school, one line a row."""
    _same(f"non-compliant.{to.lang}.txt", units_text(UNITS, HEADS["non_compliant"], to).encode())
    _same(f"not-checked.{to.lang}.txt", unchecked_text(CHECKS, HEADS["not_checked"], to).encode())


def test_an_empty_list_says_so(to):
    """Headings alone in the file; a sentence on the terminal."""
    assert units_csv((), to).count(b"\r\n") == 1
    none = {"vi": "Không có dòng nào.", "en": "There are none."}[to.lang]
    for empty in (Head("non_compliant", 0, 0, HCMC.name, working_values=False), replace(HEADS["not_checked"], total=0)):
        assert none in _printed(units_table((), empty, to)).decode()
        assert none in unchecked_text((), empty, to)


@pytest.mark.parametrize("nothing", ["no_device", "none_judged"])
def test_a_list_of_what_nobody_knows_does_not_say_that_all_is_well(to, nothing):
    """Neither a count of nothing, nor that there are none."""
    head = Head("non_compliant", 0, 0, HCMC.name, working_values=True, nothing=nothing)
    for told in (_printed(units_table((), head, to)).decode(), units_text((), head, to)):
        assert not any(words in told for words in ("0 tiêu chí", "0 rules", "Không có dòng nào", "There are none"))
        assert told.rstrip().endswith({"vi": (".", "lý do."), "en": (".", "why.")}[to.lang])


def test_what_a_spreadsheet_reads_is_what_was_written(to):
    """Semicolons, quotes and line ends in names stay in their cells; the file begins with the byte-order mark."""
    odd = replace(UNITS[0], school='A; "B", C', device_code="a\r\nb")
    made = units_csv([odd], to)
    assert made.startswith(b"\xef\xbb\xbf")
    delimiter = {"vi": ";", "en": ","}[to.lang]
    heading, row = csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    assert len(heading) == len(row) == len(UNIT)
    assert (row[2], row[4]) == ('A; "B", C', "a b")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
@pytest.mark.parametrize("before", ["", " ", "\t", "\r", "\n", "\t "])
def test_no_cell_is_a_formula(sign, before):
    """However it begins, an apostrophe makes it text, and nothing goes before that."""
    assert harmless(f"{before}{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize("divides", [";", ",", '"', '";'])
def test_no_part_of_a_cell_is_a_formula(divides):
    """A spreadsheet of another country divides a cell at another sign; tabs and line ends are blanks."""
    assert harmless(f"a{divides}\t=1+1\r\nb") == f"a{divides} '=1+1 b"


@pytest.mark.parametrize("plain", ["", "Cổng chính", "0790123", "a=b", "1-2", "'", "a, b; c", "https://a.b/?c=d"])
def test_what_is_no_formula_stays(plain):
    """Nothing else is changed."""
    assert harmless(plain) == plain


@pytest.mark.parametrize("columns", [UNIT, UNCHECKED], ids=["non-compliant", "not-checked"])
def test_headings_are_there_in_both_languages_and_no_two_are_alike(columns):
    """A column is found by its heading."""
    for language in ("vi", "en"):
        headings = [column.heading[language] for column in columns]
        assert all(headings)
        assert len(set(headings)) == len(headings)
    assert {field.name for field in fields(Place)} <= set(PLACE)
