"""The people of the demo: one of each role, with passwords that are made up anew for each run.

They are there for the demo alone, and gone with it: no program of ours has an account that is the same elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from camera_registry.access import passwords
from camera_registry.access.roles import Role
from camera_registry.demo.district import PRIMARY, SECONDARY
from camera_registry.services import accounts, assignments
from camera_registry.services.accounts import Wanted
from camera_registry.store import schools
from camera_registry.store.districts import code_of


@dataclass(frozen=True)
class Person:
    """Somebody who may sign in to the demo."""

    login: str
    name: str
    role: Role


PEOPLE = (
    Person("thanh-pho", "Võ Thị Thành Phố", "city"),
    Person("don-vi", "Đỗ Văn Đơn Vị", "district"),
    Person("truong", "Nguyễn Thị Mẫu", "school"),
    Person("ky-thuat", "Bùi Văn Kỹ Thuật", "technician"),
    Person("quan-tri", "Hồ Thị Quản Trị", "admin"),
)
COMPANY, CONTRACT = "Công ty TNHH Bảo Trì Ví Dụ", "12/2026/HĐ-BT"


def register_people(session: Session, now: datetime) -> list[tuple[Person, str]]:
    """The people of the demo may sign in; each with the password of this run."""
    school = schools.by_code(session, PRIMARY.code)
    unit = code_of(session, school.managed_by) if school is not None else ""
    made = []
    for person in PEOPLE:
        wanted = Wanted(login=person.login, name=person.name, role=person.role, district=unit, school=PRIMARY.code)
        account, password = accounts.make(session, wanted, "demo", now, passwords.made_up())
        made.append((person, password))
        if person.role == "technician":
            begins = (now - timedelta(days=30)).date()
            for code in (PRIMARY.code, SECONDARY.code):
                assignments.assign(session, account, code, begins, None, COMPANY, CONTRACT)
    return made
