"""What the edition hcmc-3288 is as a whole. The cases of its rules are data: `cases/hcmc-3288.toml`."""

from __future__ import annotations

import pytest

from standards.model import LANGUAGES
from tests.standards.sheets import GOOD, HCMC, Changes, Missing, judged, size

NOT_BY_A_PROBE = {rule.id for rule in HCMC.rules if rule.manual or rule.subject in ("site", "school")}


def test_a_camera_that_meets_everything_passes_every_rule_a_probe_can_answer() -> None:
    """The good camera passes them all; a person is asked for the rest, and a site is judged as a whole."""
    for rule, finding in judged().items():
        expected = "not_applicable" if rule in NOT_BY_A_PROBE else "pass"
        assert finding.outcome == expected, (rule, finding.why["en"])


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
    """Nobody could read the annex: each rule of it says so, and each text is in Vietnamese and English."""
    assert HCMC.name == "hcmc-3288@draft-1"
    assert HCMC.rests_on_working_values
    for rule in HCMC.rules:
        if rule.source.document == "3288/UBND-KT":
            assert (rule.source.state, rule.level) == ("N" if rule.id == "centre-connection" else "A", "recommended")
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
        "pixel-density",
        *NOT_BY_A_PROBE,
    }


def test_a_channel_without_a_camera_has_nothing_to_judge() -> None:
    """An empty input of a recorder is not applicable, channel and stream rules alike."""
    findings = judged({"channel.state": "empty", "measured": Missing("no_media"), "image": None})
    assert findings["rtsp-play"].why["en"] == "No camera is connected to this channel."
    assert {findings[r].outcome for r in ("sub-stream", "picture", "resolution-main")} == {"not_applicable"}


def test_the_good_camera_has_a_value_for_every_fact_that_deciding_rules_expect() -> None:
    """The builder of this folder stays complete when the edition grows."""
    made = {"measured.size", "channel.further_megapixels", "image.frozen", "register.pixels_per_metre"}
    for rule in (r for r in HCMC.rules if r.id not in NOT_BY_A_PROBE):
        for expectation in rule.expect:
            path = expectation.fact
            assert path in GOOD or path in made or path.startswith("derived."), path
