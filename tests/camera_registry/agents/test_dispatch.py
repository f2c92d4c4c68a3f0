"""What stands at the broker is what the registry wants: consumers of the agents there are, and orders that it has."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from camera_registry import daylight
from camera_registry.agents import subjects
from camera_registry.agents.dispatch import Dispatcher
from camera_registry.agents.keys import Keys
from camera_registry.database import reading, writing
from camera_registry.models import Agent, AgentOrder
from camera_registry.services import agents, sweeps
from camera_registry.services.agent_orders import Terms
from camera_registry.services.agents import Broker, Wanted
from camera_registry.services.sweeps import Scope
from camera_registry.services.targets import Asking
from camera_registry.sweep.source import Judging
from camera_registry.vault import Vault
from probes.outgoing import Networks
from probes.target import Limits
from probes.visit import utc_now
from tests.camera_registry import fleet
from tests.nats_server import nats_server
from tests.standards.sheets import EDITIONS

VAULT = Vault(bytes(32))
JUDGING = Judging(Asking(VAULT, lambda: EDITIONS, Limits(), Networks), lambda: EDITIONS, daylight.always)
TERMS = Terms(timedelta(hours=2), timedelta(hours=1), 4, 2, lambda _uplink, _now: 4000)


@pytest.fixture
def server(engine):
    """A broker, and an agent whose school is to be looked at."""
    with nats_server() as made:
        with writing(engine) as session:
            fleet.device(session, fleet.school(session, "A-01"), "IP-01")
            broker = Broker(made.url, made.ca, lambda: made.public, None)
            agents.add(session, VAULT, Wanted("HERE", "x", ("A-01",)), broker, "x", utc_now())
            sweeps.ask(session, Scope(), "x", utc_now())
        yield made


def _dispatched(engine, server, before=()):
    """What a dispatcher leaves at the broker that begins with the consumers `before`: consumers, and orders."""

    async def run():
        async with server.registry(before) as bus:
            dispatcher = Dispatcher(engine, bus, Keys(VAULT), JUDGING, TERMS, utc_now)
            await dispatcher.once()
            await dispatcher.once()
            pull = await bus.pull(subjects.WORK, subjects.consumer("HERE"))
            return await bus.consumers(), len(await pull.fetch(5, 1.0))

    return asyncio.run(run())


def test_an_order_is_sent_once_and_consumers_are_of_agents_that_there_are(engine, server):
    """One that was removed while no dispatcher ran has none any more; what is sent is not sent again."""
    assert _dispatched(engine, server, ("GONE",)) == ({"HERE"}, 1)
    with reading(engine) as session:
        (order,) = session.exec(select(AgentOrder)).all()
    assert (order.state, order.sent_at is not None) == ("open", True)


def test_what_the_broker_has_lost_is_sent_again(engine, server):
    """Its streams are of a later time than what it was said to have."""
    assert _dispatched(engine, server)[1] == 1
    with writing(engine) as session:
        order = session.exec(select(AgentOrder)).one()
        order.sent_at -= timedelta(days=1)
        session.add(order)

    async def lose():
        async with server.registry() as bus:
            await bus.remove_consumer("HERE")

    asyncio.run(lose())
    with reading(engine) as session:
        before = session.exec(select(AgentOrder)).one().sent_at
    _dispatched(engine, server)
    with reading(engine) as session:
        assert session.exec(select(AgentOrder)).one().sent_at > before


def test_an_agent_that_is_too_old_has_no_orders(engine, server):
    """They wait for the day on which it is updated, or for their end."""
    with writing(engine) as session:
        agent = session.exec(select(Agent)).one()
        agent.protocol = 0
        session.add(agent)
    assert _dispatched(engine, server)[1] == 0
