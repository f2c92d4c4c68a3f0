"""The audit log in the registry: entries with their changes, what the database refuses, pages."""

import sqlite3
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from camera_registry.audit.checking import check
from camera_registry.audit.doing import SYSTEM, Actor, Doing, UnfitForAuditError
from camera_registry.audit.file import read_lines
from camera_registry.database import reading, writing
from camera_registry.models import AuditRecord, AuditValues, District
from camera_registry.services import audit
from camera_registry.store import audit as store
from camera_registry.store.audit import AuditWanted
from tests.standards.sheets import NOW

AN = Actor("an", "Lê An", "district", "10.0.0.7")


def _doing(action="device_login", school="0790123", **details):
    return Doing(AN, action, {"school": school, "device": "DG-01"}, details)


def _three(engine):
    for n, school in enumerate(("0790123", "0790124", "0790123")):
        with audit.recorded(engine, _doing(school=school), NOW + timedelta(days=n)):
            pass


def test_a_change_and_its_entry_are_committed_together(engine):
    """The entry says who did what to what, from where; what became known within the block is in it."""
    doing = _doing("import")
    with audit.recorded(engine, doing, NOW) as session:
        session.add(District(code="a", name="A"))
        doing.details["new"] = 1
    with reading(engine) as session:
        total, (logged,) = audit.page(session, AuditWanted())
        assert session.exec(select(District.code)).all() == ["a"]
    assert total == 1
    assert (logged.kept.entry.number, logged.kept.entry.at, logged.kept.entry.action) == (1, NOW, "import")
    assert logged.kept.values == {
        "who": {"account": "an", "name": "Lê An"},
        "role": "district",
        "from": "10.0.0.7",
        "what": {"school": "0790123", "device": "DG-01"},
        "details": {"new": 1},
    }


def test_there_is_no_change_without_its_entry_and_no_entry_without_its_change(engine):
    """An error in the block, or a detail that may not be kept, leaves neither."""
    with suppress(ZeroDivisionError), audit.recorded(engine, _doing(), NOW) as session:
        session.add(District(code="a", name="A"))
        raise ZeroDivisionError
    with suppress(UnfitForAuditError), audit.recorded(engine, _doing(password="hush"), NOW) as session:
        session.add(District(code="b", name="B"))
    with reading(engine) as session:
        assert session.exec(select(District)).all() == []
        assert session.exec(select(AuditRecord)).all() == []


def test_entries_of_many_writers_make_one_chain(engine):
    """Four threads write ten entries each; all of them follow one another."""

    def write():
        for _ in range(10):
            with audit.recorded(engine, _doing(), NOW):
                pass

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as session:
        report = audit.verify(session)
    assert (report.intact, report.last) == (True, 40)


_AGAIN = (
    ("auditrecord", "number, at, 'logout', digest, previous, hash", "action = 'logout'"),
    ("auditvalues", "number, salt, '{}', school, account", "body = '{}'"),
    ("auditerased", "number, 1", "erased_by = 1"),
)
"""What would write each table again, and what it would change."""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE auditrecord SET action = 'logout' WHERE number = 1",
        "DELETE FROM auditrecord WHERE number = 3",
        "INSERT INTO auditrecord SELECT 9, at, action, digest, previous, hash FROM auditrecord WHERE number = 1",
        "UPDATE auditvalues SET body = '{}' WHERE number = 1",
        "DELETE FROM auditvalues WHERE number = 1",
        "UPDATE auditerased SET erased_by = 2",
        "DELETE FROM auditerased",
        *(f"INSERT INTO {table} SELECT {row} FROM {table} WHERE number > 0 ON CONFLICT (number) DO UPDATE SET {change}"
          for table, row, change in _AGAIN),
        *(pytest.param(f"INSERT OR REPLACE INTO {table} SELECT {row} FROM {table}", marks=pytest.mark.only("sqlite"))
          for table, row, _ in _AGAIN),
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_or_delete_an_entry(engine, statement):
    """Whatever the statement: entries and values are written once, and values go only with an entry that says so."""
    _three(engine)
    with writing(engine) as session:
        store.erase(session, [2], audit.record(session, Doing(SYSTEM, "audit_expire"), NOW))
    with pytest.raises(IntegrityError, match="audit log"), writing(engine) as session:
        session.connection().exec_driver_sql(statement)
    with reading(engine) as session:
        assert audit.verify(session).intact


