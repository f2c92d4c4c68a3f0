"""One demo, and one town of marks, for all who look at one; and what takes long begins first."""

import pytest

from tests.acceptance.neighbours import make
from tests.acceptance.running_demo import running_demo

LONGEST = (
    *("hostile", "demo", "pages", "axe", "neighbours", "visits", "inspect", "matrix", "kills", "test_recorders"),
    *("hostile sweep", "acceptance", "authorisation", "capture", "wheel", "test_buying_tries", "test_unusable"),
    *("vendors", "pictures", "inventory", "import page", "bundle", "foreign", "fleet"),
)
"""Groups, and files whose tests stand in none: the longest first, so that no worker is left alone with one of them."""


def pytest_collection_modifyitems(items):
    """Workers take their work in this order (`--no-loadscope-reorder`); all else follows as it stands."""
    items.sort(key=_place)


def _place(item):
    group = item.get_closest_marker("xdist_group")
    name = group.args[0] if group else item.path.stem
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """A demo that runs. Who uses it stands in the group `demo`, and leaves the primary school as it is."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="session")
def neighbours(tmp_path_factory):
    """The town of marks. Who uses it stands in the group `neighbours`, and works on a copy."""
    return make(tmp_path_factory.mktemp("neighbours"))
