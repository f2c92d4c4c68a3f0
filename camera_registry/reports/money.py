"""Money as people read it: whole VND, with the marks of thousands of each language. Pure."""

from __future__ import annotations


def money(amount: int, lang: str) -> str:
    """`1.200.000 đ`, or `1,200,000 VND`."""
    return f"{thousands(amount, lang)} {'đ' if lang == 'vi' else 'VND'}"


def thousands(number: int, lang: str) -> str:
    """A whole number with the marks of thousands."""
    text = f"{number:,}"
    return text.replace(",", ".") if lang == "vi" else text
