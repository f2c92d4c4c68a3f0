"""Upgrade: the tables of the models, on either database."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import select

from camera_registry.database import reading, upgrade, writing
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
