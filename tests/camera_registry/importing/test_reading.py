"""Files as they really are: what a person meant is read, and what cannot be read is said with its place and remedy."""

import io
import unicodedata
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera_registry.importing.book import MOST_BYTES
from camera_registry.importing.reading import Asked, read_files
from camera_registry.importing.synonyms import PRESETS
from tests.camera_registry.books import READ, ROW, SCHOOL, book, rewritten, with_result

TITLES = [("UBND PHƯỜNG A",), ("DANH SÁCH TRƯỜNG",), ()]
OLD = "M· tr­êng;Tªn tr­êng;CÊp häc;Lo¹i h×nh;§¬n vÞ qu¶n lý\n0790123;Tr­êng 1;TH;C«ng lËp;UBND ph­êng A\n"


def _read(data, answers=None, name="ds.xlsx", *, passwords=False):
    return read_files({name: data}, Asked(answers or {}, passwords))


def _values(found, table="schools.csv"):
    return [row.values for row in found.rows[table]]


def _told(mistakes):
    assert all(m.what(lang) and m.remedy(lang) for m in mistakes for lang in ("vi", "en"))
    return [(m.row, m.letter, m.kind) for m in mistakes]


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        ([SCHOOL, ROW], ()),
        ([*TITLES, [f"{name}*" for name in SCHOOL], ROW], ("A1:E1", "A2:E2")),
        ([("STT", *SCHOOL), (1, *ROW)], ()),
        ([("STT", *SCHOOL), ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"), (1, *ROW)], ()),
        ([SCHOOL, (), ROW, ()], ()),
        ([("STT", *SCHOOL), ("I", "Khối tiểu học"), (1, *ROW), ("Tổng cộng", None, 1), (*[None] * 4, "Người lập")], ()),
        ([SCHOOL, ("I. Khối tiểu học",), ROW, ("Cộng: 1 trường",)], ("A2:E2",)),
        ([("MA TRUONG", "ten truong", "Bậc học", "Loại trường", "Cơ quan quản lý"), ROW], ()),
        ([[unicodedata.normalize("NFD", cell) for cell in row] for row in (SCHOOL, ROW)], ()),
        ([SCHOOL, [f" {cell}\u00a0\u200b" for cell in ROW]], ()),
    ],
    ids=["plain", "titles and stars", "STT", "numbers of columns", "empty rows", "groups, sum and signature",
         "merged group", "other words", "decomposed", "spaces nobody sees"],
)  # fmt: skip
def test_one_school_is_read_from_every_form_of_a_list(rows, merged):
    """What stands around the list does not matter."""
    found = _read(book({"Sheet1": rows}, merged))
    assert _told(found.mistakes) == []
    assert _values(found) == [READ]


def test_headings_of_two_rows_are_read_as_one():
    """With merged cells, and without what merging leaves."""
    top = ("STT", *SCHOOL, "Vị trí", None, "Ghi chú khác")
    low = (None,) * 6 + ("Vĩ độ", "Kinh độ")
    rows = [TITLES[0], top, low, (1, *ROW, "10,5", 106.25)]
    merged = ("G2:H2", *(f"{letter}2:{letter}3" for letter in "ABCDEFI"))
    for data in (book({"Trường": rows}, merged), book({"Trường": rows})):
        found = _read(data)
        assert _values(found) == [{**READ, "lat": 10.5, "lon": 106.25}]
        assert _told(found.mistakes) == [(3, "I", "unknown_column")]


def test_a_cell_merged_over_rows_counts_in_all_of_them_and_is_noticed():
    """One school code beside three devices."""
    rows = [
        ("Mã trường", "Mã thiết bị", "Loại thiết bị"),
        ("0790123", "A", "NVR"),
        (None, "B", "DVR"),
        (None, "C", "NVR"),
    ]
    found = _read(book({"Thiết bị": rows}, ("A2:A4",)))
    assert {row["school"] for row in _values(found, "devices.csv")} == {"0790123"}
    assert [(n.kind, n.values["rows"]) for n in found.notices] == [("filled_down", "3, 4")]


def test_a_cell_merged_over_columns_counts_for_the_first():
    """The required one that it swallows is named."""
    found = _read(book({"Trường": [SCHOOL, ROW, ("2", "Trường 2", "TH", "Công lập", "x")]}, ("D3:E3",)))
    assert _told(found.mistakes) == [(3, "E", "merged_across")]


