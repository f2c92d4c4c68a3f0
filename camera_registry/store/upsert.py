"""Upsert: one row by its public key is as a person says, and what that changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sqlmodel import Session

from camera_registry.models import Table

Change = Literal["new", "changed", "same"]


def add(session: Session, row: Table) -> Change:
    """The row is there; its id is known after the call."""
    session.add(row)
    session.flush()
    return "new"


def change(session: Session, row: Table, values: Mapping[str, Any]) -> Change:
    """The row has `values`; what is not named there stays."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    if different:
        session.add(row)
    return "changed" if different else "same"
