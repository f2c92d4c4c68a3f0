"""After looks: what is done once when the work of a sweep at a site is over, whoever has looked."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlmodel import Session

from camera_registry.services.duplicates import note_at
from camera_registry.services.judge_places import judge_site
from standards import Editions

_log = logging.getLogger(__name__)


def after_looks(session: Session, site_id: int, editions: Editions, now: datetime) -> None:
    """The site and its school are judged by what all their devices have shown, and what may be one camera there is
    kept; what cannot be judged leaves nothing behind, and is logged. Raises DBAPIError where the database is at fault.
    """
    try:
        with session.begin_nested():
            judge_site(session, site_id, editions, now)
            note_at(session, site_id, now)
    except DBAPIError as error:
        if not isinstance(error, IntegrityError | DataError):
            raise
        _log.exception("Site %d cannot be judged", site_id)
    except Exception:  # noqa: BLE001  (the edge of a judgement: it costs one site, not the worker)
        _log.exception("Site %d cannot be judged", site_id)
