"""One probe under way: deadline, credentials, what it cost, what it learned."""

from datetime import UTC, datetime

import pytest

from probes.errors import CameraFault, Failure, NetworkFault, OurFault
from probes.facts import Ledger
from probes.login import LoginState
from probes.target import Address, Credential, Limits, Remembered, Target
from probes.visit import Visit, utc_now

LOGIN = Credential("v1", "admin", "secret")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        """The time it was set to."""
        return self.at


def _visit(state: LoginState | None = None, credentials=(LOGIN,), clock=None) -> Visit:
    remembered = Remembered().with_login("v1", state) if state else Remembered()
    target = Target("d1", Address("host", "cam"), credentials, remembered, limits=Limits(deadline_s=30))
    return Visit(target, now=lambda: NOON, seconds=clock or Clock())


def test_time_runs_out_at_the_deadline_and_not_before():
    """Seconds are counted from the beginning of the visit; at the deadline it is our limit, not the camera's fault."""
    clock = Clock()
    visit = _visit(clock=clock)
    assert visit.time_left("connect") == 30
    clock.at += 29
    assert visit.time_left("connect") == 1
    clock.at += 1
    with pytest.raises(OurFault, match="the 30 s of this probe are used up") as caught:
        visit.time_left("rtsp.play")
    assert caught.value.step == "rtsp.play"


def test_without_a_credential_the_login_is_missing():
    """A device that asks for a login and has none registered is `auth_missing`, and nothing was sent."""
    with pytest.raises(CameraFault, match="auth_missing") as caught:
        _visit(credentials=()).credential("rtsp", "rtsp.describe")
    assert caught.value.kind == "auth_missing"


@pytest.mark.parametrize(
    ("state", "door", "words"),
    [
        (LoginState(rtsp="refused"), "rtsp", "refused before and is not sent again"),
        (LoginState(onvif="refused", rtsp="withheld"), "rtsp", "refused at another door"),
        (LoginState(onvif="refused"), "rtsp", "refused at another door"),
    ],
)
def test_a_credential_that_was_refused_is_not_sent_again(state, door, words):
    """Design 3.2; the words say whether it was this door or another."""
    with pytest.raises(CameraFault, match=words):
        _visit(state).credential(door, "rtsp.describe")


@pytest.mark.parametrize("state", [None, LoginState(rtsp="good"), LoginState(onvif="refused", rtsp="good")])
def test_a_credential_goes_through_an_open_door(state):
    """Unknown doors are open while none has refused, good ones always."""
    assert _visit(state).credential("rtsp", "rtsp.describe") is LOGIN


def test_a_success_is_remembered_with_its_scheme():
    """The next probe begins with the scheme that was good; and what follows is no try."""
    visit = _visit()
    visit.sending("rtsp", LOGIN)
    visit.accepted("rtsp", LOGIN, "digest-md5")
    visit.sending("rtsp", LOGIN)
    assert visit.remembered.login("v1").rtsp == "good"
    assert visit.remembered.schemes == {"rtsp": "digest-md5"}
    assert (visit.ledger.logins, visit.ledger.tries, visit.ledger.refusals) == (2, 1, 0)


def test_a_refusal_closes_the_other_doors_for_this_visit():
    """One refused request per version: after it the visit itself sends the credential nowhere."""
    visit = _visit()
    visit.sending("onvif", LOGIN)
    visit.refused("onvif", LOGIN)
    for door in ("onvif", "rtsp", "https"):
        with pytest.raises(CameraFault):
            visit.credential(door, "rtsp.describe")
    assert (visit.ledger.tries, visit.ledger.refusals) == (1, 1)


def test_what_was_remembered_before_is_not_changed():
    """A visit makes new values; the target it was given stays as it was."""
    visit = _visit()
    visit.refused("rtsp", LOGIN)
    assert visit.target.remembered == Remembered()


def test_costs_add_up():
    """The ledger is the sum of everything the camera had to bear."""
    visit = _visit()
    visit.bore(connections=1, bytes_out=100)
    visit.bore(session_s=4.5, bytes_in=1000)
    visit.bore(connections=1)
    assert visit.ledger == Ledger(connections=2, session_s=4.5, bytes_in=1000, bytes_out=100)


def test_a_failure_names_the_facts_it_cost():
    """Each failure stands with channel, stream and the paths that could not be had."""
    visit = _visit()
    visit.failed(NetworkFault("timeout", "rtsp.play", "late"), ["measured", "image"], 2, "sub")
    assert visit.failures == [Failure("timeout", "rtsp.play", "late", 2, "sub", ("measured", "image"))]


def test_the_time_of_this_machine_is_in_utc():
    """Every time in an observation carries its zone."""
    assert utc_now().tzinfo is UTC
