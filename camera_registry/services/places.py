"""Where the rows of a list stand: checked before it is asked for, and read from its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from sqlmodel import Session

from camera_registry.services.listed import ListingError, Nothing, Place
from camera_registry.store import districts, schools, totals
from camera_registry.store.places import Wanted

ROWS_AT_ONCE = 500
_PLACE = tuple(field.name for field in fields(Place))
_NAMES = {"district": ("đơn vị", "unit"), "school": ("trường", "school")}


def check_place(session: Session, district: str | None, school: str | None) -> None:
    """Raises ListingError for a unit or a school that is not registered."""
    if district is not None and districts.by_code(session, district) is None:
        raise _not_registered("district", district)
    if school is not None and schools.by_code(session, school) is None:
        raise _not_registered("school", school)


def no_device(session: Session, wanted: Wanted) -> Nothing | None:
    """`no_device` where none is registered in the place that is asked for."""
    return None if totals.devices(session, wanted.district, wanted.school) else "no_device"


def nothing_known(session: Session, wanted: Wanted) -> Nothing | None:
    """Why a list without failures does not mean that all is well there; None where something was judged."""
    judged = totals.is_judged(session, wanted.district, wanted.school)
    return None if judged else no_device(session, wanted) or "none_judged"


def place(row: Any) -> dict[str, Any]:
    """Where a row stands, as arguments of `Place`."""
    return {name: getattr(row, name) for name in _PLACE}


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """`ids` in pieces that one query can name."""
    return (ids[start : start + ROWS_AT_ONCE] for start in range(0, len(ids), ROWS_AT_ONCE))


def _not_registered(field: str, code: str) -> ListingError:
    vi, en = _NAMES[field]
    return ListingError(
        field,
        {"vi": f"không có {vi} nào mang mã “{code[:50]}”; dùng mã có trong sổ.",
         "en": f"no {en} has the code “{code[:50]}”; use a code that is registered."},
    )  # fmt: skip
