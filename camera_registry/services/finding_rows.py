"""Findings as rows of the registry. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from camera_registry.models import FindingRecord
from probes.facts import Encoding
from standards import Finding


def finding_row(
    finding: Finding,
    actor: str,
    now: datetime,
    *,
    device_id: int | None = None,
    channel_id: int | None = None,
    site_id: int | None = None,
    school_id: int | None = None,
) -> FindingRecord:
    """The row of a finding that begins `now`, with the ids of what it is about."""
    return FindingRecord(
        device_id=device_id,
        channel_id=channel_id,
        site_id=site_id,
        school_id=school_id,
        subject=finding.subject.kind,
        stream=finding.subject.id if finding.subject.kind == "stream" else "",
        rule=finding.rule,
        edition=finding.edition,
        sha256=finding.sha256,
        outcome=finding.outcome,
        decides=finding.decides,
        fix=finding.fix,
        actor=actor if finding.outcome in ("fail", "unknown") else "",
        fact=finding.fact,
        expected=text(finding.expected),
        seen=text(finding.seen),
        seen_at=finding.at,
        how=finding.how or "",
        why=text(finding.why),
        state=finding.source.state,
        since=now,
    )


def plain(value: Any) -> Any:
    """A value of a fact as JSON has it."""
    if isinstance(value, (tuple, list)):
        return [plain(v) for v in value]
    return {n: plain(v) for n, v in vars(value).items()} if isinstance(value, Encoding) else value


def text(value: Any) -> str:
    """A value or a text in both languages, as it is stored."""
    return json.dumps(plain(value) if not isinstance(value, Mapping) else dict(value), ensure_ascii=False)
