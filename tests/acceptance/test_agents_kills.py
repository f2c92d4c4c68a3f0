"""Proof: whatever is killed or cut between the registry and its agents, every device ends in one state, nothing counts
twice, nothing that was acknowledged is lost, and no camera refuses a login too often. `make soak` does it 20 times.
"""

import pytest
from sqlmodel import select

from camera_registry.database import reading
from camera_registry.models import SweepItem
from tests.soak.agents import KINDS, count, striking

SEED = 20261130

pytestmark = [pytest.mark.xdist_group("agents_kills"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def struck(tmp_path_factory):
    """A fleet in which each was struck once while its sweeps went on, and which was then left to end them."""
    with striking(tmp_path_factory.mktemp("kills"), SEED) as made:
        made.begin()
        made.strike(1)
        made.end()
        yield made


def test_nothing_is_lost_and_nothing_is_there_twice(struck):
    """Each number that has to be 0 is, and everything was struck."""
    found = count(struck)
    assert found.well, f"{found.table()}\n{struck.fleet.logs()}"
    assert set(struck.blows) == set(KINDS)


def test_who_refuses_a_login_is_not_asked_again(struck):
    """The two cameras that refuse end as failed, with that reason, in every sweep."""
    with reading(struck.fleet.engine) as session:
        bad = select(SweepItem.state).where(SweepItem.device_id.in_(struck.fleet.devices[-2:]))
        assert set(session.exec(bad).all()) <= {"done", "failed"}


def test_afterwards_everything_works_as_before(struck):
    """One more sweep looks at every device once."""
    number = struck.fleet.ask()
    struck.fleet.until_over(number)
    good = [item for item in struck.fleet.items(number) if item[0] == "done"]
    assert len(good) >= len(struck.fleet.devices) - 2
    assert {attempts for _, _, attempts in struck.fleet.items(number)} == {1}
    assert "Traceback" not in struck.fleet.logs()
