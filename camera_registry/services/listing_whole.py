"""A whole list, whatever the page: for a file, or to act on. Reading only."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from camera_registry.services import waived
from camera_registry.services.listed import Filter, Unchecked, Unit
from camera_registry.services.listing import every_non_compliant, every_not_checked
from camera_registry.services.row_costs import Pricing
from camera_registry.services.waivers import Desk
from standards import Edition


def all_units(session: Session, wanted: Filter, edition: Edition, desk: Desk, pricing: Pricing) -> Iterator[Unit]:
    """All rows of what is not compliant, each with its waiver and its cost. Raises ListingError as `non_compliant`."""
    rows = every_non_compliant(session, waived.narrowed(session, wanted, desk), edition)
    return pricing.every(waived.every_beside(session, rows, desk), edition, desk.now)


def all_unchecked(session: Session, wanted: Filter, edition: Edition) -> Iterator[Unchecked]:
    """All rows of what could not be checked. Raises ListingError."""
    return iter(every_not_checked(session, wanted, edition))
