"""The digest as news for webhooks: of all schools and of each unit that a webhook asks for, once a working day."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import Engine

from camera_registry.database import DatabaseUnusableError, reading, writing
from camera_registry.services.digest import Asking, of_cameras
from camera_registry.services.mailing import is_time
from camera_registry.services.waivers import Desk
from camera_registry.store import webhooks
from standards.editions import Editions

_A_DAY = timedelta(days=1)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DigestNews:
    """Makes the digests that webhooks want, at the hour (`at`) of those by e-mail."""

    engine: Engine
    at: str
    editions: Callable[[], Editions]
    desk: Callable[[], Desk]

    def run(self) -> int:
        """How many digests with something to say were made now; those of today are made."""
        desk = self.desk()
        if not is_time(desk, self.at):
            return 0
        try:
            with reading(self.engine) as session:
                wanted = [each for each in webhooks.digests_wanted(session)
                          if not webhooks.is_told(session, _key(desk, each[1]))]  # fmt: skip
            return sum(self._one(number, code, desk) for number, code in wanted)
        except DatabaseUnusableError as error:
            _log.error("The digest for webhooks cannot be made yet: %s", error)
            return 0

    def _one(self, district_id: int | None, code: str | None, desk: Desk) -> bool:
        with reading(self.engine) as session:
            since = webhooks.last_digest(session, district_id) or desk.now - _A_DAY
            found = of_cameras(session, Asking(since, self.editions(), desk, code))
        outages = [{**asdict(each), "began": each.began.isoformat(), "ended": each.ended and each.ended.isoformat()}
                   for each in (*found.outages, *found.back)]  # fmt: skip
        body = {"since": since.isoformat(), "outages": outages, "schools": [asdict(each) for each in found.schools]}
        with writing(self.engine) as session:
            webhooks.tell(session, _key(desk, code), "digest", body, desk.now, district_id=district_id,
                          quiet=found.is_empty)  # fmt: skip
        return not found.is_empty


def _key(desk: Desk, code: str | None) -> str:
    return f"digest:{desk.today.isoformat()}:{code or ''}"
