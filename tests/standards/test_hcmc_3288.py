"""Every rule of the edition hcmc-3288: a camera that passes, one that fails, one that cannot be told."""

from __future__ import annotations

from typing import Any

import pytest

from standards.model import LANGUAGES, Fix, RegisterFacts
from tests.standards.sheets import FULL_HD, GOOD, HCMC, HD_ONLY, Changes, Missing, judged, size

CASES: dict[str, dict[str, Changes]] = {
    "resolution-main": {
        "pass": size(1920, 1080),
        "fail": size(1280, 960),
        "unknown": {"measured.width": Missing("timeout")},
    },
    "codec-main": {
        "pass": {"measured.codec": "h265"},
        "fail": {"measured.codec": "mjpeg"},
        "unknown": {"measured": Missing("auth_refused")},
    },
    "frame-rate-main": {
        "pass": {"measured.fps": 14.2},
        "fail": {"measured.fps": 12.0},
        "unknown": {"measured.fps": 12.0, "image.light": "night"},
    },
    "bit-rate-main": {
        "pass": {"measured.bitrate_kbps": 7900.0},
        "fail": {"measured.bitrate_kbps": 8100.0},
        "unknown": {"measured.bitrate_kbps": 8100.0, "image.light": "dark"},
    },
    "keyframe-interval": {
        "pass": {"measured.keyframe_interval_s": 4.3},
        "fail": {"measured.keyframe_interval_s": 5.0},
        "unknown": {"measured.keyframe_interval_s": None},
    },
    "smart-codec": {
        "pass": {"measured.keyframe_interval_s": 4.0, "declared.gop": 50},
        "fail": {"measured.keyframe_interval_s": None, "measured.keyframe_gap_s": 5.1, "declared.gop": 50},
        "unknown": {"measured.keyframe_interval_s": None, "measured.keyframe_gap_s": 3.0, "declared.gop": 50},
    },
    "sub-stream": {
        "pass": {"channel.further_megapixels": (0.92,)},
        "fail": {"channel.further_megapixels": ()},
        "unknown": {"channel.further_megapixels": Missing("busy")},
    },
    "rtsp-play": {
        "pass": {"measured.first_packet_ms": 4999.0},
        "fail": {"measured.first_packet_ms": 6000.0},
        "unknown": {"measured": Missing("busy")},
    },
    "stream-steady": {
        "pass": {"measured.packets_lost": 4, "measured.packets": 300},
        "fail": {"measured.packets_lost": 60},
        "unknown": {"measured.packets": 299},
    },
    "rtp-over-tcp": {
        "pass": {"rtsp.interleaved": True},
        "fail": {"rtsp.interleaved": False},
        "unknown": {"rtsp": Missing("unreachable")},
    },
    "onvif-profile": {
        "pass": {"onvif.profiles": ("S",)},
        "fail": {"onvif.profiles": ("G",)},
        "unknown": {"onvif.profiles": Missing("not_permitted")},
    },
    "onvif-answers": {
        "pass": {"onvif.answers": True},
        "fail": {"onvif": Missing("not_onvif")},
        "unknown": {"onvif": Missing("refused_connection")},
    },
    "clock": {
        "pass": {"clock.offset_s": -4.9},
        "fail": {"clock.offset_s": -25200.0},
        "unknown": {"clock": Missing("timeout")},
    },
    "declared-is-measured": {
        "pass": {"measured.fps": 23.0, "measured.height": 1072},
        "fail": {"measured.codec": "h265"},
        "unknown": {"declared": Missing("not_permitted")},
    },
    "picture": {
        "pass": {"image.black": False},
        "fail": {"image.covered": True},
        "unknown": {"image": Missing("our_limit")},
    },
    "view": {
        "pass": {"image.moved": False, "image.light": "night"},
        "fail": {"image.moved": True},
        "unknown": {"image": Missing("our_limit")},
    },
    "picture-quality": {
        "pass": {"image.overexposed": False},
        "fail": {"image.smeared": True},
        "unknown": {"image.overexposed": True, "image.light": "night"},
    },
    "authentication": {
        "pass": {"access.rtsp_login_required": True},
        "fail": {"access.rtsp_login_required": False},
        "unknown": {"access.rtsp_login_required": Missing("timeout")},
    },
}
MANUAL: dict[str, str] = {
    "retention": "no probe can ask a recorder of any make for its days of recording; the school answers",
    "weatherproof": "the rating is printed on the housing; a person reads it",
    "uplink": "a site is judged by its line and all its streams together, which no probe of one device sees",
}


