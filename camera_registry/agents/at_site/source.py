"""Source: one order as work for `sweep.run`, from the folder of the agent and back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from camera_registry.agents.at_site import rows, steps
from camera_registry.agents.at_site.kept import Kept, KeptError
from camera_registry.agents.at_site.rows import Of
from camera_registry.agents.at_site.steps import Telling
from camera_registry.agents.messages import MessageError, Order, WhyGivenUp
from camera_registry.agents.seals import SealError
from camera_registry.sweep.run import Item
from probes.facts import Observation
from probes.key_frames import Progress
from probes.login import LoginState
from probes.target import Target

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hands:
    """What the work of every order needs: the folder, how to tell, the time (UTC), the addresses of this machine, and
    whom to tell that there is something to send.
    """

    kept: Kept
    telling: Telling
    now: Callable[[], datetime]
    own_addresses: Callable[[], Sequence[str]]
    news: Callable[[], None]


class AgentSource:
    """The work of one order."""

    def __init__(self, order: Order, hands: Hands) -> None:
        self._order = order
        self._hands = hands
        self._items = {each.item: each for each in order.items}
        self._unsent: dict[int, Mapping[str, LoginState]] = {}

    async def items(self) -> Sequence[Item]:
        """What has no end in this order."""
        left = await self._hands.kept.do(lambda db: rows.items_left(db, self._order.id))
        return [Item(each.item, each.host) for each in self._order.items if each.item in left]

    async def begin(self, item: Item) -> Target | None:
        """The target, once the item and the tries that may follow are marked on the disk; None after the end of the
        order. No address of this machine is looked at, wherever it is registered.
        """
        now, ordered = self._hands.now(), self._items[item.id]
        if now >= self._order.ends_by:
            return None
        begun = steps.begin
        try:
            target = await self._hands.kept.do(lambda db: begun(db, self._order.id, ordered, self._hands.telling, now))
        except KeptError:
            raise
        except Exception:  # noqa: BLE001  (the edge of a beginning: it costs one device, not the agent)
            _log.exception("The device of item %d cannot be looked at", item.id)
            await self._give_up(item, "our_limit")
            return None
        self._hands.news()
        if target is None:
            return None
        self._unsent[item.id] = target.remembered.logins
        refused = (*target.networks.refused, *self._hands.own_addresses())
        return replace(target, networks=replace(target.networks, refused=refused, anywhere=False))

    def learned(self, item: Item, version: str, state: LoginState) -> None:
        """What became of a login is kept and told, whatever happens to the rest of the look."""
        of, given, telling = self._of(item), self._given(item).get(version, LoginState()), self._hands.telling
        self._unsent[item.id] = {}
        self._hands.kept.later(lambda db: steps.learned(db, of, given, version, state, telling))
        self._hands.news()

    def steps(self, _item: Item) -> Progress | None:
        """Nobody waits beside an agent."""
        return None

    async def finish(self, item: Item, observation: Observation) -> None:
        """The result is kept and the item has its end; a result that cannot be told gives it up."""
        of, given, telling = self._of(item), self._given(item), self._hands.telling
        try:
            await self._hands.kept.do(lambda db: steps.finish(db, of, given, observation, telling))
        except (SealError, MessageError) as error:
            _log.error("What was seen of the device of item %d cannot be told: %s", item.id, error)
            await self._give_up(item, "too_large")
        except KeptError:
            raise
        except Exception:  # noqa: BLE001  (the edge of a result: it costs one device, not the agent)
            _log.exception("What was seen of the device of item %d cannot be told", item.id)
            await self._give_up(item, "our_limit")
        self._hands.news()

    async def give_up(self, item: Item) -> None:
        """The item failed for a reason that lies with us."""
        await self._give_up(item, "our_limit")

    async def put_back(self, item: Item) -> None:
        """The item waits again; a login that has not left is as it was."""
        of, unsent = self._of(item), self._unsent.get(item.id, {})
        await self._hands.kept.do(lambda db: steps.put_back(db, of, unsent))

    async def _give_up(self, item: Item, why: WhyGivenUp) -> None:
        of, telling = self._of(item), self._hands.telling
        await self._hands.kept.do(lambda db: steps.give_up(db, of, why, telling))
        self._hands.news()

    def _of(self, item: Item) -> Of:
        return Of(self._order.id, item.id, self._items[item.id].attempt)

    def _given(self, item: Item) -> Mapping[str, LoginState]:
        """The state of each login as the registry gave it."""
        target = self._items[item.id].target
        return {each.version: target.remembered.login(each.version) for each in target.credentials}
