"""Recording observations: stored once, judged, summed up, as intervals."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import func, select

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.models import Channel, Description, Device, FindingRecord, Measurement, Site, Table, VerdictRecord
from camera_registry.services.actors import ACTORS, actor
from camera_registry.services.checking import explanation
from camera_registry.services.record import answered, judge_again, record
from camera_registry.store import channels, credentials, findings, numbers, observations
from camera_registry.vault import Vault
from probes.errors import Failure
from probes.facts import Channel as SeenChannel
from probes.facts import ChannelInfo, Identity, Observation
from probes.login import LoginState
from probes.target import Remembered
from tests.camera_registry.registered import device
from tests.standards.sheets import DAY, EDITIONS, HCMC, HD_ONLY, NOW, observed, size

SMALL = {**size(1280, 720), "capable.encodings": (HD_ONLY,)}


@pytest.fixture
def camera(engine):
    """The id of a registered device with one channel."""
    with writing(engine) as session:
        return device(session).id


def _record(engine, camera, observation, now=None, sun_up=daylight.always):
    with writing(engine) as session:
        return record(session, camera, observation, EDITIONS, now or observation.observed_at, sun_up)


def _rows(engine):
    """How many rows each table has."""
    with reading(engine) as session:
        return {
            t.name: session.connection().execute(select(func.count()).select_from(t)).scalar()
            for t in Table.metadata.sorted_tables
        }


def _failed(engine, camera):
    with reading(engine) as session:
        return {f.rule: f for f in findings.now_open(session, camera) if f.outcome == "fail" and f.decides}


def test_a_good_camera_is_compliant_and_every_part_is_stored(engine, camera):
    """Sheet, description, stream, measurement, findings and verdict are there after one look."""
    seen = _record(engine, camera, observed())
    assert (seen.verdict.name, seen.verdicts[1].name) == ("compliant", "compliant")
    with reading(engine) as session:
        stored, at = observations.sheet(session, camera)
        assert (at, stored.channels[0].token) == (NOW, "v1")
        channel = session.exec(select(Channel.id)).one()
        (measured,) = numbers.of_main_streams(session, camera, 60)[channel]
        assert (measured.width, measured.fps, measured.light, measured.at) == (1920, 25.0, "day", NOW)
        assert session.exec(select(VerdictRecord.name)).all() == ["compliant"]
        assert session.exec(select(Channel.token)).all() == ["v1"]
        assert session.get(Device, camera).last_answered_at == NOW
        described = observations.descriptions(session, camera)[0][1]
    assert described["channels"][0]["streams"]["main"]["capable.encodings"][0]["codec"] == "h264"


def test_the_same_observation_twice_changes_nothing(engine, camera):
    """Row counts and every interval are the same: a result that is handed in twice counts once."""
    _record(engine, camera, observed(SMALL))
    before = _rows(engine)
    again = _record(engine, camera, observed(SMALL))
    assert again.began == 0
    assert _rows(engine) == before


def test_a_night_without_change_adds_one_measurement_and_nothing_else(engine, camera):
    """Neither findings nor the description are written again."""
    _record(engine, camera, observed())
    before = _rows(engine)
    _record(engine, camera, observed(at=NOW + DAY))
    after = _rows(engine)
    assert {t for t in after if after[t] != before[t]} == {"measurement"}
    assert after["measurement"] == 2


def test_a_fault_begins_an_interval_and_its_cure_ends_it(engine, camera):
    """The failed finding has a beginning and an end; so has the verdict."""
    _record(engine, camera, observed())
    assert _record(engine, camera, observed(SMALL, NOW + DAY)).verdict.name == "replace"
    assert _record(engine, camera, observed(at=NOW + 2 * DAY)).verdict.name == "compliant"
    with reading(engine) as session:
        verdicts = session.exec(select(VerdictRecord).order_by(VerdictRecord.id)).all()
        rule = session.exec(select(FindingRecord.rule).where(FindingRecord.outcome == "fail")).first()
        line = session.exec(select(FindingRecord).where(FindingRecord.rule == rule).order_by(FindingRecord.id)).all()
    assert [(v.name, v.since, v.until) for v in verdicts] == [
        ("compliant", NOW, NOW + DAY),
        ("replace", NOW + DAY, NOW + 2 * DAY),
        ("compliant", NOW + 2 * DAY, None),
    ]
    assert [(f.outcome, f.since, f.until) for f in line] == [
        ("pass", NOW, NOW + DAY),
        ("fail", NOW + DAY, NOW + 2 * DAY),
        ("pass", NOW + 2 * DAY, None),
    ]


def test_what_fails_shows_the_newest_number_in_the_same_interval(engine, camera):
    """A rate of 8, then of 9 frames/s, is one interval; what is seen and its age are of the last look."""
    _record(engine, camera, observed({"measured.fps": 8.0}))
    rule = next(r for r, f in _failed(engine, camera).items() if f.fact == "measured.fps")
    _record(engine, camera, observed({"measured.fps": 9.0}, NOW + DAY))
    row = _failed(engine, camera)[rule]
    assert (row.seen, row.seen_at, row.since) == ("9.0", NOW + DAY, NOW)


def test_an_observation_that_comes_late_changes_no_fact(engine, camera):
    """Its measurement is kept; sheet, login, verdict and description stay those of the newer one."""
    _record(engine, camera, observed(at=NOW + DAY))
    late = _record(engine, camera, observed(SMALL), NOW + DAY)
    assert late.verdict.name == "compliant"
    with reading(engine) as session:
        assert observations.sheet(session, camera)[1] == NOW + DAY
        assert {m.at for m in session.exec(select(Measurement)).all()} == {NOW, NOW + DAY}
        assert len(session.exec(select(Description)).all()) == 1


def test_a_look_by_a_clock_that_was_ahead_does_not_outlast_the_truth(engine, camera):
    """Once the clock is right again, the next look is believed, and not the one from the future."""
    _record(engine, camera, observed(at=NOW + 700 * DAY))
    assert _record(engine, camera, observed(SMALL), NOW + DAY).verdict.name == "replace"
    with reading(engine) as session:
        assert observations.sheet(session, camera)[1] == NOW


def test_judging_again_believes_no_look_from_the_future(engine, camera):
    """What is known of the camera by a clock that was wrong is nothing, and nothing passes by it."""
    with writing(engine) as session:
        record(session, camera, observed(at=NOW + 700 * DAY), EDITIONS, NOW + 700 * DAY, daylight.always)
        assert judge_again(session, camera, EDITIONS, NOW, daylight.always).verdict.name == "unverified"


def _silent(at):
    failure = Failure("unreachable", "connect", facts=("onvif", "identity"))
    return Observation(target="x", observed_at=at, failures=(failure,))


def test_a_device_that_never_answered_is_unverified_in_every_channel(engine, camera):
    """Registered channels nobody has seen are neither pass nor fail."""
    seen = _record(engine, camera, _silent(NOW))
    assert not answered(_silent(NOW))
    assert {i: v.name for i, v in seen.verdicts.items()} == {1: "unverified"}
    with reading(engine) as session:
        assert session.get(Device, camera).last_answered_at is None


def test_a_device_without_channels_has_a_verdict_of_its_own_until_it_has_some(engine):
    """The verdict without a channel ends when the first channel is seen."""
    with writing(engine) as session:
        empty = device(session, channels=()).id
    _record(engine, empty, _silent(NOW))
    with reading(engine) as session:
        assert list(findings.verdicts_now(session, empty)) == [None]
    _record(engine, empty, observed(at=NOW + DAY))
    with reading(engine) as session:
        now = findings.verdicts_now(session, empty)
        assert [(c is None, v.name) for c, v in now.items()] == [(False, "compliant")]


def test_one_silent_night_does_not_flip_a_verdict(engine, camera):
    """Facts of the night before still hold."""
    _record(engine, camera, observed())
    assert _record(engine, camera, _silent(NOW + DAY)).verdict.name == "compliant"


def test_what_was_learned_of_logins_and_paths_is_handed_to_the_next_probe(engine, camera):
    """Login states go to their table, everything else is kept unread."""
    with writing(engine) as session:
        login = credentials.put(session, Vault(bytes(32)), camera, "u", "p", NOW)
        name = credentials.name_of(login)
    state = LoginState().succeeded("onvif")
    learned = Remembered(logins={name: state}, schemes={"rtsp": "digest-md5"}, session_limit=1)
    _record(engine, camera, replace(observed(), remembered=learned))
    with reading(engine) as session:
        row = session.get(Device, camera)
        assert "logins" not in row.remembered
        assert observations.remembered(row, credentials.login_states(session, camera)) == learned


def test_a_camera_of_the_same_model_that_can_do_more_stops_replace(engine, camera):
    """Two cameras of one model, one of which says it can do 1080p: the other is to be surveyed, not replaced."""
    identity = Identity(at=NOW, how="a test", manufacturer="Hikvision", model="DS-1")

    def of_model(changes):
        seen = observed(changes)
        return replace(seen, device=replace(seen.device, identity=identity))

    assert _record(engine, camera, of_model(SMALL)).verdict.name == "replace"
    with writing(engine) as session:
        row = session.get(Device, camera)
        other = Device(school_id=row.school_id, site_id=row.site_id, code="DG-02", kind="ip_camera")
        session.add(other)
        session.flush()
        record(session, other.id, of_model({}), EDITIONS, NOW, daylight.always)
        assert judge_again(session, camera, EDITIONS, NOW, daylight.always).verdict.name == "repair"


def test_a_device_never_looked_at_is_unverified_when_it_is_judged(engine, camera):
    """Judging without an observation makes no facts up."""
    with writing(engine) as session:
        assert judge_again(session, camera, EDITIONS, NOW, daylight.always).verdict.name == "unverified"


def _channel(index, token, state="live", name=None):
    info = ChannelInfo(at=NOW, how="a test", state=state)
    return SeenChannel(index=index, token=token, name=name, info=info)


def _recorder(*seen, at=NOW):
    return replace(observed(at=at), channels=seen)


def _known(engine, recorder):
    with reading(engine) as session:
        return [(c.index, c.token, c.name) for c in channels.of_device(session, recorder)]


def test_channels_of_a_recorder_are_recognised_by_token_then_by_index(engine):
    """Tokens that change places keep their names; a new one is registered; a slot never used is not."""
    with writing(engine) as session:
        recorder = device(session, channels=(1, 2)).id
    _record(engine, recorder, _recorder(_channel(1, "a"), _channel(2, "b"), _channel(4, "d", "empty")))
    assert _known(engine, recorder) == [(1, "a", "Camera 1"), (2, "b", "Camera 2")]
    moved = _recorder(_channel(1, "b"), _channel(2, "a"), _channel(3, "c", name="Kho"), at=NOW + DAY)
    _record(engine, recorder, moved)
    assert _known(engine, recorder) == [(1, "a", "Camera 1"), (2, "b", "Camera 2"), (3, "c", "Kho")]


def test_a_source_that_never_had_a_picture_is_no_channel_until_it_has_one(engine):
    """Of several: a slot that nobody registered is left out while dark; once live it stays, and is judged when dark."""
    with writing(engine) as session:
        recorder = device(session, channels=(1,)).id
    dark = (_channel(1, "a"), _channel(2, "b", "offline"), _channel(3, "c", "no_signal"))
    assert set(_record(engine, recorder, _recorder(*dark)).verdicts) == {1}
    _record(engine, recorder, _recorder(_channel(1, "a"), _channel(2, "b"), at=NOW + DAY))
    assert _known(engine, recorder) == [(1, "a", "Camera 1"), (2, "b", "")]
    assert set(_record(engine, recorder, _recorder(*dark, at=NOW + 2 * DAY)).verdicts) == {1, 2}


def test_the_only_source_of_a_device_is_a_channel_picture_or_not(engine):
    """A camera that shows a card from its first day on is broken, and no unused slot."""
    with writing(engine) as session:
        camera = device(session, channels=()).id
    assert set(_record(engine, camera, _recorder(_channel(1, "a", "no_signal"))).verdicts) == {1}


BLACK = {"image.black": True, "image.light": "dark", "image.covered": None, "image.blurred": None}


@pytest.mark.parametrize(("up", "verdict"), [(True, "repair"), (False, "unverified")])
def test_a_black_picture_is_judged_by_the_sun_at_its_site_when_it_was_taken(engine, camera, up, verdict):
    """The time is that of the picture, not of judging; the place is that of the site."""
    asked = []

    def sun_up(*question):
        asked.append(question)
        return up

    with writing(engine) as session:
        site = session.get(Site, session.get(Device, camera).site_id)
        site.latitude, site.longitude = 10.8, 106.6
        session.add(site)
    assert _record(engine, camera, observed(BLACK), NOW + DAY, sun_up).verdict.name == verdict
    with writing(engine) as session:
        assert judge_again(session, camera, EDITIONS, NOW + 2 * DAY, sun_up).verdict.name == verdict
    assert asked == [(NOW, 10.8, 106.6)] * 2


@pytest.mark.parametrize(("outdoor", "verdict"), [(None, "repair"), (True, "repair"), (False, "unverified")])
def test_the_sun_says_nothing_of_a_room(engine, camera, outdoor, verdict):
    """A room may be dark at noon; where nobody said that it is indoors, the sun counts."""
    with writing(engine) as session:
        (row,) = channels.of_device(session, camera)
        row.outdoor = outdoor
        session.add(row)
    assert _record(engine, camera, observed(BLACK)).verdict.name == verdict


@pytest.mark.parametrize(("width", "outcome"), [(None, "unknown"), (6.0, "pass"), (60.0, "fail")])
def test_detail_is_judged_where_the_width_of_the_scene_is_registered(engine, camera, width, outcome):
    """1920 pixels over 60 m are too few; the rule advises, so the verdict stays."""
    with writing(engine) as session:
        (row,) = channels.of_device(session, camera)
        row.scene_width_m = width
        session.add(row)
    assert _record(engine, camera, observed()).verdict.name == "compliant"
    with reading(engine) as session:
        found = {f.rule: f.outcome for f in findings.now_open(session, camera)}
    assert found["pixel-density"] == outcome


NIGHT = {"measured.fps": 9.0, "image.light": "night", "image.covered": None, "image.blurred": None}


def test_a_unit_that_failed_by_day_stays_on_the_list_by_night(engine, camera):
    """Nothing begins and nothing ends: the row goes on, with the number and the time of the day's look."""
    _record(engine, camera, observed({"measured.fps": 12.0}))
    for night in (1, 2):
        seen = _record(engine, camera, observed(NIGHT, NOW + night * DAY / 2))
        assert (seen.verdict.name, seen.began) == ("reconfigure", 0)
    row = _failed(engine, camera)["frame-rate-main"]
    assert (row.seen, row.seen_at, row.since) == ("12.0", NOW, NOW)
    assert _record(engine, camera, observed(at=NOW + 3 * DAY / 2)).verdict.name == "compliant"


