"""Files: what a spreadsheet program may make of them is read; what cannot be read is said."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera_registry.importing.columns import CHANNELS, SCHOOLS
from camera_registry.importing.table import read_table

HEAD = "code;name;levels;kind;managed_by;lat"
QUOTED = '0790123;Trường 1;TH;Công lập;UBND phường A;"10,5"'
TWO_LINES = '0790123;"Trường\n1";TH;Công lập;UBND phường A;10,5'
ROW = "0790123;Trường 1;TH;Công lập;UBND phường A;10,5"


def old_windows(text):
    """The bytes of `text` in Windows-1258, which parts some letters from their marks."""
    return b"".join(_of_windows(letter) for letter in text)


def _of_windows(letter):
    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        base, *marks = unicodedata.normalize("NFD", letter)
        tone = next(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
        rest = "".join(mark for mark in marks if mark != tone)
        return unicodedata.normalize("NFC", base + rest).encode("cp1258") + tone.encode("cp1258")


def _read(text, columns=SCHOOLS, encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return read_table("x.csv", data, columns)


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n{ROW}\n",
        f"\ufeff{HEAD}\r\n{ROW}\r\n",
        f"{HEAD}\n{ROW}".replace(";", "\t"),
        f"{HEAD}\n{QUOTED}".replace(";", ","),
        unicodedata.normalize("NFD", f"{HEAD}\n{ROW}"),
        f"Mã trường*;Tên trường*;Cấp học*;Loại hình*;Đơn vị quản lý*;Vĩ độ\n{ROW}",
        f"{HEAD};;\n{ROW};;\n;;;;;;\n",
        f"{HEAD}\n{ROW}".encode("utf-16"),
        f"{HEAD}\n{ROW}".replace(";", "\t").encode("utf-16-le"),
        old_windows(f"{HEAD}\n{ROW}"),
    ],
    ids=[
        "semicolon",
        "mark and CRLF",
        "tab",
        "comma",
        "decomposed",
        "Vietnamese headings",
        "empty columns and rows",
        "UTF-16",
        "UTF-16 without a mark",
        "Windows-1258",
    ],
)
def test_the_same_rows_are_read_from_every_form(text):
    """Delimiter, mark, line ends, decomposed letters and headings of either kind make no difference."""
    rows, mistakes = _read(text)
    assert mistakes == []
    assert [row.values for row in rows] == [
        {
            "school.code": "0790123",
            "name": "Trường 1",
            "levels": "TH",
            "kind": "public",
            "managed_by": "UBND phường A",
            "lat": 10.5,
        }
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"", [(1, "", "empty")]),
        (f"{HEAD}\n{ROW}\xff\0".encode("latin-1", errors="replace"), [(0, "", "not_utf8")]),
        (f"{HEAD}\n{ROW}".replace("Trường", "Tr??ng"), [(2, "name", "lost_letters")]),
        (f'{HEAD}\n"{ROW}', [(0, "", "not_csv")]),
        (f"{HEAD};lat\n{ROW};1", [(1, "lat", "column_twice")]),
        ("code;name;levels;kind\n", [(1, "managed_by", "missing_column")]),
        (f"{HEAD}\n{ROW};9", [(2, "", "too_many_cells")]),
        (f"{HEAD}\n{ROW}".replace("Trường 1", "Trường\x07"), [(2, "name", "control")]),
        (f"{HEAD};Mat khau\n{ROW};x", [(1, "Mat khau", "password_column")]),
        (f"{HEAD};PASSWORD\n{ROW};x", [(1, "PASSWORD", "password_column")]),
        (f"{HEAD};networkss\n{ROW};x", [(1, "networkss", "unknown_column")]),
    ],
    ids=lambda v: v[0][2] if isinstance(v, list) else "",
)
def test_what_cannot_be_read_is_said_with_its_place(text, found):
    """Row, column and kind; other cells are read all the same."""
    _, mistakes = _read(text)
    assert [(m.row, m.column, m.kind) for m in mistakes] == found
    assert all(m.what(lang) and m.remedy(lang) for m in mistakes for lang in ("vi", "en"))


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    """An empty row and a cell of two lines count as one row each."""
    text = f"{HEAD}\n\n{TWO_LINES}\n{ROW}x\n"
    rows, mistakes = _read(text)
    assert [(row.number, row.get("name")) for row in rows] == [(3, "Trường 1"), (4, "Trường 1")]
    assert [(m.row, m.column) for m in mistakes] == [(4, "lat")]


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: (HEAD + "\n" + t).encode()))
def test_no_file_raises_anything(data):
    """Whatever stands in the file: rows and mistakes, and mistakes that can be said."""
    for columns in (SCHOOLS, CHANNELS):
        for mistake in _read(data, columns)[1]:
            assert mistake.what("vi")
            assert mistake.remedy("en")
