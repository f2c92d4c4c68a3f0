"""Key frames decoded in children that are spawned, as where there is no fork."""

import asyncio

import psutil
import pytest

from probes.errors import CameraFault, OurFault
from probes.image.decode import Looker
from tests.probes.image import scenes
from tests.probes.image.test_decode import ENCODERS

HOSTILE = "tests.probes.image.hostile_alone"


def _look(codec, data, module=None, deadline_s=20.0):
    async def main():
        looker = Looker(module, spawn=True)
        try:
            return await looker.look(codec, data, deadline_s)
        finally:
            await looker.aclose()

    return asyncio.run(main())


@pytest.mark.parametrize("codec", ["h264", "mjpeg"])
def test_a_spawned_child_sees_what_a_forked_one_sees(codec):
    """The numbers are the same, and no process is left."""
    before = psutil.Process().children(recursive=True)
    frame = ENCODERS[codec](scenes.yard())

    async def forked():
        looker = Looker()
        try:
            return await looker.look(codec, frame, 20.0)
        finally:
            await looker.aclose()

    assert _look(codec, frame) == asyncio.run(forked())
    assert psutil.Process().children(recursive=True) == before


def test_a_spawned_child_that_hangs_is_killed_at_the_deadline():
    """Its time counts from the moment it can read: loading the decoder is not the camera's."""
    with pytest.raises(OurFault, match=r"stopped after 0\.2 s"):
        _look("sleep", b"", HOSTILE, 0.2)


def test_a_spawned_child_that_takes_memory_is_killed():
    """Where the system has no limit, the one who started it looks, and says that it was our limit."""
    with pytest.raises(OurFault, match="memory"):
        _look("greedy", b"", HOSTILE)


def test_a_spawned_child_that_dies_costs_its_picture_alone():
    """By a signal, or without a word."""
    with pytest.raises(CameraFault, match=r"decoder died \(signal 11\)"):
        _look("crash", b"", HOSTILE)
    with pytest.raises(CameraFault, match="no answer"):
        _look("leave", b"", HOSTILE)


def test_a_program_that_does_not_begin_is_our_own_fault():
    """The look says so, and no process is left."""
    before = psutil.Process().children(recursive=True)
    with pytest.raises(OurFault, match="decoding process is lost"):
        _look("h264", b"", "tests.probes.image.no_such_module")
    assert psutil.Process().children(recursive=True) == before
