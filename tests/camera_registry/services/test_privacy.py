"""What is kept, as people are told: every table of the models, with the periods of the settings, in both languages."""

import re
from collections import Counter
from dataclasses import fields
from pathlib import Path

from camera_registry.config import KeepSettings, Settings
from camera_registry.models import Table
from camera_registry.services.privacy import NEVER, kept
from camera_registry.store.erasing import ERASED

ROOT = Path(__file__).parents[3]


def test_every_table_stands_in_one_row():
    """No table is kept of which people are not told, and none is told that there is not."""
    told = Counter(table for row in kept(Settings()) for table in row.tables)
    assert told == Counter(Table.metadata.tables.keys())


def test_every_row_says_what_where_how_long_and_why_in_both_languages():
    """No text is missing, and no two languages are the same words, but for the names of files."""
    for row in kept(Settings()):
        for each in fields(row):
            if each.name != "tables":
                text = getattr(row, each.name)
                assert text["vi"].strip()
                assert text["en"].strip()
                assert each.name == "where" or text["vi"] != text["en"]
    assert all(text["vi"] and text["en"] for text in NEVER)


def test_periods_and_places_are_those_of_the_settings():
    """Another setting is another number in the row of its table."""
    settings = Settings(keep=KeepSettings(measurements_days=31, looks_days=32, audit_values_days=33))
    rows = {table: row for row in kept(settings) for table in row.tables}
    assert "31 days" in rows["measurement"].how_long["en"]
    assert "32 ngày" in rows["sweepitem"].how_long["vi"]
    assert "33 days" in rows["auditvalues"].how_long["en"]
    assert rows["school"].where["en"] == "var/registry.db"


def test_what_goes_with_a_school_is_told_so():
    """Each table that is emptied when a school is erased says that it is kept until then, or is cut."""
    rows = {table: row for row in kept(Settings()) for table in row.tables}
    for each in ERASED:
        assert "erased" in rows[each.table].how_long["en"], each.table


def test_the_document_tells_the_same():
    """docs/privacy.md has the row of every kind, with the defaults."""
    text = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
    section = text.split("## What is kept\n")[1].split("\n## ")[0]
    listed = re.findall(r"^\| (.+?) \| (.*?) \| (.+?) \| (.+?) \|$", section, re.MULTILINE)[1:]
    assert listed == [_line(row) for row in kept(Settings())]


def _line(row):
    tables = ", ".join(f"`{table}`" for table in row.tables) or row.where["en"]
    return (row.what["en"], tables, row.how_long["en"], row.why["en"])
