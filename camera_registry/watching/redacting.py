"""Redacting: what looks like a secret is taken out of a text before it is logged.

Strategy: the last net, and not the care itself: no code of ours logs a secret. What is caught here comes from a camera,
a library or a traceback. A table of patterns, each with what stays of it; to add one: a line in `PATTERNS`. Text in,
text out.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Collection, Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""A secret of fewer signs stands in too many words by chance."""
GONE = "***"
_HEADERS = "authorization|proxy-authorization|cookie|set-cookie|x-api-key"
_NAMES = "password|passwd|pwd|passphrase|secret|api_?key|token|totp"
PATTERNS = (
    (re.compile(r"([a-z][a-z0-9+.-]*://)[^\s\"'<>]*@", re.IGNORECASE), rf"\1{GONE}@"),
    (re.compile(rf"\b({_HEADERS})(['\"]?\s*[:=,]\s*)[^\r\n]+", re.IGNORECASE), rf"\1\2{GONE}"),
    (re.compile(r"\b(bearer|basic)\s+[\w+/=.~-]{8,}", re.IGNORECASE), rf"\1 {GONE}"),
    (re.compile(r"\b(digest)\s+\w+=[^\r\n]+", re.IGNORECASE), rf"\1 {GONE}"),
    (re.compile(r"\bcrt_[\w-]{8,}"), f"crt_{GONE}"),
    (re.compile(r"(<(?:[\w-]+:)?(?:password|nonce)\b[^>]*>)[^<]*", re.IGNORECASE), rf"\1{GONE}"),
    (
        re.compile(rf"(\w*(?:{_NAMES}))(['\"]?\s*[:=]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&)\]}}]+)", re.IGNORECASE),
        rf"\1\2{GONE}",
    ),
)
"""Addresses with a login; headers; the words of a header without its name; tokens of programs; WS-Security; names with
a value.
"""


def redacted(text: str, words: Collection[str] = ()) -> str:
    """The text without what looks like a secret, and without these words, however they are written."""
    for form in sorted({form for word in words for form in _forms(word)}, key=len, reverse=True):
        text = text.replace(form, GONE)
    for pattern, kept in PATTERNS:
        text = pattern.sub(kept, text)
    return text


def _forms(word: str) -> Iterator[str]:
    """The word as itself, in an address, in JSON, in HTML, as Python shows it, and in base64."""
    if len(word) < SHORTEST:
        return
    yield from (word, quote(word), quote(word, safe=""), quote_plus(word), html.escape(word), repr(word)[1:-1])
    yield from (json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1])
    yield base64.b64encode(word.encode("utf-8", "replace")).decode()
