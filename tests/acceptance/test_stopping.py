"""Proof: whoever stops `inspect` or a worker in the middle leaves no session in the camera and no process."""

import signal
import subprocess
import time

import psutil
import pytest

from probes.simulator import running
from probes.simulator.presets import good_h264
from tests.acceptance.command import COMMAND, PASSWORD
from tests.acceptance.fleet import TYPED, Fleet

WAITS = frozenset({"no_media"})
"""The session is open and nothing comes: a look waits there for as long as it may."""


def _until(condition, seconds=20):
    """Waits for `condition`; fails the test when it never comes."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_mid_sample_tears_the_session_down(tmp_path, number):
    """TEARDOWN is sent, the exit status is 130, no child is left, and no traceback is shown."""
    with running(good_h264(password=PASSWORD, faults=WAITS)) as (camera,):
        file = tmp_path / "password.txt"
        file.write_text(PASSWORD, encoding="utf-8")
        address = f"{camera.host}:{camera.onvif_port}"
        as_usual = ["env", "--default-signal=INT"]  # a shell lets what it runs in the background ignore it
        words = [*as_usual, str(COMMAND), "inspect", address, "--username", "admin", "--password-file", str(file)]
        environment = {"CAMERA_REGISTRY_STATE_FOLDER": str(tmp_path / "state"), "PATH": "/usr/bin:/bin"}
        with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            _until(lambda: camera.counters.requests.get("PLAY"))
            children = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(number)
            _, errors = process.communicate(timeout=20)
        assert process.returncode == 130, errors
        _until(lambda: camera.counters.sessions_open == 0)
        assert camera.counters.teardowns == 1
        _until(lambda: not any(child.is_running() for child in children))
    assert b"Traceback" not in errors


def test_a_worker_that_is_told_to_end_gives_everything_back(tmp_path):
    """In mid-sample: the session is torn down, the device waits again, the site is free, and no word of an error."""
    fleet = Fleet(tmp_path, PROBE__PICTURE="false")
    with running(good_h264(password=TYPED, faults=WAITS)) as cameras:
        fleet.register(cameras)
        number = fleet.ask()
        worker = fleet.start("work")
        _until(lambda: cameras[0].counters.requests.get("PLAY"))
        worker.send_signal(signal.SIGTERM)
        _, errors = worker.communicate(timeout=60)
        assert (worker.returncode, "Traceback" in errors) == (130, False)
        _until(lambda: cameras[0].counters.sessions_open == 0)
        assert cameras[0].counters.teardowns == 1
        assert fleet.progress(number).waiting == 1
        fleet.work_until_over(number)
        assert fleet.progress(number).done == 1
    fleet.close()
