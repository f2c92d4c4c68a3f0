"""One demo for all who look at one."""

import pytest

from tests.acceptance.running_demo import running_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """A demo that runs. Who uses it stands in the group `demo`, and leaves the primary school as it is."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running
