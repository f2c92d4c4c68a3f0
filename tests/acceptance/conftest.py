"""One demo, and one town of marks, for all who look at one; and what takes long begins first."""

from datetime import UTC, datetime

import pytest

from tests.acceptance.installing import built, installed_as_in_a_container
from tests.acceptance.neighbours import make
from tests.acceptance.pages import Watched, chromium
from tests.acceptance.running_demo import running_demo
from tests.camera_registry.people import signed_in

LONGEST = (
    *("wheel", "demo", "axe", "agents_kills", "pages", "neighbours", "agents_share", "agents_apart", "agent", "visits"),
    *("test_faults", "test_backup", "inspect", "readme", "matrix", "kills", "test_recorders", "test_buying_tries"),
    *("authorisation", "hostile", "hostile sweep", "acceptance", "capture", "test_unusable", "vendors", "pictures"),
    *("papers", "inventory", "handover", "messages", "import page", "bundle", "foreign", "nginx", "documents", "fleet"),
    *("device page", "overview page", "school sheet", "map", "list page", "plan page"),
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


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, built from this checkout. Who uses it stands in the group `wheel`."""
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(wheel):
    """The command of a new environment that holds the wheel and what it asks for, and nothing else."""
    return installed_as_in_a_container(wheel)


@pytest.fixture(scope="module")
def browser():
    """Chromium."""
    with chromium() as made:
        yield made


@pytest.fixture
def window(browser, town, request):
    """A function that opens a window on `town` (its engine and its address come first) as a person of this role; at the
    end nothing was wrong in any, but what begins with a word of `FORGIVEN` of the test's module.
    """
    opened, (engine, address, *_) = [], town

    def new(width=1280, lang="vi", role="city", name="Trần Thị Cán Bộ", **place):
        token = signed_in(engine, role, name, now=datetime.now(UTC), **place)
        opened.append(Watched(browser, address, width, lang, token))
        return opened[-1]

    yield new
    for watched in opened:
        watched.context.close()
    forgiven = getattr(request.module, "FORGIVEN", ())
    assert [text for watched in opened for text in watched.wrong if not text.startswith(forgiven)] == []
