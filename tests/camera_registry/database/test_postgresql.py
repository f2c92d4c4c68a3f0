"""PostgreSQL: made, opened, held, lost, and every way in which it cannot be used."""

import threading

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from camera_registry.audit.doing import SYSTEM, Doing
from camera_registry.database import (
    DatabaseBusyError,
    DatabaseUnusableError,
    is_made,
    name_of,
    open_database,
    postgresql,
    reading,
    scrub,
    upgrade,
    writing,
)
from camera_registry.models import District
from camera_registry.services.audit import record
from tests.postgresql import PASSWORD, name_in
from tests.standards.sheets import NOW

pytestmark = pytest.mark.only("postgresql")


@pytest.fixture
def empty(server):
    """The address of a database without tables."""
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def opened(empty):
    """An engine for it."""
    engine = open_database(empty)
    yield engine
    engine.dispose()


def _value(session, statement):
    return session.connection().exec_driver_sql(statement).scalar()


def test_a_connection_has_patience_an_end_and_durable_commits(engine):
    """Times of waiting and of a statement, the zone and the commit are as the docs say; so is what a reader sees."""
    names = ("lock_timeout", "statement_timeout", "timezone", "synchronous_commit", "transaction_isolation")
    with reading(engine) as session:
        read = [_value(session, f"SHOW {name}") for name in (*names, "transaction_read_only")]
    with writing(engine) as session:
        written = [_value(session, f"SHOW {n}") for n in (*names, "idle_in_transaction_session_timeout")]
    assert read == ["10s", "2min", "UTC", "on", "repeatable read", "on"]
    assert written == ["10s", "2min", "UTC", "on", "read committed", "1min"]


def test_an_empty_database_is_not_made_by_asking(opened):
    """It is not there before an upgrade and is there after it."""
    assert (is_made(opened), is_made(opened)) == (False, False)
    upgrade(opened)
    assert is_made(opened)


def test_programs_that_start_together_make_the_tables_once(empty):
    """Four of them: one makes them, the others wait, and none fails."""
    errors = []

    def start():
        engine = open_database(empty)
        try:
            upgrade(engine)
        except Exception as error:  # noqa: BLE001  (told below)
            errors.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_database_of_a_newer_version_is_not_touched(engine):
    """The version is named and what to do; the database stays as it was."""
    with writing(engine) as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999_later'")
    with pytest.raises(DatabaseUnusableError, match=r"newer version of this program \(9999_later\)"):
        upgrade(engine)
    with reading(engine) as session:
        assert _value(session, "SELECT version_num FROM alembic_version") == "9999_later"


def test_the_database_of_another_program_is_refused(server, empty, opened):
    """Tables of others are not mixed with ours."""
    with server.connection(name_in(empty)) as connection:
        connection.execute("CREATE TABLE bookmarks (id int)")
    with pytest.raises(DatabaseUnusableError, match="another program"):
        upgrade(opened)


def test_a_database_that_sorts_otherwise_is_refused(server):
    """Lists would have another order than the files that are compared with them; the words say how to make another."""
    server.do("CREATE DATABASE sorted TEMPLATE template0 LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
    engine = open_database(server.url("sorted"))
    try:
        with pytest.raises(DatabaseUnusableError, match=r"sorted by C\.UTF-8; make an empty one with createdb"):
            upgrade(engine)
    finally:
        engine.dispose()
        server.drop(server.url("sorted"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda url: url.replace(PASSWORD, "wrong-Secret"), "refused the password; see PGPASSFILE"),
        (lambda url: url.replace(f":{PASSWORD}", ""), "refused the password"),
        (lambda url: url.replace("registry_", "nowhere_"), "no such database; make it with createdb"),
        (lambda url: url.replace("host=/", "host=/nowhere/"), "cannot be reached"),
    ],
)
def test_a_door_that_does_not_open_is_told_with_what_to_do(empty, change, words):
    """Wrong or no password, no database, no server: each has its words, and no password is in them."""
    engine = open_database(change(empty))
    with pytest.raises(DatabaseUnusableError, match=words) as told:
        upgrade(engine)
    assert "Secret" not in f"{told.value!r} {told.value} {told.value.__cause__}"
    assert PASSWORD not in f"{told.value!r} {told.value} {engine!r}"


