"""Standards: written rules as data, facts in, findings out. Pure functions; no network, no database."""

from standards.editions import Editions
from standards.evaluate import evaluate
from standards.model import (
    Answer,
    Edition,
    Evidence,
    Expectation,
    Finding,
    RegisterFacts,
    Rule,
    Source,
    Subject,
    Verdict,
)
from standards.needs import in_light, needs, shortest_age
from standards.reading.load import EditionError, available, load_bytes, load_edition, load_texts
from standards.verdict import by_channel, for_channel, sum_up, worst
from standards.waiving.waive import waive
from standards.waiving.waivers import Waiver

__all__ = [
    "Answer",
    "Edition",
    "EditionError",
    "Editions",
    "Evidence",
    "Expectation",
    "Finding",
    "RegisterFacts",
    "Rule",
    "Source",
    "Subject",
    "Verdict",
    "Waiver",
    "available",
    "by_channel",
    "evaluate",
    "for_channel",
    "in_light",
    "load_bytes",
    "load_edition",
    "load_texts",
    "needs",
    "shortest_age",
    "sum_up",
    "waive",
    "worst",
]
