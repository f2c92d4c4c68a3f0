"""What the engine makes of missing, old, thin and doubtful facts."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from probes.errors import Failure, KindName
from probes.facts import (
    Channel,
    ChannelInfo,
    Declared,
    DeviceSheet,
    Encoding,
    Fact,
    Image,
    Measured,
    Observation,
    Stream,
    StreamInfo,
    from_json,
    merge,
    to_json,
)
from standards import Answer, Finding, RegisterFacts, Subject, evaluate, for_channel, reasons, sum_up
from standards.places import SchoolFacts, evaluate_place
from tests.standards.sheets import (
    DAY,
    FULL_HD,
    GOOD,
    HCMC,
    HD_ONLY,
    NOW,
    Changes,
    Missing,
    judged,
    observed,
    sheet,
    size,
)

NOBODY = RegisterFacts()


def of_rule(findings: tuple[Finding, ...], rule: str) -> list[Finding]:
    """The findings of one rule."""
    return [finding for finding in findings if finding.rule == rule]


def test_a_missing_fact_is_unknown_in_the_words_of_its_failure() -> None:
    """No answer is no failure, and the finding says what was in the way and what would help."""
    finding = judged({"measured": Missing("auth_refused")})["codec-main"]
    assert (finding.outcome, finding.fix, finding.seen) == ("unknown", "credentials", None)
    assert finding.why["vi"] == "Thiết bị từ chối tài khoản; đã dừng sau 1 lần thử."


def test_a_definite_answer_fails_only_a_rule_that_says_so() -> None:
    """The stream is not there: rtsp-play fails, and the codec of nothing is unknown."""
    findings = judged({"measured": Missing("no_such_stream"), "image": None})
    assert (findings["rtsp-play"].outcome, findings["rtsp-play"].fix) == ("fail", "repair")
    assert findings["rtsp-play"].why["en"] == "There is no stream at this address."
    assert findings["codec-main"].outcome == "unknown"


@pytest.mark.parametrize(
    "kind", ["unreachable", "timeout", "auth_locked", "busy", "malformed_reply", "our_limit", "tls"]
)
def test_the_absence_of_an_answer_fails_no_rule(kind: KindName) -> None:
    """A camera that cannot be reached is unverified, whatever the rules say about absence."""
    gone = {path.split(".")[0]: Missing(kind) for path in GOOD if path.split(".")[0] not in ("stream", "capable")}
    findings = judged({**gone, "channel": None})
    assert {f.outcome for f in findings.values()} <= {"unknown", "not_applicable"}
    assert sum_up(findings.values()).name == "unverified"


def test_what_nobody_looked_at_is_not_applicable() -> None:
    """ONVIF rules of a bare stream, and no picture asked for: said so, and no cause for doubt."""
    findings = judged({"onvif": None, "image": None})
    assert findings["onvif-answers"].outcome == "not_applicable"
    assert findings["picture"].why["en"] == "Not looked at."


def test_one_expectation_that_nobody_looked_at_is_left_out() -> None:
    """Whether a picture is frozen needs two looks; the rest of the rule is judged without it."""
    assert judged({"access.onvif_login_required": None})["authentication"].outcome == "pass"
    both = {"access.onvif_login_required": None, "access.rtsp_login_required": Missing("timeout")}
    assert judged(both)["authentication"].outcome == "unknown"


def test_the_failing_expectation_is_the_one_that_is_shown() -> None:
    """Of a rule with several expectations the finding names what failed."""
    finding = judged({"image.covered": True, "image.black": Missing("our_limit")})["picture"]
    assert (finding.outcome, finding.fact, finding.seen) == ("fail", "image.covered", True)
    assert finding.why["vi"] == "Ống kính bị che khuất, yêu cầu ống kính không bị che."


def test_an_old_fact_is_stale_and_says_how_old() -> None:
    """After max_age a fact is as good as missing."""
    old = merge(None, observed(at=NOW - timedelta(days=20)))
    findings = evaluate(HCMC, old, NOBODY, (), NOW)
    (finding,) = of_rule(findings, "codec-main")
    assert finding.outcome == "unknown"
    assert finding.why["en"] == "Stale: the fact is 20 days old and may be used for 14 days."
    (fresh,) = of_rule(evaluate(HCMC, old, NOBODY, (), NOW - 6 * DAY), "codec-main")
    assert fresh.outcome == "pass"


def test_a_night_without_an_answer_does_not_flip_a_verdict() -> None:
    """Facts of last night stand while they are fresh, with their own time."""
    tonight = observed({g: Missing("timeout") for g in ("measured", "image", "rtsp", "onvif", "access", "clock")})
    both = merge(merge(None, observed(at=NOW - DAY)), tonight)
    findings = evaluate(HCMC, both, NOBODY, (), NOW)
    assert sum_up(for_channel(findings, 1)).name == "compliant"
    assert of_rule(findings, "codec-main")[0].at == NOW - DAY


def test_too_short_a_sample_is_not_enough_evidence() -> None:
    """Below the seconds or packets of the rule nothing is said, neither pass nor fail."""
    short = judged({"measured.seconds": 2.5, "measured.fps": 3.0})["frame-rate-main"]
    assert (short.outcome, short.seen) == ("unknown", 3.0)
    assert short.why["vi"] == "Chưa đủ số liệu: mẫu đo có 2,5 giây, cần ít nhất 4."
    thin = judged({"measured.packets": 120})["stream-steady"]
    assert thin.why["en"] == "Not enough evidence: the sample has 120 packets, at least 300 needed."
    assert "has 1 second, at least 4" in reasons.too_little("seconds", 1.0, 4)["en"]


def test_a_sample_that_did_not_show_a_fact_is_not_enough_evidence() -> None:
    """One key frame in six seconds gives no interval: that was looked at, so it is unknown."""
    finding = judged({"measured.keyframe_interval_s": None})["keyframe-interval"]
    assert (finding.outcome, finding.why["en"]) == ("unknown", "Not enough evidence: the sample did not show it.")


def test_night_is_not_a_fault() -> None:
    """Slow or dark by night is unknown; fast and clear by night passes."""
    assert judged({"measured.fps": 8.0, "image.light": "night"})["frame-rate-main"].outcome == "unknown"
    assert judged({"image.blurred": True, "image.light": "night"})["picture"].outcome == "unknown"
    assert judged({"image.light": "night"})["frame-rate-main"].outcome == "pass"
    assert judged({"measured.fps": 8.0, "image": None})["frame-rate-main"].outcome == "unknown"


def test_daylight_of_another_day_says_nothing_about_tonight() -> None:
    """The light has to be of the same look as the sample: what tonight shows is no failure."""
    dusk = merge(None, observed({"measured.seconds": 2.0}, NOW - DAY))
    tonight = merge(dusk, observed({"measured.fps": 8.0, "image": None}))
    assert tonight.channels[0].streams[0].facts["image.light"].value == "day"
    (finding,) = of_rule(evaluate(HCMC, tonight, NOBODY, (), NOW), "frame-rate-main")
    assert (finding.outcome, finding.seen) == ("unknown", 8.0)


DARK: Changes = {"image.black": True, "image.light": "dark", "image.covered": None, "image.blurred": None}


@pytest.mark.parametrize(
    ("sun", "outcome"),
    [
        (Fact(True, NOW, "register"), "fail"),
        (Fact(True, NOW - timedelta(minutes=5), "register"), "fail"),
        (Fact(False, NOW, "register"), "unknown"),
        (Fact(True, NOW - timedelta(hours=12), "register"), "unknown"),
        (None, "unknown"),
    ],
)
def test_a_black_picture_fails_while_the_sun_was_up(sun: Fact | None, outcome: str) -> None:
    """It cannot show daylight itself; the register knows, and has to speak of the time of that picture."""
    register = RegisterFacts(daylight={1: sun} if sun else {})
    finding = judged(DARK, register=register)["picture"]
    assert (finding.outcome, finding.fact, finding.seen) == (outcome, "image.black", True)
    assert judged(register=register)["picture"].outcome == "pass"


def test_the_sun_over_another_channel_says_nothing() -> None:
    """Daylight stands by channel."""
    register = RegisterFacts(daylight={2: Fact(True, NOW, "register")})
    assert judged(DARK, register=register)["picture"].outcome == "unknown"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"measured.fps": 8.0}, "frame-rate-main"),
        ({"measured.bitrate_kbps": 20000.0}, "bit-rate-main"),
        ({"image.blurred": True}, "picture"),
        ({"image.covered": True}, "picture"),
    ],
)
def test_where_the_picture_has_to_show_daylight_the_sun_is_not_enough(changes: Changes, rule: str) -> None:
    """A camera in a dark corner slows down at noon too: only a black picture is judged by the sun."""
    register = RegisterFacts(daylight={1: Fact(True, NOW, "register")})
    assert judged({**changes, "image.light": "dark"}, register=register)[rule].outcome == "unknown"


def test_a_gap_has_to_be_seen_twice() -> None:
    """One bad probe may be the line of a moment; the next one decides."""
    bad: Changes = {"measured.longest_gap_s": 9.0}
    once = judged(bad, before={})["stream-steady"]
    assert (once.outcome, once.fact) == ("unknown", "measured.longest_gap_s")
    assert once.why["en"].endswith("Seen once; look again.")
    assert judged(bad, before=bad)["stream-steady"].outcome == "fail"
    assert judged({}, before=bad)["stream-steady"].outcome == "pass"


def test_a_derived_fact_is_seen_twice_too() -> None:
    """What derived facts were before is kept, so losses count twice like gaps."""
    bad: Changes = {"measured.packets_lost": 90}
    assert judged(bad, before={})["stream-steady"].outcome == "unknown"
    assert judged(bad, before=bad)["stream-steady"].outcome == "fail"


@pytest.mark.parametrize(("source", "outcome"), [("assumed", "unknown"), (None, "unknown"), ("registered", "fail")])
def test_a_stream_that_may_be_the_sub_stream_cannot_fail_on_size(source: str | None, outcome: str) -> None:
    """Only where somebody said that this is the main stream is a small picture a fault."""
    finding = judged({**size(640, 360), "stream.role_source": source})["resolution-main"]
    assert finding.outcome == outcome
    if outcome == "unknown":
        assert finding.fix == "survey"
    assert judged({"stream.role_source": source})["resolution-main"].outcome == "pass"


WITHIN: list[tuple[str, Changes, RegisterFacts, str]] = [
    ("can do it", {"capable.encodings": (HD_ONLY, FULL_HD)}, NOBODY, "reconfigure"),
    ("cannot", {"capable.encodings": (HD_ONLY,)}, NOBODY, "replace"),
    ("nothing said", {"capable": None}, NOBODY, "survey"),
    ("not permitted", {"capable": Missing("not_permitted")}, NOBODY, "survey"),
    ("no encodings", {"capable.encodings": ()}, NOBODY, "survey"),
    ("no sizes", {"capable.encodings": (HD_ONLY, Encoding("h265"))}, NOBODY, "survey"),
    ("behind a recorder", {"capable.encodings": (HD_ONLY,), "channel.via": "recorder"}, NOBODY, "survey"),
    ("who encodes is not known", {"capable.encodings": (HD_ONLY,), "channel.via": None}, NOBODY, "survey"),
    ("a sister does more", {"capable.encodings": (HD_ONLY,)}, RegisterFacts((FULL_HD,)), "survey"),
    ("a sister does the same", {"capable.encodings": (HD_ONLY,)}, RegisterFacts((HD_ONLY,)), "replace"),
    ("two sizes, one axis each",
     {"capable.encodings": (Encoding("h264", sizes=((1920, 480), (960, 1080))),)}, NOBODY, "replace"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "register", "fix"), WITHIN, ids=[w[0] for w in WITHIN])
def test_replace_needs_a_capability_that_is_known(
    name: str, changes: Changes, register: RegisterFacts, fix: str
) -> None:
    """Only the encoding device itself, saying that no size is enough, leads to replace; doubt leads to a survey."""
    finding = judged({**size(1280, 720), **changes}, register=register)["resolution-main"]
    assert (finding.outcome, finding.fix) == ("fail", fix)


def test_size_and_rate_have_to_be_possible_together() -> None:
    """Full HD at 12 and HD at 25 frames is no Full HD at 15; a rate that is not said is doubt."""
    slow = Encoding("h264", sizes=((1920, 1080),), fps=(1, 12))
    silent = Encoding("h264", sizes=((1920, 1080),))
    for encodings, fix in (((slow, HD_ONLY), "replace"), ((slow, silent), "survey"), ((FULL_HD,), "reconfigure")):
        finding = judged({"measured.fps": 10.0, "capable.encodings": encodings})["frame-rate-main"]
        assert (finding.outcome, finding.fix) == ("fail", fix)


def two_streams() -> DeviceSheet:
    """A camera with a good main stream and a small, slow MJPEG sub stream."""
    stamp: dict[str, Any] = {"at": NOW, "how": "a test"}
    main = observed().channels[0].streams[0]
    sub = Stream(
        id="sub",
        info=StreamInfo(**stamp, role="sub", role_source="declared"),
        declared=Declared(**stamp, codec="mjpeg", width=640, height=360),
        measured=Measured(**stamp, codec="mjpeg", width=640, height=360, fps=5.0, seconds=6.0),
        image=Image(**stamp, light="day", covered=True),
    )
    info = observed().channels[0].info
    channel = Channel(index=1, token="v1", info=info, streams=(sub, main))
    return merge(None, Observation(target="two", observed_at=NOW, channels=(channel,)))


def test_rules_on_the_main_stream_say_nothing_of_sub_streams() -> None:
    """No finding at all, not even a not applicable one; and channel rules look at the main stream."""
    findings = evaluate(HCMC, two_streams(), NOBODY, (), NOW)
    assert {f.subject.id for f in findings if f.subject.kind == "stream"} == {"main"}
    assert of_rule(findings, "picture")[0].outcome == "pass"


def test_a_channel_without_a_main_stream_is_unknown_and_never_compliant() -> None:
    """Each stream rule gives one unknown finding on the channel."""
    info = ChannelInfo(at=NOW, how="a test", kind="ip", via="direct", further_megapixels=(0.4,))
    seen = Observation(target="bare", observed_at=NOW, channels=(Channel(index=3, info=info),))
    findings = evaluate(HCMC, merge(None, seen), NOBODY, (), NOW)
    (finding,) = of_rule(findings, "codec-main")
    assert (finding.outcome, finding.subject) == ("unknown", Subject("channel", "3", 3))
    assert finding.why["en"] == "Not known: no main stream of this channel was found."
    assert sum_up(for_channel(findings, 3)).name == "unverified"


def test_the_reason_of_the_device_reaches_its_channels() -> None:
    """A login refused at the device is why its channel has no stream."""
    failure = Failure("auth_refused", "onvif.login", facts=("measured", "onvif"))
    seen = Observation(target="x", observed_at=NOW, channels=(Channel(index=1),), failures=(failure,))
    findings = evaluate(HCMC, merge(None, seen), NOBODY, (), NOW)
    assert of_rule(findings, "codec-main")[0].fix == "credentials"
    assert of_rule(findings, "onvif-answers")[0].outcome == "unknown"


def test_a_device_without_channels_has_no_findings_on_streams() -> None:
    """Only device, school and site are spoken of."""
    empty = merge(None, Observation(target="x", observed_at=NOW))
    assert {f.subject.kind for f in evaluate(HCMC, empty, NOBODY, (), NOW)} == {"device"}


@pytest.mark.parametrize(
    ("met", "age", "outcome", "fix"),
    [(True, 1, "pass", None), (False, 1, "fail", "survey"), (None, 1, "unknown", None), (True, 400, "unknown", None)],
)
def test_a_person_answers_a_manual_rule(met: bool | None, age: int, outcome: str, fix: str | None) -> None:
    """The answer counts with its date; too old, it has to be asked again."""
    answer = Answer("retention", Subject("school"), met, by="hieutruong", at=NOW - age * DAY)
    findings = evaluate_place(HCMC, SchoolFacts(), [answer], NOW)
    (finding,) = of_rule(findings, "retention")
    assert (finding.outcome, finding.fix, finding.at, finding.how) == (outcome, fix, answer.at, "answer")


def test_the_newest_answer_about_the_same_subject_counts() -> None:
    """An answer about another channel changes nothing, an older one neither."""
    here, there = Subject("channel", "1", 1), Subject("channel", "2", 2)
    answers = [
        Answer("weatherproof", here, False, by="a", at=NOW - 2 * DAY),
        Answer("weatherproof", here, True, by="b", at=NOW - DAY),
        Answer("weatherproof", there, False, by="c", at=NOW),
    ]
    assert of_rule(evaluate(HCMC, sheet(), NOBODY, answers, NOW), "weatherproof")[0].outcome == "pass"


def test_a_finding_explains_its_number_and_travels_as_json() -> None:
    """Fact, time, method, rule, source, edition and its SHA-256 stand in every finding."""
    finding = judged(size(1280, 720))["resolution-main"]
    data = json.loads(json.dumps(finding.to_json()))
    assert data["seen"] == [1280, 720]
    assert (data["fact"], data["how"], data["at"]) == ("measured.size", "a test", NOW.isoformat())
    assert data["source"] == {"document": "3288/UBND-KT", "clause": "", "state": "A"}
    assert (data["edition"], data["sha256"]) == ("hcmc-3288@draft-1", HCMC.sha256)
    assert data["expected"]["vi"] == "từ 1920×1080 hoặc tương đương"


def test_facts_from_a_file_are_enough() -> None:
    """An observation that went through JSON is judged alike: the package needs no camera and no database."""
    seen = from_json(json.loads(json.dumps(to_json(observed(size(1280, 720))))))
    assert evaluate(HCMC, merge(None, seen), NOBODY, (), NOW) == evaluate(
        HCMC, merge(None, observed(size(1280, 720))), NOBODY, (), NOW
    )
