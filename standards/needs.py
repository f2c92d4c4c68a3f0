"""Needs: what editions want to know of the streams, so that a probe samples no longer than it must."""

from __future__ import annotations

from datetime import timedelta

from probes.target import Need
from standards.model import Edition, Expectation
from standards.operators import OPERATORS
from standards.view import known_paths, made_from


def needs(*editions: Edition) -> tuple[Need, ...]:
    """One need for each measured fact that a rule expects something of, in the order of the paths.

    `cuts` are the values at which some rule changes its mind; what is only preferred makes no cut, because a note is
    not worth a camera's time. The evidence is the most that any of the rules asks for.
    """
    found: dict[str, Need] = {}
    for rule in (rule for edition in editions for rule in edition.rules):
        for expectation in rule.expect:
            for path in _sampled(expectation):
                old = found.get(path, Need(path))
                cuts = () if path not in _cut_paths(expectation) else _cuts(expectation)
                found[path] = Need(
                    path,
                    tuple(sorted({*old.cuts, *cuts})),
                    max(old.seconds, rule.needs.seconds),
                    max(old.frames, rule.needs.frames),
                    max(old.packets, rule.needs.packets),
                )
    return tuple(found[path] for path in sorted(found))


def shortest_age(*editions: Edition) -> timedelta | None:
    """The age at which the first fact grows too old for a rule that expects something; None where none ever does."""
    rules = (rule for edition in editions for rule in edition.rules if rule.expect)
    return min((rule.max_age for rule in rules if rule.max_age is not None), default=None)


def in_light(edition: Edition) -> tuple[str, ...]:
    """The rules that may fail only on evidence taken by day: a look in light may decide what a night could not."""
    return tuple(rule.id for rule in edition.rules if rule.decides and any(e.in_light for e in rule.expect))


def _sampled(expectation: Expectation) -> tuple[str, ...]:
    others = OPERATORS[expectation.operator].others(expectation.argument)
    named = (expectation.fact, *others)
    return tuple(dict.fromkeys(p for path in named for p in _stated(path) if p.startswith("measured.")))


def _cut_paths(expectation: Expectation) -> tuple[str, ...]:
    """The stated facts in whose unit the operator's cuts are."""
    unit = known_paths()[expectation.fact].unit
    return tuple(path for path in _stated(expectation.fact) if known_paths()[path].unit == unit)


def _stated(path: str) -> tuple[str, ...]:
    """`path`, or for a derived fact the measured facts it is made from."""
    return made_from(path)[:1] if path.startswith("derived.") else (path,)


def _cuts(expectation: Expectation) -> tuple[float, ...]:
    return OPERATORS[expectation.operator].cuts(expectation.argument, expectation.tolerance)
