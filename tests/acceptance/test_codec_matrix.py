"""Proof: of clips by many encoders, sizes, rates and profiles, the meter says what ffprobe says.

The packets are those of FFmpeg's and of GStreamer's payloaders, replayed through the pure meter on a synthetic clock.
"""

import struct

import pytest

from probes.rtsp.meter import Meter
from tests.acceptance.clip_matrix import CLIPS, made, packets, probed
from tests.acceptance.foreign import need_ffprobe, need_gstreamer

CODECS = {"hevc": "h265"}
READ = [name for name, clip in CLIPS.items() if clip.encoder not in ("mpeg4", "libxvid")]
OTHER = [name for name in CLIPS if name not in READ]
pytestmark = pytest.mark.xdist_group("matrix")  # one worker encodes all clips


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Name -> the file of each clip."""
    need_gstreamer()
    need_ffprobe()
    return made(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="session")
def seen(files):
    """Name -> (our report, what ffprobe says)."""
    return {name: (_metered(name, path), probed(path)) for name, path in files.items()}


def _metered(name, path):
    """The report on a clip whose pictures arrive at the pace at which they were taken."""
    clip = CLIPS[name]
    codec = {"libx264": "h264", "x264": "h264", "openh264": "h264", "libx265": "h265", "x265": "h265"}
    meter = Meter(codec.get(clip.encoder, "mpeg4" if name in OTHER else "mjpeg"), 99.9)
    last, frame = None, -1
    for packet in packets(path):
        ticks = struct.unpack_from("!I", packet, 4)[0]
        frame += ticks != last
        last = ticks
        meter.rtp(packet, 100 + frame / clip.rate)
    return meter.report()


def _stamps(theirs, *, keys=False):
    return sorted(float(p["pts_time"]) for p in theirs["packets"] if not keys or "K" in p["flags"])


@pytest.mark.parametrize("name", READ)
def test_codec_size_profile_level_and_fields_are_those_of_ffprobe(seen, name):
    """The cropped size, the profile by its name, the level, and whether pictures may hold fields."""
    ours, theirs = seen[name]
    stream = theirs["streams"][0]
    assert ours["codec"] == CODECS.get(stream["codec_name"], stream["codec_name"])
    assert (
        (ours["width"], ours["height"])
        == (stream["width"], stream["height"])
        == (CLIPS[name].width, CLIPS[name].height)
    )
    if ours["codec"] == "mjpeg":
        return
    assert ours["profile"] == stream["profile"]
    assert float(ours["level"]) == stream["level"] / (30 if ours["codec"] == "h265" else 10)
    assert ours["interlaced"] == (stream.get("field_order", "progressive") not in ("progressive", "unknown"))


@pytest.mark.parametrize("name", CLIPS)
def test_the_rate_is_that_of_ffprobe(seen, name):
    """Within 2 %: also of codecs into which the meter does not look."""
    ours, theirs = seen[name]
    stamps = _stamps(theirs)
    assert ours["packets_lost"] == 0
    assert ours["fps"] == pytest.approx((len(stamps) - 1) / (stamps[-1] - stamps[0]), rel=0.02)
    assert ours["fps"] == pytest.approx(CLIPS[name].rate, rel=0.02)
    assert abs(ours["frames"] - len(stamps)) <= 1  # the last one is not known to be over


@pytest.mark.parametrize("name", READ)
def test_key_frames_and_the_time_between_them_are_those_of_ffprobe(seen, name):
    """Closed and open groups, B-frames, slices: the same pictures are key frames."""
    ours, theirs = seen[name]
    last = _stamps(theirs)[-1]
    keys = [at for at in _stamps(theirs, keys=True) if at < last]
    assert ours["keyframes"] == len(keys)
    assert ours["keyframe_interval_s"] == pytest.approx((keys[-1] - keys[0]) / (len(keys) - 1), abs=0.005)
    assert ours["intra_refresh"] is (None if ours["codec"] == "mjpeg" else False)


@pytest.mark.parametrize("name", OTHER)
def test_a_codec_that_is_not_read_is_named_and_nothing_is_made_up(seen, name):
    """MPEG-4: its start codes show what it is; size and key frames stay unknown."""
    ours, theirs = seen[name]
    assert ours["codec"] == theirs["streams"][0]["codec_name"] == "mpeg4"
    assert (ours["width"], ours["keyframe_interval_s"]) == (None, None)
