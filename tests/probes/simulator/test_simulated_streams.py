"""What FFmpeg, which nobody here wrote, finds in the streams of simulated cameras."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from probes.simulator import CameraSpec, ChannelSpec, StreamSpec, presets, running

pytestmark = pytest.mark.skipif(
    shutil.which("ffprobe") is None and os.environ.get("CI") != "true", reason="apt-get install ffmpeg"
)
CODEC = {"h264": "h264", "h265": "hevc", "mjpeg": "mjpeg"}


def one(stream, **fields):
    """A camera with one stream."""
    return CameraSpec(channels=(ChannelSpec("source", "Yard", (stream,)),), **fields)


CAMERAS = {
    "h264 1080p and sub": presets.good_h264(),
    "h265 1080p and sub": presets.good_h265_media2_only(rtsp_qop=True),
    "mjpeg": presets.mjpeg_only(rtsp_auth="basic"),
    "portrait, no login": one(StreamSpec("p", width=1080, height=1920, fps=15, gop=15), rtsp_auth="none"),
    "cropped in both axes": one(StreamSpec("c", width=322, height=242, fps=10, gop=10)),
    "cropped, with B pictures": one(StreamSpec("b", width=1366, height=768, fps=12.5, gop=25, bframes=2)),
    "half the declared rate": one(StreamSpec("n", width=704, height=576, fps=12.5, declared_fps=25, gop=25)),
    "h265 three megapixels": one(StreamSpec("q", "h265", 2048, 1536, 10, gop=20), digest_algorithms=("SHA-256", "MD5")),
    "with sound": one(StreamSpec("a", width=640, height=360, fps=20, gop=20, audio=True, sent_kbps=900)),
    "path with a query": one(StreamSpec("d", "h265", 704, 576, 25, path="/cam/realmonitor?channel=1&subtype=0")),
}


@dataclass(frozen=True)
class Seen:
    """What ffprobe saw of one stream."""

    spec: StreamSpec
    kinds: list
    codec: str
    size: tuple
    times: list
    keys: list


def start_ffprobe(camera, stream, password=None):
    """An ffprobe that reads packets of `stream`, logging in through the URL."""
    secret = quote(camera.spec.password if password is None else password, safe="")
    url = camera.rtsp_url(stream).replace("rtsp://", f"rtsp://{camera.spec.username}:{secret}@")
    shown = "stream=codec_name,codec_type,width,height:packet=codec_type,pts_time,flags"
    count = 2 * stream.gop + 2 if stream.gop <= 25 else 60
    options = ["-rtsp_transport", "tcp", "-read_intervals", f"%+#{count * (3 if stream.audio else 1)}"]
    command = ["ffprobe", "-v", "error", *options, "-show_entries", shown, "-of", "json", url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def seen(stream, process):
    """The report of a finished ffprobe."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    report = json.loads(out)
    video = next(s for s in report["streams"] if s["codec_type"] == "video")
    packets = [p for p in report["packets"] if p["codec_type"] == "video"]
    # ffprobe gives the first picture no time of its own.
    times, keys = [float(p["pts_time"]) for p in packets if "pts_time" in p], ["K" in p["flags"] for p in packets]
    kinds = [s["codec_type"] for s in report["streams"]]
    return Seen(stream, kinds, video["codec_name"], (video["width"], video["height"]), times, keys)


@pytest.fixture(scope="module")
def reports():
    """All streams of all cameras, sampled at the same time, by camera and token."""
    with running(*CAMERAS.values()) as cameras:
        started = {
            (name, stream.token): (stream, start_ffprobe(camera, stream))
            for name, camera in zip(CAMERAS, cameras, strict=True)
            for _, stream in camera.spec.streams()
        }
        yield {which: seen(stream, process) for which, (stream, process) in started.items()}


def test_every_stream_has_the_codec_and_the_size_of_its_spec(reports):
    """Codec and cropped size are those of the spec, for all codecs, sizes, logins and kinds of address."""
    found = {which: (report.codec, report.size) for which, report in reports.items()}
    assert found == {which: (CODEC[r.spec.codec], (r.spec.width, r.spec.height)) for which, r in reports.items()}


def test_time_stamps_run_at_the_rate_that_is_sent(reports):
    """Pictures are 1/fps apart in RTP time, also where more are declared than sent."""
    for which, report in reports.items():
        times = sorted(report.times)[:-4]  # the sample may end between a B picture and those it is shown before
        rate = (len(times) - 1) / (times[-1] - times[0])
        assert rate == pytest.approx(report.spec.fps, rel=0.02), which


def test_key_pictures_are_one_group_apart_also_where_the_clip_begins_again(reports):
    """The first picture is a key picture, and the next ones come exactly every `gop` pictures."""
    for which, report in reports.items():
        if report.spec.codec == "mjpeg":
            assert all(report.keys), which
            continue
        places = [place for place, key in enumerate(report.keys) if key]
        assert places == list(range(0, len(report.keys), report.spec.gop)), which


def test_a_second_track_is_described_and_carries_sound(reports):
    """A camera with sound offers an audio track, so that a client has to choose."""
    assert reports["with sound", "a"].kinds == ["video", "audio"]
    assert reports["mjpeg", "jpeg"].kinds == ["video"]


def test_ffmpeg_decodes_every_format_without_a_complaint():
    """Fragments, parameter sets and JPEG headers are such that a decoder finds nothing wrong."""
    formats = [
        one(StreamSpec("x", "h264", 1280, 720, 25, gop=12, sent_kbps=3000), rtsp_auth="none"),
        one(StreamSpec("x", "h264", 640, 360, 25, gop=12, bframes=2, sprop=False), rtsp_auth="none"),
        one(StreamSpec("x", "h265", 1280, 720, 25, gop=12, sent_kbps=3000), rtsp_auth="none"),
        one(StreamSpec("x", "mjpeg", 720, 480, 25), rtsp_auth="none"),
    ]
    with running(*formats) as cameras:
        begun = [
            subprocess.Popen(
                [
                    "ffmpeg",
                    "-v",
                    "warning",
                    "-rtsp_transport",
                    "tcp",
                    "-i",
                    camera.rtsp_url("x"),
                    "-frames:v",
                    "40",
                    "-fps_mode",
                    "passthrough",
                    "-f",
                    "null",
                    "-",
                ],
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for camera in cameras
        ]
        complaints = [process.communicate(timeout=60)[1] for process in begun]
        assert [process.returncode for process in begun] == [0, 0, 0, 0]
    # The scaler's remark on full-range JPEG colours is about FFmpeg's own command line.
    assert [line for text in complaints for line in text.splitlines() if "deprecated pixel format" not in line] == []


def test_ffprobe_with_a_wrong_password_is_refused_and_counted_once():
    """A wrong Digest and a wrong Basic login each cost one refused request."""
    cameras = (presets.good_h264(), presets.mjpeg_only(rtsp_auth="basic"))
    with running(*cameras) as running_cameras:
        begun = [start_ffprobe(c, c.spec.streams()[0][1], password="wrong") for c in running_cameras]
        errors = [process.communicate(timeout=60)[1] for process in begun]
        assert ["401 Unauthorized" in text for text in errors] == [True, True]
        assert [camera.counters.rtsp_refused for camera in running_cameras] == [1, 1]
        assert [camera.counters.refused_in_all for camera in running_cameras] == [1, 1]
        assert [camera.counters.refusals[0].header.split()[0] for camera in running_cameras] == ["Digest", "Basic"]
