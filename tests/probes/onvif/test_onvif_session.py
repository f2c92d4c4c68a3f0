"""Logins: what is sent, how often, and what is made of the answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from probes.errors import CameraFault, Failure
from probes.login import LoginState
from probes.target import Limits, Remembered
from probes.visit import Visit
from tests.probes.onvif.onvif_replies import fault
from tests.probes.onvif.scripted_camera import (
    CLOSED,
    CREDENTIAL,
    DIGEST,
    NEVER_WHOLE,
    OPEN,
    REFUSED,
    Asked,
    Said,
    ScriptedCamera,
    behind,
    changed,
    clock,
    information,
    look_at,
)

GOOD_BEFORE = Remembered(logins={"v1": LoginState(onvif="good")})


def never(_: Asked) -> bool:
    """No login is right."""
    return False


def always(_: Asked) -> bool:
    """Every login is right."""
    return True


def login_failure(visit: Visit) -> Failure:
    """The one failure of the step onvif.login."""
    (failure,) = [f for f in visit.failures if f.step == "onvif.login"]
    return failure


def created(asked: Asked) -> datetime:
    """The date of the UsernameToken in a request."""
    found = re.search(r"Created>([^<]+)<", asked.text)
    assert found is not None
    return datetime.fromisoformat(found.group(1))


@pytest.mark.parametrize(
    "refusal",
    [REFUSED, Said(fault(), 401, DIGEST), Said(b"<html>401</html>", 401, DIGEST), Said(b"", 401), Said(b"", 403)],
    ids=["token", "digest and token", "digest with a page", "bare 401", "bare 403"],
)
def test_a_wrong_password_costs_exactly_one_request(refusal: Said) -> None:
    """After the refusal nothing that carries a login is sent, and nothing else either."""
    found, visit, camera = look_at(behind(never, refusal), CREDENTIAL)
    assert len(camera.signed) == 1
    assert camera.asked[-1] == camera.signed[0]
    assert (visit.ledger.logins, visit.ledger.tries, visit.ledger.refusals) == (1, 1, 1)
    assert visit.remembered.login("v1") == LoginState("refused", "withheld", "withheld")
    failure = login_failure(visit)
    assert failure.kind == "auth_refused"
    assert {"identity", "onvif.answers", "declared", "capable"} <= set(failure.facts)
    assert found.answered
    assert found.device.clock is not None


def test_a_refused_login_is_not_sent_again() -> None:
    """The next night: the login state says refused."""
    before = Remembered(logins={"v1": LoginState(onvif="refused", rtsp="withheld", https="withheld")})
    _, visit, camera = look_at(behind(always), CREDENTIAL, remembered=before)
    assert camera.signed == []
    assert login_failure(visit).kind == "auth_refused"


def test_a_good_login_that_is_refused_closes_every_door() -> None:
    """Somebody has changed the password: no second try either, however the clock stands."""
    script = behind(never, GetSystemDateAndTime=clock(timedelta(hours=7)))
    _, visit, camera = look_at(script, CREDENTIAL, remembered=GOOD_BEFORE)
    assert len(camera.signed) == 1
    assert visit.remembered.login("v1") == LoginState("refused", "withheld", "withheld")


def test_without_a_credential_nothing_is_signed() -> None:
    """The device wants a login and nobody gave one."""
    _, visit, camera = look_at(behind(always))
    assert camera.signed == []
    assert login_failure(visit).kind == "auth_missing"


def test_a_device_that_says_it_is_locked_gets_no_login() -> None:
    """The refusal of the call without a login says so already."""
    _, visit, camera = look_at(behind(always, Said(fault(reason="User is locked"), 400)), CREDENTIAL)
    assert camera.signed == []
    assert login_failure(visit).kind == "auth_locked"
    assert visit.remembered.login("v1") == LoginState()


def test_a_lock_after_the_login_was_sent_is_no_refusal_of_it() -> None:
    """The password may be right: it stays untested."""

    def say(asked: Asked) -> Said:
        return Said(fault(reason="The account is locked, try later"), 400) if asked.signed else REFUSED

    _, visit, camera = look_at({**OPEN, "GetDeviceInformation": say}, CREDENTIAL)
    assert len(camera.signed) == 1
    assert login_failure(visit).kind == "auth_locked"
    assert visit.remembered.login("v1") == LoginState(unanswered=1)
    with pytest.raises(CameraFault):
        visit.credential("rtsp", "rtsp.describe")


def test_a_device_that_counts_down_gets_no_second_try() -> None:
    """Imou: "You still have 5 attempt(s)". The password was wrong, and the clock is no excuse to go on."""

    def say(asked: Asked) -> Said:
        return Said(fault(reason="You still have 5 attempt(s)"), 400) if asked.signed else REFUSED

    script = {**OPEN, "GetSystemDateAndTime": clock(timedelta(hours=7)), "GetDeviceInformation": say}
    _, visit, camera = look_at(script, CREDENTIAL)
    assert len(camera.signed) == 1
    assert login_failure(visit).kind == "auth_refused"
    assert "5 attempt" in login_failure(visit).detail
    assert visit.remembered.login("v1").onvif == "refused"


def test_digest_is_answered_where_it_is_challenged_for() -> None:
    """Both are offered: Digest goes first, alone, and signs the very path that is asked."""
    found, visit, camera = look_at(behind(always, Said(fault(), 401, DIGEST)), CREDENTIAL)
    assert all("UsernameToken" not in a.text for a in camera.signed)
    assert all(f'uri="{a.path}"' in a.text for a in camera.signed)
    assert visit.remembered.schemes["onvif"] == "digest-md5"
    assert found.device.access is not None
    assert found.device.access.onvif_schemes == ("digest-md5", "usernametoken")


def test_the_scheme_that_was_good_before_goes_first() -> None:
    """A UsernameToken was good: it is sent although Digest is offered too."""
    before = Remembered(logins=GOOD_BEFORE.logins, schemes={"onvif": "usernametoken"})
    _, _, camera = look_at(behind(always, Said(fault(), 401, DIGEST)), CREDENTIAL, remembered=before)
    assert all("UsernameToken" in a.text for a in camera.signed)


def test_basic_is_not_sent_in_clear() -> None:
    """An old camera that offers only Basic: nothing is sent, unless a person allowed it for this device."""
    refusal = Said(b"", 401, {"WWW-Authenticate": 'Basic realm="r"'})
    found, visit, camera = look_at(behind(always, refusal), CREDENTIAL)
    assert camera.signed == []
    assert login_failure(visit).kind == "auth_scheme_unsupported"
    assert found.device.access is not None
    assert found.device.access.basic_in_clear is True
    found, _, camera = look_at(behind(always, refusal), changed(basic_in_clear=True))
    assert "Basic " in camera.signed[0].text
    assert found.device.identity is not None


def test_an_operation_that_is_refused_after_a_success_is_not_permitted() -> None:
    """A viewer account: the login is good, the operation is marked, and it is asked once."""
    script = behind(always, GetNetworkInterfaces=REFUSED, GetVideoEncoderConfigurationOptions=REFUSED)
    found, visit, camera = look_at(script, CREDENTIAL)
    kinds = {f.detail.split(":")[0]: f.kind for f in visit.failures}
    assert kinds["GetNetworkInterfaces"] == kinds["GetVideoEncoderConfigurationOptions"] == "not_permitted"
    assert visit.remembered.login("v1").onvif == "good"
    assert Counter(a.operation for a in camera.asked)["GetNetworkInterfaces"] == 1
    assert found.device.onvif is not None
    assert found.device.onvif.answers is True


def test_a_new_nonce_after_a_success_is_signed_once_more() -> None:
    """Firmwares that take each nonce once: that is no refusal."""
    nonces = iter(range(100))
    current = ["n1"]

    def right(asked: Asked) -> bool:
        return f'nonce="{current[0]}"' in asked.text

    def guarded(answer: Said) -> object:
        def say(asked: Asked) -> Said:
            if asked.signed and right(asked):
                current[0] = f"new{next(nonces)}"
                return answer
            return Said(fault(), 401, {"WWW-Authenticate": f'Digest realm="r", nonce="{current[0]}", stale=true'})

        return say

    script = {o: a if o in ("GetSystemDateAndTime", "GetServices") else guarded(a) for o, a in OPEN.items()}  # type: ignore[arg-type]
    found, visit, _ = look_at(script, CREDENTIAL)  # type: ignore[arg-type]
    assert found.device.onvif is not None
    assert found.device.onvif.answers is True
    assert visit.ledger.refusals == 0
    assert visit.remembered.login("v1").onvif == "good"


def test_a_token_is_dated_by_the_clock_of_the_device() -> None:
    """Three hours ahead, and no multiple of a quarter of an hour."""
    ahead = timedelta(hours=3, minutes=7)
    _, visit, camera = look_at(behind(always, GetSystemDateAndTime=clock(ahead)), CREDENTIAL)
    off = created(camera.signed[0]) - datetime.now(UTC) - ahead
    assert abs(off) < timedelta(seconds=30)
    assert visit.remembered.clock_as == "device"
    assert len({re.search(r"Nonce[^>]*>([^<]+)", a.text).group(1) for a in camera.signed}) == len(camera.signed)  # type: ignore[union-attr]


def in_true_utc(asked: Asked) -> bool:
    """Right is a token that is dated in true UTC."""
    return abs(created(asked) - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_clock_that_shows_local_time_buys_one_second_try() -> None:
    """The device labels local time as UTC and checks tokens against true UTC; the next visit starts with that."""
    script = behind(in_true_utc, GetSystemDateAndTime=clock(timedelta(hours=7)))
    found, visit, camera = look_at(script, CREDENTIAL)
    assert found.device.identity is not None
    assert visit.remembered.clock_as == "utc"
    assert visit.remembered.login("v1") == LoginState(onvif="good", zone_try_used=True)
    assert (visit.ledger.tries, visit.ledger.refusals) == (2, 1)
    again, visit, camera = look_at(script, CREDENTIAL, remembered=visit.remembered)
    assert again.device.identity is not None
    assert all(in_true_utc(a) for a in camera.signed)
    assert visit.ledger.refusals == 0


@pytest.mark.parametrize(
    ("ahead", "state", "tries"),
    [
        (timedelta(hours=7), LoginState(), 2),
        (timedelta(hours=-5, minutes=-45), LoginState(), 2),
        (timedelta(hours=7, minutes=1), LoginState(), 2),
        (timedelta(hours=7, minutes=5), LoginState(), 1),
        (timedelta(seconds=30), LoginState(), 1),
        (timedelta(hours=7), LoginState(zone_try_used=True), 1),
        (timedelta(hours=7), LoginState(onvif="good"), 1),
    ],
)
def test_a_wrong_password_gets_the_second_try_only_where_the_clock_is_off_by_a_zone(
    ahead: timedelta, state: LoginState, tries: int
) -> None:
    """By quarters of an hour within two minutes, once ever, and never for a door that was good."""
    script = behind(never, GetSystemDateAndTime=clock(ahead))
    _, visit, camera = look_at(script, CREDENTIAL, remembered=Remembered(logins={"v1": state}))
    assert len(camera.signed) == tries
    assert visit.remembered.login("v1").onvif == "refused"


def test_a_device_that_hides_its_clock_is_asked_again_with_the_login() -> None:
    """Old Axis: GetSystemDateAndTime wants a login; the token is dated by the Date header, and costs no extra try."""
    ahead = timedelta(hours=2, minutes=4)

    def refuse_or(answer: object) -> object:
        def say(asked: Asked) -> Said:
            date = (datetime.now(UTC) + ahead).strftime("%a, %d %b %Y %H:%M:%S GMT")
            if not asked.signed:
                return Said(fault(), 400, {"Date": date})
            assert abs(created(asked) - datetime.now(UTC) - ahead) < timedelta(seconds=30)
            return answer(asked) if callable(answer) else answer  # type: ignore[return-value]

        return say

    script = {o: refuse_or(a) for o, a in {**OPEN, "GetSystemDateAndTime": clock(ahead)}.items()}
    found, visit, camera = look_at(script, CREDENTIAL)  # type: ignore[arg-type]
    assert found.device.clock is not None
    assert found.device.clock.offset_s == pytest.approx(ahead.total_seconds(), abs=30)
    assert (found.device.onvif and found.device.onvif.answers) is True
    assert visit.ledger.tries == 1
    assert [a.operation for a in camera.signed][:2] == ["GetDeviceInformation", "GetSystemDateAndTime"]


def test_a_device_without_a_login_gets_none() -> None:
    """It answers everything: the credential stays here."""
    found, visit, camera = look_at(OPEN, CREDENTIAL)
    assert camera.signed == []
    assert found.device.access is not None
    assert found.device.access.onvif_login_required is False
    assert visit.remembered.login("v1") == LoginState()


def test_a_login_that_only_the_streams_need_is_sent_there() -> None:
    """Device information is open, the media service is not."""

    def say(asked: Asked) -> Said:
        return OPEN["GetProfiles"] if asked.signed else REFUSED  # type: ignore[return-value]

    found, visit, _ = look_at({**OPEN, "GetProfiles": say}, CREDENTIAL)
    assert len(found.channels) == 1
    assert visit.remembered.login("v1").onvif == "good"


def test_no_secret_is_in_what_is_written_down() -> None:
    """The camera echoes what it was sent; the password is in neither failures nor facts."""

    def say(asked: Asked) -> Said:
        return Said(fault(reason=f"bad login {len(asked.text)}"), 400) if asked.signed else REFUSED

    found, visit, _ = look_at({**OPEN, "GetDeviceInformation": say}, CREDENTIAL)
    assert "se:same" not in repr((found, visit.failures, visit.remembered, visit.target))


UNCLEAR = {
    "closed": CLOSED,
    "an empty 400": Said(b"", 400),
    "busy": Said(b"", 503),
    "an unknown fault": Said(fault("ter:InvalidUsername", "user or pass incorrect"), 400),
    "another failure": Said(fault("ter:ActionNotSupported"), 500),
    "not found": Said(b"", 404),
    "a redirect": Said(b"", 302, {"Location": "http://192.0.2.1/login"}),
    "an error page": Said(b"<html><body>error</body></html>", 500),
    "a login page": Said(b"<html><title>Login</title>wrong password</html>", 200),
    "never whole": NEVER_WHOLE,
    "half an envelope": Said(fault()[:-40], 200),
    "no HTTP": Said(b"", 0),
    "too long": Said(b"x" * 300_000),
}


@pytest.mark.parametrize("unclear", UNCLEAR.values(), ids=UNCLEAR)
def test_a_try_without_a_clear_answer_is_the_only_one_of_a_visit(unclear: Said) -> None:
    """The device may have counted it: one request with a login, one more in the next visit, and none in the third."""
    script = behind(never, REFUSED)
    guarded = {
        o: (lambda a: unclear if a.signed else REFUSED) if o == "GetDeviceInformation" else a for o, a in script.items()
    }
    limits = Limits(read_s=0.3, reply_bytes=200_000)
    remembered = Remembered()
    for signed, unanswered in ((1, 1), (1, 2), (0, 2)):
        _, visit, camera = look_at(guarded, CREDENTIAL, remembered=remembered, limits=limits)
        remembered = visit.remembered
        assert len(camera.signed) == signed
        assert remembered.login("v1") == LoginState(unanswered=unanswered)
        assert login_failure(visit).kind == "auth_refused"
        with pytest.raises(CameraFault):
            visit.credential("rtsp", "rtsp.describe")


@pytest.mark.parametrize(
    ("unclear", "kind"),
    [(UNCLEAR["busy"], "busy"), (UNCLEAR["never whole"], "timeout"), (UNCLEAR["closed"], "malformed_reply")],
)
def test_an_unclear_answer_to_a_try_keeps_its_own_kind(unclear: Said, kind: str) -> None:
    """What the step asked for failed as it failed; that no login is sent any more is said apart."""
    script = {**behind(never), "GetDeviceInformation": lambda a: unclear if a.signed else REFUSED}
    _, visit, _ = look_at(script, CREDENTIAL, limits=Limits(read_s=0.3))
    assert [f.kind for f in visit.failures if f.step == "onvif.device"] == [kind]


def test_a_try_that_finds_no_service_is_not_made_at_the_next_path() -> None:
    """The media service wants the login first, and answers it with 404 at each of its three usual paths."""
    script = {**OPEN, "GetProfiles": lambda a: Said(b"", 404) if a.signed else REFUSED}
    _, visit, camera = look_at(script, CREDENTIAL)
    assert len(camera.signed) == 1
    assert visit.remembered.login("v1") == LoginState(unanswered=1)


def test_a_try_that_never_left_is_no_try() -> None:
    """The device closes, and takes no second connection: what was not sent cannot have been counted."""
    script = behind(always, Said(fault(), 400, {"Connection": "close"}))
    _, visit, camera = look_at(script, CREDENTIAL, camera=ScriptedCamera(script, connections=1))
    assert [(f.step, f.kind) for f in visit.failures] == [("connect", "refused_connection")]
    assert camera.signed == []
    assert visit.remembered.login("v1") == LoginState()


def test_a_second_try_without_a_clear_answer_leaves_the_first_refusal() -> None:
    """The clock is off by a zone, and the device hangs up on the second try: the login was refused once."""
    seen: list[Asked] = []

    def say(asked: Asked) -> Said:
        if asked.signed:
            seen.append(asked)
        return CLOSED if len(seen) == 2 else REFUSED

    script = {**behind(never, GetSystemDateAndTime=clock(timedelta(hours=7))), "GetDeviceInformation": say}
    _, visit, camera = look_at(script, CREDENTIAL)
    assert len(camera.signed) == 2
    assert visit.remembered.login("v1").onvif == "refused"
    assert login_failure(visit).kind == "auth_refused"


@pytest.mark.parametrize("status", [400, 404])
def test_a_login_that_was_good_and_gets_no_clear_answer_is_sent_twice_at_most(status: int) -> None:
    """The password has changed, and the firmware answers a wrong one with an empty page, at whichever path."""
    script = {o: (lambda a: Said(b"", status) if a.signed else REFUSED) for o in OPEN}
    script |= {o: OPEN[o] for o in ("GetSystemDateAndTime", "GetServices")}  # type: ignore[dict-item]
    _, visit, camera = look_at(script, CREDENTIAL, remembered=GOOD_BEFORE)
    assert len(camera.signed) == 2
    assert visit.remembered.login("v1").onvif == "good"


def after_one_success(refusal: Callable[[int], Said]) -> tuple[Visit, ScriptedCamera]:
    """A look at a camera that accepts one request with a login, and answers the nth one after it with `refusal(n)`."""
    signed = [0]

    def say(asked: Asked) -> Said:
        if not asked.signed:
            return Said(b"", 401, DIGEST)
        signed[0] += 1
        return information() if signed[0] == 1 else refusal(signed[0] - 1)

    script = {**dict.fromkeys(OPEN, say), "GetNetworkInterfaces": say, "GetNetworkProtocols": say, "GetScopes": say}
    script |= {o: OPEN[o] for o in ("GetSystemDateAndTime", "GetServices")}  # type: ignore[dict-item]
    _, visit, camera = look_at(script, CREDENTIAL)
    return visit, camera


@pytest.mark.parametrize("stale", ["", ", stale=true"])
@pytest.mark.parametrize("nonce", ["n1", "m{}"])
def test_two_refusals_by_the_web_server_end_a_good_login(nonce: str, stale: str) -> None:
    """One success, then 401 for ever, with a new nonce or the same one: the password has changed, or we are locked."""
    visit, camera = after_one_success(
        lambda n: Said(
            b"", 401, {"WWW-Authenticate": f'Digest realm="r", nonce="{nonce.format(n)}", qop="auth"{stale}'}
        )
    )
    assert len(camera.signed) == 3
    assert visit.remembered.login("v1") == LoginState("refused", "withheld", "withheld")
    assert login_failure(visit).kind == "auth_refused"


@pytest.mark.field(19)
@pytest.mark.parametrize("nonce", ["n1", "m{}"])
def test_what_a_viewer_may_not_ask_for_does_not_end_the_login(nonce: str) -> None:
    """A web server that says 401, with a new nonce each time or the same one, to every operation but one."""
    count = [0]

    def challenge() -> Said:
        count[0] += 1
        return Said(b"", 401, {"WWW-Authenticate": f'Digest realm="r", nonce="{nonce.format(count[0])}", qop="auth"'})

    forbidden = ("GetNetworkInterfaces", "GetNetworkProtocols", "GetScopes")
    script = behind(always, challenge(), **{o: lambda _: challenge() for o in forbidden})
    found, visit, _ = look_at(script, CREDENTIAL)
    assert {f.kind for f in visit.failures if f.step == "onvif.network"} == {"not_permitted"}
    assert (visit.remembered.login("v1").onvif, visit.ledger.refusals) == ("good", 0)
    assert found.channels


def test_the_same_nonce_is_not_signed_again() -> None:
    """Without `stale` and with the nonce that was answered, only the operation can be meant."""
    visit, camera = after_one_success(lambda n: Said(b"", 401, DIGEST) if n == 1 else information())
    assert Counter(a.operation for a in camera.signed)["GetNetworkInterfaces"] == 1
    assert visit.remembered.login("v1").onvif == "good"


def test_faults_after_a_success_are_about_the_operation() -> None:
    """A viewer account that may see nothing: one request an operation, one new nonce, and the login stays good."""
    visit, camera = after_one_success(
        lambda n: Said(fault(), 401, {"WWW-Authenticate": f'Digest realm="r", nonce="m{n}", qop="auth"'})
    )
    asked = Counter(a.operation for a in camera.signed)
    assert sum(asked.values()) == len(asked) + 1
    assert visit.remembered.login("v1").onvif == "good"
    assert "not_permitted" in {f.kind for f in visit.failures}