def test_erased_values_are_gone_and_the_log_says_when_and_why(engine):
    """Values and salt are deleted, the chain is intact, and the entry names the one that erased it."""
    _three(engine)
    with writing(engine) as session:
        by = audit.record(session, Doing(SYSTEM, "audit_expire"), NOW + timedelta(days=9))
        store.erase(session, store.of_school(session, "0790123"), by)
    with reading(engine) as session:
        report = audit.verify(session)
        _, listed = audit.page(session, AuditWanted())
        assert session.exec(select(AuditValues.number)).all() == [2, 4]
    assert (report.intact, report.erased) == (True, 2)
    last = listed[-1]
    assert (last.kept.values, last.kept.salt, last.kept.erased_by) == (None, None, 4)
    assert (last.erased_at, last.erased_why) == (NOW + timedelta(days=9), "audit_expire")


@pytest.mark.only("sqlite")
def test_what_was_changed_in_the_file_is_found(engine, tmp_path):
    """Somebody who takes the triggers away and changes a value, a hash or an entry is found at its number."""
    _three(engine)
    with sqlite3.connect(tmp_path / "registry.db") as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE auditvalues SET body = replace(body, 'Lê An', 'Trần B') WHERE number = 2")
    with reading(engine) as session:
        assert (audit.verify(session).broken.number, audit.verify(session).broken.why) == (2, "digest")
    with sqlite3.connect(tmp_path / "registry.db") as connection:
        connection.execute("DELETE FROM auditvalues WHERE number = 2")
    with reading(engine) as session:
        assert audit.verify(session).broken.why == "values"
    with sqlite3.connect(tmp_path / "registry.db") as connection:
        connection.execute("DELETE FROM auditrecord WHERE number = 2")
    with reading(engine) as session:
        assert (audit.verify(session).broken.number, audit.verify(session).broken.why) == (2, "missing")


@pytest.mark.only("sqlite")
def test_unreadable_values_are_told_as_changed(engine, tmp_path):
    """A body that is no JSON any more is no error of ours: its digest differs."""
    _three(engine)
    with sqlite3.connect(tmp_path / "registry.db") as connection:
        connection.execute("DROP TRIGGER auditvalues_stay")
        connection.execute("UPDATE auditvalues SET body = '{' WHERE number = 1")
    with reading(engine) as session:
        assert audit.verify(session).broken.why == "digest"


def test_a_long_log_is_read_in_parts(engine, monkeypatch):
    """More entries than are read at a time: all of them are checked and written out, in their order."""
    monkeypatch.setattr(store, "AT_ONCE", 2)
    _three(engine)
    with reading(engine) as session:
        lines = list(audit.export(session))
        assert audit.verify(session).last == 3
    assert [each.entry.number for each in read_lines(lines)] == [1, 2, 3]


def test_days_of_the_log_are_written_out_alone(engine):
    """From a moment until another; what came before is taken on trust."""
    _three(engine)
    with reading(engine) as session:
        lines = list(audit.export(session, NOW + timedelta(hours=1), NOW + timedelta(days=2)))
    report = check(read_lines(lines), whole=False)
    assert (report.intact, report.first, report.last) == (True, 2, 2)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [3, 2, 1]),
        ({"school": "0790123"}, [3, 1]),
        ({"account": "an", "school": "0790124"}, [2]),
        ({"account": "binh"}, []),
        ({"action": "login"}, []),
        ({"since": NOW + timedelta(days=1)}, [3, 2]),
        ({"until": NOW + timedelta(days=1)}, [1]),
        ({"size": 2, "page": 2}, [1]),
    ],
)
def test_entries_are_found_by_school_account_action_and_day(engine, wanted, numbers):
    """The newest stands first; a page is a part of what is wanted."""
    _three(engine)
    with reading(engine) as session:
        total, listed = audit.page(session, AuditWanted(**wanted))
    assert [each.kept.entry.number for each in listed] == numbers
    assert total == (3 if "size" in wanted else len(numbers))
