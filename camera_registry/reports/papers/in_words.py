"""Money in words, as it stands under an estimate (Bằng chữ). Pure.

Strategy: a number is read in groups of three digits from the left, and what is above a billion (tỷ) as a number of its
own before that word. Within a number every group but the first is read in full: "không trăm linh năm".
"""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ((1_000_000, "triệu"), (1_000, "nghìn"), (1, ""))
_BILLION = 1_000_000_000


def dong_in_words(amount: int) -> str:
    """`Một triệu hai trăm nghìn đồng`. Raises ValueError for a negative amount."""
    if amount < 0:
        raise ValueError(f"{amount}: an amount of money is not negative")
    said = f"{number_in_words(amount)} đồng"
    return said[0].upper() + said[1:]


def number_in_words(number: int) -> str:
    """A whole number from 0 as it is read."""
    return " ".join(_read(number, full=False)) if number else _DIGITS[0]


def _read(number: int, *, full: bool) -> list[str]:
    """The words of a number; `full`: something was read before it, so its first group has its hundreds."""
    above, number = divmod(number, _BILLION)
    words = [*_read(above, full=full), "tỷ"] if above else []
    for size, name in _GROUPS:
        group, number = divmod(number, size)
        if group:
            words += _group(group, full=full or bool(words))
            words += [name] if name else []
    return words


def _group(group: int, *, full: bool) -> list[str]:
    hundreds, rest = divmod(group, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    tens, ones = divmod(rest, 10)
    if tens == 0:
        if ones and words:
            words.append("linh")
        return [*words, _DIGITS[ones]] if ones else words
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    return [*words, _last(tens, ones)] if ones else words


def _last(tens: int, ones: int) -> str:
    """The last digit after a ten."""
    if ones == 5:
        return "lăm"
    return {1: "mốt", 4: "tư"}.get(ones, _DIGITS[ones]) if tens > 1 else _DIGITS[ones]
