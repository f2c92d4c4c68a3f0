"""Whole tables: what a digest says, and rows that point at their own kind."""

import sqlite3

import pytest
from sqlmodel import select

from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.models import District, LoginThrottle
from camera_registry.store import whole
from camera_registry.store.whole import Digest
from tests.standards.sheets import NOW


def _digest(*rows):
    made = Digest()
    made.add(rows, sorted(rows[0]))
    return made.told.digest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": "1"}),
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": 1.0}),
        ({"a": None}, {"a": ""}),
        ({"a": "x"}, {"a": b"x"}),
        ({"a": "x", "b": "yz"}, {"a": "xy", "b": "z"}),
        ({"a": NOW}, {"a": NOW.date()}),
    ],
)
def test_what_is_another_value_has_another_digest(one, other):
    """By its kind and its length too: nothing moves from one column into the next."""
    assert _digest(one) != _digest(other)


@pytest.mark.parametrize(("kept", "given"), [("a\ufffdb", "a\0b"), (0.0, -0.0)])
def test_what_the_other_database_cannot_keep_is_no_difference(kept, given):
    """U+0000 and the sign of zero."""
    assert _digest({"a": kept}) == _digest({"a": given})


def test_every_change_of_a_row_is_another_digest_of_its_table_alone(engine):
    """What is added and what is changed are told; other tables stay as they are."""
    with writing(engine) as session:
        session.add(District(code="a", name="A"))
    with reading(engine) as session:
        before = whole.every(session.connection())
    with writing(engine) as session:
        session.exec(select(District)).one().name = "B"
    with reading(engine) as session:
        after = whole.every(session.connection())
    assert {name for name in before if before[name] != after[name]} == {"district"}
    assert (before["district"].rows, after["district"].rows) == (1, 1)


def test_every_table_is_there_but_that_of_the_version(engine):
    """As the database names them, those that others point at first."""
    with reading(engine) as session:
        names = [each.name for each in whole.tables(session.connection())]
    assert set(names) == set(District.metadata.tables)
    for before, after in (("district", "school"), ("school", "device"), ("device", "channel"), ("reply", "replyphoto")):
        assert names.index(before) < names.index(after)


def test_rows_point_at_later_rows_of_their_own_table(engine):
    """A unit may stand below one that comes after it."""
    rows = [{"id": n, "code": f"{n}", "name": "x", "parent_id": 3 - n} for n in (1, 2)]
    with writing(engine) as session:
        (districts,) = [each for each in whole.tables(session.connection()) if each.name == "district"]
        full = [dict.fromkeys(districts.columns) | row for row in rows]
        whole.put(session.connection(), districts, full)
        whole.point(session.connection(), districts, full)
    with reading(engine) as session:
        found = session.exec(select(District.id, District.parent_id).order_by(District.id)).all()
    assert found == [(1, 2), (2, 1)]


def test_more_rows_than_one_part_are_all_counted(engine):
    """The last part may be a single row."""
    with writing(engine) as session:
        session.add_all([LoginThrottle(key=f"{n:05}", failures=1, last_at=NOW) for n in range(whole.AT_ONCE + 1)])
    with reading(engine) as session:
        found = whole.every(session.connection())["loginthrottle"]
        assert found.rows == whole.AT_ONCE + 1
        assert whole.filled(session.connection()) == {"loginthrottle": whole.AT_ONCE + 1}


@pytest.mark.only("sqlite")
def test_the_order_in_which_rows_were_put_makes_no_difference(tmp_path):
    """Two files with the same rows come to the same."""
    found = []
    for name, order in (("one", (1, 2, 3)), ("two", (3, 1, 2))):
        engine = open_database(f"sqlite:///{tmp_path / name}")
        upgrade(engine)
        with sqlite3.connect(tmp_path / name) as plain:
            plain.executemany("INSERT INTO district (id, code, name) VALUES (?, ?, 'x')", [(n, f"{n}") for n in order])
        plain.close()
        with reading(engine) as session:
            found.append(whole.every(session.connection()))
        engine.dispose()
    assert found[0] == found[1]
