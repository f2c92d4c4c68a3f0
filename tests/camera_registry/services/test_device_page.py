"""The page of a device: what was registered and seen, what it is worth, what it cost to look, and how it came to be."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.reports.words import WORDS
from camera_registry.services.device_page import device_page
from camera_registry.services.record import record
from camera_registry.store import credentials
from camera_registry.vault import Vault
from probes.errors import Failure
from probes.facts import Channel, ChannelInfo, Identity
from probes.login import LoginState
from tests.camera_registry import fleet
from tests.standards.sheets import DAY, EDITIONS, HD_ONLY, NOW, Missing, observed, size

SMALL = {**size(1280, 720), "capable.encodings": (HD_ONLY,)}


@pytest.fixture
def camera(engine):
    """A registered camera that nobody has looked at."""
    with writing(engine) as session:
        of = fleet.school(session, "B-02", "Trường Tiểu học Nguyễn Du")
        return fleet.device(session, of, "CAM-01", make="Hikvision", model="DS-2CD2043", mac="00:11:22:33:44:55")


def _seen(engine, camera, observation):
    with writing(engine) as session:
        record(session, camera.id, observation, EDITIONS, observation.observed_at, daylight.always)


def _page(engine, code="CAM-01"):
    with reading(engine) as session:
        return device_page(session, "B-02", code, EDITIONS)


def test_a_device_that_is_not_there_has_no_page(engine, camera):
    """Neither another code nor the code in another school."""
    assert _page(engine, "CAM-02") is None
    with reading(engine) as session:
        assert device_page(session, "A-01", "CAM-01", EDITIONS) is None


def test_a_device_never_looked_at_has_a_page(engine, camera):
    """What people registered stands there; everything else is empty, and nothing is made up."""
    page = _page(engine)
    assert (page.registered.district_code, page.registered.school, page.registered.host) == (
        "26740", "Trường Tiểu học Nguyễn Du", "192.168.1.64",
    )  # fmt: skip
    assert (page.verdict, page.complete, page.looked_at, page.last_answered_at) == ("unverified", False, None, None)
    (channel,) = page.channels
    assert (channel.index, channel.verdict, channel.streams, channel.findings, channel.numbers) == (1, None, (), (), ())
    assert (page.lacking, page.logins, page.looks, page.verdict_history, page.changed_at) == ((), (), (), (), ())
    assert [(c.name, c.registered, c.seen) for c in page.identity][:2] == [
        ("make", "Hikvision", None), ("model", "DS-2CD2043", None),
    ]  # fmt: skip


def test_what_was_registered_and_what_the_device_says_are_compared(engine, camera):
    """Signs and case make no difference; another serial number does, a missing one does not."""
    seen = Identity(at=NOW, how="a test", manufacturer="HIKVISION", model="DS-2CD2043", mac="aa:11:22:33:44:55",
                    serial="X1")  # fmt: skip
    whole = observed()
    _seen(engine, camera, replace(whole, device=replace(whole.device, identity=seen)))
    compared = {c.name: (c.registered, c.seen.text["vi"], c.differs) for c in _page(engine).identity}
    assert compared == {
        "make": ("Hikvision", "HIKVISION", False),
        "model": ("DS-2CD2043", "DS-2CD2043", False),
        "serial": ("", "X1", False),
        "mac": ("00:11:22:33:44:55", "aa:11:22:33:44:55", True),
    }


def test_declared_capable_and_measured_stand_side_by_side_with_their_times(engine, camera):
    """In words of both languages; every key has its words."""
    _seen(engine, camera, observed(SMALL))
    (stream,) = _page(engine).channels[0].streams
    lines = {line.name: line for line in stream.lines}
    assert set(lines) <= set(WORDS)
    texts = {name: [t and t.text["vi"] for t in (x.declared, x.capable, x.measured)] for name, x in lines.items()}
    assert texts == {
        "codec": ["H.264", "H.264", "H.264"],
        "size": ["1280×720", "tối đa 1280×720", "1280×720"],
        "fps": ["25 hình/giây", "tối đa 25 hình/giây", "25 hình/giây"],
        "bitrate": ["4,1 Mbps (giới hạn)", None, "3,9 Mbps"],
        "keyframe": ["2 giây", None, "2 giây"],
    }
    assert {t.at for x in lines.values() for t in (x.declared, x.measured)} == {NOW}
    assert (stream.role, stream.role_source) == ("main", "declared")
    assert {n.path: n.told.text["en"] for n in stream.further}["image.light"] == "day"


def test_what_could_not_be_measured_says_why(engine, camera):
    """The line has the reason, and the failure is listed once with all its paths and what to do."""
    _seen(engine, camera, observed({"measured": Missing("busy"), "image": Missing("busy")}))
    page = _page(engine)
    assert {line.why["vi"] for line in page.channels[0].streams[0].lines} == {"Thiết bị đang bận, đã hết phiên xem."}
    (lacking,) = page.lacking
    assert (lacking.kind, lacking.channel, lacking.stream, lacking.facts) == ("busy", 1, "main", ("measured", "image"))
    assert lacking.advice["vi"] == "Đóng bớt phiên xem hoặc kiểm tra lại sau."


def test_every_finding_in_force_is_explained(engine, camera):
    """Pass, fail, unknown and not applicable: what was seen, required, by which source, since when, when and how."""
    _seen(engine, camera, observed({**SMALL, "clock": None, "picture": None, "image": Missing("our_limit")}))
    page = _page(engine)
    of_channel = {f.rule: f for f in page.channels[0].findings}
    failed = of_channel["resolution-main"]
    assert (failed.outcome, failed.fix, failed.measured["en"], failed.stream) == ("fail", "replace", "1280×720", "main")
    assert (failed.state, failed.document, failed.since, failed.until) == ("A", "3288/UBND-KT", NOW, None)
    assert failed.fix_text["en"] == "Choose a device that meets this: 1920×1080 or equivalent."
    assert of_channel["picture"].outcome == "unknown"
    assert {f.outcome for f in page.channels[0].findings} == {"pass", "fail", "unknown", "not_applicable"}
    of_device = {f.rule: f for f in page.findings}
    assert (of_device["onvif-answers"].channel_index, of_device["onvif-answers"].measured["vi"]) == (
        None, "trả lời đủ các lệnh ONVIF cần thiết",
    )  # fmt: skip


def test_a_rule_that_holds_shows_the_number_of_the_newest_look(engine, camera):
    """The interval began with 25 frames a second; tonight it was 24, by the merged sheet."""
    _seen(engine, camera, observed())
    _seen(engine, camera, observed({"measured.fps": 24.0}, NOW + DAY))
    rate = next(f for f in _page(engine).channels[0].findings if f.rule == "frame-rate-main")
    assert (rate.measured["vi"], rate.seen_at, rate.since) == ("24 hình/giây", NOW + DAY, NOW)


def test_history_is_told_newest_first(engine, camera):
    """Verdicts and findings as intervals, numbers of the main stream, and when the settings changed."""
    _seen(engine, camera, observed())
    _seen(engine, camera, observed(SMALL, NOW + DAY))
    page = _page(engine)
    assert [(v.channel_index, v.name, v.since, v.until) for v in page.verdict_history] == [
        (1, "replace", NOW + DAY, None),
        (1, "compliant", NOW, NOW + DAY),
    ]
    line = [(f.outcome, f.until, f.measured["vi"]) for f in page.finding_history if f.rule == "resolution-main"]
    assert line == [("fail", None, "1280×720"), ("pass", NOW + DAY, "1920×1080")]
    assert [(n.at, n.width) for n in page.channels[0].numbers] == [(NOW + DAY, 1280), (NOW, 1920)]
    assert page.changed_at == (NOW + DAY, NOW)
    assert (page.looked_at, page.verdict, page.channels[0].verdict.name) == (NOW + DAY, "replace", "replace")


def test_only_the_newest_sixty_numbers_are_told(engine, camera):
    """A year of nights is not one page."""
    for night in range(62):
        _seen(engine, camera, observed(at=NOW + night * DAY))
    numbers = _page(engine).channels[0].numbers
    assert (len(numbers), numbers[0].at, numbers[-1].at) == (60, NOW + 61 * DAY, NOW + 2 * DAY)


def test_logins_tell_their_doors_and_never_a_password(engine, camera):
    """Two logins with one password: nothing of the password, sealed or not, and nothing that would tell them alike."""
    with writing(engine) as session:
        vault = Vault(bytes(32))
        credentials.put(session, vault, camera.id, "quansat", "s3cret", NOW, doors="onvif,https")
        credentials.put(session, vault, camera.id, "xem", "s3cret", NOW, doors="rtsp")
        first, second = (credentials.name_of(c) for c in credentials.current(session, camera.id))
        credentials.trying(session, camera.id, NOW)
        credentials.learned(session, camera.id, {first: LoginState().refused_at("onvif")})
        assert second
    page = _page(engine)
    assert [(x.username, dict(x.doors), x.unanswered) for x in page.logins] == [
        ("quansat", {"onvif": "login.refused", "https": "login.withheld"}, 0),
        ("xem", {"rtsp": "login.unknown"}, 1),
    ]
    assert all(state in WORDS for login in page.logins for state in login.doors.values())
    assert "s3cret" not in repr(page)
    assert set(asdict(page.logins[0])) == {"username", "made_at", "doors", "unanswered"}


def test_the_ledger_has_the_newest_twenty_looks_with_what_they_cost(engine, camera):
    """Tries and refusals are counted; why it failed stands in words; what waits is no look."""
    failure = Failure("auth_refused", "onvif.login", "401")
    with writing(engine) as session:
        for night in range(21):
            fleet.look(session, camera, at=NOW + night * DAY)
        last = NOW + 30 * DAY
        fleet.look(session, camera, "failed", "auth_refused", [failure], last, tries=1, refusals=1, connections=3,
                   bytes_in=900)  # fmt: skip
        fleet.look(session, camera, "skipped", "some-reason", at=last + timedelta(hours=1))
        fleet.look(session, camera, "waiting", at=last + timedelta(hours=2))
    looks = _page(engine).looks
    assert len(looks) == 20
    assert (looks[0].state, looks[0].reason["vi"]) == ("skipped", "some-reason")
    told = looks[1]
    assert (told.reason["vi"], told.tries, told.refusals, told.connections, told.bytes_in) == (
        "Thiết bị từ chối tài khoản; đã dừng sau 1 lần thử", 1, 1, 3, 900,
    )  # fmt: skip
    assert (told.failures[0].kind, told.failures[0].detail, told.ended_at) == ("auth_refused", "401", last)


def test_channels_of_a_recorder_are_matched_by_token(engine):
    """A channel shows what was seen under its own token, though the recorder counts in another order now."""

    def seen(at, *tokens):
        info = {t: ChannelInfo(at=at, how="a test", state="live" if t == "a" else "offline") for t in tokens}
        channels = tuple(Channel(index=n, token=t, info=info[t]) for n, t in enumerate(tokens, 1))
        return replace(observed(at=at), channels=channels)

    with writing(engine) as session:
        recorder = fleet.device(session, fleet.school(session, "B-02"), "CAM-01", channels=(1, 2), kind="nvr")
    _seen(engine, recorder, seen(NOW, "a", "b"))
    _seen(engine, recorder, seen(NOW + DAY, "b", "a"))
    states = {c.index: {n.path: n.told.text["en"] for n in c.facts}["channel.state"] for c in _page(engine).channels}
    assert states == {1: "live", 2: "offline"}
