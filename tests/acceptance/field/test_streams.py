"""Proof: what streams of real cameras are like (items 21, 22 and the bitstream part of 23 of the field notes)."""

import asyncio
from dataclasses import replace

import pytest

from probes import run
from probes.image.checks import Look
from probes.simulator import presets, running
from probes.target import Credential, Limits, Need, Target, parse_address
from standards import load_edition
from standards.needs import needs as needs_of
from tests.acceptance.command import inspect
from tests.probes.rtsp.encoded import decoded_size

FPS = (Need("measured.fps", (14.0,), 4, 20),)
GROUPS = (*FPS, Need("measured.keyframe_interval_s", (4.4,)))
DAY = Look("day", False, False, False, False, False, 120.0, 500.0)


class Keeper:
    """Stands in for the child that looks at pictures: keeps the key frame that it was given, and says it is a day."""

    def __init__(self):
        self.kept = []

    async def look(self, codec, data, **_references):
        """Nothing wrong is seen."""
        self.kept.append((codec, data))
        return DAY


def camera_of(**changes):
    """A camera with one small stream of its own kind."""
    spec = presets.good_h264()
    small = replace(spec.channels[0].streams[1], **changes)
    return replace(spec, channels=(replace(spec.channels[0], streams=(small,)),))


def measured(spec, needs=FPS, looker=None):
    """What was measured of the one stream of a camera, asked for by its address."""
    with running(spec) as (camera,):
        address = parse_address(camera.rtsp_url("sub"))
        login = Credential("1", spec.username, spec.password)
        limits = Limits(picture=looker is not None, sample_s=12, deadline_s=40)
        observation = asyncio.run(run.look(Target("k", address, (login,), needs=needs, limits=limits), looker))
    stream = observation.channels[0].streams[0]
    assert stream.measured is not None, observation.failures
    return stream.measured, stream.sdp


def findings(folder, spec):
    """Rule -> finding of a look at the whole camera by the command, pictures included."""
    with running(spec) as (camera,):
        address = f"{camera.host}:{camera.onvif_port}"
        result = inspect(folder, address, "--json", "--lang", "en", password=spec.password)
    data = result.json
    found = [*data["device"]["findings"], *(f for c in data["channels"] for f in c["findings"])]
    return {f["rule"]: f for f in found}, data["channels"][0]["streams"][0]["measured"]


def main_of(**changes):
    """The good camera with another main stream, small enough to cost little."""
    spec = presets.good_h264()
    channel = spec.channels[0]
    main = replace(channel.streams[0], width=1280, height=720, **changes)
    return replace(spec, channels=(replace(channel, streams=(main, *channel.streams[1:])),))


@pytest.mark.field(21)
def test_a_smart_codec_is_named_and_is_no_failure_of_the_stream(tmp_path):
    """H.264+ with a group of 10 s where 1 s is declared: named by an advisory rule, the key frames are known to be more
    than 4.4 s apart, and the sample did not wait for the second one.
    """
    found, seen = findings(tmp_path, main_of(gop=250, declared_gop=25, sent_kbps=300))
    assert (found["smart-codec"]["outcome"], found["smart-codec"]["decides"]) == ("fail", False)
    assert found["keyframe-interval"]["outcome"] == "fail"
    assert found["keyframe-interval"]["fix"] == "reconfigure"
    assert found["keyframe-interval"]["why"].startswith("For at least")
    assert (found["rtsp-play"]["outcome"], found["bit-rate-main"]["outcome"]) == ("pass", "not_applicable")
    assert (seen["keyframes"], seen["keyframe_interval_s"]) == (1, None)
    assert 4.4 < seen["keyframe_gap_s"] < 9


@pytest.mark.field(21)
def test_a_smart_codec_that_is_joined_far_from_its_key_frame_is_still_measured():
    """The next key frame would come after 15 s: size, rate and the time without one are known, and nothing failed."""
    seen, _ = measured(camera_of(gop=400, sent_kbps=300, start_at=20), GROUPS)
    assert (seen.codec, seen.size, seen.keyframes) == ("h264", (640, 360), 0)
    assert seen.keyframe_gap_s > 10
    assert seen.fps == pytest.approx(25, rel=0.02)


@pytest.mark.field(21)
def test_groups_as_declared_are_no_smart_codec(tmp_path):
    """A key frame every 2 s, as declared, and a modest bit rate."""
    found, seen = findings(tmp_path, main_of(gop=50, sent_kbps=300))
    assert (found["smart-codec"]["outcome"], found["keyframe-interval"]["outcome"]) == ("pass", "pass")
    assert seen["keyframe_gap_s"] == pytest.approx(2, abs=0.1)


