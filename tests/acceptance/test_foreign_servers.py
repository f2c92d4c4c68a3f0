"""Proof: the RTSP client and the bitstream readers against GStreamer's RTSP server agree with ffprobe.

Every stream is looked at by us and by ffprobe at the same time; the server gives each its own pipeline.
"""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from probes import run
from probes.target import Credential, Limits, Need, Target, parse_address
from tests.acceptance.foreign import SYSTEM_PYTHON, need_ffprobe, need_gstreamer

STREAMS = {
    "h264-cropped": {"encoder": "x264", "width": 1366, "height": 768, "fps": 25, "profile": "high"},
    "h264-bframes": {"encoder": "x264", "width": 640, "height": 480, "fps": 30, "bframes": 2, "profile": "main"},
    "h264-1080p": {"encoder": "x264", "width": 1920, "height": 1080, "fps": 10, "gop": 20, "profile": "high"},
    "h264-other-encoder": {"encoder": "openh264", "width": 322, "height": 242, "fps": 12, "gop": 12},
    "h265": {"encoder": "x265", "width": 640, "height": 360, "fps": 15},
    "h265-cropped": {"encoder": "x265", "width": 418, "height": 250, "fps": 12, "gop": 12},
    "mjpeg": {"encoder": "mjpeg", "width": 640, "height": 480, "fps": 10},
}
UDP_ONLY = {"encoder": "x264", "width": 640, "height": 360, "fps": 15, "udp_only": True}
LOGIN = ("viewer", "ca$e:S@fe/1")
NEEDS = (Need("measured.fps", (14.0,), 4, 20), Need("measured.keyframe_interval_s", (4.0,)))
pytestmark = pytest.mark.xdist_group("foreign")  # one worker holds the server


@pytest.fixture(scope="module")
def server():
    """The port of GStreamer's server, which asks for a Digest login."""
    need_gstreamer()
    need_ffprobe()
    command = [
        SYSTEM_PYTHON,
        str(Path(__file__).with_name("gst_server.py")),
        json.dumps({**STREAMS, "udp": UDP_ONLY}),
        *LOGIN,
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        word, _, port = process.stdout.readline().partition(" ")
        assert word == "listening", "the server did not start"
        yield int(port)
        process.stdin.close()
        process.wait(20)


@pytest.fixture(scope="module")
def seen(server):
    """Name -> (our observation, what ffprobe says), all sampled at the same time."""
    return asyncio.run(_look_at_all(server))


async def _look_at_all(port):
    ours = asyncio.gather(*(_ours(port, name, LOGIN[1]) for name in STREAMS))
    theirs = asyncio.gather(*(_theirs(port, name) for name in STREAMS))
    return dict(zip(STREAMS, zip(await ours, await theirs, strict=True), strict=True))


async def _ours(port, name, password):
    target = Target(
        key=name,
        address=parse_address(f"rtsp://127.0.0.1:{port}/{name}"),
        credentials=(Credential("1", LOGIN[0], password),),
        needs=NEEDS,
        limits=Limits(picture=False, sample_s=10, read_s=40),
    )
    return await run.look(target)


async def _theirs(port, name):
    # The login of this test server is no secret; ffprobe knows no other way to be told it.
    url = f"rtsp://viewer:ca%24e%3AS%40fe%2F1@127.0.0.1:{port}/{name}"
    command = ["ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-of", "json", "-read_intervals", "%+5"]
    process = await asyncio.create_subprocess_exec(
        *command, "-show_streams", "-show_packets", url, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), 90)
    return json.loads(output)


def _stamps(theirs, key_only=False):
    packets = [p for p in theirs["packets"] if "pts_time" in p and (not key_only or "K" in p["flags"])]
    return sorted(float(p["pts_time"]) for p in packets)


def _level(stream):
    return stream["level"] / 30 if stream["codec_name"] == "hevc" else stream["level"] / 10


