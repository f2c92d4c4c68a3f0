"""Proof: whatever is killed at whatever moment, every device ends in one state, no result counts twice, and a login
that a camera refused is not tried again.
"""

import random
import signal
import subprocess
from contextlib import suppress

import psutil
import pytest
from sqlmodel import func, select

from camera_registry.database import reading
from camera_registry.models import LoginRecord, Measurement, Sweep, SweepItem
from camera_registry.store.credentials import current
from probes.login import UNANSWERED_TRIES
from probes.simulator import presets, running
from tests.acceptance.fleet import TYPED, Fleet, free_port, until

KILLS = 20
SEED = 20261123

pytestmark = [pytest.mark.xdist_group("kills"), pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A fleet whose workers and servers were killed twenty times, and which was then left to end its sweeps."""
    slow = presets.good_h264(password=TYPED, answer_after_s=0.3)
    known = [presets.good_h264(password=TYPED), slow, presets.mjpeg_only(password=TYPED)]
    specs = [presets.good_h264(password="another"), presets.good_h264(password="other", answer_after_s=0.2)]
    specs += [presets.good_h264(password=TYPED, faults=frozenset({fault})) for fault in ("silent", "hang_mid_stream")]
    fleet = Fleet(
        tmp_path_factory.mktemp("kills"),
        SWEEP__LEASE_S=2,
        PROBE__READ_S=2,
        PROBE__SAMPLE_S=4,
        PROBE__DEADLINE_S=15,
        PROBE__PICTURE="false",
        WEB__PORT=free_port(),
    )
    with running(*known, *specs) as cameras:
        fleet.register(cameras[: len(known)], "known", sites=3)
        fleet.work_until_over(fleet.ask())
        fleet.register(cameras[len(known) :], "new", sites=3)
        fleet.sweeps, fleet.left = _kill_often(fleet)
        fleet.work_until_over(fleet.sweeps[-1])
        fleet.cameras = cameras
        yield fleet
    fleet.close()


def _kill_often(fleet):
    """Kills `work` and `serve` by turns at random moments; the sweeps, and children that outlived their server."""
    chance = random.Random(SEED)
    numbers, left, fleet.children = [fleet.ask()], [], 0
    for turn in range(KILLS):
        if fleet.progress(numbers[-1]).over:
            numbers.append(fleet.ask())
        process = fleet.start(*(["work"] if turn % 2 else ["serve"]))
        if turn % 4 < 2:  # half of the kills strike while something is looked at
            until(lambda: fleet.progress(numbers[-1]).under_way or fleet.progress(numbers[-1]).over)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=chance.uniform(0.1, 2.5))
        children = psutil.Process(process.pid).children() if process.poll() is None else []
        fleet.children += len(children)
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL, process.stderr.read()
        process.stderr.close()
        left += psutil.wait_procs(children, timeout=25)[1]
    return numbers, left


def _rows(fleet, statement):
    with reading(fleet.engine) as session:
        return session.exec(statement).all()


def test_every_device_of_every_sweep_ends_in_one_state(killed):
    """No item is left waiting or under way, and each sweep is over."""
    in_sweeps = SweepItem.sweep_id.in_(killed.sweeps)
    states = _rows(killed, select(SweepItem.state, func.count()).where(in_sweeps).group_by(SweepItem.state))
    assert {state for state, _ in states} <= {"done", "failed"}
    assert sum(count for _, count in states) == len(killed.sweeps) * len(killed.devices)
    assert _rows(killed, select(Sweep.state).distinct()) == ["done"]


def test_no_result_counts_twice(killed):
    """A device has no more measurements than looks that ended with media, and each look one at most."""
    counted = select(Measurement.device_id, func.count()).group_by(Measurement.device_id)
    ended = select(SweepItem.device_id, func.count()).where(SweepItem.state == "done").group_by(SweepItem.device_id)
    looks = dict(_rows(killed, ended))
    measured = _rows(killed, counted)
    assert measured
    assert all(count <= looks[device] for device, count in measured)


def test_a_refused_login_is_not_tried_again(killed):
    """Once the refusal is written down no request follows; killed before that, one more in all (the crash rule)."""
    for device, camera in zip(killed.devices[3:5], killed.cameras[3:5], strict=True):
        refused = len(camera.counters.refusals)
        with reading(killed.engine) as session:
            record = session.get(LoginRecord, current(session, device)[0].id)
        assert refused <= UNANSWERED_TRIES
        assert (record.onvif == "refused" and refused >= 1) or record.unanswered == UNANSWERED_TRIES


def test_good_logins_survive_the_kills(killed):
    """What a camera has taken before stays good, however often the worker dies in the middle."""
    with reading(killed.engine) as session:
        records = [session.get(LoginRecord, current(session, d)[0].id) for d in killed.devices[:3]]
    assert [(r.onvif, r.unanswered) for r in records] == [("good", 0)] * 3


def test_a_killed_server_leaves_no_worker_behind(killed):
    """The child sees that its parent is gone, and ends by itself."""
    assert killed.children > 0
    assert killed.left == []


def test_kills_struck_looks(killed):
    """Some devices had to be begun again: the kills were no kills of idle workers."""
    assert max(_rows(killed, select(SweepItem.attempts))) > 1


def test_after_the_kills_everything_works_as_before(killed):
    """One more sweep looks at every device, sends no refused login, and leaves no session and nothing in the log."""
    refused = [len(c.counters.refusals) for c in killed.cameras]
    number = killed.ask()
    errors = killed.work_until_over(number)
    progress = killed.progress(number)
    assert (progress.done, progress.failed) == (len(killed.devices) - 1, 1)
    assert "Traceback" not in errors
    assert [len(c.counters.refusals) for c in killed.cameras] == refused
    until(lambda: all(c.counters.sessions_open == 0 for c in killed.cameras))
