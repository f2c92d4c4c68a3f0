"""Proof: what `capture` keeps of a camera can be replayed to the same facts, and holds nothing that identifies it."""

import asyncio
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import pytest

from camera_registry.reports.inspection import inspection_json
from camera_registry.services.inspect import Inspection, judged
from camera_registry.services.replay import replay
from probes import run
from probes.capture import folder
from probes.capture.exchange import Capture, Recorder
from probes.simulator import presets, running, running_async
from probes.simulator.vendors import VENDORS
from probes.target import Address, Credential, Limits, Need, Target
from probes.visit import Visit, utc_now
from standards import load_edition, needs
from tests.acceptance import command

EDITION = load_edition("hcmc-3288")
LIMITS = Limits(picture=False)
SECONDS = 6.0
NOBODY = ("camera", "admin", "00:00:00:00:00:00", "000000000000", "IPC", "V380")
"""What stands in many cameras and names none; `admin` is looked for where it is a login, in the test of a path."""
pytestmark = pytest.mark.xdist_group("capture")  # one worker captures all cameras once
NAME = "Cổng trường Hoà Bình"
CAMERAS = {
    name: VENDORS[name]()
    for name in ("hikvision", "dahua", "uniview", "xiongmai", "tapo", "yoosee", "reolink", "axis", "v380")
} | {
    "basic over nothing": presets.good_h264(rtsp_auth="none", onvif_auth=("digest",)),
    "MJPEG": presets.mjpeg_only(serial="MJ-0099-SECRET", hostname="quay-phim-cong"),
    "H.265 over Media2": presets.good_h265_media2_only(mac="9c:8e:cd:11:22:33", hostname="phong-bao-ve"),
    "UDP alone": presets.good_h264(faults=frozenset({"no_interleaved"})),
}


@dataclass(frozen=True)
class Kept:
    """One camera: where it was, the folder, what the look that was kept saw, and what the folder gives again."""

    host: str
    folder: Path
    seen: Inspection
    again: Inspection
    missed: tuple[str, ...]


@pytest.fixture(scope="module")
def captured(tmp_path_factory):
    """All cameras, captured at once and replayed at once."""
    folders = [tmp_path_factory.mktemp("capture") / "kept" for _ in CAMERAS]
    return dict(zip(CAMERAS, asyncio.run(_all(folders)), strict=True))


async def _all(folders):
    async with running_async(*CAMERAS.values()) as cameras:
        looks = await asyncio.gather(*(_look(c, f) for c, f in zip(cameras, folders, strict=True)))
    again = await asyncio.gather(*(replay(folder.read(f), EDITION, LIMITS) for f in folders))
    return [Kept(*look, *replayed) for look, replayed in zip(looks, again, strict=True)]


async def _look(camera, to):
    spec = camera.spec
    address = Address("onvif", camera.host, onvif_port=camera.onvif_port)
    login = Credential("1", spec.username, spec.password)
    wanted = (*needs(EDITION), Need("measured.seconds", seconds=SECONDS))
    target = Target("camera", address, (login,), needs=wanted, limits=LIMITS)
    kept = Capture(address, utc_now())
    observation = await run.look_on(Visit(target, tap=Recorder(kept, monotonic)))
    folder.write(kept, to, [(spec.username, spec.password)])
    return camera.host, to, judged(address, EDITION, observation, utc_now())


def _facts(inspection):
    """What must be the same: not times, addresses, what identifies the device, or how long the sample was."""
    told = inspection_json(inspection, "en")
    device = {k: v for k, v in told["device"].items() if k in ("manufacturer", "model", "firmware", "login_required")}
    channels = []
    for channel in told["channels"]:
        streams = [
            {
                **{key: s[key] for key in ("id", "role", "role_source", "transport", "declared", "capable", "sdp")},
                "measured": s["measured"] and {k: s["measured"][k] for k in MEASURED},
            }
            for s in channel["streams"]
        ]
        judged = {(f["rule"], f["subject"]): f["outcome"] for f in channel["findings"]}
        channels.append((channel["index"], channel["token"], channel["kind"], channel["via"], streams, judged))
    return device, channels, {f["rule"]: f["outcome"] for f in told["device"]["findings"]}


def _rates(inspection):
    """What is measured by time, and so differs a little from one sample to the next."""
    return [
        (s.measured.fps, s.measured.keyframe_interval_s or 0.0)
        for c in inspection.observation.channels
        for s in c.streams
        if s.measured and s.measured.fps is not None
    ]


MEASURED = ("codec", "profile", "level", "width", "height", "interlaced", "packets_lost")


@pytest.mark.parametrize("name", CAMERAS)
def test_a_capture_replayed_gives_the_facts_of_the_camera(captured, name):
    """Identity as far as it is no secret, logins, declared, capable and measured facts, and every outcome."""
    kept = captured[name]
    assert kept.missed == ()
    assert _facts(kept.again) == _facts(kept.seen)
    for again, seen in zip(_rates(kept.again), _rates(kept.seen), strict=True):
        assert again == pytest.approx(seen, rel=0.02)


