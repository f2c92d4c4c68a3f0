"""Tokens: what a browser or a program holds to be known again. The registry keeps only its SHA-256: it is random enough
that nobody finds it from that.
"""

from __future__ import annotations

import hashlib
import secrets

PREFIX = "crt_"
"""In front of a token of a program, so that one that was left lying about is known for what it is."""

METRICS = "metrics"
"""The scope of a token that opens the figures of this program, and nothing else of what its person may."""
SCOPES = ("read", "write", METRICS)


def new() -> str:
    """A token of 256 bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
