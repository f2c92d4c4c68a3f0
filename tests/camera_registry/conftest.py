"""A new registry for each test."""

import pytest

from camera_registry.database import writing
from camera_registry.vault import Vault
from tests import registries as known
from tests.camera_registry import town


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL for the tests of this process."""
    with known.migrated_server() as server:
        yield server


@pytest.fixture(scope="session")
def registries(request):
    """What makes a registry on the database that --database names: a file or a database of its own."""
    kind = request.config.getoption("database")
    return known.in_files if kind == "sqlite" else known.on_server(request.getfixturevalue("server"))


@pytest.fixture(scope="session")
def town_made(tmp_path_factory, registries):
    """A registry of the town that nobody has open: to be copied, which is faster than to make it again."""
    with registries(tmp_path_factory.mktemp("town")) as engine:
        with writing(engine) as session:
            town.fill(session, Vault(bytes(32)))
        engine.dispose()
        yield engine


@pytest.fixture
def engine(tmp_path, registries):
    """An empty registry."""
    with registries(tmp_path) as engine:
        yield engine
