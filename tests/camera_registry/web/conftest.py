"""A new registry for each test of the pages, with one device, and a browser."""

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
