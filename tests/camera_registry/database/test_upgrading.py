"""Upgrade: the tables of the models, on either database."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import select

import camera_registry
from camera_registry.database import (
    DatabaseUnusableError,
    newest_version,
    open_database,
    reading,
    upgrade,
    version_of,
    writing,
)
from camera_registry.models import District, Table


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


OLD = "0020_handover"


@pytest.fixture
def of_before(tmp_path, request):
    """A registry of an older version, empty but for a unit."""
    on_server = request.config.getoption("database") == "postgresql"
    server = request.getfixturevalue("server") if on_server else None
    address = server.create() if server else f"sqlite:///{tmp_path}/old.db"
    engine, config = open_database(address), Config()
    config.set_main_option("script_location", str(Path(camera_registry.__file__).with_name("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, OLD)
        connection.exec_driver_sql("INSERT INTO district (id, code, name) VALUES (1, 'a', 'A')")
    yield engine
    engine.dispose()
    if server:
        server.drop(address)


def _version(engine):
    with reading(engine) as session:
        return version_of(session.connection())


def test_an_older_database_is_copied_before_it_is_brought_forward(of_before):
    """Once, as it was: whoever copies sees the old version, and what it will become."""
    seen = []

    def copy(engine, newest):
        seen.append((_version(engine), newest))

    upgrade(of_before, copy)
    assert seen == [(OLD, newest_version())]
    assert _version(of_before) == newest_version()
    upgrade(of_before, copy)
    assert len(seen) == 1


def test_a_new_database_is_not_copied(tmp_path):
    """There is nothing to lose."""
    engine, seen = open_database(f"sqlite:///{tmp_path}/new.db"), []
    upgrade(engine, lambda *words: seen.append(words))
    engine.dispose()
    assert seen == []


def test_without_a_copy_nothing_is_brought_forward(of_before):
    """What the copying says ends the upgrade."""

    def fail(_engine, _newest):
        raise DatabaseUnusableError("no room")

    with pytest.raises(DatabaseUnusableError, match="no room"):
        upgrade(of_before, fail)
    assert _version(of_before) == OLD


def test_a_migration_that_fails_changes_nothing_and_says_where_the_copy_is(of_before):
    """Somebody has made a table that the migration wants to make; what came before it in the migration is undone."""
    with of_before.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE delivery (id INTEGER)")
    with reading(of_before) as session:
        before = set(inspect(session.connection()).get_table_names())
    with pytest.raises(DatabaseUnusableError) as told:
        upgrade(of_before, lambda *_: Path("copies/before.tar"))
    assert f"could not be brought from version {OLD} to {newest_version()}" in str(told.value)
    assert "It is as it was, and a copy of it stands in copies/before.tar" in str(told.value)
    with reading(of_before) as session:
        assert set(inspect(session.connection()).get_table_names()) == before
        assert session.connection().exec_driver_sql("SELECT name FROM district").scalars().all() == ["A"]
    assert _version(of_before) == OLD
