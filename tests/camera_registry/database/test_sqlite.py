"""SQLite: made, opened, and every way in which the file cannot be used."""

import sqlite3
import stat

import pytest
from sqlmodel import select

from camera_registry.database import DatabaseUnusableError, open_database, reading, upgrade, writing
from camera_registry.models import District
from tests.camera_registry.unprivileged import nobody
from tests.small_disk import small_disk

pytestmark = pytest.mark.only("sqlite")


def _open(path):
    return open_database(f"sqlite:///{path}")


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


def test_a_file_in_a_folder_of_another_is_told(tmp_path):
    """Whoever is not its user: as whom to run it, and no error of ours."""
    engine = open_database(f"sqlite:///{tmp_path}/registry.db")
    upgrade(engine)
    engine.dispose()
    tmp_path.chmod(0)
    with nobody(), pytest.raises(DatabaseUnusableError, match=r"cannot be reached: .*; run it as the user"):
        upgrade(engine)
    tmp_path.chmod(0o700)
