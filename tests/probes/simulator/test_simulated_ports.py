"""Ports, addresses and processes of simulated cameras: faults below any protocol, discovery, and the command."""

import contextlib
import json
import signal
import socket
import subprocess
import sys

import pytest
from lxml import etree

from probes.simulator import Camera, CameraSpec, presets, running
from probes.simulator.__main__ import PRESETS, specs_of
from tests.probes.simulator.simulator_client import ask

GROUP = ("239.255.255.250", 3702)
PROBE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:x="{types}">'
    "<s:Header><a:MessageID>uuid:42</a:MessageID></s:Header><s:Body><d:Probe><d:Types>x:{name}</d:Types>"
    "<d:Scopes>{scopes}</d:Scopes></d:Probe></s:Body></s:Envelope>"
)


def faulty(*faults):
    """A camera without streams that misbehaves."""
    return CameraSpec(faults=frozenset(faults))


def dial(camera, data):
    """A connection to the ONVIF port on which `data` was sent."""
    connection = socket.create_connection((camera.host, camera.onvif_port), timeout=20)
    connection.sendall(data)
    return connection


def test_an_offline_port_refuses_connections():
    """Nothing listens at the ports of a camera that is off, and they are known all the same."""
    with running(faulty("offline_onvif", "offline_rtsp")) as (camera,):
        for port in (camera.onvif_port, camera.rtsp_port):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((camera.host, port), timeout=20)


def test_a_silent_port_takes_a_request_and_says_nothing():
    """The connection is counted and ends only when the camera is stopped."""
    with running(faulty("silent")) as (camera,):
        connection = dial(camera, b"GET / HTTP/1.1\r\n\r\n")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        assert camera.counters.onvif_connections == 1
    connection.settimeout(20)
    with contextlib.suppress(ConnectionResetError):
        assert connection.recv(1) == b""
    connection.close()


def test_a_dripping_port_sends_a_header_without_end():
    """Bytes keep coming, and none of them ends the line."""
    with running(faulty("drip_headers")) as (camera,), dial(camera, b"POST / HTTP/1.1\r\n\r\n") as connection:
        got = b""
        while len(got) < 30:
            got += connection.recv(100)
        assert got.startswith(b"HTTP/1.1 200 OK\r\nX-Filler: aaa")
        assert got.count(b"\n") == 1


def test_garbage_is_no_protocol():
    """What comes back is neither HTTP nor RTSP."""
    with running(faulty("garbage")) as (camera,), dial(camera, b"POST / HTTP/1.1\r\n\r\n") as connection:
        assert connection.recv(100)[:4] == b"\x00\x01\x02\x03"


def test_cameras_get_addresses_of_their_own_and_give_them_back():
    """Two cameras never share an address, and a named one is taken as it is."""
    with running(faulty(), faulty(), CameraSpec(host="127.0.250.7")) as cameras:
        hosts = [camera.host for camera in cameras]
        assert len(set(hosts)) == 3
        assert hosts[2] == "127.0.250.7"
        with running(faulty()) as (another,):
            assert another.host not in hosts


def test_a_port_that_is_taken_is_an_error_of_the_caller():
    """Starting fails with the system's own error, and leaves nothing behind."""
    with (
        running(CameraSpec(host="127.0.250.8")) as (camera,),
        pytest.raises(OSError, match="address already in use"),
        running(CameraSpec(host="127.0.250.8", onvif_port=camera.onvif_port)),
    ):
        pass


def probe(camera, address, name="NetworkVideoTransmitter", scopes=""):
    """The reply to a discovery probe sent on loopback to `address`, or None."""
    types = "http://www.onvif.org/ver10/network/wsdl"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        asking.bind(("127.0.0.1", 0))
        asking.settimeout(0.3 if name == "Printer" or "nowhere" in scopes else 20)
        asking.sendto(PROBE.format(types=types, name=name, scopes=scopes).encode(), address)
        try:
            while True:
                data, sender = asking.recvfrom(65536)
                if sender[0] == camera.host:  # another camera in another test run may answer the group too
                    return etree.fromstring(data)
        except TimeoutError:
            return None


def test_a_discoverable_camera_answers_probes_at_its_address_and_in_the_group():
    """Both ways give its address and scopes, related to the question; other types and places get silence."""
    with running(presets.good_h264(discoverable=True)) as (camera,):
        for address in ((camera.host, 3702), GROUP):
            found = probe(camera, address, scopes="onvif://www.onvif.org/Profile/T")
            assert found.findtext(".//{*}XAddrs") == camera.onvif_url
            assert found.findtext(".//{*}RelatesTo") == "uuid:42"
            assert "onvif://www.onvif.org/hardware/SIM-1080" in found.findtext(".//{*}ProbeMatch/{*}Scopes").split()
        assert probe(camera, (camera.host, 3702), name="Printer") is None
        assert probe(camera, (camera.host, 3702), scopes="onvif://www.onvif.org/location/nowhere") is None
        assert camera.counters.probes_answered >= 2  # another test run may ask the group at the same time


