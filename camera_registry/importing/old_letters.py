"""Old letters: text typed in a font of TCVN3 (ABC), whose Vietnamese letters stand at places of other signs. Pure.

Strategy: "Trường" in such a font is stored as "Tr­êng". Nothing in a file says so, so it is only proposed: signs such as
µ ¸ ® ­ inside words, in cells without any Vietnamese letter of Unicode, tell it. Places: TCVN 5712:1993, VN3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_PLACES = (
    ("µ¶·¸¹", "àảãáạ"), ("¨»¼½¾Æ", "ăằẳẵắặ"), ("©ÇÈÉÊË", "âầẩẫấậ"), ("®", "đ"),
    ("ÌÎÏÐÑ", "èẻẽéẹ"), ("ªÒÓÔÕÖ", "êềểễếệ"), ("×ØÜÝÞ", "ìỉĩíị"),
    ("ßáâãä", "òỏõóọ"), ("«åæçèé", "ôồổỗốộ"), ("¬êëìíî", "ơờởỡớợ"),
    ("ïñòóô", "ùủũúụ"), ("\u00adõö÷øù", "ưừửữứự"), ("úûüýþ", "ỳỷỹýỵ"),
    ("¡¢£¤¥¦§", "ĂÂÊÔƠƯĐ"),
)  # fmt: skip
TABLE = {ord(old): new for olds, news in _PLACES for old, new in zip(olds, news, strict=True)}
_TELLING = "¡-®µ-¹»-¾"
_WORD = re.compile(rf"[A-Za-zß-ÿ][{_TELLING}]|[{_TELLING}][a-zß-ÿ]")
_OTHER_LETTERS = re.compile("[ĂăĐđƠơƯưẠ-ỹ]")
FEWEST = 2


def is_old(cell: str) -> bool:
    """True for a cell that looks like text of such a font."""
    return not cell.isascii() and _WORD.search(cell) is not None and _OTHER_LETTERS.search(cell) is None


def looks_old(cells: Iterable[str]) -> bool:
    """True where so much of the text looks like it that it is worth asking."""
    foreign = [cell for cell in cells if not cell.isascii()]
    old = sum(map(is_old, foreign))
    return old >= FEWEST and old * 2 >= len(foreign)


def renewed(cell: str) -> str:
    """The cell in letters of Unicode; one that holds Vietnamese letters already stays."""
    if cell.isascii() or _OTHER_LETTERS.search(cell):
        return cell
    return cell.translate(TABLE)
