"""Orders of agents and what counts of their results: once, from whom the site is leased to, and of nobody else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from camera_registry import daylight
from camera_registry.agents.messages import GivenUp, Greeting, HandedBack, Learned, Seen
from camera_registry.database import writing
from camera_registry.models import Agent, Device, FindingRecord, SweepItem, SweepSite
from camera_registry.services import agent_orders, agents, sweeps
from camera_registry.services.agent_orders import Terms
from camera_registry.services.agent_results import take
from camera_registry.services.targets import Asking
from camera_registry.store import agents as stored
from camera_registry.store import credentials, orders
from camera_registry.store import sweeps as store
from camera_registry.sweep.source import Judging
from camera_registry.vault import Vault
from probes.errors import Failure
from probes.facts import Identity, Ledger, Observation
from probes.login import LoginState
from probes.outgoing import Networks
from probes.target import Limits
from tests.camera_registry.registered import device
from tests.standards.sheets import EDITIONS

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ENDS = NOW + timedelta(hours=7)
VAULT = Vault(bytes(32))
JUDGING = Judging(Asking(VAULT, lambda: EDITIONS, Limits(), Networks), lambda: EDITIONS, daylight.always)
TERMS = Terms(timedelta(hours=2), timedelta(hours=1), 4, 2, lambda uplink, _: (uplink or 4) * 1000)


@pytest.fixture
def world(engine):
    """A night over two schools, each with two devices and an agent of its own (A, B)."""
    with writing(engine) as session:
        made = SimpleNamespace(session=session, agent={}, site={}, devices={})
        for code in "AB":
            one = device(session, f"{code}-01", district=f"2674{ord(code)}")
            two = Device(school_id=one.school_id, site_id=one.site_id, code=f"{code}-02", kind="ip_camera", host="h2")
            session.add(two)
            session.flush()
            made.site[code], made.devices[code] = one.site_id, (one.id, two.id)
            made.agent[code] = Agent(code=code, name=code, made_by="x", made_at=NOW)
            session.add(made.agent[code])
            session.flush()
            stored.put_sites(session, made.agent[code].id, [one.site_id])
            credentials.put(session, VAULT, one.id, "admin", "secret", NOW)
        sweeps.nightly(session, "2026-11-23", NOW, ENDS)
        yield made


def _give(world, code="A", now=NOW):
    return agent_orders.give(world.session, world.agent[code], TERMS, now)


def _items(world, order, now=NOW):
    """What the agent is sent, by the number of the device."""
    sent = agent_orders.to_send(world.session, order, JUDGING.asking, TERMS, now)
    return {int(each.target.key): each for each in sent.items}


def _seen(order, item, number, now=NOW, failure=None):
    failures = (Failure(failure, "connect"),) if failure else ()
    seen = Observation(target=str(number), observed_at=now, failures=failures, ledger=Ledger(connections=1))
    if failure is None:
        seen = replace(seen, device=replace(seen.device, identity=Identity(at=now, how="onvif", model="X")))
    return Seen(str(order.id), item.item, item.attempt, seen)


def _take(world, message, code="A", now=NOW):
    return take(world.session, world.agent[code], message, JUDGING, now).counts


def _state(world, number):
    wanted = select(SweepItem).where(SweepItem.device_id == number).execution_options(populate_existing=True)
    item = world.session.exec(wanted).one()
    return item.state, item.reason


def test_a_site_of_an_agent_is_claimed_for_it_alone(world):
    """No worker has it, nor the agent of another; one that is stopped leaves its site to workers."""
    session = world.session
    assert store.claim(session, "w", NOW, NOW + timedelta(seconds=60)) is None
    assert _give(world, "A").site_id == world.site["A"]
    assert _give(world, "A") is None
    agents.switch(session, world.agent["B"])
    session.flush()
    assert _give(world, "B") is None
    assert store.claim(session, "w", NOW, NOW + timedelta(seconds=60)).site_id == world.site["B"]


def test_the_lease_of_an_order_lasts_until_its_end(world):
    """It is hours long, and no clock that was wrong: no worker has the site, also when the agent is stopped; the items
    are nobody's to tidy before that. What the agent is sent ends with the hours of the sweep: no look begins later.
    """
    order, session = _give(world), world.session
    assert order.ends_by == ENDS + TERMS.late
    assert agent_orders.to_send(session, order, JUDGING.asking, TERMS, NOW).ends_by == ENDS
    agents.switch(session, world.agent["A"])
    agents.switch(session, world.agent["B"])
    session.flush()
    late = ENDS + timedelta(hours=1)
    assert store.claim(session, "w", NOW, NOW + timedelta(seconds=60)).site_id == world.site["B"]
    sweeps.tidy(session, late)
    assert [_state(world, number)[0] for number in world.devices["A"]] == ["leased", "leased"]
    assert [_state(world, number) for number in world.devices["B"]] == [("skipped", "window_over")] * 2


def test_what_a_person_asked_ends_after_an_hour(world):
    """However long the night is; it is not given out once more in the moment before it is ended."""
    sweeps.ask(world.session, sweeps.Scope(school="079-A-01"), "lan", NOW)
    order = _give(world)
    assert order.ends_by == NOW + TERMS.asked
    over = order.ends_by + timedelta(minutes=1)
    found = _give(world, now=over)
    assert found is None or found.sweep_id != order.sweep_id
    agent_orders.end_silent(world.session, order, EDITIONS, over)
    assert _give(world, now=over).sweep_id != order.sweep_id


def test_an_order_marks_no_login_as_tried(world):
    """The agent does, where it looks; what is sent tells what is known of it."""
    items = _items(world, _give(world))
    first = world.devices["A"][0]
    assert [s.unanswered for s in credentials.login_states(world.session, first).values()] == [0]
    assert items[first].target.credentials[0].password == "secret"


def test_results_count_once_and_end_the_order(world):
    """Each device has one final state; what comes again changes nothing; the site is judged and given back."""
    order = _give(world)
    items = _items(world, order)
    first, second = world.devices["A"]
    assert _take(world, _seen(order, items[first], first))
    assert not _take(world, _seen(order, items[first], first))
    assert order.state == "open"
    assert _take(world, _seen(order, items[second], second, failure="unreachable"))
    assert order.state == "closed"
    assert [_state(world, number) for number in (first, second)] == [("done", ""), ("failed", "unreachable")]
    assert not _take(world, _seen(order, items[second], second))
    site = world.session.exec(select(SweepSite).where(SweepSite.site_id == world.site["A"])).one()
    world.session.refresh(site)
    assert site.state == "done"
    judged = select(FindingRecord).where(FindingRecord.site_id == world.site["A"])
    assert world.session.exec(judged).first() is not None


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6), timedelta(days=400)])
def test_what_was_seen_by_a_clock_that_is_wrong_is_left_out(world, off):
    """Before its order was made, or later than now: nothing of it is kept, and the device has its end. A clock that is
    a little off does no harm.
    """
    order, (first, second) = _give(world), world.devices["A"]
    items = _items(world, order)
    assert _take(world, _seen(order, items[first], first, now=NOW + off))
    assert _state(world, first) == ("failed", "our_limit")
    assert world.session.exec(select(FindingRecord).where(FindingRecord.device_id == first)).first() is None
    assert _take(world, _seen(order, items[second], second, now=NOW + (off > timedelta()) * timedelta(minutes=4)))
    assert _state(world, second) == ("done", "")


def test_no_agent_has_a_result_counted_for_another(world):
    """Sealed by A, about the order of B, or about its item, or of a device of B: nothing changes at B nor at A."""
    ours, theirs = _give(world, "A"), _give(world, "B")
    mine, other = _items(world, ours), _items(world, theirs)
    (at_a, _), (at_b, _) = world.devices["A"], world.devices["B"]
    assert not _take(world, _seen(theirs, other[at_b], at_b), "A")
    assert not _take(world, _seen(ours, other[at_b], at_b), "A")
    assert not _take(world, _seen(ours, mine[at_a], at_b), "A")
    assert not _take(world, GivenUp(str(theirs.id), other[at_b].item, other[at_b].attempt, "our_limit"), "A")
    assert not _take(world, HandedBack(str(theirs.id)), "A")
    login = credentials.in_force(world.session, at_b)[0].name
    refused = LoginState(onvif="refused")
    assert not _take(world, Learned(str(theirs.id), other[at_b].item, other[at_b].attempt, login, refused), "A")
    assert not _take(world, Learned(str(ours.id), mine[at_a].item, mine[at_a].attempt, login, refused), "B")
    assert credentials.login_states(world.session, at_b)[login] == LoginState()
    assert {_state(world, number)[0] for code in "AB" for number in world.devices[code]} == {"leased"}
    assert (ours.state, theirs.state) == ("open", "open")


@pytest.mark.parametrize("order", ["x", "", "99999999999999999999999999", "-1", "0"])
def test_an_order_that_there_is_not_changes_nothing(world, order):
    """Whatever it is called."""
    assert not _take(world, HandedBack(order))


def test_an_older_attempt_does_not_count(world):
    """The order was handed back and given out anew: a result of the first one comes late."""
    old = _give(world)
    before = _items(world, old)
    first = world.devices["A"][0]
    assert _take(world, HandedBack(str(old.id)))
    new = _give(world)
    after = _items(world, new)
    assert after[first].attempt == 2
    assert not _take(world, _seen(old, before[first], first))
    assert not _take(world, _seen(new, before[first], first))
    assert _take(world, _seen(new, after[first], first))


def test_what_was_handed_back_may_have_been_tried(world):
    """Nobody knows whether its login left: it counts as one try without an answer."""
    order = _give(world)
    assert _take(world, HandedBack(str(order.id)))
    (state,) = credentials.login_states(world.session, world.devices["A"][0]).values()
    assert state.unanswered == 1


def test_an_agent_that_is_silent_leaves_its_devices_skipped(world):
    """With the reason; what had come counts, and what comes later does not."""
    order = _give(world)
    items = _items(world, order)
    first, second = world.devices["A"]
    assert _take(world, _seen(order, items[first], first))
    over = order.ends_by + timedelta(seconds=1)
    assert [each.id for each in orders.to_close(world.session, over)] == [order.id]
    agent_orders.end_silent(world.session, order, EDITIONS, over)
    assert [_state(world, number) for number in (first, second)] == [("done", ""), ("skipped", "agent_silent")]
    assert not _take(world, _seen(order, items[second], second), now=over)
    assert order.state == "closed"


def test_a_refusal_is_kept_however_late_it_comes(world):
    """The order is over and counts no more, and no login is refused twice for that."""
    order = _give(world)
    item, number = _items(world, order)[world.devices["A"][0]], world.devices["A"][0]
    agent_orders.end_silent(world.session, order, EDITIONS, order.ends_by)
    (name,) = credentials.login_states(world.session, number)
    said = LoginState(onvif="refused", rtsp="withheld", https="withheld")
    assert not _take(world, Learned(str(order.id), item.item, item.attempt, name, LoginState(onvif="good")))
    assert credentials.login_states(world.session, number)[name] == LoginState()
    assert not _take(world, Learned(str(order.id), item.item, item.attempt, name, said))
    assert credentials.login_states(world.session, number)[name].onvif == "refused"
    assert credentials.refusals_since(world.session, number, NOW) == 1
    assert not _take(world, Learned(str(order.id), item.item, item.attempt, name, said))
    assert credentials.refusals_since(world.session, number, NOW) == 1


def test_what_is_learned_of_a_device_that_is_kept_no_more_changes_nothing(world):
    """Its school was erased, or the look was so long ago that it is kept no more; the order is still there."""
    order = _give(world)
    item = _items(world, order)[world.devices["A"][0]]
    agent_orders.end_silent(world.session, order, EDITIONS, order.ends_by)
    world.session.delete(world.session.get_one(SweepItem, item.item))
    world.session.flush()
    assert not _take(world, Learned(str(order.id), item.item, item.attempt, "1", LoginState(onvif="refused")))


def test_a_site_whose_devices_are_looked_at_elsewhere_keeps_no_other_from_being_given(world):
    """They were moved to the site of another agent, which has them for hours; the next site is given all the same."""
    session = world.session
    third = device(session, "C-01", district="26743")
    stored.put_sites(session, world.agent["A"].id, [world.site["A"], third.site_id])
    sweeps.nightly(session, "2026-11-24", NOW, ENDS)
    for number in world.devices["A"]:
        session.get_one(Device, number).site_id = world.site["B"]
    session.execute(update(SweepSite).where(col(SweepSite.site_id) == third.site_id).values(rank=10**6))
    session.flush()
    sweeps.ask(session, sweeps.Scope(school="079-A-01"), "lan", NOW)
    assert _give(world, "B").site_id == world.site["B"]
    assert _give(world, "A").site_id == third.site_id


def test_one_device_that_cannot_be_asked_keeps_no_other_from_being_sent(world):
    """No target can be made of it, for a reason that nobody foresaw: it is given up, and the others are sent."""

    class Broken:
        def open(self, *_):
            raise RuntimeError

    order, (first, second) = _give(world), world.devices["A"]
    sent = agent_orders.to_send(world.session, order, replace(JUDGING.asking, vault=Broken()), TERMS, NOW)
    assert [each.target.key for each in sent.items] == [str(second)]
    assert _state(world, first) == ("failed", "our_limit")


def test_the_second_pass_is_another_order(world):
    """What may pass waits, the site is given back, and given out again when its time has come."""
    judging = replace(JUDGING, again_after=timedelta(minutes=10))
    order = _give(world)
    items = _items(world, order)
    for number in world.devices["A"]:
        seen = _seen(order, items[number], number, failure="timeout")
        assert take(world.session, world.agent["A"], seen, judging, NOW).counts
    assert order.state == "closed"
    assert _give(world) is None
    again = _give(world, now=NOW + timedelta(minutes=10))
    assert [each.attempt for each in _items(world, again, NOW).values()] == [2, 2]


def test_new_keys_take_back_what_was_ordered(world):
    """The old order counts no more; the devices wait for a new one."""
    order = _give(world)
    items, first = _items(world, order), world.devices["A"][0]
    broker = agents.Broker("tls://127.0.0.1:4222", None, str, None)
    agents.renew(world.session, VAULT, world.agent["A"], broker, NOW)
    assert not _take(world, _seen(order, items[first], first))
    assert _give(world) is not None


def test_an_agent_that_is_removed_leaves_nothing_open(world):
    """Its devices are skipped in this sweep, and its site is the workers' from now on. Nobody hears any more whether a
    login has left: it counts as one try without an answer.
    """
    order = _give(world)
    agents.remove(world.session, world.agent["A"], EDITIONS, NOW)
    assert [_state(world, number)[1] for number in world.devices["A"]] == ["agent_silent"] * 2
    (state,) = credentials.login_states(world.session, world.devices["A"][0]).values()
    assert state.unanswered == 1
    assert orders.by_id(world.session, order.id) is None
    assert stored.at_site(world.session, world.site["A"]) is None


def test_an_agent_that_is_too_old_is_told_once_each_time_it_starts(world):
    """And its state says so; a new version is let in."""
    agent = world.agent["A"]
    old = Greeting("0.1", 0, "first", 3)
    said = take(world.session, agent, old, JUDGING, NOW).answer
    assert "0.1" in said.words["vi"]
    assert take(world.session, agent, old, JUDGING, NOW).answer is None
    assert agents.state_of(agent, NOW) == "too_old"
    assert take(world.session, agent, Greeting("9", 1, "second", 0), JUDGING, NOW).answer is None
    assert agents.state_of(agent, NOW) == "well"


def test_two_instances_with_one_key_are_seen(world):
    """They greet by turns; one that was started again does not."""
    agent = world.agent["A"]
    for instance in ("a", "b"):
        take(world.session, agent, Greeting("1", 1, instance, 0), JUDGING, NOW)
    assert agent.twins_at is None
    take(world.session, agent, Greeting("1", 1, "a", 0), JUDGING, NOW + timedelta(minutes=1))
    assert agent.twins_at is not None
