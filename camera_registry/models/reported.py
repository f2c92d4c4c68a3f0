"""Periods of reports, who has sent, and the figures that are frozen."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field

from camera_registry.models.table import Table, moment


class Period(Table, table=True):
    """A report of a school year ("2026-2027"). Kind: plan, half_year, year_end. Figures are of the day `cut_off`;
    schools send to their unit until `due_unit`, units to the city until `due_city` (days, both included).
    """

    __table_args__ = (UniqueConstraint("school_year", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    school_year: str
    kind: str
    cut_off: date
    due_unit: date
    due_city: date


class Sending(Table, table=True):
    """A unit or a school has sent its report of a period, as the person `by` says."""

    id: int | None = Field(default=None, primary_key=True)
    period_id: int = Field(foreign_key="period.id", index=True)
    district_id: int | None = Field(default=None, foreign_key="district.id", index=True)
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    by: str
    at: datetime = moment()


class Frozen(Table, table=True):
    """The figures of a unit (null: of the city) that were frozen for a period: `figures` is their canonical JSON under
    zlib, `sha256` of the JSON. They never change, but for a school that is erased: then `sha256_before` tells what they
    were. `replaces` is the number of those frozen before for the same period; "" where there are none.
    """

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    period_id: int = Field(foreign_key="period.id", index=True)
    district_id: int | None = Field(default=None, foreign_key="district.id", index=True)
    replaces: str = ""
    figures: bytes = Field(sa_type=LargeBinary)
    sha256: str
    sha256_before: str = ""
    by: str
    at: datetime = moment()