@pytest.mark.parametrize("name", STREAMS)
def test_codec_size_profile_and_level_equal_what_ffprobe_reads(seen, name):
    """Size after cropping, codec, profile and level of each stream are those that ffprobe reads."""
    observation, theirs = seen[name]
    measured = observation.channels[0].streams[0].measured
    assert measured is not None, observation.failures
    stream = theirs["streams"][0]
    codec = {"hevc": "h265", "mjpeg": "mjpeg"}.get(stream["codec_name"], stream["codec_name"])
    assert (measured.codec, measured.width, measured.height) == (codec, stream["width"], stream["height"])
    assert (measured.width, measured.height) == (STREAMS[name]["width"], STREAMS[name]["height"])
    if codec != "mjpeg":
        assert measured.profile == stream["profile"]
        assert float(measured.level) == _level(stream)


@pytest.mark.parametrize("name", STREAMS)
def test_rate_and_key_frame_interval_equal_those_of_the_packets_that_ffprobe_counts(seen, name):
    """Measured rate and key-frame interval are those of ffprobe's packets, within 2 % and a frame."""
    observation, theirs = seen[name]
    measured = observation.channels[0].streams[0].measured
    stamps, keys = _stamps(theirs), _stamps(theirs, key_only=True)
    rate = (len(stamps) - 1) / (stamps[-1] - stamps[0])
    assert measured.fps_rtp == pytest.approx(rate, rel=0.02)
    assert measured.fps_rtp == pytest.approx(STREAMS[name]["fps"], rel=0.01)
    if measured.fps_method == "rtp":  # else the server could not keep up on a busy machine, and arrival says so
        assert measured.fps == measured.fps_rtp
    assert measured.packets_lost == 0
    if len(keys) > 1 and measured.keyframe_interval_s is not None:
        interval = (keys[-1] - keys[0]) / (len(keys) - 1)
        assert measured.keyframe_interval_s == pytest.approx(interval, abs=1.5 / rate)
    assert measured.keyframes >= 1


@pytest.mark.parametrize("name", [n for n in STREAMS if not n.startswith("h264-other")])
def test_the_description_alone_tells_codec_and_size(seen, name):
    """DESCRIBE with parameter sets gives the codec, and for H.264 and H.265 the cropped size."""
    sdp = seen[name][0].channels[0].streams[0].sdp
    assert sdp.codec == {"x264": "h264", "x265": "h265", "mjpeg": "mjpeg"}[STREAMS[name]["encoder"]]
    if sdp.codec != "mjpeg":
        assert sdp.size == (STREAMS[name]["width"], STREAMS[name]["height"])


def test_a_digest_login_is_sent_once_as_a_try_and_then_known_to_be_good(seen):
    """One try, no refusal, and the scheme is remembered."""
    observation = seen["h265"][0]
    assert (observation.ledger.tries, observation.ledger.refusals) == (1, 0)
    assert observation.remembered.schemes["rtsp"] == "digest-md5"
    assert observation.remembered.logins["1"].rtsp == "good"


def test_a_wrong_password_is_refused_by_a_server_of_others_too(server):
    """One try, one refusal, and the kind is auth_refused."""
    observation = asyncio.run(_ours(server, "mjpeg", "wrong"))
    assert (observation.ledger.tries, observation.ledger.refusals) == (1, 1)
    assert {f.kind for f in observation.failures if f.stream} == {"auth_refused"}
    assert observation.device.access.rtsp_login_required is True


def test_a_stream_that_is_not_there_is_a_definite_answer(server):
    """A wrong path is `no_such_stream`, which may fail a rule."""
    observation = asyncio.run(_ours(server, "nothing-here", LOGIN[1]))
    failure = next(f for f in observation.failures if f.stream)
    assert (failure.kind, failure.definite) == ("no_such_stream", True)


@pytest.mark.field(25)
def test_a_server_that_refuses_tcp_is_measured_over_udp(server):
    """461 to interleaved TCP, then RTP over UDP: the same measurement, and both are said."""
    stream = asyncio.run(_ours(server, "udp", LOGIN[1])).channels[0].streams[0]
    assert (stream.rtsp.transport, stream.rtsp.interleaved) == ("udp", False)
    assert (stream.measured.codec, stream.measured.size) == ("h264", (640, 360))
    assert stream.measured.fps_rtp == pytest.approx(15, rel=0.02)
    assert stream.rtsp.steps["teardown"].status == 200
