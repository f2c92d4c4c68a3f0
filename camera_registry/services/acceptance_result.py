"""What the looks of an acceptance come to, as JSON: read what was kept, one pure call a channel, write it out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from camera_registry.models import Acceptance
from camera_registry.services.edition_texts import by_sha256
from camera_registry.store import acceptances
from camera_registry.store.acceptances import Chosen
from standards import Edition
from standards.accepting.acceptance import (
    Line,
    Look,
    Reason,
    RuleResult,
    Wanted,
    accept,
    altogether,
    to_be_answered,
    to_be_filled_in,
)
from standards.accepting.acceptance_units import standing
from standards.model import Rule

Kept = list[tuple[datetime, dict[str, Any]]]


def wanted_of(row: Acceptance) -> Wanted:
    """What was asked of this acceptance."""
    return Wanted(row.begins, row.ends, row.looks)


def result_of(session: Session, row: Acceptance, now: datetime) -> dict[str, Any]:
    """The result at `now`, made of what was kept with every look."""
    edition = by_sha256(session, row.edition_sha256)
    if edition is None:
        raise LookupError(f"the text of edition {row.edition_sha256} is gone")
    kept = acceptances.looks(session, row.id or 0)
    chosen = acceptances.chosen(session, row.id or 0)
    channels = [_channel(each, edition, kept.get(each.device_id, []), wanted_of(row), now) for each in chosen]
    devices = {each.device_id: f"{each.school}/{each.device}" for each in chosen}
    return {
        "code": row.code,
        "name": row.name,
        "state": row.state,
        "asked_by": row.asked_by,
        "edition": edition.name,
        "edition_title": dict(edition.title),
        "edition_sha256": edition.sha256,
        "working_values": edition.rests_on_working_values,
        "begins": row.begins.isoformat(),
        "ends": row.ends.isoformat(),
        "looks_wanted": row.looks,
        "result": altogether(channel["result"] for channel in channels),
        "devices": [_device(name, kept.get(number, [])) for number, name in devices.items()],
        "channels": channels,
        "to_be_checked_by_a_person": [_named(rule) for rule in to_be_answered(edition)],
        "to_be_filled_in": [_named(rule) for rule in to_be_filled_in(edition)],
    }


def answered_by_the_unit(kept: Kept) -> int:
    """How many of the looks were answered by the unit that stands there now."""
    return sum(counts and body["answered"] for counts, (_, body) in zip(_counting(kept), kept, strict=True))


def _counting(kept: Kept) -> tuple[bool, ...]:
    return standing([(body.get("unit", {}), body.get("shared", ())) for _, body in kept]).counts


def _device(name: str, kept: Kept) -> dict[str, Any]:
    """Which unit answered in each look, as it said itself; null where it did not say."""
    looks = [
        {"at": at.isoformat(), "answered": body["answered"], "counts": counts, "unit": body.get("unit") or None}
        for counts, (at, body) in zip(_counting(kept), kept, strict=True)
    ]
    return {"device": name, "looks": looks}


def _channel(of: Chosen, edition: Edition, kept: Kept, wanted: Wanted, now: datetime) -> dict[str, Any]:
    made = accept(edition, [_look(at, body, of.channel_id) for at, body in kept], wanted, now)
    return {
        "channel": f"{of.school}/{of.device}/{of.index}",
        "name": of.name,
        "result": made.result,
        "reasons": [_reason(each) for each in made.reasons],
        "looks": made.looks,
        "looks_that_told": made.telling,
        "first": _time(made.first),
        "last": _time(made.last),
        "unanswered": [
            {"at": at.isoformat(), "failures": body["failures"]} for at, body in kept if not body["answered"]
        ],
        "rules": [_rule(each) for each in made.rules],
    }


def _look(at: datetime, body: dict[str, Any], channel_id: int) -> Look:
    own = body["channels"].get(str(channel_id), {"light": None, "findings": []})
    return Look(
        at,
        body["answered"],
        own["light"],
        (*own["findings"], *body["device"]),
        streams=own.get("streams", {}),
        unit=body.get("unit", {}),
        shared=frozenset(body.get("shared", ())),
    )


def _reason(each: Reason) -> dict[str, Any]:
    return {"rule": each.rule, "stream": each.stream, "at": _time(each.at), "text": dict(each.text)}


def _rule(each: RuleResult) -> dict[str, Any]:
    return {
        "rule": each.rule.id,
        "stream": each.stream,
        "title": dict(each.rule.title),
        "decides": each.rule.decides,
        "level": each.rule.level,
        "source": _source(each.rule),
        "counts": {name: number for name, number in each.counts.items() if number},
        "lowest": each.lowest,
        "highest": each.highest,
        "looks": [_line(line) for line in each.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    finding = line.finding
    return {
        "at": line.at.isoformat(),
        "counts": line.counts,
        "stream": finding["subject"]["id"] if finding["subject"]["kind"] == "stream" else "",
        "outcome": line.outcome,
        "light": line.light,
        "seen": finding["seen"],
        "expected": finding["expected"],
        "fact": finding["fact"],
        "measured_at": finding["at"],
        "how": finding["how"],
        "why": finding["why"],
    }


def _named(rule: Rule) -> dict[str, Any]:
    return {"rule": rule.id, "title": dict(rule.title), "level": rule.level, "source": _source(rule)}


def _source(rule: Rule) -> dict[str, str]:
    return {"document": rule.source.document, "clause": rule.source.clause, "state": rule.source.state}


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
