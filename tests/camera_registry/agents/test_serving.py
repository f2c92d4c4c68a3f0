"""The server's side of agents ends as a worker does: with the error of the database itself."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from camera_registry import daylight
from camera_registry.agents.keys import Keys
from camera_registry.agents.serving import AgentServer
from camera_registry.database import DatabaseUnusableError, open_database
from camera_registry.sweep.source import Judging
from probes.visit import utc_now
from tests.standards.sheets import EDITIONS


@asynccontextmanager
async def _no_broker():
    """A broker that is never there."""
    await asyncio.Event().wait()
    yield


@pytest.mark.only("sqlite")
def test_a_database_that_cannot_be_used_ends_it_with_its_own_error(tmp_path):
    """And not with a group of errors, of which nobody knows the words; the broker need not be there for that."""
    engine = open_database(f"sqlite:///{tmp_path / 'registry.db'}")  # without a table
    judging = Judging(None, lambda: EDITIONS, daylight.always)
    made = AgentServer(engine, _no_broker, Keys(None), judging, None, utc_now)

    async def run():
        async with asyncio.timeout(60):
            await made.run()

    with pytest.raises(DatabaseUnusableError):
        asyncio.run(run())
    engine.dispose()
