"""Checking: what is stored of a device judged by an edition, without touching it, and the reasoning of one verdict.

Strategy: reading only. The case of the device is read as the night reads it (`judging`), and judged by the same pure
call; nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlmodel import Session

from camera_registry.daylight import SunUp
from camera_registry.models import Device, School
from camera_registry.services.actors import ACTORS, actor
from camera_registry.services.days import day_of
from camera_registry.services.judging import Case, cases
from camera_registry.store import channels, devices, observations
from standards import Edition, Finding, Verdict, evaluate, sum_up, worst
from standards.explaining.explain import Asked, Explanation, explain
from standards.model import LANGUAGES, Fix, Text

_SEEN_BY_NOBODY = -1
NOBODY: Text = {"vi": "không ai", "en": "nobody"}


@dataclass(frozen=True)
class Checked:
    """A device judged now by an edition: `findings` with their channels as registered, `verdicts` by channel index."""

    school: str
    code: str
    edition: Edition
    looked_at: datetime | None
    verdict: Verdict
    verdicts: Mapping[int, Verdict]
    findings: tuple[tuple[int | None, Finding], ...]

    def of(self, index: int) -> tuple[Finding, ...]:
        """The findings that count for the channel `index`, those on the whole device included."""
        return tuple(finding for channel, finding in self.findings if channel in (None, index))


def check(session: Session, school: str, code: str, edition: Edition, now: datetime, sun_up: SunUp) -> Checked | None:
    """The device judged by `edition` from what is stored; None when the school has no such device."""
    device = devices.by_code(session, school, code)
    if device is None:
        return None
    case = _case(session, device, sun_up)
    made = evaluate(edition, case.sheet, case.register, case.answers, now)
    verdicts = case.verdicts(made)
    of_device = worst(verdicts.values()) if verdicts else sum_up(made)
    found = tuple(_placed(case, finding) for finding in made if _is_registered(case, finding))
    return Checked(school, code, edition, _looked_at(session, device), of_device, verdicts, found)


def explanation(
    session: Session, school: str, code: str, index: int, edition: Edition, now: datetime, sun_up: SunUp, zone: tzinfo
) -> Explanation | None:
    """The whole reasoning of the verdict of a channel now; None when there is no such channel."""
    device = devices.by_code(session, school, code)
    case = _case(session, device, sun_up) if device is not None else None
    channel = next((c for c in case.registered if c.index == index), None) if case else None
    if device is None or case is None or channel is None:
        return None
    seen_as = {known.id: seen for seen, known in case.known.items()}.get(channel.id, _SEEN_BY_NOBODY)
    return explain(
        Asked(
            edition=edition,
            sheet=case.sheet,
            register=case.register,
            index=seen_as,
            now=now,
            zone=zone,
            name=_name(session, device, index),
            looked_at=_looked_at(session, device),
            acts=lambda fix: _acts(device, fix, day_of(now, zone)),
            answers=case.answers,
            empty=any(c.index == seen_as and c.value("channel.state") == "empty" for c in case.sheet.channels),
        )
    )


def _case(session: Session, device: Device, sun_up: SunUp) -> Case:
    return next(iter(cases(session, [device.id or 0], sun_up)))


def _looked_at(session: Session, device: Device) -> datetime | None:
    stored = observations.sheet(session, device.id or 0)
    return stored[1] if stored else None


def _name(session: Session, device: Device, index: int) -> Text:
    """A channel as people call it, with its codes."""
    school = session.get_one(School, device.school_id)
    channel = next(c for c in channels.of_device(session, device.id or 0) if c.index == index)
    place = f"{school.name} ({school.code}/{device.code}/{index})"
    return {lang: ", ".join(filter(None, (channel.name, place))) for lang in LANGUAGES}


def _is_registered(case: Case, finding: Finding) -> bool:
    """True for what counts here: not a slot that nobody uses."""
    index = finding.subject.channel
    return index is None or index in case.known


def _placed(case: Case, finding: Finding) -> tuple[int | None, Finding]:
    seen = finding.subject.channel
    return (None if seen is None else case.known[seen].index), finding


def _acts(device: Device, fix: Fix | None, today: date) -> Text:
    if fix is None:
        return NOBODY
    who = actor(
        fix,
        owner=device.owner,
        maintainer=device.maintainer,
        warranty_until=device.warranty_until,
        today=today,
    )
    return ACTORS[who]
