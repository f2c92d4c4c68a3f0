"""What is wrong with a school or one of its sites as a whole, in words. Reading only."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlmodel import Session

from camera_registry.models import FindingRecord
from camera_registry.services.explained import NO_TEXT, title
from camera_registry.services.judged_by import JudgedBy
from camera_registry.store import findings, schools
from standards import Editions
from standards.model import Text


@dataclass(frozen=True)
class PlaceFinding:
    """One rule on the school, or on the site of this name, that fails or could not be told."""

    site: str
    rule: str
    outcome: str
    title: Text
    why: Text
    fix: str | None
    fix_text: Text
    actor: str
    state: str
    edition: str
    sha256: str


def of_school(session: Session, code: str, editions: Editions) -> tuple[PlaceFinding, ...]:
    """What fails of the school and its sites, and what could not be told, failures first."""
    school = schools.by_code(session, code)
    if school is None:
        return ()
    names = {site.id: site.name for site in schools.sites(session, [school.id or 0]).values()}
    rows = [row for row in findings.of_places(session, school.id or 0) if row.outcome in ("fail", "unknown")]
    rows.sort(key=lambda row: (row.outcome, names.get(row.site_id, ""), row.id or 0))
    judged = JudgedBy(session, editions)
    return tuple(_finding(row, names.get(row.site_id, ""), judged) for row in rows)


def _finding(row: FindingRecord, site: str, judged: JudgedBy) -> PlaceFinding:
    rule = judged.rule(row.sha256, row.edition, row.rule)
    return PlaceFinding(
        site=site,
        rule=row.rule,
        outcome=row.outcome,
        title=title(rule, row.rule),
        why=json.loads(row.why),
        fix=row.fix,
        fix_text=rule.fix_text if rule and row.outcome == "fail" else NO_TEXT,
        actor=row.actor,
        state=row.state,
        edition=row.edition,
        sha256=row.sha256,
    )