@pytest.mark.parametrize("name", CAMERAS)
def test_a_capture_holds_nothing_that_identifies_the_camera(captured, name):
    """Not its address, serial number, hardware address or names, no login and no nonce."""
    spec, kept = CAMERAS[name], captured[name]
    whole = "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in kept.folder.iterdir())
    secrets = [kept.host, spec.password, spec.hostname, "pa%3Ass", spec.mac, spec.mac.replace(":", ""), spec.username]
    secrets += [spec.serial] if len(set(spec.serial)) > 1 else []
    secrets += [c.name for c in spec.channels if c.name.casefold() != spec.manufacturer.casefold()]
    standing = [one for one in secrets if one not in NOBODY and re.search(rf"(?<!\w){re.escape(one)}(?!\w)", whole)]
    assert standing == []
    index = json.loads((kept.folder / "capture.json").read_text(encoding="utf-8"))
    headers = [value for e in index["exchanges"] for _, value in e["headers"]]
    assert all("NONCE-" in value for value in headers if "nonce=" in value)
    assert not any(name.lower() == "authorization" for e in index["exchanges"] for name, _ in e["headers"])


@pytest.mark.parametrize("name", CAMERAS)
def test_of_a_picture_no_more_is_kept_than_its_headers(captured, name):
    """No packet but one with parameter sets or tables keeps more than 64 bytes."""
    folder = captured[name].folder
    lines = [line for file in folder.glob("*.packets") for line in file.read_text().splitlines()]
    kept = [len(line.split()[2].split("*")[0]) // 2 for line in lines]
    assert len(lines) > 100
    assert sorted(kept)[len(kept) * 9 // 10] <= 64


def test_the_two_commands_and_a_name_with_accents(tmp_path):
    """`capture` and `inspect --replay` at a prompt; a name in Vietnamese goes, whatever bytes it is made of."""
    spec = presets.good_h264(scopes=(f"onvif://www.onvif.org/location/{NAME.replace(' ', '_')}",))
    (tmp_path / "password.txt").write_text(spec.password + "\n", encoding="utf-8")
    login = ["--username", spec.username, "--password-file", str(tmp_path / "password.txt")]
    with running(spec) as (camera,):
        target = f"{camera.host}:{camera.onvif_port}"
        said = command.run(tmp_path, "capture", target, "--to", tmp_path / "kept", "--seconds", "5", *login)
    assert (said.status, "packets without pictures" in said.out) == (0, True), said.err
    whole = "\n".join(file.read_text(encoding="utf-8") for file in (tmp_path / "kept").iterdir())
    assert "Hoà" not in whole
    assert "location/NAME-" in whole
    again = command.run(tmp_path, "inspect", "--replay", tmp_path / "kept", "--json")
    only = "camera-registry: pictures are not kept in a capture, so none was judged\n"
    assert (again.status, again.err) == (0, only)
    shown = command.run(tmp_path, "inspect", "--replay", tmp_path / "kept")
    assert "không lưu hình ảnh" in " ".join(shown.out.split())
    assert again.json["verdict"] == "compliant"


def test_a_password_in_a_path_goes(tmp_path):
    """Some makes write the login into the address of the stream."""
    path = "/user=quansat_password=s3cretWord_channel=1_stream=0.sdp"
    main = replace(presets.good_h264().channels[0].streams[0], path=path)
    spec = presets.good_h264(channels=(replace(presets.good_h264().channels[0], streams=(main,)),))

    async def keep():
        async with running_async(spec) as (camera,):
            return await _look(camera, tmp_path / "kept")

    asyncio.run(keep())
    whole = "\n".join(file.read_text(encoding="utf-8") for file in (tmp_path / "kept").iterdir())
    assert "channel=1" in whole
    assert "s3cretWord" not in whole
    assert "quansat" not in whole


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    """Nothing is written over, and no camera is asked."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "letter.txt").write_text("mine")
    result = command.run(tmp_path, "capture", "127.0.0.1:9", "--to", tmp_path / "kept")
    assert (result.status, (tmp_path / "kept" / "letter.txt").read_text()) == (2, "mine")
    assert "name a new folder" in result.err


def test_a_folder_without_a_capture_is_said_to_be_none(tmp_path):
    """Status 2 and the file that is missing; a broken index is named too."""
    result = command.run(tmp_path, "inspect", "--replay", tmp_path)
    assert result.status == 2
    assert "capture.json" in result.err
    (tmp_path / "capture.json").write_text('{"exchanges": 3}')
    assert "capture.json cannot be read" in command.run(tmp_path, "inspect", "--replay", tmp_path).err
    (tmp_path / "capture.json").write_text('{"exchanges": []}')
    assert "the key 'address' is missing" in command.run(tmp_path, "inspect", "--replay", tmp_path).err


def test_a_capture_written_by_hand_is_looked_at(tmp_path):
    """One DESCRIBE and nothing else: what was not written down is named, and stays unknown."""
    sdp = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"
    (tmp_path / "one.sdp").write_text(sdp)
    exchange = {"door": "rtsp", "port": 554, "what": "DESCRIBE", "where": "/live", "body": "one.sdp"}
    address = {"kind": "rtsp", "host": "192.0.2.1", "stream_path": "/live"}
    index = {"format": 1, "began": "2026-11-24T01:00:00+00:00", "address": address, "exchanges": [exchange]}
    (tmp_path / "capture.json").write_text(json.dumps(index))
    result = command.run(tmp_path, "inspect", "--replay", tmp_path, "--json")
    assert result.json["channels"][0]["streams"][0]["sdp"]["codec"] == "h264"
    assert result.status == 1  # a stream without a login is definite
    assert "not recorded: SETUP /live/track1" in result.err
    assert {f["kind"] for f in result.json["failures"]} <= {"busy", "our_limit"}
