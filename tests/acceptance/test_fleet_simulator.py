"""Twenty cameras of a fleet, looked at by our probe and by programs that nobody here wrote."""

import asyncio
import json
import subprocess
import sys
from itertools import pairwise
from urllib.parse import quote

import pytest
import requests
from requests.auth import HTTPDigestAuth

from probes import run
from probes.simulator.fleet import impolite, running
from probes.simulator.fleet.__main__ import main
from probes.target import Credential, Limits, Need, Target, parse_address
from tests.acceptance.foreign import need_ffprobe
from tests.probes.simulator.fleet.small_fleet import small

LIMITS = Limits(connect_s=1, read_s=2, sample_s=3, picture=False)
NEEDS = (Need("measured.width", frames=8, packets=40),)
pytestmark = pytest.mark.xdist_group("fleet")
ASKED = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
    '<GetDeviceInformation xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>'
)


@pytest.fixture(scope="module")
def fleet():
    """The fleet, and what our probe saw of every camera of it at once."""
    with running(small()) as made:
        lines = list(made.lines())
        observations = asyncio.run(_all(lines))
        pairs = sorted(zip(lines, observations, strict=True), key=lambda pair: pair[0]["make"])
        yield made, {line["state"]: (line, seen) for line, seen in pairs}  # of those in a state, the last make


async def _all(lines):
    return await asyncio.gather(*(_look(line) for line in lines))


async def _look(line):
    login = (Credential("1", line["username"], line["password"]),)
    address = parse_address(f"{line['host']}:{line['onvif_port']}", line["rtsp_port"])
    return await run.look(Target(key=line["host"], address=address, credentials=login, needs=NEEDS, limits=LIMITS))


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("dead", "refused_connection"),
        ("unreachable", "unreachable"),
        ("silent", "timeout"),
        ("refusing", "auth_refused"),
        ("busy", "busy"),
    ],
)
def test_a_camera_in_trouble_is_seen_as_such(fleet, state, kind):
    """The first failure that our probe writes down is the trouble that the mix asked for."""
    _, seen = fleet[1][state]
    assert seen.failures[0].kind == kind


@pytest.mark.parametrize("state", ["well", "slow", "lossy"])
def test_a_camera_that_answers_is_measured(fleet, state):
    """Its stream has the size of the mix, and loses packets where it is asked to."""
    measured = fleet[1][state][1].channels[0].streams[0].measured
    assert (measured.width, measured.height) == (320, 180)
    assert bool(measured.packets_lost) == (state == "lossy")


def test_cameras_saw_a_polite_visitor(fleet):
    """One session at a time, every one torn down, one refusal at most; and the dead saw nobody."""
    seen = list(fleet[0].seen())
    assert list(impolite(seen)) == []
    assert {one.state for one in seen} == {"well", "silent", "slow", "refusing", "busy", "lossy"}
    assert all(one.sessions and one.bytes_sent for one in seen if one.state == "well")


def test_nobody_is_at_an_address_beyond_the_fleet(fleet):
    """A connection to another address is ended at once."""
    line, _ = fleet[1]["well"]
    with pytest.raises(requests.ConnectionError):
        requests.post(f"http://127.19.0.1:{line['onvif_port']}/onvif/device_service", ASKED, timeout=20)


def test_a_foreign_http_client_logs_in_and_is_told_who_the_camera_is(fleet):
    """The digest login of `requests` is taken, and one without a login is not."""
    line, seen = fleet[1]["well"]
    assert requests.post(line["onvif"], ASKED, timeout=20).status_code == 401
    login = HTTPDigestAuth(line["username"], line["password"])
    told = requests.post(line["onvif"], ASKED, auth=login, timeout=20)
    assert told.status_code == 200
    assert f"<tds:SerialNumber>{seen.device.identity.serial}</tds:SerialNumber>" in told.text


def test_ffprobe_reads_a_stream_of_the_fleet(fleet):
    """Size, codec and the rate of time stamps are those of the mix; every packet is there."""
    need_ffprobe()
    line, _ = fleet[1]["well"]
    url = next(iter(line["streams"].values())).replace("rtsp://", f"rtsp://admin:{quote(line['password'], safe='')}@")
    command = ["ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-read_intervals", "%+#24", "-show_entries"]
    shown = [*command, "stream=codec_name,width,height:packet=pts_time,flags", "-of", "json", url]
    done = subprocess.run(shown, capture_output=True, timeout=60, check=True, text=True)
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert (told["streams"][0]["width"], told["streams"][0]["height"]) == (320, 180)
    times = [float(packet["pts_time"]) for packet in told["packets"] if "pts_time" in packet]
    assert [round(b - a, 2) for a, b in pairwise(times)] == [0.1] * (len(times) - 1)
    assert sum("K" in packet["flags"] for packet in told["packets"]) >= 2


def test_the_command_says_where_everybody_is_and_writes_what_they_saw(tmp_path):
    """One line of JSON a camera; with the end of its input the process ends and leaves its journal."""
    (tmp_path / "mix.json").write_text(small(cameras=2, states={}, makes={"good_h264": 1}).model_dump_json())
    command = [sys.executable, "-m", "probes.simulator.fleet", str(tmp_path / "mix.json"), "--cameras", "3"]
    journal = ["--journal", str(tmp_path / "seen.jsonl")]
    with subprocess.Popen([*command, *journal], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        lines = [json.loads(process.stdout.readline()) for _ in range(3)]
        assert requests.post(lines[2]["onvif"], ASKED, timeout=20).status_code == 401
        process.stdin.close()
        assert process.wait(20) == 0
    (seen,) = map(json.loads, (tmp_path / "seen.jsonl").read_text().splitlines())
    assert (seen["host"], seen["connections"], seen["logins"]) == (lines[2]["host"], 1, 0)


def test_a_mix_that_cannot_be_is_said(tmp_path, capsys):
    """The words name the file, and the exit status is 2."""
    (tmp_path / "mix.toml").write_text("camras = 2\n")
    assert main([str(tmp_path / "mix.toml")]) == 2
    said = capsys.readouterr().err
    assert "mix.toml" in said
    assert "camras" in said
