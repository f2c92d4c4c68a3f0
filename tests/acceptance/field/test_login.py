"""Proof: logins as real cameras take them, and what they cost (items 1, 2, 3, 4, 12, 13, 19 and 24 of the notes).

Every camera counts for itself what it refused; more than one is a failure of the test (tests/conftest.py).
"""

import json
from dataclasses import replace

import pytest

from probes.facts import to_json
from probes.login import LoginState
from probes.simulator import running
from probes.target import Remembered
from tests.acceptance.command import inspect
from tests.acceptance.field.login_looks import kinds, login, look, measured, small
from tests.probes.onvif.onvif_replies import fault, stream_uri
from tests.probes.onvif.scripted_camera import CREDENTIAL, OPEN, REFUSED, Said, look_at

WRONG = "wr0ng-Pa55"
NASTY = ("pa:ss@w/rd#1", "a?b#c/d:e@f g", "mật khẩu số 1", "%41+&=\\\"'", "é")


@pytest.mark.field(1)
@pytest.mark.parametrize("offset_s", [3 * 3600 + 217, -86_400 * 400, 45])
def test_a_clock_that_is_off_costs_no_login(offset_s):
    """A token must be within 5 s of the clock of the camera: it is dated by that, and the offset is a fact."""
    spec = small(onvif_auth=("usernametoken",), created_window_s=5, clock_offset_s=offset_s)
    with running(spec) as (camera,):
        seen = look(camera)
        assert camera.counters.refused_in_all == 0
    assert measured(seen) == ["h264"]
    assert seen.device.clock.offset_s == pytest.approx(offset_s, abs=1.5)


@pytest.mark.field(2)
@pytest.mark.parametrize("zone_s", [7 * 3600, -(3 * 3600 + 1800), 5 * 3600 + 2700])
def test_local_time_that_is_called_utc_costs_one_refusal_once(zone_s):
    """The second token is in true UTC and is taken; the next look dates it so at once."""
    fields = {"clock_is_local_time_labelled_utc": True, "zone_offset_s": zone_s}
    with running(small(onvif_auth=("usernametoken",), **fields)) as (camera,):
        first = look(camera)
        assert camera.counters.refused_in_all == 1
        second = look(camera, remembered=first.remembered)
        assert camera.counters.refused_in_all == 1
    assert measured(first) == measured(second) == ["h264"]


@pytest.mark.field(2)
def test_a_wrong_password_gets_no_third_try_for_the_sake_of_a_zone():
    """Two tokens in all, the second in true UTC, then none at any door and none in the next look."""
    with running(small(onvif_auth=("usernametoken",), clock_is_local_time_labelled_utc=True)) as (camera,):
        first = look(camera, login(camera, WRONG))
        look(camera, login(camera, WRONG), remembered=first.remembered)
        assert (camera.counters.onvif_refused, camera.counters.rtsp_with_credentials) == (2, 0)
    assert kinds(first)["onvif.login"] == "auth_refused"


@pytest.mark.field(2)
def test_the_last_refusal_of_a_day_is_not_spent_on_a_zone():
    """Where the device may refuse once more today, a wrong password costs one token."""
    with running(small(onvif_auth=("usernametoken",), clock_is_local_time_labelled_utc=True)) as (camera,):
        look(camera, login(camera, WRONG), refusals=1)
        assert camera.counters.with_credentials == 1


@pytest.mark.field(3)
@pytest.mark.parametrize("auth", [("usernametoken",), ("digest",)])
def test_a_clock_that_wants_a_login_is_asked_with_it(auth):
    """Old Axis: not even the time without a login. It is had with the login, which is refused nowhere."""
    with running(small("clock_wants_login", onvif_auth=auth)) as (camera,):
        seen = look(camera)
        assert camera.counters.refused_in_all == 0
    assert seen.device.clock.offset_s == pytest.approx(0, abs=1.5)
    assert measured(seen) == ["h264"]


