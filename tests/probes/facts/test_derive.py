"""Facts made from facts: one row of data for each case."""

import pytest

from probes.facts.derive import DERIVED, derive
from probes.facts.paths import paths


def _derived(path: str, **facts):
    """The value of a derived fact, or None; `a__b` stands for the path a.b."""
    given = {"measured.seconds": 4.0, **{name.replace("__", "."): value for name, value in facts.items()}}
    value, _ = derive(given).get(path, (None, None))
    return value


@pytest.mark.parametrize(
    ("measured", "declared", "rate", "declared_rate", "interval"),
    [
        (2.0, 4.0, 25.0, 25.0, 2.0),
        (8.0, 4.0, 12.5, 25.0, 4.0),  # slow shutter: 100 frames are 8 s, and 4 s by day
        (8.0, 4.0, 17.5, 25.0, 8.0),
        (8.0, 4.0, 17.4, 25.0, 4.0),
        (None, 4.0, 12.5, 25.0, 4.0),
        (None, 4.0, 25.0, 25.0, None),
        (2.0, None, 12.5, 25.0, 2.0),
        (2.0, 4.0, None, 25.0, 2.0),
        (2.0, 4.0, 12.5, None, 2.0),
        (2.0, 4.0, 12.5, 0.0, 2.0),
    ],
)
def test_the_key_frame_interval_is_measured_unless_the_camera_runs_slow(
    measured, declared, rate, declared_rate, interval
):
    """Standards, keyframe-interval: below 0.7 of the declared rate, GovLength over the declared rate is judged."""
    facts = {
        "measured__keyframe_interval_s": measured,
        "declared__keyframe_interval_s": declared,
        "measured__fps": rate,
        "declared__fps": declared_rate,
        "measured__keyframes": 1,
    }
    assert _derived("derived.keyframe_interval_s", **{k: v for k, v in facts.items() if v is not None}) == interval


@pytest.mark.parametrize("keyframes", [0, None])
def test_without_one_key_frame_what_is_declared_is_no_interval(keyframes):
    """A stream of rubbish runs slow too: nothing passes on the word of the device alone."""
    facts = {"declared__keyframe_interval_s": 4.0, "measured__fps": 3.0, "declared__fps": 25.0}
    facts |= {} if keyframes is None else {"measured__keyframes": keyframes}
    assert _derived("derived.keyframe_interval_s", **facts) is None


@pytest.mark.parametrize(
    ("interval", "gop", "codec", "smart"),
    [
        (2.0, 50, "h264", False),
        (4.0, 50, "h264", False),
        (4.1, 50, "h265", True),
        (20.0, 50, "h264", True),
        (20.0, 50, "mjpeg", None),
        (20.0, 0, "h264", None),
        (None, 50, "h264", None),
    ],
)
def test_a_smart_codec_is_one_whose_key_frames_come_twice_as_rarely_as_declared(interval, gop, codec, smart):
    """Field notes 21: H.264+ and H.265+ stretch the group of pictures up to ten times."""
    facts = {"measured__fps": 25.0, "declared__gop": gop, "measured__codec": codec}
    if interval is not None:
        facts["measured__keyframe_interval_s"] = interval
    assert _derived("derived.smart_codec", **facts) is smart


@pytest.mark.parametrize(
    ("gap", "interval", "kbps", "refresh", "smart"),
    [
        (4.1, None, None, False, True),  # no second key frame was waited for, and it is late already
        (3.9, None, None, False, None),
        (4.5, 1.7, 4000.0, False, True),  # groups of different length: the longest counts
        (2.6, 2.6, 500.0, False, True),
        (2.6, 2.6, 600.0, False, False),
        (2.0, 2.0, 100.0, False, False),  # a still scene is no smart codec
        (12.0, None, None, True, None),
    ],
)
def test_late_key_frames_and_few_bits_are_a_smart_codec(gap, interval, kbps, refresh, smart):
    """Field notes 21: groups far over GovLength; or later than declared at very few bits for the size."""
    facts = {"measured__fps": 25.0, "declared__gop": 50, "measured__codec": "h265", "measured__size": (1920, 1080)}
    facts |= {"measured__keyframe_gap_s": gap, "measured__intra_refresh": refresh}
    facts |= {"measured__keyframe_interval_s": interval, "measured__bitrate_kbps": kbps}
    assert _derived("derived.smart_codec", **{k: v for k, v in facts.items() if v is not None}) is smart


@pytest.mark.parametrize(("rate", "gap"), [(25.0, 8.0), (12.5, 4.0), (None, 8.0)])
def test_the_time_without_a_key_frame_is_that_of_the_declared_rate_while_the_camera_runs_slow(rate, gap):
    """Slow shutter: 100 frames are 8 s in the dark, and 4 s by day."""
    facts = {"measured__keyframe_gap_s": 8.0, "declared__fps": 25.0} | ({"measured__fps": rate} if rate else {})
    assert _derived("derived.keyframe_gap_s", **facts) == gap


@pytest.mark.parametrize(("lost", "percent", "loss"), [(0, 0.0, 0.0), (4, 40.0, 0.0), (5, 1.6, 1.6), (None, 1.0, None)])
def test_fewer_than_five_lost_packets_are_no_loss(lost, percent, loss):
    """Standards, stream-steady: of them at least 5, or it is chance."""
    facts = {"measured__lost_percent": percent} | ({} if lost is None else {"measured__packets_lost": lost})
    assert _derived("derived.loss_percent", **facts) == loss


@pytest.mark.parametrize(
    ("limit", "size", "at_1080p"),
    [(4096, (1920, 1080), 4096), (4096, (3840, 2160), 4096 / 4**0.75), (512, (960, 540), 512 * 4**0.75)],
)
def test_the_declared_limit_is_scaled_to_1080p(limit, size, at_1080p):
    """Bits grow with pixels to the power of 0.75, so that one floor serves every size."""
    value = _derived("derived.bitrate_limit_at_1080p_kbps", declared__bitrate_kbps=limit, declared__size=size)
    assert value == pytest.approx(at_1080p)


@pytest.mark.parametrize(
    "facts", [{"declared__bitrate_kbps": 4096}, {"declared__bitrate_kbps": 0, "declared__size": (1, 1)}]
)
def test_without_a_limit_or_a_size_there_is_no_scaled_limit(facts):
    """Unknown is unknown; a limit of 0 is what devices write that have none."""
    assert _derived("derived.bitrate_limit_at_1080p_kbps", **facts) is None


def test_nothing_is_derived_from_nothing():
    """A stream that was never seen has no derived facts."""
    assert derive({}) == {}


def test_each_derived_fact_names_real_paths_and_has_one_type():
    """What it reads and where its time comes from are facts of the table; its own path is derived.*."""
    for derived in DERIVED:
        assert derived.type.path.startswith("derived.")
        assert {derived.source, *derived.reads} <= paths().keys()
    assert len({d.type.path for d in DERIVED}) == len(DERIVED)