def test_a_unit_that_passed_by_day_stays_compliant_by_night(engine, camera):
    """A slow shutter in the dark begins no interval."""
    _record(engine, camera, observed())
    seen = _record(engine, camera, observed(NIGHT, NOW + DAY / 2))
    assert (seen.verdict.name, seen.verdict.complete, seen.began) == ("compliant", True, 0)


@pytest.mark.parametrize(("outdoor", "verdict"), [(None, "repair"), (True, "repair"), (False, "unverified")])
def test_a_picture_that_was_black_by_day_stands_by_night(engine, camera, outdoor, verdict):
    """The sun at the site is asked about the picture of the day and about that of the night, each at its time."""
    asked = []

    def sun_up(at, latitude, longitude):
        asked.append((at, latitude, longitude))
        return at == NOW

    with writing(engine) as session:
        site = session.get(Site, session.get(Device, camera).site_id)
        site.latitude, site.longitude = 10.8, 106.6
        (row,) = channels.of_device(session, camera)
        row.outdoor = outdoor
        session.add_all((site, row))
    _record(engine, camera, observed(BLACK), sun_up=sun_up)
    night = NOW + DAY / 2
    assert _record(engine, camera, observed(BLACK, night), sun_up=sun_up).verdict.name == verdict
    assert set(asked) == {(NOW, 10.8, 106.6), (night, 10.8, 106.6)}
    with writing(engine) as session:
        assert judge_again(session, camera, EDITIONS, night + DAY, sun_up).verdict.name == verdict