@pytest.mark.field(4)
@pytest.mark.parametrize("auth", [("usernametoken",), ("digest",), ("usernametoken", "digest")])
@pytest.mark.parametrize("algorithms", [("MD5",), ("SHA-256",), ("SHA-256", "MD5")])
def test_onvif_is_logged_in_to_the_way_it_asks(auth, algorithms):
    """A token or a digest, never both; with the exact path in it, as the simulator demands."""
    with running(small(onvif_auth=auth, digest_algorithms=algorithms)) as (camera,):
        seen = look(camera)
        assert camera.counters.refused_in_all == 0
    scheme = seen.remembered.schemes["onvif"]
    assert scheme == ("usernametoken" if auth == ("usernametoken",) else f"digest-{min(algorithms).lower()}")


@pytest.mark.field(12)
@pytest.mark.parametrize("password", NASTY)
def test_any_password_is_taken_and_shown_nowhere(password):
    """Signs that mean something in an address, blanks, Vietnamese letters: both doors take it, no value holds it."""
    with running(small(password=password)) as (camera,):
        seen = look(camera)
        assert camera.counters.refused_in_all == 0
    assert measured(seen) == ["h264"]
    assert len(password) < 3 or password not in json.dumps(to_json(seen), ensure_ascii=False)


@pytest.mark.field(12)
def test_a_password_in_a_path_is_never_shown():
    """Xiongmai writes the login into the path of its streams."""
    address = "rtsp://192.0.2.9/user=admin&amp;password=s3cret&amp;channel=1&amp;stream=0.sdp?"
    seen, visit, _ = look_at({**OPEN, "GetStreamUri": Said(stream_uri(address))}, CREDENTIAL)
    assert "s3cret" not in repr(seen) + repr(visit.failures)
    assert seen.channels


@pytest.mark.field(12)
def test_a_password_in_the_path_that_a_person_gave_is_sent_and_not_shown(tmp_path):
    """The camera is asked for exactly that path; neither the tables nor the JSON hold the password."""
    spec = small(rtsp_auth="none")
    path = "/user=admin&password=s3cret&channel=1&stream=0.sdp?"
    stream = replace(spec.channels[0].streams[0], path=path)
    spec = replace(spec, channels=(replace(spec.channels[0], streams=(stream,)),))
    with running(spec) as (camera,):
        told = [inspect(tmp_path, camera.rtsp_url("main"), *words) for words in ((), ("--json",))]
    assert told[1].json["channels"][0]["streams"][0]["measured"]["codec"] == "h264"
    for one in told:
        assert "s3cret" not in one.out + one.err


@pytest.mark.field(13)
def test_an_account_of_onvif_stands_beside_that_of_the_streams():
    """Hikvision: ONVIF users are apart. Each login goes to its own door, and both are good."""
    with running(small(rtsp_password="of the stream")) as (camera,):
        onvif = login(camera, version="o", doors=("onvif",))
        stream = login(camera, "of the stream", version="s", doors=("rtsp", "https"))
        seen = look(camera, onvif, stream)
        assert camera.counters.refused_in_all == 0
    assert measured(seen) == ["h264"]
    assert (seen.remembered.login("o").onvif, seen.remembered.login("s").rtsp) == ("good", "good")


@pytest.mark.field(13)
def test_one_login_for_both_says_that_the_stream_login_differs():
    """ONVIF goes on, the streams are unknown, and one request was refused; in the next look none."""
    with running(small(rtsp_password="of the stream")) as (camera,):
        seen = look(camera)
        look(camera, remembered=seen.remembered)
        assert camera.counters.refused_in_all == 1
    assert seen.device.identity.model == "SIM-1080"
    assert kinds(seen)["rtsp.describe"] == "auth_refused"


@pytest.mark.field(13)
@pytest.mark.refusals(2, "two wrong logins for two doors, which is the budget of a day")
def test_two_wrong_logins_cost_two_refusals_and_no_more():
    """Over all logins of a device the day has two; with one left, the second login is not tried."""
    with running(small()) as (camera,):
        onvif = login(camera, WRONG, version="o", doors=("onvif",))
        stream = login(camera, WRONG, version="s", doors=("rtsp", "https"))
        look(camera, onvif, stream, refusals=1)
        assert camera.counters.refused_in_all == 1
        both = Remembered(logins={"s": LoginState(rtsp="asked")})
        seen = look(camera, onvif, stream, remembered=both, refusals=1)
        assert camera.counters.refused_in_all == 2
    assert seen.ledger.refusals == 1