@pytest.mark.parametrize(
    ("rule", "outcome", "changes"),
    [(rule, outcome, changes) for rule, cases in CASES.items() for outcome, changes in cases.items()],
)
def test_each_rule_passes_fails_and_does_not_know(rule: str, outcome: str, changes: Changes) -> None:
    """Each rule gives the outcome of its row."""
    finding = judged(changes)[rule]
    assert finding.outcome == outcome, finding.why["en"]


def test_no_rule_is_without_its_three_cases() -> None:
    """A new rule needs a pass, a fail and an unknown case here, or a reason why a person answers it."""
    automatic = {rule.id for rule in HCMC.rules if not rule.manual}
    assert set(CASES) == automatic
    assert all(set(cases) == {"pass", "fail", "unknown"} for cases in CASES.values())
    assert set(MANUAL) == {rule.id for rule in HCMC.rules if rule.manual}


def test_a_camera_that_meets_everything_passes_every_rule_a_probe_can_answer() -> None:
    """The good camera passes them all, and a person is asked for the rest."""
    for rule, finding in judged().items():
        expected = "not_applicable" if rule in MANUAL else "pass"
        assert finding.outcome == expected, (rule, finding.why["en"])


@pytest.mark.parametrize(
    "shape",
    [(1920, 1080), (1600, 1200), (1920, 1072), (2048, 1536), (2592, 1944), (1536, 1536), (1080, 1920), (4000, 3000)],
)
def test_shapes_with_the_pixels_of_full_hd_pass(shape: tuple[int, int]) -> None:
    """4:3, fisheye, corridor and padded sizes are as good as 1920x1080."""
    assert judged(size(*shape))["resolution-main"].outcome == "pass"


@pytest.mark.parametrize("shape", [(1280, 960), (960, 1080), (1280, 720), (704, 576), (1880, 1000)])
def test_smaller_shapes_fail(shape: tuple[int, int]) -> None:
    """720p, 960p and half-width 1080N do not reach it."""
    assert judged(size(*shape))["resolution-main"].outcome == "fail"


@pytest.mark.parametrize(
    "better",
    [
        size(3840, 2160) | {"measured.codec": "h265", "declared.codec": "h265", "declared.bitrate_kbps": 8192},
        {"measured.fps": 60.0, "declared.fps": 60.0, "declared.gop": 60, "measured.keyframe_interval_s": 1.0},
        {"measured.codec": "h265", "declared.codec": "h265", "measured.bitrate_kbps": 900.0},
        {"onvif.profiles": ("S", "T", "G", "M"), "channel.further_megapixels": (3.69, 0.92, 0.3)},
        {"measured.first_packet_ms": 1.0, "clock.offset_s": 0.0, "measured.longest_gap_s": 0.01},
        size(4000, 3000) | {"measured.bitrate_kbps": 16000.0, "declared.bitrate_kbps": 16384},
    ],
)
def test_a_better_camera_never_fails_for_being_better(better: Changes) -> None:
    """More pixels, frames, profiles or streams than required is a pass."""
    assert [f.rule for f in judged(better).values() if f.outcome in ("fail", "unknown")] == []


def test_resolution_does_not_apply_to_thermal_cameras() -> None:
    """A thermal camera has few pixels and is no worse for it."""
    finding = judged({**size(640, 512), "channel.kind": "thermal"})["resolution-main"]
    assert (finding.outcome, finding.why["vi"]) == ("not_applicable", "Không áp dụng cho camera ảnh nhiệt.")


def test_bit_rate_does_not_apply_to_smart_codecs_and_mjpeg() -> None:
    """H.264+ stretches the key frames far beyond the declared ones; MJPEG has no limit in the edition."""
    smart = judged({"measured.keyframe_interval_s": 12.0, "measured.bitrate_kbps": 300.0})
    assert smart["bit-rate-main"].outcome == "not_applicable"
    assert smart["keyframe-interval"].outcome == "fail"
    mjpeg = judged({"measured.codec": "mjpeg"})
    assert mjpeg["bit-rate-main"].why["en"] == "Applies to H.264 and H.265; this stream is MJPEG."
    assert mjpeg["keyframe-interval"].outcome == "not_applicable"