def test_numbers_and_dates_of_a_spreadsheet_are_read_as_they_were_meant():
    """Codes shown with zeros, whole numbers, decimals, amounts, real dates."""

    def zeros(made):
        made.active["A2"].number_format = "0000000"

    heads = ("Mã trường", "Mã thiết bị", "Loại thiết bị", "Cổng RTSP", "Bảo hành đến", "Nguyên giá", "Năm sử dụng")
    as_numbers = (790123, 7, "NVR", 554.0, date(2026, 12, 31), 1200000, 2021)
    rows = [heads, as_numbers, ("1", "B", "NVR", "554", "31/12/2026", "1.200.000", "2021")]
    found = _read(book({"Thiết bị": rows}, change=zeros))
    assert _told(found.mistakes) == []
    one, two = _values(found, "devices.csv")
    assert one == {**two, "school": "0790123", "device.code": "7"}
    assert one["warranty_until"] == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("cell", "value", "kind"),
    [
        ("B2", datetime(2026, 2, 1), "became_a_date"),  # noqa: DTZ001  (a cell has no zone)
        ("B2", "#REF!", "formula_error"),
        ("B2", "=A1", "formula"),
        ("A2", 12345678901234567, "digits_lost"),
        ("B2", "Tr??ng", "lost_letters"),
        ("G2", "x", "no_heading"),
    ],
)
def test_what_a_spreadsheet_made_of_a_value_is_said(cell, value, kind):
    """A date, a failed formula, one without a result, lost digits, lost letters, a cell without a heading."""

    def put(made):
        made.active[cell] = value

    found = _read(book({"Trường": [SCHOOL, ROW]}, change=put))
    assert [(m.row, m.kind) for m in found.mistakes] == [(2, kind)]
    assert found.mistakes[0].remedy("vi")


def test_a_formula_counts_for_the_result_that_was_stored_with_it():
    """As a spreadsheet program saves it."""
    rows = [SCHOOL, ("0790123", '="Trường "&1', *ROW[2:])]
    found = _read(with_result(book({"Trường": rows}), "B2", "Trường 1"))
    assert (_told(found.mistakes), _values(found)) == ([], [READ])


def _zip(parts, **options):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, **options) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return written.getvalue()


