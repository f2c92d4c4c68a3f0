"""One demo, and one town of marks, for all who look at one."""

import pytest

from tests.acceptance.neighbours import make
from tests.acceptance.running_demo import running_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """A demo that runs. Who uses it stands in the group `demo`, and leaves the primary school as it is."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="session")
def neighbours(tmp_path_factory):
    """The town of marks. Who uses it stands in the group `neighbours`, and works on a copy."""
    return make(tmp_path_factory.mktemp("neighbours"))
