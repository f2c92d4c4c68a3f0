"""A second ONVIF client, which nobody here wrote, agrees with the simulator: `onvif-util` of Debian's onvif-tools.

Strategy: `onvif-util` 1.4.4 finds a camera by multicast discovery only, with loopback of multicast switched off, so on
a normal interface it can never find a camera on its own machine, and its probes would leave the machine. This test
therefore runs in a network namespace of its own (`unshare`), in which loopback is the only interface and carries the
multicast group: this file is started there as a program, runs the cameras, drives `onvif-util` through its prompt, and
prints what it said.
`onvif-util` sends the same nonce with every UsernameToken and changes only the time. The simulator refuses that unless
told to know a replay by nonce and time (`replay="nonce_and_time"`), and so it is told here, as many cameras do. Its
times have milliseconds, and it asks faster than that: the camera takes 10 ms per answer, so that no two are equal.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "pa:ss@w/rd#1"
QUESTIONS = (
    "get time",
    "get profiles",
    "get video 0",
    "get video options 0",
    "get network",
    "get rtsp 0",
    "get rtsp 1",
    "quit",
)


def missing():
    """What this machine lacks for the test, as one line, or None."""
    for program in ("onvif-util", "ip", "unshare"):
        if shutil.which(program) is None:
            return f"{program} is missing: apt-get install onvif-tools iproute2"
    allowed = subprocess.run(["unshare", "-rn", "true"], capture_output=True, timeout=30, check=False)
    return None if allowed.returncode == 0 else "this machine does not let a user make a network namespace"


@pytest.fixture(scope="module")
def conversation():
    """What onvif-util said with the right and with a wrong password, and what the camera counted."""
    lack = missing()
    if lack:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(lack)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    inner = ["ip link set lo up", "ip route add 239.0.0.0/8 dev lo", f'exec "{sys.executable}" "{__file__}"']
    command = ["unshare", "-rn", "sh", "-ec", "\n".join(inner)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_it_finds_the_camera_and_logs_in(conversation):
    """Discovery on the loopback group leads to the device service; the login is accepted."""
    said = conversation["right"]["said"]
    assert f"found host: {conversation['host']}" in said
    assert "successfully connected to host" in said
    assert "name:   Simulated SIM-1080" in said
    assert "serial: SIM0000001" in said
    assert conversation["right"]["refused"] == 0
    assert conversation["right"]["with_credentials"] > 5


def test_it_reads_time_profiles_and_settings(conversation):
    """Clock, tokens, size, rate and key frame distance are those of the spec."""
    said = conversation["right"]["said"]
    for line in ("Time Set By: NTP", "Timezone:    ICT-7", "Token 0: main", "Token 1: sub"):
        assert line in said
    for line in ("Resolution: 1920 x 1080", "Frame Rate: 25", "Gov Length: 50", "Bit Rate:   4096"):
        assert line in said
    for line in ("1280 x 720", "Max Gov Length: 250", "Max Frame Rate: 25", "Max Bit Rate: 8192"):
        assert line in said
    assert f"IP Address: {conversation['host']}" in said


def test_it_is_given_the_addresses_of_both_streams(conversation):
    """GetStreamUri of main and sub gives where they really are."""
    assert [url in conversation["right"]["said"] for url in conversation["streams"]] == [True, True]


def test_a_wrong_password_is_refused_once(conversation):
    """onvif-util says NotAuthorized and stops, and the camera counted one refusal."""
    wrong = conversation["wrong"]
    assert "NotAuthorized" in wrong["said"]
    assert wrong["refused"] == 1


def main():
    """Inside the namespace: run a camera, talk to it, print what happened as JSON."""
    from probes.simulator import presets, running

    manners = {"onvif_auth": ("usernametoken",), "replay": "nonce_and_time", "answer_after_s": 0.01}
    spec = presets.good_h264(discoverable=True, **manners)
    with running(spec) as (camera,):
        report = {"host": camera.host, "streams": [camera.rtsp_url(token) for token in ("main", "sub")]}
        for name, password in (("right", PASSWORD), ("wrong", "wrong")):
            before = camera.counters.onvif_with_credentials, camera.counters.onvif_refused
            said = drive(camera.host, password)
            after = camera.counters.onvif_with_credentials, camera.counters.onvif_refused
            report[name] = {"said": said, "with_credentials": after[0] - before[0], "refused": after[1] - before[1]}
    sys.stdout.write(json.dumps(report))


def drive(host, password):
    """What onvif-util says to the questions, cut at 20,000 characters."""
    command = ["onvif-util", "-u", "admin", "-p", password, host]
    asked = "\n".join(QUESTIONS) + "\n"
    done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=40, check=False)
    return (done.stdout + done.stderr)[:20_000]


if __name__ == "__main__":
    main()
