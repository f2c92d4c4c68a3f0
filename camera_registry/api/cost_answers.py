"""Costs as programs read them. Money is whole VND."""

from __future__ import annotations

from pydantic import BaseModel

from standards.planning.costs import Cost
from standards.planning.prices import Amount


class Money(BaseModel):
    """Whole VND before VAT, the VAT, and both."""

    net: int
    vat: int
    total: int


class CostAnswer(BaseModel):
    """What is paid once and every year; `known` false: never less, and more that is not known. `suppliers`: who pays
    for what is rented or under warranty, and for how many cameras.
    """

    once: Money
    yearly: Money
    first_year: int
    known: bool
    suppliers: dict[str, int]


def cost_answer(cost: Cost) -> CostAnswer:
    """The answer of a cost."""
    return CostAnswer(
        once=money_answer(cost.once),
        yearly=money_answer(cost.yearly),
        first_year=cost.first_year,
        known=cost.known,
        suppliers=dict(cost.suppliers),
    )


def money_answer(amount: Amount) -> Money:
    """The answer of an amount."""
    return Money(net=amount.net, vat=amount.vat, total=amount.total)
