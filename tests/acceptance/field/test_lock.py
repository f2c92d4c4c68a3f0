"""Proof: a camera that locks is never locked by us, and is left alone while it is locked (item 14 of the notes).

Every camera counts for itself what it refused; more than one is a failure of the test (tests/conftest.py).
"""

from datetime import UTC, datetime, timedelta

import pytest

from probes.simulator import running
from probes.target import Remembered
from tests.acceptance.command import PASSWORD, inspect
from tests.acceptance.field.login_looks import kinds, login, look, measured, small

WRONG = "wr0ng-Pa55"
LOCKS = {
    "The user is locked. Please try again after 1800 seconds.": 1800,
    "<userCheck><lockStatus>lock</lockStatus><retryLoginTime>0</retryLoginTime><unlockTime>600</unlockTime></userCheck>":
        600,
    "Tài khoản bị khóa, thử lại sau 30 phút": 1800,
    "账号已锁定": 1800,
}  # fmt: skip


def _ends(observation):
    """When the lock ends, in seconds from now."""
    until = observation.remembered.lock_ends(datetime.now(UTC))
    return (until - datetime.now(UTC)).total_seconds() if until else None


@pytest.mark.field(14)
@pytest.mark.parametrize("kind", ["host", "rtsp"])
@pytest.mark.parametrize(("text", "seconds"), LOCKS.items())
def test_a_locked_camera_is_left_alone_until_the_lock_is_over(kind, text, seconds):
    """Locked by somebody else: at most one login leaves, at one door; none while it lasts, right as it may be."""
    with running(small(locked=True, lock_text=text)) as (camera,):
        first = look(camera, kind=kind)
        sent = camera.counters.with_credentials
        assert sent <= 1
        look(camera, kind=kind, remembered=first.remembered)
        assert camera.counters.with_credentials == sent
    assert "auth_locked" in kinds(first).values()
    assert _ends(first) == pytest.approx(seconds, abs=30)


@pytest.mark.field(14)
def test_a_camera_that_says_at_onvif_that_it_is_locked_gets_no_login_at_the_stream():
    """Also where the login was good at the stream before: a request in the lock keeps it locked."""
    good = Remembered().with_login("1", Remembered().login("1").succeeded("rtsp"))
    with running(small(locked=True)) as (camera,):
        look(camera, remembered=good)
        assert camera.counters.rtsp_with_credentials == 0


@pytest.mark.field(14)
@pytest.mark.parametrize("kind", ["host", "rtsp"])
def test_while_the_lock_lasts_nothing_with_a_login_leaves(kind):
    """Though the camera would take it, at a door where it was good before: what it said counts until it is over."""
    until = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    state = Remembered().login("1").succeeded("onvif").succeeded("rtsp")
    with running(small()) as (camera,):
        seen = look(camera, kind=kind, remembered=Remembered(locked_until=until).with_login("1", state))
        assert camera.counters.with_credentials == 0
    assert "auth_locked" in kinds(seen).values()


@pytest.mark.field(14)
def test_after_the_lock_the_login_is_tried_once_more():
    """When it is over, and the camera takes logins again, everything is had."""
    over = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    with running(small()) as (camera,):
        seen = look(camera, remembered=Remembered(locked_until=over, tries_left=2))
        assert camera.counters.refused_in_all == 0
    assert measured(seen) == ["h264"]
    assert (seen.remembered.locked_until, seen.remembered.tries_left) == (None, None)


@pytest.mark.field(14)
def test_one_wrong_password_does_not_lock_a_camera_that_locks_at_two():
    """ONVIF refuses once; the stream is not tried; the camera never says that it is locked."""
    with running(small(lock_after=2)) as (camera,):
        first = look(camera, login(camera, WRONG))
        look(camera, login(camera, WRONG), remembered=first.remembered)
        assert camera.counters.with_credentials == 1
        assert not camera.state.locked


@pytest.mark.field(14)
def test_inspect_says_until_when_and_waits_whatever_the_login_is(tmp_path):
    """The lock is of the device: another password, and --try-again, send nothing before it is over."""
    with running(small(locked=True)) as (camera,):
        address = f"{camera.host}:{camera.onvif_port}"
        first = inspect(tmp_path, address, "--json", password=PASSWORD)
        sent = camera.counters.with_credentials
        told = inspect(tmp_path, address, "--try-again", password=camera.spec.password)
        assert camera.counters.with_credentials == sent <= 1
    assert first.json["device"]["locked_until"] > datetime.now(UTC).isoformat()
    assert "khoá đến" in told.out
