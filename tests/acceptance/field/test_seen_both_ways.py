"""Field item 20: a camera that is registered itself and seen through a recorder is one camera."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.services import seen_both_ways
from camera_registry.services.overview import of_school
from camera_registry.services.record import record
from camera_registry.store import totals
from probes.simulator import presets, recorders, running
from tests.acceptance.field.looking import QUICK, look_at
from tests.camera_registry import fleet
from tests.standards.sheets import EDITIONS

NIGHT = datetime(2026, 11, 20, 22, tzinfo=UTC)
CODE = "0790001"
MAC, OTHER_MAC = "4c:11:bf:01:02:03", "4c:11:bf:0a:0b:0c"


def _town(engine, own, box):
    """A school with a camera and a recorder, both looked at over real sockets; their ids."""
    with writing(engine) as session:
        school = fleet.school(session, CODE)
        camera = fleet.device(session, school, "CAM-1", host=own.host).id
        recorder = fleet.device(session, school, "DG-1", channels=(), kind="nvr", host=box.host).id
        for device, simulated in ((camera, own), (recorder, box)):
            seen = look_at(simulated, limits=replace(QUICK, sample_s=1))
            record(session, device, seen, EDITIONS, seen.observed_at, daylight.always)
    return camera, recorder


def _recorder(*names):
    """A recorder whose channels have these names."""
    channels = tuple(recorders.channel(n, name=name) for n, name in enumerate(names, 1))
    return replace(recorders.nvr(1, mac=OTHER_MAC, serial="REC0042"), channels=channels)


def _numbers(engine):
    """How many cameras there are in all, and in the numbers of the school, by verdict."""
    with reading(engine) as session:
        of_all = {name: n for name, n in totals.verdicts(session, None, None).items() if n}
        of_one = {name: n for name, n in of_school(session, CODE).numbers.verdicts.items() if n}
    assert of_all == of_one
    return of_all


def _proposed(engine):
    with reading(engine) as session:
        return [(p.recorded.index, p.reason) for p in seen_both_ways.proposed(session, CODE)]


@pytest.mark.field(20)
@pytest.mark.parametrize("how", ["address", "identity", "name"])
def test_a_pair_that_the_recorder_tells_of_is_proposed_and_once_confirmed_counts_once(engine, how):
    """By an address, a hardware address or a name of a person; same pictures at another channel are no sign."""
    spec = presets.good_h264(mac=MAC)
    spec = replace(spec, channels=(replace(spec.channels[0], name="Cổng sau"),))
    with running(spec) as (own,):
        said = {"address": f"IPC {own.host}", "identity": "4C-11-BF-01-02-03", "name": "cong sau"}[how]
        with running(_recorder("Camera 01", said)) as (box,):
            _town(engine, own, box)
    assert _proposed(engine) == [(2, how)]
    assert sum(_numbers(engine).values()) == 3
    with writing(engine) as session:
        assert not seen_both_ways.confirm(session, CODE, "CAM-1/1", "DG-1/1")
        assert seen_both_ways.confirm(session, CODE, "CAM-1/1", "DG-1/2")
    assert _proposed(engine) == []
    assert sum(_numbers(engine).values()) == 2


@pytest.mark.field(20)
def test_a_camera_whose_only_session_is_taken_has_the_verdict_of_the_recorder(engine):
    """Its own streams are busy, so it is unverified by itself; the recorder that watches it has shown what it is."""
    spec = presets.good_h264(mac=MAC)
    spec = replace(spec, faults=frozenset({"one_session"}))
    with running(spec) as (own,):
        own.counters.session_opened()  # the recorder is watching
        with running(_recorder(f"IPC {own.host}")) as (box,):
            _town(engine, own, box)
    alone = _numbers(engine)
    assert alone.pop("unverified") == 1
    with writing(engine) as session:
        assert seen_both_ways.confirm(session, CODE, "CAM-1/1", "DG-1/1")
    assert _numbers(engine) == alone