def test_a_camera_that_was_swapped_keeps_its_channel(engine, camera):
    """A new token at the same index is the same registered channel."""
    _record(engine, camera, _recorder(_channel(1, "old")))
    _record(engine, camera, _recorder(_channel(1, "new"), at=NOW + DAY))
    assert _known(engine, camera) == [(1, "new", "Camera 1")]


def test_findings_about_schools_are_not_kept_for_each_device(engine, camera):
    """A rule on a school or a site is judged once, elsewhere."""
    _record(engine, camera, observed())
    with reading(engine) as session:
        assert {f.subject for f in findings.now_open(session, camera)} == {"device", "channel", "stream"}


@pytest.mark.parametrize(
    ("fix", "known", "who"),
    [
        ("replace", {}, "manager"),
        ("replace", {"owner": "rented"}, "supplier"),
        ("repair", {"warranty_until": date(2026, 11, 23)}, "supplier"),
        ("repair", {"warranty_until": date(2026, 11, 22)}, "school"),
        ("reconfigure", {"maintainer": "Công ty B", "owner": "rented"}, "maintainer"),
        ("credentials", {}, "school"),
    ],
)
def test_who_acts(fix, known, who):
    """Warranty and rent cost nothing and go to the supplier; what is bought is for the managing unit."""
    values = {"owner": "school", "maintainer": "", "warranty_until": None, **known}
    assert actor(fix, today=date(2026, 11, 23), **values) == who