@pytest.mark.field(13)
@pytest.mark.refusals(2, "a person said to try at the stream too, and it was wrong there as well")
@pytest.mark.parametrize("right", [True, False])
def test_a_login_that_onvif_refused_is_tried_at_the_stream_once_when_a_person_says_so(right):
    """Right there: the streams are had by their usual paths. Wrong there: one request, and then none."""
    password = "of the stream" if right else WRONG
    with running(small(rtsp_password="of the stream")) as (camera,):
        first = look(camera, login(camera, password))
        assert (camera.counters.onvif_refused, camera.counters.rtsp_with_credentials) == (1, 0)
        asked = first.remembered.with_login("1", first.remembered.login("1").again_at("rtsp"))
        second = look(camera, login(camera, password), remembered=asked)
        assert camera.counters.refused_in_all == (1 if right else 2)
        third = look(camera, login(camera, password), remembered=second.remembered)
        assert camera.counters.refused_in_all == (1 if right else 2)
    assert measured(second) == measured(third) == (["h264"] if right else [])


@pytest.mark.field(19)
@pytest.mark.parametrize(
    "refusal",
    {
        "Hikvision, Dahua": REFUSED,
        "words alone": Said(fault("", "The action requested requires authorization and the sender is not authorized")),
        "Tapo": Said(fault("", "Authority failure"), 500),
        "400 with a subcode": Said(fault("ter:NotAuthorized", ""), 400),
        "401 with HTML": Said(b"<html><body>Unauthorized</body></html>", 401),
        "401 without a body": Said(b"", 401),
        "403": Said(b"", 403),
        "Imou": Said(fault("ter:NotAuthorized", "You still have 5 attempt(s)"), 400),
    }.items(),
    ids=lambda pair: pair[0],
)
def test_every_wording_of_a_refusal_is_one_and_is_not_tried_again(refusal):
    """One request with a login, `auth_refused`, and every other door withheld."""
    _, said = refusal
    script = {**dict.fromkeys(OPEN, said), "GetSystemDateAndTime": OPEN["GetSystemDateAndTime"]}
    _, visit, camera = look_at(script, CREDENTIAL)
    assert len(camera.signed) == 1
    assert [f.kind for f in visit.failures if f.step == "onvif.login"] == ["auth_refused"]
    assert visit.remembered.login("v1") == LoginState("refused", "withheld", "withheld")


@pytest.mark.field(24)
@pytest.mark.parametrize("qop", [True, False])
@pytest.mark.parametrize("algorithms", [("MD5",), ("SHA-256",), ("MD5", "SHA-256"), ("SHA-256", "MD5")])
def test_streams_are_logged_in_to_the_way_they_ask(qop, algorithms):
    """RFC 2069 and qop, both hashes, and two challenges in either order: MD5 where it is offered."""
    with running(small(rtsp_qop=qop, digest_algorithms=algorithms)) as (camera,):
        seen = look(camera, kind="rtsp")
        assert camera.counters.refused_in_all == 0
    assert measured(seen) == ["h264"]
    assert seen.remembered.schemes["rtsp"] == f"digest-{min(algorithms).lower()}"


@pytest.mark.field(24)
def test_the_scheme_that_was_good_before_goes_first():
    """A camera that offers MD5 and was good by SHA-256 is asked by SHA-256 again."""
    known = Remembered(schemes={"rtsp": "digest-sha-256"})
    with running(small(digest_algorithms=("MD5", "SHA-256"))) as (camera,):
        seen = look(camera, kind="rtsp", remembered=known)
    assert seen.remembered.schemes["rtsp"] == "digest-sha-256"


@pytest.mark.field(24)
def test_basic_is_not_sent_in_clear():
    """Only with a person's word, or over TLS: nothing with a login leaves."""
    with running(small(rtsp_auth="basic")) as (camera,):
        seen = look(camera, kind="rtsp")
        assert camera.counters.with_credentials == 0
    assert kinds(seen)["rtsp.describe"] == "auth_scheme_unsupported"
