"""What is told of an edition beside every answer about it: places that it left saying what it changed elsewhere."""

from __future__ import annotations

from camera_registry.commands.options import complain
from standards import Edition
from standards.reading.stale import warnings


def warned(edition: Edition) -> Edition:
    """The edition; a line for each such place stands on standard error."""
    for line in warnings(edition):
        complain(f"warning: {line}")
    return edition
