"""Errors that nobody foresaw, at the edge of a step: they cost that step alone."""

from __future__ import annotations

import logging

from probes.errors import OurFault, ProbeError

_log = logging.getLogger(__name__)


def unforeseen(error: Exception) -> ProbeError:
    """`error`, if it is one of our tree; else a fault of ours: its name only, for its words may hold anything. The log
    has the rest.
    """
    if isinstance(error, ProbeError):
        return error
    _log.error("A step of a look ended in an error that nobody foresaw", exc_info=error)
    return OurFault("run", type(error).__name__)
