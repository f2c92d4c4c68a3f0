"""A new registry for each test of the pages, with one device, and a browser; and a town that is only read."""

import pytest

from camera_registry.database import writing
from tests.camera_registry.registered import device
from tests.camera_registry.web.served import client


@pytest.fixture
def browser(engine):
    """A browser at the pages of an empty registry."""
    with client(engine) as made:
        yield made


@pytest.fixture
def camera(engine):
    """The id of a device that is registered as DG-01 of school 079-DG-01."""
    with writing(engine) as session:
        return device(session, make="Hikvision", model="DS-1", username="quansat").id


@pytest.fixture(scope="package")
def town_engine(tmp_path_factory, registries, town_made):
    """The registry of the town; no test writes to it."""
    with registries(tmp_path_factory.mktemp("town"), like=town_made) as engine:
        yield engine


@pytest.fixture
def town(town_engine):
    """A browser at the pages of the town."""
    with client(town_engine) as made:
        yield made