@pytest.mark.parametrize(
    ("codec", "shape", "limit", "outcome"),
    [
        ("h264", (1920, 1080), 1000, "pass"),
        ("h264", (1920, 1080), 999, "fail"),
        ("h265", (1920, 1080), 500, "pass"),
        ("h265", (1920, 1080), 499, "fail"),
        ("h264", (3840, 2160), 2830, "pass"),  # 4^0.75 = 2.83 times the pixels' worth
        ("h264", (3840, 2160), 2820, "fail"),
    ],
)
def test_the_floor_of_the_bit_rate_is_about_the_declared_limit(
    codec: str, shape: tuple[int, int], limit: int, outcome: str
) -> None:
    """A low variable bit rate is no fault; a low limit is, scaled by pixels to the power of 0.75."""
    changes = size(*shape) | {"measured.codec": codec, "declared.bitrate_kbps": limit, "measured.bitrate_kbps": 200.0}
    finding = judged(changes)["bit-rate-main"]
    assert finding.outcome == outcome
    if outcome == "fail":
        assert finding.fact == "derived.bitrate_limit_at_1080p_kbps"


def test_bit_rate_of_a_bare_stream_is_judged_without_a_declared_limit() -> None:
    """Where nothing is declared, the floor is left out and the ceiling still counts."""
    assert judged({"declared": None})["bit-rate-main"].outcome == "pass"


def test_a_few_lost_packets_are_chance() -> None:
    """Four of 300 packets are more than 1 %, and still say nothing."""
    assert judged({"measured.packets": 300, "measured.packets_lost": 4})["stream-steady"].outcome == "pass"
    assert judged({"measured.packets": 300, "measured.packets_lost": 5})["stream-steady"].outcome == "fail"


def test_a_low_declared_rate_fails_by_night_too() -> None:
    """Night is no excuse for a camera that is set to 12 frames a second."""
    night = {"measured.fps": 12.0, "image.light": "night"}
    assert judged({**night, "declared.fps": 12.0})["frame-rate-main"].outcome == "fail"
    assert judged({**night, "declared.fps": 25.0})["frame-rate-main"].outcome == "unknown"


FIXES: list[tuple[str, Changes, Fix]] = [
    ("resolution-main", {**size(1280, 720), "capable.encodings": (FULL_HD,)}, "reconfigure"),
    ("resolution-main", {**size(1280, 720), "capable.encodings": (HD_ONLY,)}, "replace"),
    ("resolution-main", {**size(1280, 720), "capable": None}, "survey"),
    ("codec-main", {"measured.codec": "mjpeg"}, "reconfigure"),
    ("frame-rate-main", {"measured.fps": 10.0, "capable.encodings": (HD_ONLY,)}, "replace"),
    ("bit-rate-main", {"measured.bitrate_kbps": 20000.0}, "reconfigure"),
    ("sub-stream", {"channel.further_megapixels": (1.9,)}, "reconfigure"),
    ("rtsp-play", {"measured": Missing("no_media"), "image": None}, "repair"),
    ("rtsp-play", {"measured": Missing("no_such_stream"), "image": None}, "repair"),
    ("stream-steady", {"measured.longest_gap_s": 3.0}, "network"),
    ("rtp-over-tcp", {"rtsp.interleaved": Missing("unsupported")}, "reconfigure"),
    ("onvif-answers", {"onvif": Missing("not_onvif")}, "survey"),
    ("picture", {"image.blurred": True}, "repair"),
    ("view", {"image.moved": True}, "repair"),
    ("picture-quality", {"image.cast": True}, "repair"),
    ("authentication", {"access.onvif_login_required": False}, "reconfigure"),
]


@pytest.mark.parametrize(("rule", "changes", "fix"), FIXES)
def test_a_failure_says_what_cures_it(rule: str, changes: Changes, fix: Fix) -> None:
    """Each failed finding names its fix."""
    finding = judged(changes)[rule]
    assert (finding.outcome, finding.fix) == ("fail", fix)


def test_a_wrong_path_says_nothing_about_tcp() -> None:
    """Only a refusal of TCP itself fails the rule about TCP."""
    assert judged({"rtsp": Missing("no_such_stream")})["rtp-over-tcp"].outcome == "unknown"


