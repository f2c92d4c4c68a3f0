"""The digest: what is new since the last one until now, in numbers a school. Reading only.

Strategy: news are those of `what_changed`. What was seen in announced maintenance is held back; what of it still holds
after the first night that follows is told then. A failure that could not be told before is none that appeared: it was
there, or nobody knows. Of a school that nobody could reach there is one line, and none a device. Nothing new is an
empty digest, which is not sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from camera_registry.access.viewer import Viewer
from camera_registry.services.days import day_of
from camera_registry.services.noticing import of_maintenance
from camera_registry.services.periods import NextReport, next_due
from camera_registry.services.quiet import Quiet, Span
from camera_registry.services.waivers import Desk
from camera_registry.services.what_changed import Changed, what_changed
from camera_registry.store import districts, messages
from standards.editions import Editions

_TOLD = ("appeared", "resolved", "unknown")
REMINDED = (14, 7, 3, 1, 0, -1)
"""So many days before a report is due it is spoken of, and on the day after."""


@dataclass(frozen=True)
class OutageTold:
    """A school that nobody could reach since `began`; `ended`: it is back since then."""

    school: str
    code: str
    began: datetime
    ended: datetime | None = None


@dataclass(frozen=True)
class SchoolNews:
    """How many failures of rules are new at a school, resolved, or cannot be told any more."""

    school: str
    code: str
    appeared: int = 0
    resolved: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Digest:
    """What is new; `waiting` and `lapsing` count waivers that are new to be decided, and newly about to lapse,
    `replies` those that schools have sent; `report` is one that is due soon.
    """

    outages: tuple[OutageTold, ...] = ()
    back: tuple[OutageTold, ...] = ()
    schools: tuple[SchoolNews, ...] = ()
    waiting: int = 0
    lapsing: int = 0
    replies: int = 0
    report: NextReport | None = None

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to say."""
        counted = self.waiting or self.lapsing or self.replies
        return not (self.outages or self.back or self.schools or counted or self.report)


@dataclass(frozen=True)
class Asking:
    """For what a digest is made: since when, by which editions, with the clock and the terms of waivers; `district` is
    the code of a unit, where not everything that is seen is wanted; `viewer` is who gets it, where that is one person.
    """

    since: datetime
    editions: Editions
    desk: Desk
    district: str | None = None
    viewer: Viewer | None = None


def of_cameras(session: Session, asking: Asking) -> Digest:
    """What became of the cameras that are seen."""
    unit = districts.by_code(session, asking.district) if asking.district is not None else None
    outages, back = _outages(session, asking, unit.id if unit else None)
    changes = _news(session, asking)
    places = messages.schools(session, {change.school for change in changes})
    apart = {each.code for each in (*outages, *back)} | messages.out_of_reach(session)
    found: dict[str, Counter[str]] = {}
    for change in changes:
        if not _of_outage(change, apart):
            found.setdefault(change.school, Counter())[change.kind] += 1
    schools = tuple(SchoolNews(places[code][2], code, **counts) for code, counts in sorted(found.items()))
    return Digest(outages, back, schools)


def of_waivers(session: Session, asking: Asking) -> Digest:
    """Waivers that were asked for since then and wait, and those that have come close to their end."""
    desk = asking.desk
    warn, zone = timedelta(days=desk.terms.warn_days), ZoneInfo(desk.zone)
    first = day_of(asking.since, zone) + warn + timedelta(days=1)
    waiting, lapsing = messages.waivers_new(session, asking.since, desk.now, first, desk.today + warn)
    return Digest(waiting=waiting, lapsing=lapsing)


def of_replies(session: Session, asking: Asking) -> Digest:
    """How many replies of schools have come since then."""
    return Digest(replies=messages.replies_new(session, asking.since, asking.desk.now))


def of_periods(session: Session, asking: Asking) -> Digest:
    """The report that is due next for who gets the digest, on the days on which one is reminded of it: on the first
    working day after such a day, where that is none.
    """
    today = asking.desk.today
    due = next_due(session, asking.viewer, today) if asking.viewer is not None else None
    told_on = day_of(asking.since, ZoneInfo(asking.desk.zone))
    if due is None or not any(told_on < due.due - timedelta(days=days) <= today for days in REMINDED):
        return Digest()
    return Digest(report=due)


SECTIONS: Mapping[str, Callable[[Session, Asking], Digest]] = {
    "digest_school": of_cameras,
    "digest_district": of_cameras,
    "replies": of_replies,
    "periods": of_periods,
    "waivers": of_waivers,
}
"""What each kind of message is made of."""


def _news(session: Session, asking: Asking) -> list[Changed]:
    """What became of findings meanwhile outside maintenance, and in maintenance whose news are held back no longer."""
    now = asking.desk.now
    changes = _changes(session, asking, asking.since)
    places = messages.schools(session, {change.school for change in changes})
    quiet = of_maintenance(session, asking.since, now)
    found = [c for c in changes if asking.since < c.at and not quiet.has(c.at, *places[c.school][:2])]
    held: dict[tuple[object, ...], Changed] = {}
    for window in messages.released(session, asking.since, now):
        span = Quiet([Span(window.begins, window.ends, window.school_id, window.district_id)])
        changes = _changes(session, asking, window.begins)
        places = messages.schools(session, {change.school for change in changes})
        held |= {(c.school, c.device, c.channel, c.rule, c.at): c
                 for c in changes if span.has(c.at, *places[c.school][:2])}  # fmt: skip
    return found + list(held.values())


def _changes(session: Session, asking: Asking, since: datetime) -> list[Changed]:
    changes = what_changed(session, asking.editions, since, asking.district, None)
    return [c for c in changes if c.kind in _TOLD and c.at <= asking.desk.now and not _was_unknown(c)]


def _was_unknown(change: Changed) -> bool:
    """What could not be told has not appeared when it can be told again, nor is it resolved."""
    return change.kind != "unknown" and change.before == "unknown"


def _outages(
    session: Session, asking: Asking, district_id: int | None
) -> tuple[tuple[OutageTold, ...], tuple[OutageTold, ...]]:
    """Schools of which it was noticed meanwhile that they are out of reach, and that they are back; one of which both
    was noticed meanwhile is no news.
    """
    begun, back, now = list[OutageTold](), list[OutageTold](), asking.desk.now
    for row in messages.outages(session, asking.since, district_id):
        is_over = row.over_noticed_at is not None and row.over_noticed_at <= now
        told = OutageTold(row.school, row.code, row.began_at, row.ended_at if is_over else None)
        if is_over and row.noticed_at <= asking.since:
            back.append(told)
        elif not is_over and asking.since < row.noticed_at <= now:
            begun.append(told)
    return tuple(begun), tuple(back)


def _of_outage(change: Changed, apart: set[str]) -> bool:
    """What cannot be told because nobody was there is told with the school."""
    return change.kind == "unknown" and change.school in apart