@pytest.mark.field(21)
def test_a_stream_without_key_frames_that_refreshes_bit_by_bit_is_read_and_named():
    """Intra refresh, joined in the middle: size and rate are known, no key frame is waited for, and it is said."""
    keeper = Keeper()
    seen, _ = measured(camera_of(coding="refresh", gop=125, start_at=100), GROUPS, keeper)
    assert (seen.intra_refresh, seen.size, seen.keyframes) == (True, (640, 360), 0)
    assert (seen.stop_reason, seen.fps) == ("needs_met", pytest.approx(25, rel=0.02))
    assert keeper.kept == []


@pytest.mark.field(22)
@pytest.mark.parametrize("stated", [12.5, 50.0])
def test_the_measured_rate_counts_and_not_what_is_stated(stated):
    """Half or double in the parameter sets, in a=framerate and in ONVIF: 25 are sent, and 25 are measured."""
    seen, sdp = measured(camera_of(declared_fps=stated))
    assert (sdp.fps, seen.fps) == (stated, pytest.approx(25, rel=0.02))


@pytest.mark.field(22)
def test_time_stamps_of_25_and_21_pictures_are_21():
    """Some recorders stamp 25 and ship 21: their own reports, or arrival, say so."""
    seen, _ = measured(camera_of(fps=21.0, declared_fps=25.0, stamped_fps=25.0))
    assert seen.fps_rtp == pytest.approx(25, rel=0.01)
    assert (seen.fps, seen.fps_method in ("rtcp", "wall")) == (pytest.approx(21, rel=0.02), True)


@pytest.mark.field(22)
def test_what_was_kept_before_play_makes_no_camera_faster():
    """1.5 s of pictures at once after PLAY: 25 a second all the same, by both clocks."""
    seen, _ = measured(camera_of(burst_s=1.5))
    assert (seen.fps, seen.fps_method) == (pytest.approx(25, rel=0.02), "rtp")
    assert seen.fps_wall == pytest.approx(25, rel=0.05)


@pytest.mark.field(22)
def test_fields_are_counted_in_pairs_and_named():
    """Interlaced pictures of an analogue input: 25 a second, and interlaced."""
    seen, _ = measured(camera_of(coding="fields", width=704, height=576))
    assert (seen.interlaced, seen.size) == (True, (704, 576))
    assert seen.fps == pytest.approx(25, rel=0.02)


@pytest.mark.field(22)
def test_a_camera_that_halves_its_rate_in_the_dark_does_not_fail(tmp_path):
    """Slow shutter by night: 12.5 of 25 declared. Unknown until a look by day; by day the same rate fails."""
    dark, _ = findings(tmp_path, main_of(fps=12.5, declared_fps=25.0, gop=25, scene="night"))
    assert dark["frame-rate-main"]["outcome"] == "unknown"
    assert "night is not a fault" in dark["frame-rate-main"]["why"]
    lit, _ = findings(tmp_path, main_of(fps=12.5, declared_fps=25.0, gop=25))
    assert lit["frame-rate-main"]["outcome"] == "fail"


@pytest.mark.field(23)
@pytest.mark.parametrize("packing", ["marked_sets", "annex_b", "shifting_type"])
def test_pictures_in_odd_packets_are_counted_and_decode(packing):
    """Markers on parameter sets and SEI, Annex B in fragments (V380), another type in later fragments (Tiandy)."""
    keeper = Keeper()
    seen, _ = measured(camera_of(packing=packing, gop=25, sprop=False), GROUPS, keeper)
    assert (seen.codec, seen.size, seen.packets_lost) == ("h264", (640, 360), 0)
    assert (seen.fps, seen.keyframe_interval_s) == (pytest.approx(25, rel=0.02), pytest.approx(1, abs=0.05))
    assert decoded_size(*keeper.kept[0]) == (640, 360)


@pytest.mark.field(21)
def test_a_probe_is_told_to_look_for_what_shows_a_smart_codec():
    """The edition asks for the interval with its limit, and for the time without a key frame."""
    asked = {need.fact: need for need in needs_of(load_edition("hcmc-3288"))}
    assert 4.4 in asked["measured.keyframe_interval_s"].cuts
    assert "measured.keyframe_gap_s" in asked
