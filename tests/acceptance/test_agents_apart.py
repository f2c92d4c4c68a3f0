"""Proof: the user of one agent at the broker can neither read the work or results of another, nor have a result counted
for another, whatever it sends where. Tried with the client of NATS itself and the true users file, at a running `work`.
"""

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from types import SimpleNamespace

import nats
import pytest
from nats.errors import Error as NatsError
from sqlmodel import select

from camera_registry.agents import join, messages, seals
from camera_registry.agents.messages import GivenUp, HandedBack, Learned, Seen
from camera_registry.database import reading
from camera_registry.models import SweepItem
from probes.facts import Identity, Observation
from probes.login import LoginState
from probes.visit import utc_now
from tests.acceptance.fleet import until
from tests.acceptance.stations import Stations
from tests.nats_server import nats_server

pytestmark = [pytest.mark.xdist_group("agents_apart"), pytest.mark.timeout(240)]
ASKED = json.dumps({"batch": 1, "expires": 10**9}).encode()
SHORT_S = 1.0
"""How long is waited for an answer that must not come."""
FORBIDDEN = (
    "$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.LIST", "$JS.API.STREAM.CREATE.MINE",
    "$JS.API.STREAM.INFO.WORK", "$JS.API.STREAM.INFO.RESULTS", "$JS.API.STREAM.UPDATE.WORK",
    "$JS.API.STREAM.DELETE.WORK", "$JS.API.STREAM.DELETE.RESULTS", "$JS.API.STREAM.PURGE.WORK",
    "$JS.API.STREAM.MSG.GET.WORK", "$JS.API.STREAM.MSG.GET.RESULTS", "$JS.API.STREAM.MSG.DELETE.RESULTS",
    "$JS.API.DIRECT.GET.WORK", "$JS.API.DIRECT.GET.WORK.work.B", "$JS.API.CONSUMER.NAMES.WORK",
    "$JS.API.CONSUMER.LIST.WORK", "$JS.API.CONSUMER.CREATE.WORK", "$JS.API.CONSUMER.CREATE.WORK.mine.work.B",
    "$JS.API.CONSUMER.DURABLE.CREATE.WORK.mine", "$JS.API.CONSUMER.INFO.WORK.agent-B",
    "$JS.API.CONSUMER.INFO.RESULTS.registry", "$JS.API.CONSUMER.DELETE.WORK.agent-B",
    "$JS.API.CONSUMER.DELETE.RESULTS.registry", "$JS.API.CONSUMER.MSG.NEXT.WORK.agent-B",
    "$JS.API.CONSUMER.MSG.NEXT.RESULTS.registry", "$JS.API.CONSUMER.PAUSE.WORK.agent-B", "$SYS.REQ.SERVER.PING",
    "results.B", "work.A", "work.B",
)  # fmt: skip
NOT_HEARD = (
    ">",
    "work.>",
    "work.B",
    "results.>",
    "results.B",
    "_INBOX.>",
    "_INBOX.B.>",
    "_REGISTRY.>",
    "$JS.>",
    "$SYS.>",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Two schools with an agent each, of which no program runs; `work` has given out the orders of both."""
    with nats_server() as server:
        fleet = Stations(tmp_path_factory.mktemp("apart"), server)
        for code, school in (("A", "0790001"), ("B", "0790002")):
            boxes = [SimpleNamespace(host=f"192.0.2.{number}", onvif_port=80) for number in (1, 2)]
            fleet.register(boxes, school)
            fleet.add_agent(code, school)
        fleet.joined = {code: join.read(fleet.folder / code / "join") for code in "AB"}
        fleet.start_work()
        fleet.number = fleet.ask()
        until(lambda: [state for state, _, _ in fleet.items(fleet.number)] == ["leased"] * 4, 60)
        yield fleet
        fleet.stop()


class Raw:
    """One user of the broker, with the client of NATS as it is; `refused` is what the broker did not allow."""

    def __init__(self, client, joined, refused):
        self.client, self.joined, self.refused = client, joined, refused

    async def ask(self, answer_at):
        """Asks its own consumer for a message, to be sent there."""
        await self.client.publish(f"$JS.API.CONSUMER.MSG.NEXT.WORK.agent-{self.joined.agent}", ASKED, reply=answer_at)
        await self.client.flush()

    async def next(self):
        """The next message of its own consumer."""
        inbox = self.client.new_inbox()
        hearing = await self.client.subscribe(inbox)
        await self.ask(inbox)
        return await hearing.next_msg(timeout=5)

    def sealed(self, message):
        """A message, sealed with the key of this agent."""
        return seals.seal(self.joined.key, "result", self.joined.agent, messages.to_bytes(message))

    async def put(self, data, subject=None):
        """Puts a result; JetStream has it."""
        await self.client.jetstream().publish(subject or f"results.{self.joined.agent}", data)


@asynccontextmanager
async def _as(fleet, code):
    refused = []

    async def error(said):
        refused.append(str(said))

    joined = fleet.joined[code]
    client = await nats.connect(
        joined.server, tls=join.trusting(joined.ca), nkeys_seed_str=joined.seed, inbox_prefix=f"_INBOX.{code}",
        error_cb=error, allow_reconnect=False,
    )  # fmt: skip
    try:
        yield Raw(client, joined, refused)
    finally:
        await client.close()


@pytest.fixture(scope="module")
def order_of_b(world):
    """The order of B as B itself has had it, before anybody tries anything."""

    async def asked():
        async with _as(world, "B") as b:
            message = await b.next()
            order = messages.read_work(seals.open_sealed(b.joined.key, "work", "B", message.data))
            await b.client.publish(message.reply, b"+ACK")
            await b.client.flush()
            return message, order

    return asyncio.run(asked())


def _states(world):
    """The state of the two devices of A, and of those of B."""
    with reading(world.engine) as session:
        found = dict(session.exec(select(SweepItem.device_id, SweepItem.state)).all())
    return [found[number] for number in world.devices[:2]], sorted(found[number] for number in world.devices[2:])


def _not_counted(world):
    return sum(world.said("work").count(words) for words in ("does not count", "changes nothing"))


def _taken(world, many):
    """Until `work` has taken so many messages more that do not count."""
    before = _not_counted(world)
    return lambda: _not_counted(world) - before >= many


@pytest.mark.parametrize("subject", FORBIDDEN)
def test_what_is_not_its_own_is_refused(world, subject):
    """No answer comes, and the broker says that it is not allowed: streams and consumers, work and results of B."""

    async def tried():
        async with _as(world, "A") as a:
            with suppress(NatsError, TimeoutError):
                answer = await a.client.request(subject, b"{}", timeout=SHORT_S)
                raise AssertionError(answer.data)
            assert any("ermissions" in said for said in a.refused), a.refused

    asyncio.run(tried())


def test_nothing_of_another_is_heard(world, order_of_b):
    """Not what B is sent, not what B sends, not what it is answered: each subscription is refused, none is served."""

    async def tried():
        heard = []

        async def hear(message):
            heard.append(message.subject)

        async with _as(world, "A") as a, _as(world, "B") as b:
            for subject in NOT_HEARD:
                await a.client.subscribe(subject, cb=hear)
            await a.client.flush()
            await b.put(b.sealed(HandedBack("1")))
            with suppress(TimeoutError):
                await b.client.request("$JS.API.CONSUMER.MSG.NEXT.WORK.agent-B", ASKED, timeout=SHORT_S)
            await a.client.flush()
            assert len([said for said in a.refused if "ermissions" in said]) == len(NOT_HEARD)
        assert heard == []

    asyncio.run(tried())


def test_the_work_of_another_is_not_acknowledged(world, order_of_b):
    """An acknowledgement in the name of B is refused."""
    message, _ = order_of_b

    async def tried():
        async with _as(world, "A") as a:
            await a.client.publish(message.reply, b"+TERM")
            await a.client.flush()
            await asyncio.sleep(0.1)  # the refusal comes on its own
            assert any("ermissions" in said for said in a.refused)

    asyncio.run(tried())


def test_work_that_is_sent_to_the_results_of_another_counts_for_nobody(world):
    """A may ask for its own work and name the subject of B's results as the place for the answer: nothing of it comes
    among the results, for A has an account of its own, and nothing changes. What A says next is all that is taken.
    """
    one, two = _taken(world, 1), _taken(world, 2)

    async def tried():
        async with _as(world, "A") as a:
            await a.ask("results.B")
            await asyncio.sleep(SHORT_S)  # an answer would come on its own
            await a.put(b"no seal")

    asyncio.run(tried())
    until(one, 30)
    assert not two()
    assert _states(world) == (["leased"] * 2, ["leased"] * 2)


def _seen(order, item, of=None, model="X"):
    now = utc_now()
    seen = Observation(target=of or item.target.key, observed_at=now)
    seen = replace(seen, device=replace(seen.device, identity=Identity(at=now, how="onvif", model=model)))
    return Seen(order.id, item.item, item.attempt, seen)


def test_a_result_of_another_does_not_count(world, order_of_b):
    """A knows all of B's order and says what it saw there, gave up, learned and handed back, sealed as A, on its own
    subject; garbage and what is not sealed beside it. Nothing of B changes.
    """
    _, order = order_of_b
    item = order.items[0]
    refused = LoginState(onvif="refused", rtsp="withheld", https="withheld")
    (version,) = [credential.version for credential in item.target.credentials]
    said = [_seen(order, item), GivenUp(order.id, item.item, item.attempt, "our_limit"), HandedBack(order.id),
            Learned(order.id, item.item, item.attempt, version, refused)]  # fmt: skip

    async def tried():
        async with _as(world, "A") as a:
            sealed = [a.sealed(each) for each in said]
            for data in (*sealed, *sealed, b"", b"garbage", messages.to_bytes(said[0])):
                await a.put(data)

    waits = _taken(world, 2 * len(said) + 3)
    asyncio.run(tried())
    until(waits, 30)
    assert _states(world)[1] == ["leased"] * 2


def test_what_b_says_counts_and_counts_once(world, order_of_b):
    """After all that was tried: the result of B itself is taken; again, and of another attempt, it changes nothing."""
    _, order = order_of_b
    first, second = order.items

    async def said():
        async with _as(world, "B") as b:
            data = b.sealed(_seen(order, first))
            wrong = [_seen(order, replace(second, attempt=attempt)) for attempt in (0, 2)]
            for each in (data, data, *map(b.sealed, wrong), b.sealed(_seen(order, second, of=first.target.key))):
                await b.put(each)

    waits = _taken(world, 4)
    asyncio.run(said())
    until(waits, 30)
    assert _states(world)[1] == ["done", "leased"]
    with reading(world.engine) as session:
        assert session.get_one(SweepItem, first.item).attempts == 1
