"""Silence: in which sweeps a device that does not answer was silent. Pure."""

from __future__ import annotations


def counts_silence(kind: str, *, school_day: bool) -> bool:
    """True when a device that does not answer in a sweep of this kind was silent: a school without lessons may have
    switched its cameras off.
    """
    return kind in ("night", "day") and school_day
