"""Proof: hostile cameras among ordinary ones end no sweep, and cost the others nothing.

One worker, real sockets, real pictures; the decoder is one that the words in hostile pictures kill.
"""

import asyncio
import json
from dataclasses import replace

import pytest
from sqlmodel import select

from camera_registry import daylight
from camera_registry.database import reading
from camera_registry.models import FindingRecord, SweepItem
from camera_registry.services.targets import Asking
from camera_registry.sweep.worker import Judging, Pace, Worker
from camera_registry.vault import open_vault
from probes import run
from probes.image.decode import Looker
from probes.outgoing import Networks
from probes.simulator import hostile, presets, running
from probes.visit import utc_now
from tests.acceptance.fleet import TYPED, Fleet
from tests.acceptance.hostile_costs import LIMITS
from tests.acceptance.hostile_probe import DECODER
from tests.standards.sheets import EDITIONS

ORDINARY = 3
MODES = (
    *("body-of-10-gb", "slow-body", "deep", "noise", "closes-at-once", "nonce-without-end"),
    *("rtsp-packets-without-end", "rtsp-slow-description", "sdp-only-nuls", "rtp-unit-without-end"),
    *("picture-crash", "picture-hang", "picture-eat", "picture-fork"),
)
SWEEP = replace(LIMITS, sample_s=3, read_s=6, deadline_s=20, sample_bytes=8_000_000)
PACE = Pace(at_once=32, light_at_once=2, site_at_once=6, lease_s=60.0)


async def _sweep(fleet, number):
    """One worker does the sweep; it ends by itself when that is over."""
    looker = Looker(DECODER)

    async def look(target, learned, progress=None):
        return await run.look(target, looker, None, learned)

    vault = open_vault(fleet.folder / "var/registry.key", {}, sealed_exist=True)
    asking = Asking(vault, lambda: EDITIONS, SWEEP, lambda: Networks(loopback=True))
    judging = Judging(asking, lambda: EDITIONS, daylight.always)
    try:
        async with asyncio.timeout(90):
            await Worker(fleet.engine, look, judging, PACE, utc_now, number).run()
    finally:
        await looker.aclose()


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """The items of one sweep over ordinary and hostile cameras of two sites, by what each is; findings by device."""
    fleet = Fleet(tmp_path_factory.mktemp("hostile"))
    good = presets.good_h264(password=TYPED)
    names = [f"ordinary {n}" for n in range(ORDINARY)]
    with running(*[good] * ORDINARY, *(hostile.camera(name, password=TYPED) for name in MODES)) as cameras:
        fleet.register(cameras, sites=2)
        asyncio.run(_sweep(fleet, number := fleet.ask()))
        sessions = [camera.counters.sessions_open for camera in cameras]
    with reading(fleet.engine) as session:
        items = session.exec(select(SweepItem).where(SweepItem.sweep_id == number)).all()
        found = session.exec(select(FindingRecord)).all()
    fleet.close()
    of = dict(zip(fleet.devices, [*names, *MODES], strict=True))
    findings = {name: [f for f in found if f.device_id == number] for number, name in of.items()}
    return [(of[item.device_id], item) for item in items], findings, sessions


pytestmark = [pytest.mark.xdist_group("hostile sweep"), pytest.mark.timeout(200)]


def test_every_device_of_the_sweep_ends_in_one_state(swept):
    """One item a device, looked at once, done or failed."""
    items, _, _ = swept
    assert len(items) == len({name for name, _ in items}) == ORDINARY + len(MODES)
    assert {item.state for _, item in items} == {"done", "failed"}
    assert {item.attempts for _, item in items} == {1}


def test_ordinary_cameras_are_judged_as_ever(swept):
    """Done, without a failure of the picture or the stream, and with findings that pass."""
    items, findings, sessions = swept
    ordinary = {name: item for name, item in items if name.startswith("ordinary")}
    assert {item.state for item in ordinary.values()} == {"done"}
    for name, item in ordinary.items():
        assert [f for f in json.loads(item.failures) if f["step"].startswith(("rtsp", "image"))] == []
        assert "pass" in {finding.outcome for finding in findings[name]}
    assert sessions[:ORDINARY] == [0] * ORDINARY


@pytest.mark.parametrize("name", MODES)
def test_a_hostile_camera_has_a_reason(swept, name):
    """What could not be seen of it, each with its kind; and one for the item, where that is all there is."""
    (item,) = [item for known, item in swept[0] if known == name]
    kinds = [failure["kind"] for failure in json.loads(item.failures)]
    assert kinds
    assert item.state == "done" or item.reason in kinds
