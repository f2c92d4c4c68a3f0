"""Compare: the findings of two editions about one camera, and which rules make the verdicts differ. Pure.

Strategy: only deciding findings count. A rule is a cause when its part in the verdict is another one: it fails, or is
unknown, or has another fix under one edition and not under the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from standards.model import Finding, Subject, Verdict


@dataclass(frozen=True)
class Cause:
    """A rule (of edition A, of edition B, or of both) about one subject that says something else on the other side."""

    a: Finding | None
    b: Finding | None

    def to_json(self) -> dict[str, Any]:
        """The cause with what was seen and required on both sides; null where an edition has no such rule."""
        of = self.a or self.b
        return {"rule": of.rule if of else "", "a": _side(self.a), "b": _side(self.b)}


@dataclass(frozen=True)
class Flip:
    """A camera whose verdict is another one by B than by A, and why."""

    a: Verdict
    b: Verdict
    causes: tuple[Cause, ...]


def flip(a: Verdict, b: Verdict, sides: Iterable[tuple[Iterable[Finding], Iterable[Finding]]]) -> Flip:
    """What became of one camera, from the findings by A and by B that count for it at each place where it is seen."""
    return Flip(a, b, tuple(cause for by_a, by_b in sides for cause in causes(by_a, by_b)))


def causes(by_a: Iterable[Finding], by_b: Iterable[Finding]) -> tuple[Cause, ...]:
    """The rules that decide otherwise, in the order of the editions."""
    old, new = _deciding(by_a), _deciding(by_b)
    pairs = (Cause(old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new]))
    return tuple(pair for pair in pairs if _part(pair.a) != _part(pair.b))


def _deciding(findings: Iterable[Finding]) -> dict[tuple[str, Subject], Finding]:
    return {(finding.rule, finding.subject): finding for finding in findings if finding.decides}


def _part(finding: Finding | None) -> tuple[str, str | None]:
    """What a finding does to a verdict; one that passes, does not apply or is not there does nothing."""
    counts = finding is not None and finding.outcome in ("fail", "unknown")
    return (finding.outcome, finding.fix if finding.outcome == "fail" else None) if finding and counts else ("", None)


def _side(finding: Finding | None) -> dict[str, Any] | None:
    if finding is None:
        return None
    told = finding.to_json()
    return {key: told[key] for key in ("outcome", "fix", "seen", "expected", "why", "edition", "sha256", "source")}
