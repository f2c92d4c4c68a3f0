"""The second pass: what may pass is looked at once more, and each device still ends once, whatever happens between."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from camera_registry import daylight
from camera_registry.database import open_database, upgrade
from camera_registry.models import Device, SweepItem
from camera_registry.services import lease as leased
from camera_registry.services import sweeps
from camera_registry.services.second_pass import worth_another_look
from camera_registry.services.targets import Asking
from camera_registry.store import credentials
from camera_registry.store import sweeps as store
from camera_registry.vault import Vault
from probes.errors import Failure
from probes.facts import Channel, Identity, Ledger, Measured, Observation, Stream
from probes.login import LoginState
from probes.outgoing import Networks
from probes.target import Limits
from tests.camera_registry.registered import device
from tests.standards.sheets import EDITIONS

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
AFTER = timedelta(minutes=10)
LATER, ENDS = NOW + AFTER, NOW + timedelta(hours=7)
VAULT = Vault(bytes(32))
ASKING = Asking(VAULT, lambda: EDITIONS, Limits(deadline_s=60.0), Networks)
COST = Ledger(connections=1, logins=1, tries=1, session_s=2.0, bytes_in=10, bytes_out=5)


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """A registry in which every test is taken back."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('registry') / 'registry.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(registry):
    """A night over one device with a login, and a second one at the same site."""
    with Session(registry) as session:
        made = device(session)
        session.add(Device(school_id=made.school_id, site_id=made.site_id, code="IP-02", kind="ip_camera", host="h"))
        session.flush()
        credentials.put(session, VAULT, made.id, "admin", "secret", NOW)
        sweeps.nightly(session, "2026-11-23", NOW, ENDS)
        yield session
        session.rollback()


class Work:
    """A worker that has the site, and what its looks come to."""

    def __init__(self, session):
        self.session = session
        self.claim(NOW)

    def claim(self, now):
        """The site is leased, if there is anything to do now."""
        self.lease = store.claim(self.session, f"w{now.timestamp()}", now, now + timedelta(minutes=30))
        return self.lease

    def to_do(self, now):
        """Which devices may be looked at now."""
        return [item.device_id for item in store.items_to_do(self.session, self.lease, now)]

    def item(self, number=1):
        """The item of a device, as it is in the registry."""
        wanted = select(SweepItem).where(SweepItem.device_id == number)
        return self.session.exec(wanted, execution_options={"populate_existing": True}).one()

    def look(self, kind=None, now=NOW, number=1, after=AFTER):
        """One look at a device: it fails with `kind`, or tells its name."""
        item = self.item(number)
        target = leased.begin(self.session, self.lease, item.id, ASKING, now)
        failures = (Failure(kind, "connect"),) if kind else ()
        seen = Observation(target=str(number), observed_at=now, failures=failures, ledger=COST)
        if kind is None:
            seen = replace(seen, device=replace(seen.device, identity=Identity(at=now, how="onvif", model="X")))
        leased.finish(self.session, self.lease, item.id, seen, EDITIONS, now, daylight.always, again_after=after)
        return target

    def give_back(self, now=NOW):
        """The lease is over."""
        store.release(self.session, self.lease, now)

    def ended(self, number=1):
        """How a device has ended: state, reason, and how many nights it was silent."""
        item = self.item(number)
        self.session.expire_all()
        return item.state, item.reason, self.session.get_one(Device, number).silent_nights


@pytest.mark.parametrize("kind", ["busy", "timeout", "unreachable"])
def test_what_may_pass_is_looked_at_again_after_all_others(session, kind):
    """Not before its time, and nobody has the site meanwhile; then it has its one end, and costs of both looks."""
    work = Work(session)
    work.look(kind)
    assert (work.to_do(NOW), work.ended()) == ([2], ("waiting", "", 0))
    work.look(number=2)
    work.give_back()
    assert work.claim(LATER - timedelta(seconds=1)) is None
    assert work.claim(LATER) is not None
    assert work.to_do(LATER) == [1]
    work.look(now=LATER)
    item = work.item()
    assert (item.state, item.attempts, item.connections, item.bytes_in, item.refusals) == ("done", 2, 2, 20, 0)
    work.give_back(LATER)
    assert store.by_id(session, work.lease.sweep_id).state == "done"


def test_the_second_pass_waits_for_the_first_look_at_the_others(session):
    """A worker died in between, and its lease has run out: the others of the site come first."""
    work = Work(session)
    work.look("busy")
    assert work.to_do(LATER) == [2]
    work.look(now=LATER, number=2)
    assert work.to_do(LATER) == [1]


def test_who_is_silent_twice_in_a_night_was_silent_once(session):
    """There is no third look, and one night is counted."""
    work = Work(session)
    work.look("unreachable")
    work.look("timeout", now=LATER)
    assert work.ended() == ("failed", "timeout", 1)


def test_a_second_look_that_is_answered_makes_no_silent_night(session):
    """The first one is forgotten."""
    work = Work(session)
    work.look("unreachable")
    work.look(now=LATER)
    assert work.ended() == ("done", "", 0)


@pytest.mark.parametrize(
    ("kind", "state", "after"),
    [
        ("auth_refused", "failed", AFTER),
        ("refused_connection", "failed", AFTER),
        ("not_onvif", "failed", AFTER),
        ("our_limit", "failed", AFTER),
        (None, "done", AFTER),
        ("busy", "failed", None),
    ],
)
def test_what_does_not_pass_is_looked_at_once(session, kind, state, after):
    """A login that was refused least of all; nothing, where there is no second pass."""
    work = Work(session)
    work.look(kind, after=after)
    assert work.item().state == state