def test_the_sentence_names_what_was_measured_and_what_is_required() -> None:
    """A finding reads as a short sentence, in Vietnamese with its decimal comma."""
    finding = judged({"measured.fps": 12.5})["frame-rate-main"]
    assert finding.why == {
        "vi": "Tốc độ khung hình đo được 12,5 hình/giây, yêu cầu tối thiểu 15 hình/giây (cho phép lệch 1 hình/giây).",
        "en": "The measured rate is 12.5 frames/s; required is at least 15 frames/s (tolerance 1 frames/s).",
    }


def test_what_is_preferred_is_a_note_and_never_a_failure() -> None:
    """15 frames a second pass; that 25 are preferred stands beside it."""
    finding = judged({"measured.fps": 15.0, "declared.fps": 15.0})["frame-rate-main"]
    assert finding.outcome == "pass"
    assert finding.note is not None
    assert finding.note["en"] == "Preferred: at least 25 frames/s (tolerance 1 frames/s); now 15 frames/s."
    assert judged({"measured.fps": 10.0})["frame-rate-main"].note is None


def test_every_value_is_a_recommended_working_value_in_two_languages() -> None:
    """Nobody could read the annex: each rule says so, and each text is there in Vietnamese and English."""
    assert HCMC.name == "hcmc-3288@draft-1"
    assert HCMC.rests_on_working_values
    for rule in HCMC.rules:
        assert (rule.source.document, rule.source.state, rule.level) == ("3288/UBND-KT", "A", "recommended")
        for text in (rule.title, rule.why, rule.fix_text):
            assert set(text) == set(LANGUAGES)


def test_only_the_agreed_rules_do_not_decide() -> None:
    """Advisory and manual rules are shown and count for nothing."""
    silent = {rule.id for rule in HCMC.rules if not rule.decides}
    assert silent == {
        "clock",
        "onvif-profile",
        "declared-is-measured",
        "smart-codec",
        "view",
        "picture-quality",
        *MANUAL,
    }


def test_a_channel_without_a_camera_has_nothing_to_judge() -> None:
    """An empty input of a recorder is not applicable, channel and stream rules alike."""
    findings = judged({"channel.state": "empty", "measured": Missing("no_media"), "image": None})
    assert findings["rtsp-play"].why["en"] == "No camera is connected to this channel."
    assert {findings[r].outcome for r in ("sub-stream", "picture", "resolution-main")} == {"not_applicable"}


def test_an_indoor_camera_needs_no_weatherproof_housing() -> None:
    """The register knows which channels are outdoors; where it does not, a person is asked."""
    indoor = judged(register=RegisterFacts(outdoor={1: False}))["weatherproof"]
    assert indoor.why["en"] == "Does not apply to indoor cameras."
    assert judged(register=RegisterFacts(outdoor={1: True}))["weatherproof"].why["en"].startswith("Asked of a person")


def test_the_good_camera_has_a_value_for_every_fact_that_deciding_rules_expect() -> None:
    """The builder of this folder stays complete when the edition grows."""
    made: set[Any] = {"measured.size", "channel.further_megapixels", "image.frozen"}
    for rule in HCMC.rules:
        for expectation in rule.expect:
            path = expectation.fact
            assert path in GOOD or path in made or path.startswith("derived."), path


def test_key_frames_that_are_at_least_so_far_apart_fail_and_nearer_ones_are_unknown() -> None:
    """A second key frame was not waited for: 4.5 s without one is more than 4.4 s; 4.3 s may still become either."""
    unseen = {"measured.keyframe_interval_s": None, "measured.keyframes": 1}
    late = judged({**unseen, "measured.keyframe_gap_s": 4.5})["keyframe-interval"]
    assert (late.outcome, late.fix) == ("fail", "reconfigure")
    assert late.why["en"].startswith("For at least 4.5 s no key frame came")
    assert judged({**unseen, "measured.keyframe_gap_s": 4.3})["keyframe-interval"].outcome == "unknown"
    assert judged({"measured.keyframe_gap_s": 4.3})["keyframe-interval"].outcome == "pass"


def test_a_stream_that_is_refreshed_bit_by_bit_has_no_key_frames_to_judge() -> None:
    """Intra refresh is named, and is no failure."""
    shown = {"measured.keyframe_interval_s": None, "measured.keyframe_gap_s": 12.0, "measured.intra_refresh": True}
    finding = judged(shown)["keyframe-interval"]
    assert finding.outcome == "not_applicable"
    assert "intra refresh" in finding.why["en"]
