"""Judge places: what the register and the newest looks say of a site and a school as a whole, stored as intervals.

Strategy: once a site and not once a device: when the work of a sweep at the site is over, when an answer was given, and
when the register has changed. What a camera sends is its newest measurement; the sheet of a device is opened only for a
camera that the newest look has not measured. The edge commits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlmodel import Session

from camera_registry.models import AnswerRecord, Site
from camera_registry.services.actors import actor_at_place
from camera_registry.services.finding_rows import Row
from camera_registry.store import answers, findings, observations, place_facts, schools
from probes.facts import ChannelSheet, DeviceSheet, Fact
from standards import Answer, Editions, Finding, Subject
from standards.places import SchoolFacts, SiteFacts, Taken

MEASURED = "measured"
_LIMIT = "declared.bitrate_kbps"


def judge_site(session: Session, site_id: int, editions: Editions, now: datetime) -> int:
    """The site and its school are judged by `editions`; how many intervals began."""
    site = schools.site(session, site_id)
    return _put_site(session, site, editions, now) + _put_school(session, site.school_id, editions, now)


def judge_school(session: Session, school_id: int, editions: Editions, now: datetime) -> int:
    """The school and all its sites are judged by `editions`; how many intervals began."""
    sites = schools.sites(session, [school_id]).values()
    began = sum(_put_site(session, site, editions, now) for site in sites)
    return began + _put_school(session, school_id, editions, now)


def judge_changed(session: Session, codes: Collection[str], editions: Editions, now: datetime) -> int:
    """The register has changed at the schools with these codes: those that were judged before are judged again."""
    known = schools.by_codes(session, codes)
    ids = [known[code].id or 0 for code in sorted(codes) if code in known]
    judged = findings.judged_schools(session, ids)
    return sum(judge_school(session, school_id, editions, now) for school_id in judged)


def findings_of_site(session: Session, site: Site, editions: Editions, now: datetime) -> tuple[Finding, ...]:
    """What the site is worth now; nothing is written."""
    said = answers_of(answers.of_site(session, site.id or 0), Subject("site"))
    return editions.evaluate_place(site_facts(session, site), said, now)


def findings_of_school(session: Session, school_id: int, editions: Editions, now: datetime) -> tuple[Finding, ...]:
    """What the school is worth now; nothing is written."""
    mine = [row for row in answers.of_school(session, school_id) if row.subject == "school"]
    facts = SchoolFacts(*place_facts.counts(session, school_id))
    return editions.evaluate_place(facts, answers_of(mine, Subject("school")), now)


def answers_of(rows: Iterable[AnswerRecord], subject: Subject) -> tuple[Answer, ...]:
    """Stored answers as values, about `subject`."""
    return tuple(Answer(row.rule, subject, row.met, row.by, row.at, row.note) for row in rows)


def site_facts(session: Session, site: Site) -> SiteFacts:
    """The line of the site, and what each camera that it offers was seen to send."""
    found = place_facts.offered(session, site.id or 0)
    unmeasured = {row.device_id for row in found if _not_measured(row)}
    sheets = observations.sheets(session, unmeasured)
    cameras = (tuple(rows) for _, rows in groupby(found, key=lambda row: row.camera))
    return SiteFacts(site.uplink_mbps, tuple(_taken(rows, sheets) for rows in cameras))


def _put_site(session: Session, site: Site, editions: Editions, now: datetime) -> int:
    made = findings_of_site(session, site, editions, now)
    rows = _rows(made, now, site.id, site.school_id)
    return findings.put_of_place(session, "site", site.id or 0, rows, now)


def _put_school(session: Session, school_id: int, editions: Editions, now: datetime) -> int:
    made = findings_of_school(session, school_id, editions, now)
    return findings.put_of_place(session, "school", school_id, _rows(made, now, None, school_id), now)


def _rows(made: Iterable[Finding], now: datetime, site_id: int | None, school_id: int) -> Iterator[Row]:
    for finding in made:
        yield Row(finding, actor_at_place(finding.fix), now, site_id=site_id, school_id=school_id)


def _not_measured(row: Any) -> bool:
    """True when the newest look at the device has not measured this camera, or nothing ever has."""
    return bool(row.looked_at is not None and (row.at is None or row.at < row.looked_at))


def _taken(rows: Sequence[Any], sheets: dict[int, DeviceSheet]) -> Taken:
    """One camera, which may be seen in two ways: the one that was measured last, else that sends the most."""
    measured = [Fact(row.kbps, row.at, MEASURED) for row in rows if row.kbps is not None]
    limits = [fact for row in rows if (fact := _limit(row, sheets.get(row.device_id))) is not None]
    return Taken(
        max(measured, key=lambda fact: (fact.at, fact.value), default=None),
        max(limits, key=lambda fact: float(fact.value), default=None),
    )


def _limit(row: Any, sheet: DeviceSheet | None) -> Fact | None:
    """The limit that the device declares for the main stream of this channel."""
    for channel in sheet.channels if sheet else ():
        if _is(channel, row) and (main := channel.main()) is not None:
            return main.facts.get(_LIMIT)
    return None


def _is(channel: ChannelSheet, row: Any) -> bool:
    same = channel.token == row.token if None not in (channel.token, row.token) else channel.index == row.index
    return bool(same)
