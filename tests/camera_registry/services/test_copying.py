"""Copying: everything, or nothing."""

import sqlite3

import pytest

from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.models import District
from camera_registry.services.copying import CopyError, compare, copy
from camera_registry.store import whole
from camera_registry.store.whole import Told


@pytest.fixture
def town(tmp_path, registries, town_made):
    """A copy of the town, in a folder of its own."""
    (tmp_path / "town").mkdir()
    with registries(tmp_path / "town", town_made) as engine:
        yield engine


@pytest.fixture
def other(tmp_path):
    """A file that is not there yet: of PostgreSQL it is the other way."""
    engine = open_database(f"sqlite:///{tmp_path}/other.db")
    yield engine
    engine.dispose()


def _all(engine):
    with reading(engine) as session:
        return whole.every(session.connection())


def test_everything_is_copied_and_the_source_stays(town, other):
    """Every table of both comes to the same."""
    before = _all(town)
    assert copy(town, other) == before == _all(other) == _all(town)


def test_a_target_with_a_row_is_refused(town, other):
    """And is left as it is."""
    upgrade(other)
    with writing(other) as session:
        session.add(District(code="a", name="A"))
    before = _all(other)
    with pytest.raises(CopyError, match=r"holds a registry already \(district: 1\); name an empty database"):
        copy(town, other)
    assert _all(other) == before


def test_a_row_that_the_target_refuses_leaves_it_empty(town, other):
    """The table is named, and no value of the row."""
    upgrade(other)
    with writing(other) as session:
        session.connection().exec_driver_sql(
            "CREATE TRIGGER narrow BEFORE INSERT ON device WHEN NEW.make = 'Hikvision' "
            "BEGIN SELECT RAISE(ABORT, 'too narrow'); END"
        )
    with pytest.raises(CopyError, match="device: a row is refused: too narrow; nothing was copied"):
        copy(town, other)
    assert {each.rows for each in _all(other).values()} == {0}


def test_an_older_source_is_refused(tmp_path, other):
    """A copy would be of two versions at once."""
    with sqlite3.connect(tmp_path / "old.db") as plain:
        plain.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        plain.execute("INSERT INTO alembic_version VALUES ('0020_handover')")
    plain.close()
    old = open_database(f"sqlite:///{tmp_path}/old.db")
    with pytest.raises(CopyError, match="is of version 0020_handover and not of"):
        copy(old, other)
    old.dispose()


@pytest.mark.parametrize("found", [{}, {"a": Told(1, "y")}, {"a": Told(1, "x"), "b": Told(0, "")}])
def test_a_table_that_is_missing_or_other_is_told(found):
    """By its name."""
    with pytest.raises(CopyError, match="other rows than there should be"):
        compare({"a": Told(1, "x")}, found, "here")
