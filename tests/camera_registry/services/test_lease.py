"""What a worker does with the registry under a lease: only as long as it is its own, and refusals at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from camera_registry import daylight
from camera_registry.database import writing
from camera_registry.models import Acceptance, AcceptanceChannel, Channel, Device
from camera_registry.services import lease as leased
from camera_registry.services import sweeps, targets
from camera_registry.services.sweeps import Scope
from camera_registry.services.targets import Asking
from camera_registry.store import credentials, schools
from camera_registry.store import sweeps as store
from camera_registry.vault import Vault
from probes.errors import Failure
from probes.facts import Observation
from probes.login import LoginState
from probes.nights import is_due
from probes.outgoing import Networks
from probes.target import Limits
from standards import Editions
from tests.camera_registry.registered import device
from tests.standards.sheets import EDITIONS

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=60)
VAULT = Vault(bytes(32))
ASKING = Asking(VAULT, lambda: EDITIONS, Limits(deadline_s=60.0), Networks)


@pytest.fixture
def session(engine):
    """A registry with a recorder of three channels, whose login is not known to be good."""
    with writing(engine) as session:
        made = device(session, channels=(1, 2, 3))
        credentials.put(session, VAULT, made.id, "admin", "secret", NOW)
        sweeps.ask(session, Scope(), "lan", NOW)
        yield session


def _lease(session, owner="a", now=NOW):
    return store.claim(session, owner, now, now + timedelta(seconds=60))


def test_a_look_begins_with_the_login_and_its_limits(session):
    """The item is under way, and the try is counted."""
    lease = _lease(session)
    (item,) = store.items_to_do(session, lease)
    target = leased.begin(session, lease, item.id, ASKING, NOW)
    assert (target.credentials[0].password, target.limits.deadline_s) == ("secret", 60.0)
    assert [s.unanswered for s in credentials.login_states(session, item.device_id).values()] == [1]
    assert store.counts(session, lease.sweep_id) == {"leased": 1}


def test_a_target_is_held_to_the_networks_of_its_site(session):
    """And to what is refused everywhere; what the registry holds that is no network is no free pass."""
    asking = replace(ASKING, outgoing=lambda: Networks(refused=("10.1.0.0/24",)))
    lease = _lease(session)
    (item,) = store.items_to_do(session, lease)
    registered = session.get_one(Device, item.device_id)
    site = schools.site(session, registered.site_id)
    for text, allowed in (("", ()), ("192.168.1.0/24; fd12::/64", ("192.168.1.0/24", "fd12::/64"))):
        site.networks = text
        assert targets.target(session, registered, asking, NOW).networks == Networks(allowed, ("10.1.0.0/24",))
    site.networks = "everything"
    with pytest.raises(ValueError, match="everything"):
        targets.target(session, registered, asking, NOW)


THRIFTY = replace(ASKING, limits=Limits(picture_nights=3, ask_nights=4))


def _nights(session, kind, asking=THRIFTY):
    """What a look of this kind leaves out: nights between pictures, and between rare questions."""
    lease = replace(_lease(session), kind=kind)
    (item,) = store.items_to_do(session, lease)
    limits = leased.begin(session, lease, item.id, asking, NOW).limits
    return limits.picture_nights, limits.ask_nights


@pytest.mark.parametrize(("kind", "nights"), [("night", (3, 4)), ("light", (0, 0)), ("asked", (0, 0))])
def test_only_a_night_leaves_anything_out(session, kind, nights):
    """What a person asked for, and what is looked at by day because the night left it open, is looked at in full."""
    assert _nights(session, kind) == nights


def test_a_look_that_an_acceptance_counts_on_leaves_nothing_out(session):
    """It is judged by itself, and nothing of an older look helps."""
    channel = session.exec(select(Channel)).first()
    times = {"begins": NOW - timedelta(hours=1), "ends": NOW + timedelta(days=2)}
    running = Acceptance(code="NT-1", name="a", edition_sha256="0", asked_by="lan", looks=2, **times)
    session.add(running)
    session.flush()
    session.add(AcceptanceChannel(acceptance_id=running.id, channel_id=channel.id))
    session.flush()
    assert _nights(session, "night") == (0, 0)


@pytest.mark.parametrize(("days", "most"), [(14, 7), (5, 2), (1, 0)])
def test_nothing_is_left_out_until_it_is_too_old_for_a_rule(session, days, most):
    """Even if the device is off at one turn: whatever the settings say, two turns fit into the age of every fact."""
    edition = EDITIONS.decides
    rules = (replace(edition.rules[0], max_age=timedelta(days=days)), *edition.rules[1:])
    editions = Editions.of(replace(edition, rules=rules))
    asking = replace(THRIFTY, limits=Limits(picture_nights=30, ask_nights=30), editions=lambda: editions)
    assert _nights(session, "night", asking) == (most, most)
    last, turns, oldest = None, 0, timedelta()
    for night in range(60 if most else 0):
        now = NOW + timedelta(days=night, minutes=97 * (night % 5) - 180)
        oldest = max(oldest, now - (last or now))
        turns += is_due("7/a", last, now, most)
        if is_due("7/a", last, now, most) and turns % 2:  # off at every other turn
            last = now
    assert oldest < timedelta(days=days)


@pytest.mark.parametrize(("kind", "silent"), [("not_allowed", 0), ("unreachable", 1)])
def test_a_night_in_which_nobody_asked_is_no_silent_one(session, kind, silent):
    """A device at an address that may not be connected to is not counted as gone."""
    lease = replace(_lease(session), kind="night")
    (item,) = store.items_to_do(session, lease)
    leased.begin(session, lease, item.id, ASKING, NOW)
    seen = Observation(target=str(item.device_id), observed_at=NOW, failures=(Failure(kind, "connect"),))
    assert leased.finish(session, lease, item.id, seen, EDITIONS, NOW, daylight.always)
    assert session.get_one(Device, item.device_id).silent_nights == silent


def test_who_lost_the_site_begins_nothing(session):
    """The other has it now; the item and its login are left alone."""
    lost = _lease(session)
    (item,) = store.items_to_do(session, lost)
    _lease(session, "b", LATER + timedelta(seconds=1))
    assert leased.begin(session, lost, item.id, ASKING, LATER) is None
    assert item.state == "waiting"
    assert [s.unanswered for s in credentials.login_states(session, item.device_id).values()] == [0]


def test_after_the_window_nothing_begins(session):
    """Not even at a site that was claimed in time."""
    lease = _lease(session)
    sweep = store.by_id(session, lease.sweep_id)
    sweep.ends_by = LATER
    session.add(sweep)
    session.flush()
    (item,) = store.items_to_do(session, lease)
    assert leased.begin(session, lease, item.id, ASKING, LATER) is None


def test_a_refusal_counts_before_the_look_has_ended(session):
    """A worker that dies now has still cost the device one of its two refusals a day; a success costs none."""
    lease = _lease(session)
    (item,) = store.items_to_do(session, lease)
    leased.begin(session, lease, item.id, ASKING, NOW)
    (version,) = credentials.login_states(session, item.device_id)
    leased.learned(session, item.device_id, item.id, version, LoginState().left_unanswered())
    assert credentials.refusals_since(session, item.device_id, NOW) == 0
    leased.learned(session, item.device_id, item.id, version, LoginState().refused_at("onvif"))
    assert credentials.refusals_since(session, item.device_id, NOW) == 1
