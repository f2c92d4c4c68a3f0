"""Workbooks as people make them."""

import io
import zipfile

import openpyxl

SCHOOL = ("Mã trường", "Tên trường", "Cấp học", "Loại hình", "Đơn vị quản lý")
ROW = ("0790123", "Trường 1", "TH", "Công lập", "UBND phường A")
READ = {"school.code": "0790123", "name": "Trường 1", "levels": "TH", "kind": "public", "managed_by": "UBND phường A"}


def book(sheets, merged=(), change=None):
    """The bytes of a workbook; `sheets`: rows by name of sheet; `merged`: ranges of the first; `change` may do more."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for place in merged:
        made.worksheets[0].merge_cells(place)
    if change is not None:
        change(made)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def with_result(data, cell, result):
    """The workbook, in which the formula of `cell` has this result, as a spreadsheet program stores it."""
    return rewritten(
        data, lambda text: text.replace(f'<c r="{cell}"><f>'.encode(), f'<c r="{cell}" t="str"><f>'.encode())
        .replace(b"</f><v></v>", f"</f><v>{result}</v>".encode()).replace(b"</f><v />", f"</f><v>{result}</v>".encode())
        .replace(b"</f><v/>", f"</f><v>{result}</v>".encode())
    )  # fmt: skip


def rewritten(data, change):
    """The workbook with the text of its first sheet changed."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part.filename, change(text) if part.filename.endswith("sheet1.xml") else text)
    return written.getvalue()