def test_a_password_may_come_from_a_file_of_libpq(server, empty, tmp_path, monkeypatch):
    """PGPASSFILE is read where the address has no password."""
    file = tmp_path / "pgpass"
    file.write_text(f"*:*:*:*:{PASSWORD}\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    engine = open_database(empty.replace(f":{PASSWORD}", ""))
    upgrade(engine)
    engine.dispose()


def test_a_password_among_the_words_of_the_address_is_hidden(empty):
    """libpq takes it there, too; whoever shows the engine does not show it."""
    engine = open_database(empty.replace(f":{PASSWORD}", "") + f"&password={PASSWORD}")
    upgrade(engine)
    engine.dispose()
    assert PASSWORD not in repr(engine)


def _impatient(url):
    engine = open_database(url.render_as_string(hide_password=False))
    event.listen(engine, "connect", lambda connection, _: connection.execute("SET lock_timeout = '100ms'"))
    event.listen(engine, "connect", lambda connection, _: connection.commit())
    return engine


def test_a_writer_that_waits_too_long_is_told_so_and_a_reader_does_not_wait(engine):
    """While one writes, another writer gives up after its patience, and a reader reads what was there before."""
    other = _impatient(engine.url)
    with writing(engine) as session:
        session.add(District(code="a", name="A"))
        session.flush()
        with reading(other) as before:
            assert before.exec(select(District.code)).all() == []
        with pytest.raises(DatabaseBusyError, match="another program has held the database"), writing(other):
            pass
    with writing(other) as session:
        assert session.exec(select(District.code)).all() == ["a"]
    other.dispose()


def test_a_connection_that_breaks_loses_the_block_and_the_next_one_works(server, engine):
    """The server puts everybody out in the middle: that block is lost, it is told, and work goes on by itself."""
    with pytest.raises(DatabaseUnusableError, match=r"broke off; .* goes on when the server is back"):
        _broken_off(server, engine)
    with writing(engine) as session:
        assert session.exec(select(District.code)).all() == []
        session.add(District(code="b", name="B"))


def _broken_off(server, engine):
    with writing(engine) as session:
        session.add(District(code="a", name="A"))
        session.flush()
        server.do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{engine.url.database}'")
        session.add(District(code="b", name="B"))
        session.flush()


def test_an_error_of_the_program_names_no_value_of_a_row(engine):
    """PostgreSQL adds the row that it refuses; that row may be of a person."""
    with writing(engine) as session:
        session.add(District(code="whose-code", name="A"))
    with pytest.raises(IntegrityError) as told, writing(engine) as session:
        session.add(District(code="whose-code", name="whose-name"))
    shown = f"{told.value} {told.value!r} {told.value.orig} {told.value.orig!r}"
    assert "uq_district_code" in shown
    assert "whose" not in shown


def _audited(engine):
    with writing(engine) as session:
        record(session, Doing(SYSTEM, "audit_expire", details={"count": 1}), NOW)


@pytest.mark.parametrize("table", ["auditrecord", "auditvalues", "auditerased"])
def test_the_audit_log_cannot_be_emptied_at_once(engine, table):
    """TRUNCATE, which asks no trigger of a row, is refused like DELETE."""
    _audited(engine)
    with pytest.raises(IntegrityError, match="the audit log only grows"), writing(engine) as session:
        session.connection().exec_driver_sql(f"TRUNCATE {table} CASCADE")


def test_functions_of_another_version_are_made_again(engine):
    """A function that is not that of this program is replaced at the next start."""
    with writing(engine) as session:
        session.connection().exec_driver_sql("COMMENT ON FUNCTION has_words(text, text[]) IS 'of camera-registry, old'")
        session.connection().exec_driver_sql(
            "CREATE OR REPLACE FUNCTION plain(t text) RETURNS text LANGUAGE sql AS $$ SELECT 'old' $$"
        )
    upgrade(engine)
    with reading(engine) as session:
        assert _value(session, "SELECT plain('  A ')") == "a"


def _holds(server, text):
    """Whether any file of any table has these bytes, after what is in memory was written."""
    server.do("CHECKPOINT")
    return any(text in file.read_bytes() for file in (server.data / "base").rglob("*") if file.is_file())


def test_nothing_of_what_was_deleted_is_left_in_the_files_after_a_scrub(server, engine):
    """The name is there before, and after it was deleted; after the scrub no file of a table holds it."""
    with writing(engine) as session:
        session.add(District(code="a", name="Trường-bị-xóa"))
    with writing(engine) as session:
        session.delete(session.exec(select(District)).one())
    mark = "Trường-bị-xóa".encode()
    assert _holds(server, mark)
    scrub(engine)
    assert not _holds(server, mark)
    with writing(engine) as session:
        session.add(District(code="b", name="B"))


def test_a_scrub_is_not_done_while_somebody_reads_what_was_before(engine):
    """Whoever began to read before may still see it, so that it would stay; that is told."""
    with reading(engine) as session:
        session.exec(select(District)).all()
        with pytest.raises(DatabaseBusyError, match="another program has held the database"):
            postgresql.scrub(engine, name_of(engine), patience_s=0.2)
    postgresql.scrub(engine, name_of(engine), patience_s=0.2)


def test_a_question_of_a_person_that_is_ended_is_told(engine):
    """A statement that takes too long is told as that, and not as a fault of this program."""
    with pytest.raises(DatabaseUnusableError, match="took too long"):
        _slow(engine)


def _slow(engine):
    with reading(engine) as session:
        session.connection().exec_driver_sql("SET LOCAL statement_timeout = '20ms'")
        session.connection().exec_driver_sql("SELECT pg_sleep(5)")
