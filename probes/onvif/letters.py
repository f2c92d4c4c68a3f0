"""Letters: the bytes of a reply as UTF-8 that an XML parser reads as they were meant.

Strategy: pure; nothing is raised. What is declared is often not what is sent, and a parser that believes it leaves out
the rest of the reply without a word. So the bytes decide: a byte-order mark, else UTF-8 where they are UTF-8, else what
is declared, else GB18030 (firmware made in China), else Latin-1, which reads anything. Signs that should have been
escaped are: `&` before the next parameter of a stream address, and `<` before a blank or a digit. CDATA stays as it is.
"""

from __future__ import annotations

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_BARE_UTF16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>", re.IGNORECASE)
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_BARE_LESS = re.compile(r"<(?=[\s\d=<])")
_FOREIGN = ("gb18030", "latin-1")
_DECLARABLE = frozenset({"gb2312", "gbk", "gb18030", "big5", "euc-kr", "shift_jis", "iso8859-1", "cp1252", "cp1258"})


def as_utf8(data: bytes) -> bytes:
    """`data` as UTF-8 without a declaration of another encoding, with bare `&` and `<` escaped."""
    words = _DECLARATION.sub("", _decoded(data), count=1)
    if "&" in words or "<" in words:
        parts = _CDATA.split(words)
        parts[::2] = [_BARE_LESS.sub("&lt;", _BARE_AMPERSAND.sub("&amp;", part)) for part in parts[::2]]
        words = "".join(parts)
    return words.encode("utf-8", "replace")


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace") if encoding != "utf-8" else _guessed(data[len(mark) :])
    for mark, encoding in _BARE_UTF16:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    return _guessed(data)


def _guessed(data: bytes) -> str:
    found = _DECLARED.search(data[:1_000])
    for encoding in ("utf-8", *([_known(found.group(1).decode())] if found else []), *_FOREIGN):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _known(name: str) -> str:
    """The encoding called `name`, if it is one that cameras write; else UTF-8, which was tried already."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return "utf-8"
    return found if found in _DECLARABLE else "utf-8"
