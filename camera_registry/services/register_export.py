"""What a viewer sees of the register, as the files of the import, and the template filled in for them. Reading only."""

from __future__ import annotations

from sqlmodel import Session

from camera_registry.importing.written import Cells
from camera_registry.reports.register_files import Choices, Rows
from camera_registry.services.as_cells import NoSuchRowError, of_schools
from camera_registry.store import districts, schools


def choices(session: Session, rows: Rows | None = None) -> Choices:
    """What this viewer can name: units, schools, and the devices of `rows`."""
    units = {unit.code: unit.name for unit in districts.every(session)}
    names = {code: school.name for code, school in schools.every(session).items()}
    told = sorted({cells["device.code"] for cells in (rows or {}).get("devices.csv", ())})
    return Choices(units, names, told)


def exported(session: Session, school: str | None = None, *, usernames: bool = True) -> Rows:
    """All rows that this viewer sees, or those of one school; without `usernames` the logins of devices are left out.

    Raises NoSuchRowError for a school that is not seen.
    """
    codes = list(schools.every(session))
    if school is not None:
        if school not in codes:
            raise NoSuchRowError
        codes = [school]
    rows = of_schools(session, codes)
    return rows if usernames else {name: [_without(cells) for cells in each] for name, each in rows.items()}


def _without(cells: Cells) -> Cells:
    return {name: cell for name, cell in cells.items() if name != "username"}
