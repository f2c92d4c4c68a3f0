"""Export and template: what was registered comes back unchanged, and no cell is taken for a formula."""

import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.importing.columns import TABLES
from camera_registry.importing.guide import GUIDE
from camera_registry.importing.reading import Asked, read_files
from camera_registry.importing.table import read_form
from camera_registry.models import Channel, Device, School, Site
from camera_registry.reports.register_files import SHEETS, csv_files, workbook
from camera_registry.services.import_csv import examine, import_files
from camera_registry.services.register_export import choices, exported
from camera_registry.services.registering import Terms
from tests.camera_registry.csv_files import FILES

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def filled(engine):
    """Every field filled: codes with zeros, several sites, a camera seen through a cloud, one recorded by another, a
    channel that a probe found, names that a spreadsheet would take for formulas.
    """
    with writing(engine) as session:
        import_files(session, {name: text.encode() for name, text in FILES.items()}, NOW)
    with writing(engine) as session:
        school = session.exec(select(School).where(School.code == "0790123")).one()
        school.tags, school.contact_phone, school.name = "ưu tiên; đợt 1", "+84901234567", "=1+1"
        site = session.exec(select(Site).where(Site.name == "Cơ sở 2")).one()
        site.latitude, site.longitude, site.day_window, site.uplink_mbps = 10.82310000000123, 106.0, True, 0.5
        device = session.exec(select(Device).where(Device.code == "DG-01")).one()
        device.tags, device.stream_path, device.price = "a", "/s?x=1", 12345678901
        device.warranty_until, device.maintainer = date(2026, 1, 2), "-x"
        gate = session.exec(select(Channel).where(Channel.name == "Cổng chính")).one()
        gate.latitude, gate.longitude, gate.note, gate.tags = 10.1, 106.5, "@x", "b; c"
        session.add_all(Channel(device_id=device.id, index=n, found=True, name="Camera 01") for n in (11, 12))
        session.add(Channel(device_id=device.id, index=13, found=True))
    return engine


def _files(engine, form):
    with reading(engine) as session:
        rows = exported(session)
        named = choices(session, rows)
    if form == "xlsx":
        return {"export.xlsx": workbook(rows, named)}
    with zipfile.ZipFile(io.BytesIO(csv_files(rows, named))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_an_export_is_imported_again_without_any_change(filled, form):
    """Nothing is new, nothing changes, nothing is asked that hinders, nothing is wrong."""
    found = read_files(_files(filled, form), Asked())
    with reading(filled) as session:
        examined = examine(session, found, {}, Terms(NOW))
    assert [(m.file, m.sheet, m.row, m.column, m.kind) for m in examined.mistakes] == []
    assert examined.plan.changes == []
    assert examined.plan.counts["channel"]["same"] == 8


def test_no_cell_of_the_workbook_is_a_formula(filled):
    """A name that begins with "=" is text, and marked as such."""
    book = openpyxl.load_workbook(io.BytesIO(_files(filled, "xlsx")["export.xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells if cell.value.startswith(("=", "+", "-", "@")))
    assert any(cell.value == "=1+1" for cell in cells)


def test_an_empty_registry_gives_the_template_with_every_heading_and_list(engine):
    """The three lists with their stars, what may be chosen, and no row; it is read as a list without mistakes."""
    data = _files(engine, "xlsx")["export.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Hướng dẫn", *SHEETS.values(), "Danh mục"]
    for table, name in SHEETS.items():
        heads = [cell.value for cell in book[name][1]]
        assert heads == [f"{c.heading}{' *' if c.required else ''}" for c in TABLES[table].values()]
        assert book[name].max_row == 1
        assert book[name].data_validations.dataValidation
    assert "Cổng" in [cell.value for row in book["Danh mục"].iter_rows() for cell in row]
    found = read_files({"t.xlsx": data}, Asked())
    assert [m.kind for m in (*found.mistakes, *found.notices)] == []


def test_a_list_is_offered_where_it_stands(filled):
    """Each column that is chosen from a list points at the cells of that list, and at no other."""
    book = openpyxl.load_workbook(io.BytesIO(_files(filled, "xlsx")["export.xlsx"]))
    lists = book["Danh mục"]
    for name in SHEETS.values():
        heads = {cell.column_letter: cell.value.removesuffix(" *") for cell in book[name][1]}
        for offered in book[name].data_validations.dataValidation:
            letter = str(offered.sqref)[0]
            source = offered.formula1.split("!")[1].replace("$", "")
            cells = [cell.value for row in lists[source] for cell in row]
            assert lists[f"{source.split(':')[0].rstrip('0123456789')}1"].value == heads[letter]
            assert None not in cells


def test_the_guide_has_every_column_and_its_examples_can_be_read():
    """What the template shows is no mistake."""
    for table, columns in TABLES.items():
        assert list(GUIDE[table]) == list(columns)
        told = {name: example for name, (example, _) in GUIDE[table].items() if example}
        _, mistakes = read_form(f"{table}.csv", 1, told, columns)
        assert mistakes == []
