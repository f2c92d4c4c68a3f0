"""What could not be checked: which rows there are, and why each."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.services.listing import Filter, ListingError, every_not_checked, non_compliant, not_checked
from camera_registry.services.overview import overview
from camera_registry.services.record import record
from camera_registry.services.unchecked import SKIPPED, by_reason, without_channels
from camera_registry.store.sweeps import SKIPPED as SKIPPED_CODES
from probes.errors import Failure
from probes.facts import Observation
from tests.camera_registry import fleet
from tests.standards.sheets import DAY, EDITIONS, HCMC, NOW, Missing, observed


@pytest.fixture
def camera(engine):
    """A registered camera that nobody has looked at."""
    with writing(engine) as session:
        return fleet.device(session, fleet.school(session, "B-02"), "CAM-01")


def _page(engine, **wanted):
    with reading(engine) as session:
        return not_checked(session, Filter(**wanted), HCMC)


def _only(engine):
    (row,) = _page(engine).rows
    return row


def test_a_channel_never_judged_is_listed(engine, camera):
    """No look, no verdict: that is said, with what to do and who acts."""
    row = _only(engine)
    assert (row.device_code, row.channel_index, row.kind, row.fix, row.actor) == ("CAM-01", 1, "never", None, "school")
    assert row.reason == {"vi": "Chưa kiểm tra lần nào", "en": "Never looked at yet"}
    assert row.fix_text["vi"] == "Chờ đợt kiểm tra tự động, hoặc kiểm tra ngay."
    assert (row.attempts, row.last_attempt, row.last_answered, row.silent_nights, row.rule) == (0, None, None, 0, None)


def test_a_channel_that_was_judged_is_not_listed(engine, camera):
    """Neither a compliant one nor one that fails: the two lists share no channel."""
    with writing(engine) as session:
        of = fleet.school(session, "A-01")
        failing = fleet.device(session, of, "CAM-02")
        record(session, camera.id, observed(), EDITIONS, NOW, daylight.always)
        record(session, failing.id, observed({"measured.fps": 5.0}), EDITIONS, NOW, daylight.always)
    assert _page(engine).rows == ()
    with reading(engine) as session:
        assert [row.device_code for row in non_compliant(session, Filter(), HCMC).rows] == ["CAM-02"]


def test_a_device_that_does_not_answer_says_why_in_words(engine, camera):
    """The newest kind, its detail, what to do, how often and when it was tried, and when it last answered."""
    failure = Failure("unreachable", "connect", "no route to host", facts=("onvif", "identity"))
    with writing(engine) as session:
        device = session.get(fleet.Device, camera.id)
        device.maintainer, device.last_answered_at, device.silent_nights = "Công ty B", NOW - 9 * DAY, 8
        record(
            session,
            camera.id,
            Observation(target="x", observed_at=NOW, failures=(failure,)),
            EDITIONS,
            NOW,
            daylight.always,
        )
        fleet.look(session, camera, "failed", "timeout", [Failure("timeout", "connect")], NOW - DAY)
        fleet.look(session, camera, "failed", "unreachable", [failure], NOW)
    row = _only(engine)
    assert (row.kind, row.fix, row.actor, row.detail) == ("unreachable", "network", "maintainer", "no route to host")
    assert row.reason["vi"] == "Không tới được địa chỉ (kiểm tra nguồn, dây mạng, IP)"
    assert row.fix_text["vi"] == "Kiểm tra nguồn điện, dây mạng và địa chỉ IP của thiết bị."
    assert (row.attempts, row.last_attempt, row.last_answered, row.silent_nights) == (2, NOW, NOW - 9 * DAY, 8)


def test_a_device_that_answered_since_is_judged_by_what_it_said(engine, camera):
    """An older failure is no reason any more; the rule that could not be told is."""
    with writing(engine) as session:
        fleet.look(session, camera, "failed", "unreachable", [Failure("unreachable", "connect")], NOW - DAY)
        record(session, camera.id, observed({"measured": Missing("busy")}), EDITIONS, NOW, daylight.always)
    row = _only(engine)
    assert (row.kind, row.rule, row.title) == ("finding", "resolution-main", HCMC.rule("resolution-main").title)
    assert row.reason["vi"] == "Thiết bị đang bận, đã hết phiên xem."
    assert row.fix_text["vi"] == "Chờ đợt kiểm tra tự động tiếp theo, hoặc kiểm tra ngay."


def test_the_failure_that_concerns_the_channel_is_told_and_not_another(engine, camera):
    """A login that may not read the network settings does not explain a missing picture size."""
    aside = Failure("not_permitted", "onvif.network", "GetNetworkInterfaces", facts=("identity.mac",))
    other = Failure("timeout", "rtsp.play", "", 7, "main", ("measured",))
    mine = Failure("auth_refused", "rtsp.describe", "401", 1, "main", ("measured", "sdp"))
    with writing(engine) as session:
        record(session, camera.id, observed({"measured": Missing("auth_refused")}), EDITIONS, NOW, daylight.always)
        fleet.look(session, camera, "done", "", [aside, other, mine], NOW)
    row = _only(engine)
    assert (row.kind, row.detail, row.fix) == ("auth_refused", "401", "credentials")
    assert row.fix_text["vi"].startswith("Nhập lại tài khoản đúng")


def test_a_device_that_locks_logins_is_waited_for(engine, camera):
    """A new password would not open it: no remedy is named, nor another look at once; the sentence says to wait."""
    locked = Failure("auth_locked", "onvif.login", "locked", facts=("identity", "onvif"))
    with writing(engine) as session:
        record(session, camera.id, observed({"onvif": Missing("auth_locked")}), EDITIONS, NOW, daylight.always)
        fleet.look(session, camera, "done", "", [locked], NOW)
    row = _only(engine)
    assert (row.kind, row.fix, row.again) == ("auth_locked", None, False)
    assert row.fix_text["vi"] == "Chờ ít nhất 30 phút rồi mới kiểm tra lại."


def test_a_camera_of_which_one_stream_address_is_known_says_what_helps(engine, camera):
    """Another look never would: a setting does."""
    alone = Failure("our_limit", "target", "one stream", 1, None, ("channel.further_megapixels",))
    with writing(engine) as session:
        seen = observed({"channel.further_megapixels": None, "onvif": None, "declared": None})
        record(session, camera.id, replace(seen, failures=(*seen.failures, alone)), EDITIONS, NOW, daylight.always)
        fleet.look(session, camera, "done", "", [alone], NOW)
    row = _only(engine)
    assert (row.kind, row.rule, row.fix, row.again) == ("our_limit", "sub-stream", "reconfigure", False)
    assert row.reason["vi"].startswith("Chỉ biết một đường dẫn luồng")
    assert row.fix_text["vi"].startswith("Bật ONVIF trên camera, khai báo cổng ONVIF và bỏ trống đường dẫn luồng")


def test_a_cloud_only_device_has_its_own_reason(engine):
    """There is nothing to look at: one row for the device, without a channel."""
    with writing(engine) as session:
        fleet.device(session, fleet.school(session, "B-02"), "IMOU", channels=(), kind="cloud", host="")
    row = _only(engine)
    assert (row.channel_index, row.kind, row.fix) == (None, "cloud_only", "survey")
    assert row.reason["vi"] == "Chỉ xem qua ứng dụng đám mây"
    assert row.fix_text["vi"]


def test_a_device_without_an_address_has_to_get_one(engine):
    """It is not the cloud that hides it."""
    with writing(engine) as session:
        fleet.device(session, fleet.school(session, "B-02"), "DG-01", kind="nvr", host="")
    row = _only(engine)
    assert (row.kind, row.reason["vi"], row.fix) == ("no_address", "Chưa khai báo địa chỉ của thiết bị", "survey")
    assert row.fix_text["vi"] == "Khai báo địa chỉ IP của thiết bị."


def test_a_device_without_channels_is_one_row_until_it_is_judged_otherwise(engine):
    """Its own verdict counts; registered channels take its place."""
    with writing(engine) as session:
        empty = fleet.device(session, fleet.school(session, "B-02"), "DG-01", channels=())
        fleet.verdict(session, empty, "unverified", None)
    assert (_only(engine).device_code, _only(engine).channel_index) == ("DG-01", None)
    with writing(engine) as session:
        session.add_all(fleet.Channel(device_id=empty.id, index=n) for n in (1, 2))
    assert [row.channel_index for row in _page(engine).rows] == [1, 2]


def test_a_look_that_was_left_out_says_so(engine, camera):
    """The word of the sweep is shown where nothing else is known; a look left out is no attempt."""
    with writing(engine) as session:
        fleet.look(session, camera, "skipped", "cancelled")
    row = _only(engine)
    assert (row.kind, row.reason["en"], row.attempts) == ("skipped", "The sweep was cancelled before it", 0)
    assert row.last_attempt is None
    assert set(SKIPPED_CODES) == set(SKIPPED)


def test_a_look_left_out_does_not_hide_the_look_before(engine, camera):
    """Last night it did not answer, tonight the hours were over: it is still the silence that explains."""
    with writing(engine) as session:
        fleet.look(session, camera, "failed", "unreachable", at=NOW - DAY)
        fleet.look(session, camera, "skipped", "window_over")
    assert (_only(engine).kind, _only(engine).attempts) == ("unreachable", 1)


def test_a_device_that_refused_its_login_says_so_though_it_answered(engine, camera):
    """The look is done, but its first failure cost all of it."""
    refused = Failure("auth_refused", "onvif.login", "401", facts=("identity",))
    with writing(engine) as session:
        session.get(fleet.Device, camera.id).last_answered_at = NOW
        fleet.look(session, camera, "done", "auth_refused", [refused], NOW + timedelta(seconds=9))
    assert (_only(engine).kind, _only(engine).fix, _only(engine).detail) == ("auth_refused", "credentials", "401")


def test_the_first_unknown_of_the_channel_goes_before_that_of_the_device(engine, camera):
    """What is nearest explains best; without one of its own, the one of the device does."""
    why = {"vi": "Chưa rõ.", "en": "Not known."}
    unknown = {"outcome": "unknown", "fix": "network", "actor": "carrier", "why": json.dumps(why)}
    with writing(engine) as session:
        fleet.verdict(session, camera, "unverified")
        fleet.finding(session, camera, None, "onvif-answers", **unknown)
    assert (_only(engine).rule, _only(engine).actor, _only(engine).reason) == ("onvif-answers", "carrier", why)
    with writing(engine) as session:
        fleet.finding(session, camera, 1, "picture", **{**unknown, "fix": "survey"}, decides=False)
        fleet.finding(session, camera, 1, "codec-main", **{**unknown, "fix": "survey"})
    assert (_only(engine).rule, _only(engine).fix) == ("codec-main", "survey")


def test_the_reasons_are_together_as_many_as_the_overview_says(engine):
    """A pair of which the recorder is compliant is known; a pair of which both are not is one, for the reason of the
    recorder; a device without channels is no camera.
    """
    with writing(engine) as session:
        school = fleet.school(session, "B-02")
        recorder = fleet.device(session, school, "DG-01", channels=(1, 2, 3), kind="nvr")
        fleet.verdict(session, recorder, "compliant", 1)
        fleet.look(session, recorder, "failed", "auth_refused")
        for index, code in enumerate(("CAM-01", "CAM-02"), 1):
            camera = fleet.device(session, school, code)
            fleet.channel(session, camera).recorded_as = fleet.channel(session, recorder, index).id
            fleet.look(session, camera, "failed", "unreachable")
        fleet.device(session, school, "CAM-03")
        fleet.device(session, school, "IMOU", channels=(), kind="cloud", host="")
    with reading(engine) as session:
        assert {kind: number for kind, _, number in by_reason(session)} == {"auth_refused": 2, "never": 1}
        assert overview(session).numbers.verdicts["unverified"] == 3
        assert without_channels(session) == 1


@pytest.fixture
def silent(engine):
    """A school with a recorder that is silent, and another school with a camera that refuses its login."""
    with writing(engine) as session:
        first, second = fleet.school(session, "B-02", "Trường Nguyễn Du"), fleet.school(session, "A-01", district="X")
        recorder = fleet.device(session, first, "DG-01", channels=(1, 2), silent_nights=5, maintainer="Công ty B")
        camera = fleet.device(session, second, "CAM-07", last_answered_at=NOW - 30 * DAY)
        fleet.look(session, recorder, "failed", "unreachable", at=NOW)
        fleet.look(session, camera, "failed", "auth_refused", at=NOW - timedelta(hours=1))
    return engine


ALL = [("DG-01", 1), ("DG-01", 2), ("CAM-07", 1)]


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ({}, [0, 1, 2]),
        ({"district": "X"}, [2]),
        ({"school": "B-02"}, [0, 1]),
        ({"fix": "network"}, [0, 1]),
        ({"fix": "credentials"}, [2]),
        ({"fix": "replace"}, []),
        ({"actor": "maintainer"}, [0, 1]),
        ({"actor": "school"}, [2]),
        ({"verdict": "unverified"}, [0, 1, 2]),
        ({"q": "nguyen"}, [0, 1]),
        ({"sort": "school"}, [2, 0, 1]),
        ({"sort": "fix"}, [2, 0, 1]),
        ({"sort": "actor", "direction": "desc"}, [2, 0, 1]),
        ({"sort": "last_answered", "direction": "desc"}, [2, 0, 1]),
        ({"sort": "severity", "direction": "asc"}, [2, 0, 1]),
    ],
    ids=str,
)
def test_filters_and_orders(silent, wanted, rows):
    """Silent longest first unless another order is wanted; the total is that of the filter."""
    page = _page(silent, **wanted)
    assert [(row.device_code, row.channel_index) for row in page.rows] == [ALL[n] for n in rows]
    assert (page.total, page.units) == (len(rows), len(rows))


def test_the_pages_together_are_the_list(silent):
    """Every row stands on one page, and all of them come when all are wanted."""
    pages = [_page(silent, size=2, page=n) for n in (1, 2)]
    whole = [row for page in pages for row in page.rows]
    assert (len(whole), pages[0].pages) == (3, 2)
    with reading(silent) as session:
        assert list(every_not_checked(session, Filter(size=1), HCMC)) == whole


@pytest.mark.parametrize(
    ("wanted", "field"),
    [({"rule": "picture"}, "rule"), ({"verdict": "repair"}, "verdict"), ({"sort": "rule"}, "sort"),
     ({"school": "C"}, "school")],
    ids=str,
)  # fmt: skip
def test_what_this_list_does_not_have_is_said(engine, wanted, field):
    """Rules, other verdicts and other orders belong to the other list."""
    with pytest.raises(ListingError) as caught:
        _page(engine, **wanted)
    assert caught.value.field == field
