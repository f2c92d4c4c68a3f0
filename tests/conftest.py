"""Settings of all tests: Hypothesis looks for wrong answers, and not for a busy machine; and no test may cost a
simulated camera a refused login that the rules do not allow, wherever that camera runs.
"""

import gc
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from camera_registry.cli import GARBAGE
from probes.simulator.refusals import JOURNAL
from tests.refusals import read, too_many
from tests.registries import KINDS

JUDGED = pytest.StashKey[int]()
"""Up to which byte the file is judged."""
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_addoption(parser):
    """On which database the registries of the tests are."""
    parser.addoption("--database", choices=KINDS, default=KINDS[0])


def pytest_collection_modifyitems(config, items):
    """What is about the files of SQLite is not asked of PostgreSQL, and the other way round; nor is what uses no
    registry of `--database`, which says the same whatever that is.
    """
    database = config.getoption("database")
    apart = {item for item in items if (mark := item.get_closest_marker("only")) and mark.args[0] != database}
    if database != KINDS[0]:
        apart |= {item for item in items if not {"registries", "server"} & set(item.fixturenames)}
    if apart:
        config.hook.pytest_deselected(items=list(apart))
        items[:] = [item for item in items if item not in apart]


def pytest_configure(config):
    """Every simulated camera of this run, in whatever process, writes its refusals into one file. Objects that nobody
    has any more are looked for as rarely as in the program.
    """
    gc.set_threshold(*GARBAGE)
    handle, path = tempfile.mkstemp(prefix="refusals-")
    os.close(handle)
    os.environ[JOURNAL] = path
    config.add_cleanup(lambda: Path(path).unlink(missing_ok=True))


def pytest_collection_finish(session):
    """Tests that are marked to stand together do: else every worker would make what is costly to make once. What was
    read and collected stays until the end, and is not looked through again and again.
    """
    gc.freeze()
    if session.config.getoption("loadgroup", default=False):
        apart = [i.nodeid for i in session.items if i.get_closest_marker("xdist_group") and "@" not in i.nodeid]
        assert not apart, f"pytest and pytest-xdist do not go together: {apart[0]} is in no group"


@pytest.fixture(autouse=True)
def _no_camera_is_tried_too_often(request):
    """One refused login a camera is all that a test may cost, what was set up for it and others included, unless its
    mark `refusals` says who asked for more.
    """
    yield
    mark = request.node.get_closest_marker("refusals")
    most, why = mark.args if mark else (1, "the rule")
    assert why
    lines, request.config.stash[JUDGED] = read(request.config.stash.get(JUDGED, 0))
    told = too_many(lines, most)
    if told:
        pytest.fail(told, pytrace=False)
