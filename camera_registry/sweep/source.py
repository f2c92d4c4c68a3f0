"""Source: the work of one leased site, from the registry and back. Every step is a change that is committed before the
next one relies on it; when the work is over, the site is judged as a whole.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import count

from sqlmodel import Session

from camera_registry.database import DatabaseUnusableError
from camera_registry.daylight import SunUp
from camera_registry.services import lease as leased
from camera_registry.services.after_looks import after_looks
from camera_registry.services.days import ZONE
from camera_registry.services.targets import Asking
from camera_registry.store import devices, sweeps
from camera_registry.store.sweeps import Lease
from camera_registry.sweep.run import Item
from camera_registry.sweep.writer import Writer
from probes.facts import Observation
from probes.key_frames import Progress
from probes.login import LoginState
from probes.target import Target
from standards import Editions

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Judging:
    """What a worker needs to ask and to judge. `again_after`: the least time until the second pass; None: there is
    none.
    """

    asking: Asking
    editions: Callable[[], Editions]
    sun_up: SunUp
    zone: tzinfo = ZONE
    again_after: timedelta | None = None


class RegistrySource:
    """The work of one leased site, from the registry and back."""

    def __init__(self, writer: Writer, lease: Lease, judging: Judging, now: Callable[[], datetime]) -> None:
        self._writer = writer
        self._lease = lease
        self._judging = judging
        self._now = now
        self._devices: dict[int, int] = {}
        self._unsent: dict[int, Mapping[str, LoginState]] = {}
        self._left: set[int] | None = None

    def wants(self, at_once: int) -> int:
        """How many looks at this site may go on at the same time from now on, when there may be `at_once`."""
        return at_once if self._left is None else min(at_once, len(self._left))

    async def items(self) -> Sequence[Item]:
        """What has no final state at this site and may be looked at now."""

        def read(session: Session) -> Sequence[Item]:
            found = sweeps.items_to_do(session, self._lease, self._now())
            self._devices = {item.id or 0: item.device_id for item in found}
            self._left = set(self._devices)
            return [
                Item(item.id or 0, devices.get(session, item.device_id).host, f"{item.sweep_id}/{item.id}")
                for item in found
            ]

        return await self._writer.do(read)

    async def begin(self, item: Item) -> Target | None:
        """The target, once the item and the tries that may follow are marked on the disk."""
        asking = self._judging.asking
        try:
            target = await self._writer.do(lambda s: leased.begin(s, self._lease, item.id, asking, self._now()))
        except DatabaseUnusableError:
            raise
        except Exception:  # noqa: BLE001  (the edge of a beginning: it costs one device, not the worker)
            _log.exception("Device %s cannot be looked at", self._devices[item.id])
            await self.give_up(item)
            return None
        if target is None:
            self._over(item)
        else:
            self._unsent[item.id] = target.remembered.logins
        return target

    def _over(self, item: Item) -> None:
        if self._left is not None:
            self._left.discard(item.id)

    def learned(self, item: Item, version: str, state: LoginState) -> None:
        """What became of a login is kept with the next batch, whatever happens to the rest of the look."""
        device_id = self._devices[item.id]
        self._unsent[item.id] = {}
        self._writer.later(lambda s: leased.learned(s, device_id, item.id, version, state))

    def steps(self, item: Item) -> Progress | None:
        """Told what a look is at, where a person waits for it; each part is kept with its second."""
        if self._lease.kind != "asked":
            return None
        streams, began = count(1), self._now()
        parts: list[str] = []

        def told(step: str) -> None:
            name = f"{step}/{next(streams)}" if step == "stream" else step
            parts.append(f"{name}@{(self._now() - began).total_seconds():.1f}")
            said = " ".join(parts)
            self._writer.later(lambda session: sweeps.put_step(session, item.id, said))

        return told

    async def finish(self, item: Item, observation: Observation) -> None:
        """The result is stored and the item has its final state; a result that cannot be stored gives it up."""
        editions, sun_up = self._judging.editions(), self._judging.sun_up

        def stored(session: Session) -> bool:
            zone, again = self._judging.zone, self._judging.again_after
            return leased.finish(session, self._lease, item.id, observation, editions, self._now(), sun_up, zone, again)

        try:
            await self._writer.do(stored)
        except DatabaseUnusableError:
            raise
        except Exception:  # noqa: BLE001  (the edge of a result: it costs one device, not the worker)
            _log.exception("What was seen of device %s cannot be stored", observation.target)
            await self.give_up(item)
        self._over(item)

    async def judge_site(self) -> None:
        """The site and its school are judged, once, by what all their devices have shown; and what may be one camera
        there is kept.
        """
        site_id, editions = self._lease.site_id, self._judging.editions()
        await self._writer.do(lambda s: after_looks(s, site_id, editions, self._now()))

    async def give_up(self, item: Item) -> None:
        """The item failed for a reason that lies with us."""
        await self._writer.do(lambda s: leased.give_up(s, item.id, self._now()))
        self._over(item)

    async def put_back(self, item: Item) -> None:
        """The item waits again; a login that has not left is as it was."""
        unsent = self._unsent.get(item.id, {})
        await self._writer.do(lambda s: leased.put_back(s, self._lease, item.id, unsent))
