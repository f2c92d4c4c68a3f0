"""Who listens to events: so many at once and no more, and whoever is gone before anything was sent is not counted."""

import asyncio

import pytest

from camera_registry.web.pages.sweep_events import MOST_OF_ONE, MOST_STREAMS, Streams, counted


def test_a_person_has_so_many_streams_and_gets_one_back_when_one_ends():
    """Another person is not kept out by it."""
    streams = Streams({})
    assert [streams.take(1) for _ in range(MOST_OF_ONE + 1)] == [True] * MOST_OF_ONE + [False]
    assert streams.take(2)
    streams.leave(1)
    assert streams.take(1)


def test_all_together_have_so_many():
    """Then the pages ask as without events."""
    streams = Streams({})
    assert all(streams.take(account) for account in range(MOST_STREAMS))
    assert not streams.take(MOST_STREAMS)


async def _two():
    yield b"one"
    yield b"two"


@pytest.mark.parametrize("heard", [0, 1, 2])
def test_whoever_is_gone_leaves_nothing_behind(heard):
    """Before anything was sent, in the middle, and at the end."""
    streams = Streams({})

    async def listen():
        said = counted(streams, 1, _two())
        for _ in range(heard):
            await anext(said)
            assert streams.held == {1: 1}
        await said.aclose()

    asyncio.run(listen())
    assert streams.held == {}
