"""The workbook of a period, opened again: typed cells, frozen headings, filters, and nothing that runs as a formula."""

import io
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from camera_registry.reports.period_sheets import grids
from camera_registry.reports.period_workbook import FIRST, period_workbook
from camera_registry.services.period_values import Costs
from tests.camera_registry.reports.papers.told import FIGURES, FROZEN


def _opened(told=FROZEN):
    return openpyxl.load_workbook(io.BytesIO(period_workbook(told)))


def test_every_value_comes_back_as_what_it_is():
    """Numbers to count with, shares as percentages, moments as such in the zone, empty where nothing is known."""
    book = _opened()
    assert book.sheetnames == [FIRST, "PL1", "PL2", "PL3", "PL4", "PL5", "PL6", "PL7"]
    first = [cell.value for cell in book["PL1"][2]]
    assert first[:11] == [1, "Trường THCS Số 1", "Trung học cơ sở", 8, 3, 7, 4, 2, 0, 1, 1]
    assert first[11:14] == pytest.approx([4 / 7, 2 / 3, 3 / 6])
    assert book["PL1"]["L2"].number_format == "0.0%"
    assert book["PL3"]["I2"].value == datetime(2027, 1, 3, 7, 30)  # noqa: DTZ001  (a cell has no zone)
    assert (book["PL3"]["L2"].value, book["PL3"]["L2"].number_format) == (1_080_000, "#,##0")
    assert book["PL3"]["I3"].value is None
    assert book["PL6"]["G8"].value == 5_480_000


def test_headings_stay_in_view_and_rows_can_be_filtered():
    """On every sheet of rows; each has as many rows as its appendix."""
    book = _opened()
    for grid in grids(FIGURES):
        sheet = book[grid.code]
        assert (sheet.freeze_panes, sheet.auto_filter.ref[:2]) == ("A2", "A1")
        assert [cell.value for cell in sheet[1]][: len(grid.columns)] == [column.title for column in grid.columns]


def test_a_name_that_looks_like_a_formula_stays_a_text():
    """It comes from a school, and must not run on the machine of an officer."""
    bad = replace(FIGURES.schools[0], name='=HYPERLINK("http://x")')
    book = _opened(replace(FROZEN, figures=replace(FIGURES, schools=(bad,))))
    cell = book["PL1"]["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("http://x")', "s", True)


def test_a_control_character_or_a_text_without_end_spoils_no_workbook():
    """Figures that are frozen cannot be mended: what a sheet cannot hold is left out."""
    bad = replace(FIGURES.schools[0], name="Trường\x0b A" + "a" * 40_000)
    name = _opened(replace(FROZEN, figures=replace(FIGURES, schools=(bad,))))["PL1"]["B2"].value
    assert name.startswith("Trường A")
    assert len(name) == 32_767


def test_without_prices_the_first_sheet_says_so():
    """And no amount of 0."""
    book = _opened(replace(FROZEN, figures=replace(FIGURES, costs=Costs())))
    about = {row[0]: row[1] for row in book[FIRST].iter_rows(values_only=True)}
    assert about["Dự toán: tổng cộng (đồng)"] == "chưa có giá"
    assert about["SHA-256 của số liệu"] == FROZEN.sha256


def test_the_same_figures_are_the_same_bytes():
    """Whenever they are made."""
    assert period_workbook(FROZEN) == period_workbook(FROZEN)
