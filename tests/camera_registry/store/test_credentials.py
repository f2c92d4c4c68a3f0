"""Logins of a device: their versions, what is known of their doors, and how few tries a crash can cost."""

from datetime import UTC, datetime, timedelta

import pytest

from camera_registry.database import reading, writing
from camera_registry.models import Credential, Sweep, SweepItem
from camera_registry.store import credentials
from camera_registry.store import sealed as sealed_values
from camera_registry.vault import Vault, VaultError
from probes.login import LoginState
from tests.camera_registry.registered import device

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
VAULT = Vault(bytes(32))


@pytest.fixture
def camera(engine):
    """The id of a device with one login."""
    with writing(engine) as session:
        made = device(session)
        credentials.put(session, VAULT, made.id, "quansat", "s3cr3t", NOW)
        return made.id


def _states(engine, camera):
    with reading(engine) as session:
        return list(credentials.login_states(session, camera).values())


def _begin(engine, camera, now=NOW):
    with writing(engine) as session:
        return list(credentials.trying(session, camera, now).values())


def _end(engine, camera, state):
    with writing(engine) as session:
        credentials.learned(session, camera, dict.fromkeys(credentials.login_states(session, camera), state))


def test_the_same_login_again_makes_no_new_version(engine, camera):
    """Typing the same password twice keeps the version, and what is known of it."""
    _end(engine, camera, LoginState().succeeded("onvif"))
    with writing(engine) as session:
        assert credentials.put(session, VAULT, camera, "quansat", "s3cr3t", NOW).version == 1
    assert _states(engine, camera) == [LoginState().succeeded("onvif")]


@pytest.mark.parametrize("login", [("quansat", "new"), ("admin", "s3cr3t")])
def test_a_changed_login_is_a_new_version_of_which_nothing_is_known(engine, camera, login):
    """The one before is retired; the new one may be tried, though the old one was refused."""
    _end(engine, camera, LoginState().refused_at("onvif"))
    with writing(engine) as session:
        old = credentials.current(session, camera)[0]
        new = credentials.put(session, VAULT, camera, *login, NOW)
        assert (old.version, new.version, old.retired_at) == (1, 2, NOW)
        assert credentials.name_of(old) != credentials.name_of(new)
    assert _states(engine, camera) == [LoginState()]


def test_a_login_for_the_stream_alone_stands_beside_one_for_onvif(engine, camera):
    """Doors that do not overlap have logins of their own."""
    with writing(engine) as session:
        credentials.put(session, VAULT, camera, "a", "1", NOW, doors="onvif,https")
        credentials.put(session, VAULT, camera, "b", "2", NOW, doors="rtsp")
        logins = credentials.opened(session, VAULT, camera)
    assert [(c.username, c.password, c.doors) for c in logins] == [
        ("a", "1", ("onvif", "https")),
        ("b", "2", ("rtsp",)),
    ]
    assert all(c.password not in repr(c) for c in logins)


def test_a_password_sealed_with_another_key_does_not_open(engine, camera):
    """Another key is said, when a probe wants the password and when a person changes it."""
    other = Vault(bytes([1]) * 32)
    with reading(engine) as session, pytest.raises(VaultError, match="put back the key"):
        credentials.opened(session, other, camera)


def test_the_password_stands_nowhere_in_the_database_file(engine, camera, tmp_path):
    """Neither in the tables nor in the journal."""
    assert camera
    for file in tmp_path.glob("registry.db*"):
        assert b"s3cr3t" not in file.read_bytes()


def test_a_try_cut_short_by_a_crash_gets_one_more_and_no_third(engine, camera):
    """Begun twice without an answer: no door may be tried any more."""
    assert _begin(engine, camera) == [LoginState()]
    assert _begin(engine, camera) == [LoginState(unanswered=1)]
    (spent,) = _begin(engine, camera)
    assert not any(spent.may_send(door) for door in ("onvif", "rtsp", "https"))
    assert _states(engine, camera) == [spent]


def test_an_unreachable_device_costs_no_try(engine, camera):
    """A probe that sent nothing gives the state back that it was given: the next crash is counted from there."""
    _begin(engine, camera)
    (second,) = _begin(engine, camera)
    _end(engine, camera, second)
    assert _begin(engine, camera) == [LoginState(unanswered=1)]


def test_a_login_that_was_taken_forgets_the_tries_before(engine, camera):
    """Good once, nothing is held against it."""
    _begin(engine, camera)
    (second,) = _begin(engine, camera)
    _end(engine, camera, second.succeeded("onvif"))
    assert _begin(engine, camera) == [LoginState().succeeded("onvif")]


def test_a_good_login_stays_good_through_crashes(engine, camera):
    """A door that was good before the crash counts as good after it."""
    good = LoginState().succeeded("onvif")
    _end(engine, camera, good)
    for _ in range(4):
        assert _begin(engine, camera) == [good]


def test_a_person_buys_one_more_try(engine, camera):
    """`try_again` opens the door that refused for one try, answered or not; good doors stay good, others wait."""
    _end(engine, camera, LoginState().succeeded("rtsp").refused_at("onvif"))
    with writing(engine) as session:
        credentials.try_again(session, camera)
    assert _states(engine, camera) == [LoginState(rtsp="good", https="withheld", unanswered=1)]
    _begin(engine, camera)
    (spent,) = _begin(engine, camera)
    assert (spent.may_send("onvif"), spent.may_send("rtsp")) == (True, True)


def test_after_two_refusals_in_a_day_nothing_more_is_tried(engine, camera):
    """Two refusals within 24 h close doors not known, for that day and no longer."""
    with writing(engine) as session:
        sweep = Sweep(night="x", planned_at=NOW)
        session.add(sweep)
        session.flush()
        session.add(SweepItem(sweep_id=sweep.id, site_id=1, device_id=camera, refusals=2, ended_at=NOW))
    (held,) = _begin(engine, camera, NOW + timedelta(hours=23))
    assert not any(held.may_send(door) for door in ("onvif", "rtsp", "https"))
    _end(engine, camera, held)
    assert _begin(engine, camera, NOW + timedelta(hours=25)) == [LoginState()]


def test_what_a_probe_learned_of_a_login_changed_meanwhile_is_dropped(engine, camera):
    """The refusal belongs to the old version; the new one stays unknown."""
    with writing(engine) as session:
        old = credentials.name_of(credentials.current(session, camera)[0])
        credentials.put(session, VAULT, camera, "quansat", "new", NOW)
        credentials.learned(session, camera, {old: LoginState().refused_at("onvif")})
    assert _states(engine, camera) == [LoginState()]


def test_the_newest_sealed_password_tells_whether_the_key_is_right(engine, camera):
    """At the start one password is opened; without any there is nothing to open."""
    with reading(engine) as session:
        sealed, place = sealed_values.newest(session)
    assert VAULT.open(sealed, place) == "s3cr3t"
    with writing(engine) as session:
        session.connection().exec_driver_sql("DELETE FROM loginrecord")
        session.delete(session.get_one(Credential, 1))
    with reading(engine) as session:
        assert sealed_values.newest(session) is None
