"""Manual answers: what no probe can see is asked of people. Given answers are kept for ever; the newest one counts.

A question is open while nobody has answered it, and again when the answer is older than the rule allows. After an
answer the device, or the school with its sites, is judged again at once. The edge commits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from sqlmodel import Session

from camera_registry.daylight import SunUp
from camera_registry.models import AnswerRecord, Channel, Device, School, Site
from camera_registry.numbers import index_of
from camera_registry.services.days import ZONE
from camera_registry.services.judge_places import findings_of_school, findings_of_site, judge_school
from camera_registry.services.record import judge_again
from camera_registry.services.said import Said, SaidError
from camera_registry.store import answers, channels, devices, findings, schools
from standards import Editions, Rule
from standards.model import Text

State = Literal["never", "again", "given"]
MET: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}
_Key = tuple[str, str, int | None]


@dataclass(frozen=True)
class Given:
    """One answer as it was given: `met` is yes, no or unknown (the person could not tell)."""

    met: str
    by: str
    at: datetime
    note: str
    attachment_name: str
    attachment_sha256: str


@dataclass(frozen=True)
class Question:
    """One manual rule on one subject of a school: never answered, asked again, or given; `answers`, the newest first.

    Without `device` it is about the school, or about the site of this name.
    """

    rule: str
    title: Text
    subject: str
    site: str
    device: str
    channel: int | None
    name: str
    state: State
    answers: tuple[Given, ...]


@dataclass(frozen=True)
class Where:
    """What an answer is about, by the codes that people know; `site` is the name of a site, empty for the main one."""

    school: str
    device: str = ""
    channel: int | None = None
    site: str = ""


def parse_where(text: str, site: str = "") -> Where:
    """`SCHOOL[/DEVICE[/CHANNEL]]`. Raises SaidError."""
    school, _, rest = text.partition("/")
    device, _, index = rest.partition("/")
    if not school or (index and index_of(index) is None):
        raise SaidError(f"{text}: write SCHOOL, SCHOOL/DEVICE or SCHOOL/DEVICE/CHANNEL, as in 0790123/DG-01/5")
    return Where(school, device, index_of(index), site)


def questions(session: Session, code: str, editions: Editions, now: datetime) -> tuple[Question, ...]:
    """Every question that is asked of this school, with its answers. Raises SaidError for a school there is not."""
    school = _school(session, code)
    given: dict[_Key, list[AnswerRecord]] = {}
    for row in answers.of_school(session, school.id or 0):
        given.setdefault((row.rule, row.subject, _about(row)), []).append(row)
    return tuple(_question(rule, key, where, given, now) for rule, key, where in _asked(session, school, editions, now))


def answer(
    session: Session,
    where: Where,
    rule_id: str,
    met: bool | None,
    said: Said,
    editions: Editions,
    sun_up: SunUp,
    zone: tzinfo = ZONE,
) -> AnswerRecord:
    """The answer is kept and what it is about is judged again, with the days of `zone`. Raises SaidError."""
    said.check()
    rule = _manual(editions, rule_id)
    row = AnswerRecord(
        rule=rule.id,
        subject=rule.subject,
        met=met,
        by=said.by.strip(),
        at=said.at,
        note=said.note.strip(),
        attachment_name=said.attachment.name,
        attachment_sha256=said.attachment.sha256,
    )
    _put_about(session, where, rule, row)
    session.add(row)
    session.flush()
    if row.device_id is not None:
        judge_again(session, row.device_id, editions, said.at, sun_up, zone)
        _check_asked(session, row, rule)
    else:
        judge_school(session, row.school_id or 0, editions, said.at)
    return row


def _check_asked(session: Session, row: AnswerRecord, rule: Rule) -> None:
    """Raises SaidError where the rule does not apply to what was answered about, which nobody would see again."""
    for finding in findings.now_open(session, row.device_id or 0):
        if (finding.rule, finding.channel_id) == (row.rule, row.channel_id) and finding.how != "answer":
            raise SaidError(f"{rule.id} is not asked here: {json.loads(finding.why)['en']}")


def _manual(editions: Editions, rule_id: str) -> Rule:
    rules = (rule for edition in reversed(tuple(editions)) for rule in edition.rules)
    known = {rule.id: rule for rule in rules if rule.manual and rule.source.state != "N"}
    if rule_id not in known:
        raise SaidError(f"{rule_id[:50]}: no person is asked this; write one of {', '.join(sorted(known))}")
    return known[rule_id]


def _put_about(session: Session, where: Where, rule: Rule, row: AnswerRecord) -> None:
    """Writes down what the answer is about. Raises SaidError where the rule asks of something else."""
    school = _school(session, where.school)
    row.school_id = school.id
    if where.channel is not None and not where.device:
        raise SaidError("channel: write the device it belongs to, too")
    if where.site and rule.subject != "site":
        raise SaidError(f"site: {rule.id} is asked of a {rule.subject}; leave the site out")
    if rule.subject == "site":
        site = schools.sites(session, [school.id or 0]).get((school.id or 0, where.site))
        if site is None:
            raise SaidError(f"{where.school}: no site {where.site!r}; write --site NAME as registered")
        row.site_id = site.id
    if rule.subject in ("device", "channel"):
        device = devices.by_code(session, where.school, where.device) if where.device else None
        if device is None:
            raise SaidError(f"{rule.id} is asked of a {rule.subject}: write SCHOOL/DEVICE as registered")
        row.device_id = device.id
    if rule.subject == "channel":
        found = (c for c in channels.of_device(session, row.device_id or 0) if c.index == where.channel)
        channel = next(found, None)
        if channel is None:
            raise SaidError(f"{rule.id} is asked of a channel: write SCHOOL/DEVICE/CHANNEL as registered")
        row.channel_id = channel.id
    if rule.subject == "stream" or (rule.subject in ("school", "site") and where.device):
        raise SaidError(f"{rule.id} is asked of a {rule.subject}: write SCHOOL alone")


def _school(session: Session, code: str) -> School:
    school = schools.by_code(session, code)
    if school is None:
        raise SaidError(f"{code[:50]}: no such school; write a code that is registered")
    return school


def _about(row: AnswerRecord) -> int | None:
    return {"school": row.school_id, "site": row.site_id, "device": row.device_id}.get(row.subject, row.channel_id)


def _asked(
    session: Session, school: School, editions: Editions, now: datetime
) -> Iterator[tuple[Rule, _Key, tuple[str, str, int | None, str]]]:
    """Rule, key and place (site, device, channel, name) of every question that applies here."""
    school_id = school.id or 0
    for finding in findings_of_school(session, school_id, editions, now):
        rule = editions.rule(finding.edition, finding.rule)
        if rule is not None and rule.manual and finding.how == "answer":
            yield rule, (rule.id, "school", school_id), ("", "", None, "")
    for (_, name), site in sorted(schools.sites(session, [school_id]).items()):
        for finding in findings_of_site(session, site, editions, now):
            rule = editions.rule(finding.edition, finding.rule)
            if rule is not None and rule.manual and finding.how == "answer":
                yield rule, (rule.id, "site", site.id), (name, "", None, "")
    yield from _asked_of_devices(session, school_id, editions)


def _asked_of_devices(
    session: Session, school_id: int, editions: Editions
) -> Iterator[tuple[Rule, _Key, tuple[str, str, int | None, str]]]:
    known = {device.id or 0: device for device in devices.of_schools(session, [school_id]).values()}
    rows = {c.id: c for c in channels.of_devices(session, known).values()}
    sites = {site.id: site for site in schools.sites(session, [school_id]).values()}
    for row in findings.asked(session, known):
        rule = editions.rule(row.edition, row.rule)
        if rule is None or not rule.manual:
            continue
        device, channel = known[row.device_id or 0], rows.get(row.channel_id)
        place = _place(device, channel, sites)
        yield rule, (rule.id, row.subject, row.channel_id if row.subject == "channel" else row.device_id), place


def _place(
    device: Device, channel: Channel | None, sites: Mapping[int | None, Site]
) -> tuple[str, str, int | None, str]:
    return sites[device.site_id].name, device.code, channel.index if channel else None, channel.name if channel else ""


def _question(
    rule: Rule,
    key: _Key,
    place: tuple[str, str, int | None, str],
    given: Mapping[_Key, list[AnswerRecord]],
    now: datetime,
) -> Question:
    site, device, channel, name = place
    mine = tuple(_given(row) for row in given.get(key, ()))
    old = bool(mine) and rule.max_age is not None and now - mine[0].at > rule.max_age
    state: State = "again" if old else "given" if mine else "never"
    return Question(rule.id, rule.title, rule.subject, site, device, channel, name, state, mine)


def _given(row: AnswerRecord) -> Given:
    met = next(word for word, value in MET.items() if value is row.met)
    return Given(met, row.by, row.at, row.note, row.attachment_name, row.attachment_sha256)