def start(tmp_path, text):
    """The command, reading cameras from `text`."""
    file = tmp_path / "cameras.json"
    file.write_text(text)
    command = [sys.executable, "-X", "dev", "-m", "probes.simulator", str(file)]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(command, text=True, **pipes)


@pytest.mark.parametrize("how", ["stdin", "SIGTERM", "SIGINT"])
def test_the_command_runs_cameras_from_a_file_until_told_to_stop(tmp_path, how):
    """One line of JSON per camera once it listens; end of input or a signal ends it cleanly."""
    stream = {"token": "main", "width": 320, "height": 240, "fps": 5, "gop": 5}
    channel = {"source_token": "v", "name": "Yard", "streams": [stream]}
    with start(tmp_path, json.dumps([{"channels": [channel], "faults": ["no_media"]}, {}])) as process:
        lines = [json.loads(process.stdout.readline()) for _ in range(2)]
        assert len({line["host"] for line in lines}) == 2
        assert lines[0]["streams"]["main"].startswith(f"rtsp://{lines[0]['host']}:{lines[0]['rtsp_port']}/")
        socket.create_connection((lines[0]["host"], lines[0]["onvif_port"]), timeout=20).close()
        if how == "stdin":
            process.stdin.close()
        else:
            process.send_signal(getattr(signal, how))
        assert (process.wait(timeout=30), process.stderr.read()) == (0, "")


def test_a_preset_is_named_in_the_file_and_fields_go_over_it(tmp_path):
    """A make has its own streams; what stands beside it in the file wins, and presets of recorders are there too."""
    cameras = [{"preset": "hikvision", "onvif_port": 0, "host": "127.9.48.1"}, {"preset": "nvr"}]
    with start(tmp_path, json.dumps(cameras)) as process:
        one, nvr = (json.loads(process.stdout.readline()) for _ in cameras)
        process.stdin.close()
        assert (process.wait(timeout=30), process.stderr.read()) == (0, "")
    assert (one["host"], set(one["streams"])) == ("127.9.48.1", {"Profile_1", "Profile_2"})
    assert len(nvr["streams"]) > 32


def test_every_preset_is_a_whole_camera_as_json():
    """Each can be written into a file and read again as it was."""
    for name, preset in PRESETS.items():
        assert specs_of([{"preset": name}]) == [preset()], name


def test_a_preset_that_there_is_not_is_said_with_those_that_there_are(tmp_path):
    """One line, exit status 2."""
    with start(tmp_path, '[{"preset": "tapir"}]') as process:
        assert process.wait(timeout=30) == 2
        assert "no preset is called 'tapir'; there are axis, dahua" in process.stderr.read()


def test_a_hostile_mode_is_named_in_the_file_and_fields_go_over_its_camera():
    """As a preset is; beside one, the mode takes a place in the camera of the preset."""
    (alone,) = specs_of([{"hostile": "slow-answers", "model": "M"}])
    assert (alone.hostile, alone.model, alone.answer_after_s) == ("slow-answers", "M", 1.5)
    (beside,) = specs_of([{"preset": "nvr", "hostile": "gzip-bomb"}])
    assert (beside.hostile, beside.channels) == ("gzip-bomb", PRESETS["nvr"]().channels)


def test_a_hostile_mode_that_there_is_not_is_said_with_those_that_there_are():
    """In the file, and where a camera is made in Python."""
    for make in (lambda: specs_of([{"hostile": "tame"}]), lambda: Camera(CameraSpec(hostile="tame"))):
        with pytest.raises(ValueError, match="no hostile mode is called 'tame'; there are header-without-end, "):
            make()


def test_hostile_cameras_run_from_the_command_line():
    """One for each name, until standard input ends."""
    words = [sys.executable, "-m", "probes.simulator", "--hostile", "gzip-bomb", "--hostile", "rtp-noise"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        lines = [json.loads(process.stdout.readline()) for _ in range(2)]
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert len({line["host"] for line in lines}) == 2


@pytest.mark.parametrize("text", ["[", '[{"modell": "x"}]', '[{"faults": ["explodes"]}]'])
def test_the_command_refuses_a_file_that_describes_no_cameras(tmp_path, text):
    """Broken JSON, an unknown field and an unknown fault are said, with exit status 2."""
    with start(tmp_path, text) as process:
        assert process.wait(timeout=30) == 2
        assert "cameras.json" in process.stderr.read()


def test_a_camera_without_streams_has_no_profiles():
    """An empty recorder answers, with empty lists."""
    with running(faulty()) as (camera,):
        assert ask(camera, "trt:GetProfiles").texts("trt:Profiles") == []
        assert ask(camera, "tr2:GetProfiles").texts("tr2:Profiles") == []
