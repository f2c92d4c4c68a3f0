"""What a worker does with the registry under a lease: only as long as it is its own, and refusals at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from camera_registry import daylight
from camera_registry.database import writing
from camera_registry.models import Device
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
from probes.outgoing import Networks
from probes.target import Limits
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
