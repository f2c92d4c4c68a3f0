"""What one failure costs, in words: `0 đồng`, an amount, or that nobody has a price for it. Pure."""

from __future__ import annotations

from camera_registry.reports.money import money
from camera_registry.services.listed import RowCost
from standards.planning.costs import Cost

_WORDS = {
    "nothing": {"vi": "0 đồng", "en": "0 VND"},
    "unknown": {"vi": "chưa có giá", "en": "no price yet"},
    "supplier": {"vi": "nhà cung cấp", "en": "supplier"},
    "least": {"vi": "chưa gồm phần sau khảo sát", "en": "without what the survey finds"},
    "yearly": {"vi": "{amount}/năm", "en": "{amount} a year"},
    "more": {"vi": "và phần chưa có giá", "en": "and what has no price yet"},
}


def cost_note(cost: RowCost, lang: str) -> str:
    """What the amounts do not say: that there are none, that a supplier pays, that more comes; else empty."""
    if cost.once is None:
        return _WORDS["unknown"][lang]
    if cost.supplier is not None:
        return ": ".join(filter(None, (_WORDS["supplier"][lang], cost.supplier)))
    return _WORDS["least"][lang] if cost.least else ""


def cost_in_words(cost: RowCost, lang: str) -> str:
    """The whole of it in a line."""
    if cost.once is None:
        return _WORDS["unknown"][lang]
    amounts = _amounts(cost.once, cost.yearly or 0, lang)
    return ", ".join(filter(None, (amounts, cost_note(cost, lang))))


def sum_in_words(cost: Cost, lang: str) -> str:
    """The bill of many in a line: never 0 where something has no price."""
    if cost.gaps and not cost.lines:
        return _WORDS["unknown"][lang]
    amounts = _amounts(cost.once.total, cost.yearly.total, lang)
    return f"{amounts} {_WORDS['more'][lang]}" if cost.gaps else amounts


def _amounts(once: int, yearly: int, lang: str) -> str:
    parts = [money(once, lang)] if once else []
    parts += [_WORDS["yearly"][lang].format(amount=money(yearly, lang))] if yearly else []
    return " + ".join(parts) or _WORDS["nothing"][lang]
