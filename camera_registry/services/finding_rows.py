"""Findings as rows of the registry. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from probes.facts import Encoding
from standards import Finding


class Row:
    """The row that a finding would be if it began now, with the ids of what it is about. Its texts are written when
    they are asked for: most findings go on, and nobody asks.
    """

    def __init__(
        self,
        finding: Finding,
        actor: str,
        now: datetime,
        *,
        device_id: int | None = None,
        channel_id: int | None = None,
        site_id: int | None = None,
        school_id: int | None = None,
    ) -> None:
        self._finding = finding
        self.device_id, self.channel_id, self.site_id, self.school_id = device_id, channel_id, site_id, school_id
        self.subject: str = finding.subject.kind
        self.stream = finding.subject.id if self.subject == "stream" else ""
        self.rule, self.edition, self.sha256 = finding.rule, finding.edition, finding.sha256
        self.outcome, self.decides, self.fix = finding.outcome, finding.decides, finding.fix
        self.actor = actor if finding.outcome in ("fail", "unknown") else ""
        self.fact, self.seen_at, self.how = finding.fact, finding.at, finding.how or ""
        self.state = finding.source.state
        self.since = now
        self.night: date | None = None

    @cached_property
    def expected(self) -> str:
        """What the rule asks for."""
        return text(self._finding.expected)

    @cached_property
    def seen(self) -> str:
        """What was seen."""
        return text(self._finding.seen)

    @cached_property
    def why(self) -> str:
        """Why it came out so."""
        return text(self._finding.why)


def plain(value: Any) -> Any:
    """A value of a fact as JSON has it."""
    if isinstance(value, (tuple, list)):
        return [plain(v) for v in value]
    return {n: plain(v) for n, v in vars(value).items()} if isinstance(value, Encoding) else value


def text(value: Any) -> str:
    """A value or a text in both languages, as it is stored."""
    return json.dumps(plain(value) if not isinstance(value, Mapping) else dict(value), ensure_ascii=False)
