"""Editions in force: one decides, others advise. Pure.

Strategy: an advising edition is the same edition whose rules decide nothing; its findings stand beside the others, with
its id, version and SHA-256, and count in no verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from probes.facts import DeviceSheet
from probes.target import Need
from standards.evaluate import evaluate
from standards.model import Answer, Edition, Finding, RegisterFacts, Rule
from standards.needs import needs, shortest_age
from standards.places import PlaceFacts, evaluate_place


@dataclass(frozen=True)
class Editions:
    """The edition that decides, and those that advise. Make it with `of`."""

    decides: Edition
    advises: tuple[Edition, ...] = ()

    @classmethod
    def of(cls, decides: Edition, advises: Iterable[Edition] = ()) -> Editions:
        """The editions, those that advise without a say. One that decides already does not advise too."""
        return cls(decides, tuple(_advising(edition) for edition in advises if edition.id != decides.id))

    def __iter__(self) -> Iterator[Edition]:
        return iter((self.decides, *self.advises))

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """What a probe has to sample for all of them."""
        return needs(*self)

    @cached_property
    def shortest_age(self) -> timedelta | None:
        """The age at which the first fact grows too old for a rule of any of them."""
        return shortest_age(*self)

    def rule(self, edition: str, rule_id: str) -> Rule | None:
        """The rule of a finding that names its edition as `id@version`: as it stands in the edition of this id that is
        in force; None where that has it no longer.
        """
        same = (e for e in self if e.id == edition.partition("@")[0])
        return next((rule for e in same for rule in e.rules if rule.id == rule_id), None)

    def evaluate(
        self, sheet: DeviceSheet, register: RegisterFacts, answers: Iterable[Answer], now: datetime
    ) -> tuple[Finding, ...]:
        """The findings of every edition, the deciding one first (see `standards.evaluate`)."""
        given = tuple(answers)
        return tuple(finding for edition in self for finding in evaluate(edition, sheet, register, given, now))

    def evaluate_place(self, place: PlaceFacts, answers: Iterable[Answer], now: datetime) -> tuple[Finding, ...]:
        """The findings of every edition about a site or a school, the deciding one first."""
        given = tuple(answers)
        return tuple(finding for edition in self for finding in evaluate_place(edition, place, given, now))


def _advising(edition: Edition) -> Edition:
    return replace(edition, rules=tuple(replace(rule, decides=False) for rule in edition.rules))
