"""Purchase: what a rule asks of a camera that is to be bought, read from its table."""

from __future__ import annotations

from standards.model import Purchase
from standards.reading.parse_expectation import parse_condition, parse_expectations
from standards.reading.table import NO_TEXT, Table


def parse_purchase(table: Table) -> Purchase | None:
    """The value of the key `purchase`, or None when it is not there."""
    below = table.table("purchase", required=False)
    if below is None:
        return None
    purchase = Purchase(
        text=below.words("text") or NO_TEXT,
        expect=parse_expectations(below, "expect", "model"),
        prefer=parse_expectations(below, "prefer", "model"),
        unless=tuple(parse_condition(t, "model") for t in below.tables("unless")),
        proof=below.words("proof", required=False),
    )
    if not below.data.get("expect"):
        below.wrong("expect", 'missing; write { fact = "model.…", … }')
    below.done()
    return purchase