def _bomb():
    """A workbook whose sheet says that it grows to more than 4 GB less 1."""
    data = bytearray(book({"Trường": [SCHOOL, ROW]}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = b"\xf0\xff\xff\xff"
    return bytes(data)


def _entities(text):
    return text.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "b">]><worksheet', 1)


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ODD = {
    "an old workbook": (_OLE, "old_workbook"),
    "a locked one": (_OLE + "EncryptedPackage".encode("utf-16-le"), "locked"),
    "a binary one": (_zip({"[Content_Types].xml": "", "xl/workbook.bin": ""}), "binary_workbook"),
    "a document": (_zip({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>"}), "not_a_workbook"),
    "an archive": (_zip({"schools.csv": "code"}), "other_zip"),
    "half a workbook": (book({"Trường": [SCHOOL, ROW]})[:3000], "not_a_workbook"),
    "a bomb": (_bomb(), "too_large_unpacked"),
    "entities": (rewritten(book({"Trường": [SCHOOL, ROW]}), _entities), "not_a_workbook"),
    "a broken sheet": (rewritten(book({"Trường": [SCHOOL, ROW]}), lambda text: text[:-40]), "not_a_workbook"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "other_file"),
    "a page": (b"  <html><table>", "other_file"),
    "a PDF": (b"%PDF-1.7", "other_file"),
    "nothing": (b"  \n", "empty"),
    "too large": (b"x" * (MOST_BYTES + 1), "too_large"),
    "no list": (book({"Ghi chú": [("a", "b"), ("c", "d")]}), "no_table"),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_list_is_named_for_what_it_is(name):
    """Each with what to do; nothing is read of it."""
    data, kind = ODD[name]
    found = _read(data)
    assert [m.kind for m in found.mistakes] == [kind]
    assert found.mistakes[0].what("vi")
    assert found.mistakes[0].remedy("en")
    assert not any(found.rows.values())


def test_too_many_rows_and_columns_are_said():
    """By where they begin to be too many."""
    wide = _read(book({"Trường": [SCHOOL, (*ROW, *[None] * 200, "x")]}))
    assert [(m.row, m.kind) for m in wide.mistakes] == [(2, "too_many_columns")]
    long = _read(("code\n" + "1\n" * 50_001).encode(), name="schools.csv")
    assert [m.kind for m in long.mistakes] == ["too_many_rows"]


@pytest.mark.parametrize("form", ["workbook", "text"])
def test_letters_of_old_fonts_are_renewed_only_after_asking(form):
    """Without an answer nothing can be imported; with no they stay as they are."""
    rows = [line.split(";") for line in OLD.splitlines()]
    data = book({"Sheet1": rows}) if form == "workbook" else OLD.encode("cp1252")
    open_one = _read(data)
    assert [m.kind for m in open_one.mistakes] == ["old_letters"]
    assert ("Tr­êng 1", "Trường 1") in open_one.questions[0].examples
    assert _values(_read(data, {"tcvn3": "yes"})) == [READ]
    assert _told(_read(data, {"tcvn3": "yes"}).mistakes) == []
    assert _values(_read(data, {"tcvn3": "no"})) != [READ]


def test_a_list_in_unicode_is_asked_nothing():
    """Signs such as m² or «…» are no letters of old fonts."""
    assert _read(book({"Trường": [SCHOOL, (*ROW[:1], "Trường «Đông» 5 m²", *ROW[2:])]})).questions == []


def test_sheets_are_known_by_name_or_by_their_headings_and_others_are_named():
    """A sheet that is no list is noticed; those of the template that hold none are not."""
    devices = [("Mã trường", "Mã thiết bị", "Loại thiết bị", "Địa chỉ IP"), ("1", "A", "NVR", "10.0.0.1")]
    sheets = {
        "Hướng dẫn": [("a",)],
        "DS 2026": [SCHOOL, ROW],
        "Sheet2": devices,
        "Nháp": [("x", "y")],
        "Danh mục": [("b",)],
    }
    found = _read(book(sheets))
    assert [each.layout.table for each in found.sheets] == ["", "schools", "devices", "", ""]
    assert [(n.kind, n.sheet) for n in found.notices] == [("sheet_not_read", "Nháp")]


def test_what_a_person_says_of_a_column_goes_before_what_is_recognised():
    """An unknown column is left out or read as another; a value for every row stands in for one that is missing."""
    rows = [("Mã", "Tên gọi", "Cấp học", "Loại hình"), ROW[:4]]
    open_one = _read(book({"Trường": rows}))
    assert _told(open_one.mistakes) == [
        (1, "B", "unknown_column"),
        (1, "", "missing_column"),
        (1, "", "missing_column"),
    ]
    answers = {"map.0.1": "name", "fill.0.managed_by": "UBND phường A"}
    found = _read(book({"Trường": rows}), answers)
    assert (_told(found.mistakes), _values(found)) == ([], [READ])
    assert _told(_read(book({"Trường": [(*SCHOOL, "Khác"), (*ROW, "x")]}), {"map.0.5": "skip"}).mistakes) == []


@pytest.mark.parametrize("preset", PRESETS, ids=lambda each: each.name)
def test_lists_of_makers_programs_are_recognised(preset):
    """Their columns are read, the others named; school and kind are asked for."""
    heads = {
        "Hikvision SADP": ("ID", "Device Type", "Status", "IPv4 Address", "HTTP Port", "Serial No.", "MAC Address"),
        "Dahua ConfigTool": ("No.", "Status", "Type", "Model", "IP", "MAC", "SN"),
    }[preset.name]
    told = {"Device Type": "DS-1", "Model": "DH-1", "IPv4 Address": "10.0.0.1", "IP": "10.0.0.1", "HTTP Port": "80"}
    rows = [heads, [told.get(head, "00:11:22:33:44:55" if "MAC" in head else "1") for head in heads]]
    answers = {"fill.0.school": "0790123", "fill.0.kind": "Camera IP"}
    found = _read(book({"Sheet1": rows}), answers)
    assert _told(found.mistakes) == []
    (row,) = _values(found, "devices.csv")
    assert (row["make"], row["host"], row["school"], row["kind"]) == (preset.make, "10.0.0.1", "0790123", "ip_camera")
    assert [n.kind for n in found.notices] == ["preset"]


def test_passwords_are_read_only_where_that_is_allowed_and_shown_nowhere():
    """Else the column is named, and nothing of it is kept; an empty cell says nothing."""
    rows = [
        ("Mã trường", "Mã thiết bị", "Loại thiết bị", "Mật khẩu"),
        ("1", "A", "NVR", "hush-1"),
        ("1", "B", "NVR", ""),
    ]
    data = book({"Thiết bị": rows})
    refused, read = _read(data), _read(data, passwords=True)
    assert _told(refused.mistakes) == [(1, "D", "password_column")]
    assert "hush" not in repr(refused.rows) + repr([each.layout for each in refused.sheets])
    assert [row.get("password") for row in read.rows["devices.csv"]] == ["hush-1", None]
    assert "hush" not in repr([(row.shown, each.layout) for row in read.rows["devices.csv"] for each in read.sheets])
    assert not _read(data, {"map.0.3": "skip"}).mistakes


@given(st.binary(max_size=400).map(lambda tail: b"PK\x03\x04" + tail) | st.binary(max_size=200))
def test_no_file_raises_anything(data):
    """Whatever it is, every mistake can be said."""
    for name in ("x.xlsx", "devices.csv"):
        for mistake in _read(data, name=name).mistakes:
            assert mistake.what("vi")
            assert mistake.remedy("en")
