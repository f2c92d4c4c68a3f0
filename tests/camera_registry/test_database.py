"""The database: opened, made, brought forward, written to, and every way in which it cannot be."""

import re
import sqlite3
import stat
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import select

from camera_registry.database import DatabaseUnusableError, open_database, reading, upgrade, writing
from camera_registry.models import District, School, Sweep, Table
from tests.small_disk import small_disk


def _open(path):
    return open_database(f"sqlite:///{path}")


def test_the_migrations_make_the_tables_of_the_models(engine):
    """A table or column that stands in the models and in no migration, or the other way round, is a fault."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Table.metadata) == []


def test_upgrading_twice_changes_nothing(engine):
    """A database that is up to date stays as it is, with what is in it."""
    with writing(engine) as session:
        session.add(District(code="a", name="A"))
    upgrade(engine)
    with reading(engine) as session:
        assert session.exec(select(District.name)).all() == ["A"]


def test_a_connection_has_wal_foreign_keys_patience_and_durable_commits(engine):
    """Journal, foreign keys, busy timeout and synchronous are as the design says, on every connection."""
    with reading(engine) as session:
        said = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert said == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000, "synchronous": 2}


def test_a_new_database_is_for_its_owner_alone(engine, tmp_path):
    """It holds names, telephone numbers and sealed passwords: 0600, the journal too."""
    with writing(engine) as session:
        session.add(District(code="a", name="A"))
    files = list(tmp_path.glob("registry.db*"))
    assert len(files) >= 2
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}


def test_a_block_that_fails_writes_nothing(engine):
    """What was added before the error is not there; the error comes out as it is."""
    with suppress(ZeroDivisionError), writing(engine) as session:
        session.add(District(code="a", name="A"))
        session.flush()
        raise ZeroDivisionError
    with reading(engine) as session:
        assert session.exec(select(District)).all() == []


def test_a_row_that_points_nowhere_is_refused(engine):
    """Foreign keys hold; a fault of the program is not called a fault of the database."""
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.add(School(code="1", name="x", managed_by=99))


def test_a_reading_session_cannot_write(engine):
    """A write in a reading session is an error at once, and the next writer is not hindered."""
    with pytest.raises(DatabaseUnusableError, match="cannot be opened or written"):
        _add_in_a_reading_session(engine)
    with writing(engine) as session:
        session.add(District(code="b", name="B"))


def _add_in_a_reading_session(engine):
    with reading(engine) as session:
        session.add(District(code="a", name="A"))
        session.flush()


def test_writers_wait_for_each_other_and_none_fails(engine):
    """Read, add one, write, by four threads at once: no update is lost and none is refused."""
    with writing(engine) as session:
        session.add(District(code="a", name="0"))

    def count():
        for _ in range(10):
            with writing(engine) as session:
                district = session.exec(select(District)).one()
                district.name = str(int(district.name) + 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as session:
        assert session.exec(select(District.name)).one() == "40"


def test_times_come_back_as_the_same_moment_in_utc(engine):
    """A moment with another zone is the same moment in UTC when it is read."""
    hanoi = datetime(2026, 11, 23, 22, 0, tzinfo=timezone(timedelta(hours=7)))
    with writing(engine) as session:
        session.add(Sweep(night="2026-11-23", planned_at=hanoi))
    with reading(engine) as session:
        planned = session.exec(select(Sweep.planned_at)).one()
    assert planned == hanoi
    assert planned.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(engine):
    """It could mean any moment, so it is not stored."""
    with pytest.raises(StatementError, match="has no zone"), writing(engine) as session:
        session.add(Sweep(night="x", planned_at=datetime(2026, 11, 23, 22, 0)))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "registry.database is no address of a database; write sqlite:///FILE"),
        ("postgresql://u:secret@h/d", "postgresql://u:***@h/d: only sqlite:///FILE is supported yet"),
    ],
)
def test_an_address_that_is_not_supported_is_said(url, words):
    """The words, and never a password inside the address."""
    with pytest.raises(DatabaseUnusableError, match=f"^{re.escape(words)}$"):
        open_database(url)


def test_a_folder_is_made_one_level_deep_and_no_deeper(tmp_path):
    """`var/registry.db` works in an empty folder; a path that is misspelt higher up is said."""
    upgrade(_open(tmp_path / "var" / "registry.db"))
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    with pytest.raises(DatabaseUnusableError, match="make the folder first"):
        upgrade(_open(tmp_path / "no" / "such" / "registry.db"))


def test_a_database_of_a_newer_version_is_not_touched(tmp_path):
    """The version is named and what to do; the file stays as it was."""
    upgrade(_open(tmp_path / "r.db"))
    with sqlite3.connect(tmp_path / "r.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_later'")
    with pytest.raises(DatabaseUnusableError, match=r"newer version of this program \(9999_later\)"):
        upgrade(_open(tmp_path / "r.db"))
    with sqlite3.connect(tmp_path / "r.db") as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999_later",)


def test_a_file_that_is_no_database_is_said_and_kept(tmp_path):
    """A text file is named as what it is not, and its content stays."""
    (tmp_path / "r.db").write_text("Danh sách camera\n" * 100)
    with pytest.raises(DatabaseUnusableError, match="no database of this program"):
        upgrade(_open(tmp_path / "r.db"))
    assert (tmp_path / "r.db").read_text() == "Danh sách camera\n" * 100


def test_the_database_of_another_program_is_refused(tmp_path):
    """Tables of others are not mixed with ours."""
    with sqlite3.connect(tmp_path / "r.db") as connection:
        connection.execute("CREATE TABLE bookmarks (id)")
    with pytest.raises(DatabaseUnusableError, match="another program"):
        upgrade(_open(tmp_path / "r.db"))


def test_a_disk_too_small_for_the_tables_leaves_no_database(tmp_path):
    """Making the tables fails in the middle: a clear error, and no half-made file."""
    with small_disk(tmp_path / "disk", 64) as disk:
        engine = _open(disk / "r.db")
        with pytest.raises(DatabaseUnusableError, match="disk is full"):
            upgrade(engine)
        engine.dispose()
        assert list(disk.iterdir()) == []


def test_a_disk_that_fills_up_loses_the_whole_block_and_nothing_before_it(tmp_path):
    """A commit that does not fit is told; what was committed before is there, and room made lets work go on."""
    with small_disk(tmp_path / "disk", 2048) as disk:
        engine = _open(disk / "r.db")
        upgrade(engine)
        with writing(engine) as session:
            session.add(District(code="first", name="x"))
        with pytest.raises(DatabaseUnusableError, match=r"disk is full.*nothing was half written"):
            _fill(engine)
        with reading(engine) as session:
            assert session.exec(select(District.code)).all() == ["first"]
        engine.dispose()


def _fill(engine):
    with writing(engine) as session:
        session.add_all(District(code=str(n), name="x" * 4000) for n in range(1000))
