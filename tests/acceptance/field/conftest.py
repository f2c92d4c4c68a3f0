"""A registry for field tests."""

import pytest

from tests.camera_registry.new_registry import new_registry


@pytest.fixture
def engine(tmp_path):
    """An empty registry in a file of its own."""
    engine = new_registry(tmp_path / "registry.db")
    yield engine
    engine.dispose()
