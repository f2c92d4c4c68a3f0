"""What is added up, so that a page over a city need not count it: of each school now, of each unit by day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field

from camera_registry.models.table import Table


class SchoolSum(Table, table=True):
    """The numbers of a school: devices, cameras by verdict, those offered for connection and what is known of these.
    `free`: offered, not ready, and made ready for nothing whatever the prices (none of a private school). `store.kept`
    writes it with what it is made of. `day`: that on which warranties were looked up; null where they never were, and
    none holds.
    """

    school_id: int = Field(primary_key=True, foreign_key="school.id")
    devices: int
    unverified: int
    compliant: int
    reconfigure: int
    repair: int
    replace: int
    offered: int
    ready: int
    slow_line: int
    line_not_known: int
    free: int
    day: date | None = None


class DaySum(Table, table=True):
    """The numbers of a unit at the end of the night of `day` (by its morning), or of all units: `district_id` null."""

    __table_args__ = (Index("daysum_of", "district_id", "day"),)
    id: int | None = Field(default=None, primary_key=True)
    day: date = Field(index=True)
    district_id: int | None = Field(default=None, foreign_key="district.id")
    cameras: int
    checked: int
    compliant: int
    offered: int
    ready: int
    unverified: int