def test_a_login_that_was_refused_in_the_first_pass_is_not_sent_in_the_second(session):
    """The second target carries what the first one learned."""
    work = Work(session)
    target = work.look("busy")
    (version,) = target.remembered.logins
    leased.learned(session, 1, work.item().id, version, LoginState().refused_at("rtsp"))
    again = leased.begin(session, work.lease, work.item().id, ASKING, LATER)
    login = again.remembered.login(version)
    assert not any(login.may_send(door) for door in ("onvif", "rtsp", "https"))


def test_no_second_pass_begins_that_the_window_would_cut_off(session):
    """Ten minutes before its end the first result is the last."""
    work = Work(session)
    work.look("busy", now=ENDS - AFTER)
    assert work.ended() == ("failed", "busy", 1)


@pytest.mark.parametrize("kind", ["asked", "light"])
def test_who_waits_for_a_result_has_it_after_one_look(session, kind):
    """A person who asked; and a window for light is short."""
    work = Work(session)
    work.lease = replace(work.lease, kind=kind)
    work.look("busy")
    assert work.item().state == "failed"


def _window_over(session, work):
    sweeps.tidy(session, ENDS + timedelta(seconds=1))


def _cancelled(session, work):
    sweeps.cancel(session, work.lease.sweep_id, LATER)


def _died(session, work):
    leased.begin(session, work.lease, work.item().id, ASKING, LATER)
    _window_over(session, work)


def _our_fault(session, work):
    leased.give_up(session, work.item().id, LATER)
    _window_over(session, work)


@pytest.mark.parametrize("happens", [_window_over, _cancelled, _died, _our_fault])
def test_what_has_no_second_look_ends_as_the_first_said(session, happens):
    """The window is over, the sweep is cancelled, the worker died, or the fault is ours: it was looked at all the same;
    the other device never was.
    """
    work = Work(session)
    work.look("busy")
    happens(session, work)
    assert work.ended()[:2] == ("failed", "busy")
    assert work.item().ended_at == NOW
    assert work.item(2).state == "skipped"
    assert store.by_id(session, work.lease.sweep_id).ended_at is not None


@pytest.mark.parametrize(("first", "silent"), [("unreachable", 1), (None, 0)])
def test_a_night_that_ends_before_the_second_look_counts_by_the_first(session, first, silent):
    """Who did not answer was silent; who answered was not."""
    work = Work(session)
    work.look(first)
    _window_over(session, work)
    _window_over(session, work)
    assert work.ended()[2] == silent


def test_a_second_look_that_goes_on_when_the_window_ends_counts_by_itself(session):
    """Its worker has the site: it ends as it will, and a night is counted once."""
    work = Work(session)
    work.look("unreachable")
    leased.begin(session, work.lease, work.item().id, ASKING, LATER)
    store.extend(session, [work.lease.owner], ENDS + AFTER)
    _window_over(session, work)
    assert work.ended() == ("leased", "", 0)
    seen = Observation(target="1", observed_at=ENDS, failures=(Failure("unreachable", "connect"),))
    leased.finish(session, work.lease, work.item().id, seen, EDITIONS, ENDS, daylight.always, again_after=AFTER)
    assert work.ended() == ("failed", "unreachable", 1)


@pytest.mark.parametrize(
    ("kind", "school_day", "silent"), [("night", True, 1), ("day", True, 1), ("night", False, 0), ("asked", True, 0)]
)
def test_silence_counts_where_a_school_has_power_and_people(session, kind, school_day, silent):
    """Not in the summer, and not when somebody asks for a look in between."""
    work = Work(session)
    work.lease = replace(work.lease, kind=kind, school_day=school_day)
    work.look("unreachable", after=None)
    assert work.ended()[2] == silent


def test_a_device_that_kills_workers_in_its_second_pass_keeps_its_first_result(session):
    """After three looks that never ended nobody begins another."""
    work = Work(session)
    work.look("busy")
    begun = [leased.begin(session, work.lease, work.item().id, ASKING, LATER) is not None for _ in range(4)]
    assert begun == [True, True, True, False]
    assert work.ended()[:2] == ("failed", "busy")


def _stream(**measured):
    return Stream(id="p", measured=Measured(at=NOW, how="rtp", **measured))


BUSY = [Failure("busy", "rtsp.setup", channel=n, stream="p", facts=("measured", "image")) for n in range(1, 5)]


@pytest.mark.parametrize(
    ("channels", "failures", "worth"),
    [
        ([{}], BUSY[:1], True),
        ([{}, {}], BUSY[:1], True),
        ([{}, {}, {}], BUSY[:1], False),
        ([{}], [replace(BUSY[0], kind="no_such_stream")], False),
        ([{}], [replace(BUSY[0], facts=("sdp",))], False),
        ([{}], [replace(BUSY[0], channel=None, stream=None, facts=("clock.offset_s",))], False),
        ([{"stop_reason": "closed"}], [], True),
        ([{"stop_reason": "stalled"}], [], True),
        ([{"stop_reason": "needs_met"}], [], False),
    ],
)
def test_a_look_is_worth_another_where_half_of_its_channels_have_no_sample(channels, failures, worth):
    """For one busy channel of three a recorder is left alone, and so is a camera that only kept back its clock."""
    seen = [Channel(index=n, token=f"v{n}", streams=(_stream(**made),)) for n, made in enumerate(channels, 1)]
    observation = Observation(target="1", observed_at=NOW, channels=tuple(seen), failures=tuple(failures))
    assert worth_another_look(observation, "") is worth
