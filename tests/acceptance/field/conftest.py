"""A registry for field tests."""

import pytest

from camera_registry.database import open_database, upgrade


@pytest.fixture
def engine(tmp_path):
    """An empty registry in a file of its own."""
    engine = open_database(f"sqlite:///{tmp_path / 'registry.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()
