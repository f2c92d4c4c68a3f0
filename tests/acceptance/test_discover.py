"""Proof: `camera-registry discover` finds what stands in a network, compares it, and sends no login."""

import signal
import subprocess

import pytest

from camera_registry.database import writing
from camera_registry.models import Device
from camera_registry.store import schools
from probes.simulator import running
from probes.simulator.presets import good_h264
from tests.acceptance.command import COMMAND, run
from tests.acceptance.fleet import Fleet, until
from tests.acceptance.networks import register

NETWORK = "127.9.40.0/28"
MOVED = "a4:14:37:0b:22:c1"
ALLOWED = {
    "CAMERA_REGISTRY_OUTGOING__LOOPBACK": "true",
    "CAMERA_REGISTRY_DISCOVERY__PORTS": "[18080, 18554]",
    "CAMERA_REGISTRY_DISCOVERY__ANSWER_S": "0.5",
}


def _camera(host, **fields):
    return good_h264(host=host, onvif_port=18080, rtsp_port=18554, discoverable=True, **fields)


def test_found_moved_and_missing_are_told_apart(tmp_path):
    """One is where it is registered, one has moved, one nobody knows, one does not answer; exit status 1."""
    fleet = Fleet(tmp_path)
    with running(
        _camera("127.9.40.1"),
        _camera("127.9.40.2", scopes=(f"onvif://www.onvif.org/MAC/{MOVED}",)),
        _camera("127.9.40.3"),
    ) as cameras:
        fleet.register(cameras[:2])
        with writing(fleet.engine) as session:
            here, moved = (session.get_one(Device, number) for number in fleet.devices)
            moved.host, moved.mac = "127.9.40.12", MOVED
            schools.site(session, here.site_id).networks = NETWORK
            session.add(
                Device(school_id=here.school_id, site_id=here.site_id, code="GONE", kind="nvr", host="127.9.40.9")
            )
        told = run(tmp_path, "discover", "--school", "0790001", "--json", environment=ALLOWED)
        words = run(tmp_path, "discover", "--school", "0790001", environment=ALLOWED)
        english = run(tmp_path, "discover", "--school", "0790001", "--lang", "en", environment=ALLOWED)
        logins = [c.counters.onvif_with_credentials + c.counters.rtsp_with_credentials for c in cameras]
    fleet.close()
    assert (told.status, words.status, told.err) == (1, 1, "")
    states = {one["address"]: (one["state"], [d["device"] for d in one["devices"]]) for one in told.json["found"]}
    assert states == {
        "127.9.40.1": ("registered", ["IP-00"]),
        "127.9.40.2": ("moved", ["IP-01"]),
        "127.9.40.3": ("unregistered", []),
    }
    assert [one["device"] for one in told.json["not_seen"]] == ["GONE"]
    assert told.json["found"][0]["onvif_port"] == 18080
    assert "chưa đăng ký" in words.out
    assert "Đã đăng ký nhưng không trả lời: 0790001/GONE (127.9.40.9)" in words.out
    assert "0790001/IP-01: moved, registered at 127.9.40.12" in english.out
    assert logins == [0, 0, 0]


def test_a_camera_at_a_port_of_its_own_is_seen_where_that_port_is_registered(tmp_path):
    """It says nothing over UDP, and the usual ports are closed: the registered one tells that it is there."""
    fleet = Fleet(tmp_path)
    with running(good_h264(host="127.9.47.1", onvif_port=18080, rtsp_port=18554)) as cameras:
        fleet.register(cameras)
        with writing(fleet.engine) as session:
            schools.site(session, session.get_one(Device, fleet.devices[0]).site_id).networks = "127.9.47.0/30"
        words = ("discover", "--school", "0790001", "--json")
        told = run(tmp_path, *words, environment=ALLOWED | {"CAMERA_REGISTRY_DISCOVERY__PORTS": "[80]"})
    fleet.close()
    assert (told.status, [one["state"] for one in told.json["found"]]) == (0, ["registered"])
    assert told.json["not_seen"] == []


def test_a_network_that_nobody_registered_is_not_asked(tmp_path):
    """Beside the registered one: exit status 2, and a camera that stands there sees nothing."""
    register(tmp_path, "127.9.41.8/29")
    with running(_camera("127.9.41.1")) as (camera,):
        told = run(tmp_path, "discover", "--network", "127.9.41.0/29", environment=ALLOWED)
        assert (camera.counters.probes_answered, camera.counters.onvif_connections) == (0, 0)
    assert (told.status, "registered" in told.err) == (2, True)


def test_a_part_of_a_registered_network_is_looked_through_and_no_more(tmp_path):
    """Without a school: the camera in the part is found, and the one beside it is not asked."""
    register(tmp_path, "127.9.44.0/28")
    with running(_camera("127.9.44.1"), _camera("127.9.44.9")) as (_, beside):
        told = run(tmp_path, "discover", "--network", "127.9.44.0/29", "--json", environment=ALLOWED)
        assert (beside.counters.probes_answered, beside.counters.onvif_connections) == (0, 0)
    assert told.status == 1
    assert [(one["address"], one["state"]) for one in told.json["found"]] == [("127.9.44.1", "unregistered")]


def test_nothing_found_is_said_and_has_a_status_of_its_own(tmp_path):
    """Exit status 3: perhaps this machine does not reach that network."""
    register(tmp_path, "127.9.42.0/30")
    told = run(tmp_path, "discover", "--network", "127.9.42.0/30", "--lang", "en", environment=ALLOWED)
    assert (told.status, "Nothing answered" in told.out) == (3, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "write --school CODE"),
        (["--network", "10.0.0.0/29", "--site", "x"], "write --school CODE"),
        (["--network", "10.0.0.0/16"], "name a part with --network"),
        (["--network", "8.8.8.0/24"], "no private network"),
        (["--network", "127.0.0.0/28"], "no private network"),
        (["--network", "fd00::/64"], "IPv6"),
        (["--network", "x"], "write it like 192.168.1.0/24"),
        (["--school", "1"], "no school has this code"),
        (["--network", "10.0.0.0/29", "--timeout", "0"], "is not 0.1 to 60 seconds"),
    ],
)
def test_what_may_not_be_asked_is_refused_with_what_to_write(tmp_path, words, said):
    """Exit status 2, one line, and not a packet sent."""
    register(tmp_path, "10.0.0.0/16")
    told = run(tmp_path, "discover", *words)
    assert told.status == 2
    assert said in told.err
    assert "Traceback" not in told.err


def test_a_signal_in_the_middle_ends_it_cleanly(tmp_path):
    """Exit status 130 and no word of an error, while a device keeps a connection open without an answer."""
    register(tmp_path, "127.9.43.0/30")
    with running(_camera("127.9.43.1", faults=frozenset({"silent"}))) as (camera,):
        words = [str(COMMAND), "discover", "--network", "127.9.43.0/30", "--timeout", "20"]
        environment = {**ALLOWED, "CAMERA_REGISTRY_DISCOVERY__ANSWER_S": "20", "PATH": "/usr/bin:/bin"}
        with subprocess.Popen(words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE) as process:
            until(lambda: camera.counters.probes_answered)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (130, b"")