def test_who_acts_changes_with_the_day_of_the_zone(engine):
    """Half an hour after the last day of a warranty no supplier acts any more, whatever day it still is in Greenwich:
    after a look, when it is judged again, and in the explanation.
    """
    at = datetime(2026, 11, 28, 17, 30, tzinfo=UTC)  # 00:30 of the 29th, in the city
    with writing(engine) as session:
        camera = device(session, warranty_until=date(2026, 11, 28)).id
    who = {}
    for zone in (UTC, ZoneInfo("Asia/Ho_Chi_Minh")):
        with writing(engine) as session:
            record(session, camera, observed(SMALL, at), EDITIONS, at, daylight.always, zone)
        looked = _failed(engine, camera)["resolution-main"].actor
        with writing(engine) as session:
            judge_again(session, camera, EDITIONS, at, daylight.always, zone)
        again = _failed(engine, camera)["resolution-main"].actor
        with reading(engine) as session:
            said = explanation(session, "079-DG-01", "DG-01", 1, HCMC, at, daylight.always, zone)
        who[str(zone)] = {looked, again}
        assert f"Fix: Replace; who acts: {ACTORS[looked]['en']}" in said.text("en")
    assert who == {"UTC": {"supplier"}, "Asia/Ho_Chi_Minh": {"manager"}}


@pytest.mark.only("sqlite")
def test_a_year_of_nights_costs_little(engine, camera):
    """Sixty nights without change: sixty measurements, one interval a finding, under 300 bytes a night."""
    _record(engine, camera, observed())
    before = _pages(engine)
    for night in range(60):
        _record(engine, camera, observed(at=NOW + timedelta(days=1 + night)))
    assert _rows(engine)["measurement"] == 61
    assert (_pages(engine) - before) * 4096 / 60 < 300


def _pages(engine):
    with reading(engine) as session:
        return session.connection().exec_driver_sql("PRAGMA page_count").scalar()
