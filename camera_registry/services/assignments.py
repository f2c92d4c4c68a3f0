"""Where technicians work, from date to date, and which passwords of devices are to be changed when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo

from sqlmodel import Session

from camera_registry.models import Account, Assignment, Credential
from camera_registry.services.accounts import AccountError
from camera_registry.services.days import day_of
from camera_registry.store import accounts, schools
from standards.model import Text

LONGEST = 200


@dataclass(frozen=True)
class ToChange:
    """A login of a device that a technician may know whose time at the school is over. `typed`: by that person."""

    school: str
    school_name: str
    device: str
    username: str
    technician: str
    company: str
    ended: date
    typed: bool


def assign(
    session: Session, account: Account, school: str, begins: date, ends: date | None, company: str, contract: str
) -> Assignment:
    """The technician works at this school. Raises AccountError."""
    if account.role != "technician":
        raise AccountError(
            "role", _text("chỉ kỹ thuật viên được phân công theo trường.", "only technicians are assigned.")
        )
    found = schools.by_code(session, school)
    if found is None:
        raise AccountError("school", _text("không có trường mang mã này.", "no registered school has this code."))
    if ends is not None and ends < begins:
        raise AccountError("ends", _text("ngày cuối phải từ ngày đầu trở đi.", "the last day is before the first."))
    unfit = not (company + contract).isprintable() or max(len(company), len(contract)) > LONGEST
    if not company.strip() or unfit:
        raise AccountError(
            "company", _text("ghi đơn vị bảo trì và số hợp đồng.", "write the company and the contract.")
        )
    made = Assignment(
        account_id=account.id or 0,
        school_id=found.id or 0,
        begins=begins,
        ends=ends,
        company=company.strip(),
        contract=contract.strip(),
    )
    session.add(made)
    session.flush()
    return made


def to_change(session: Session, day: date, zone: tzinfo) -> list[ToChange]:
    """The passwords that are on `day` as they were when a technician's time at the school ended, each once, with who
    left last.
    """
    found: dict[int, ToChange] = {}
    for assignment, account, school, device, credential in accounts.unchanged_since(session, day):
        ended = assignment.ends
        if credential.id in found or ended is None or not _may_know(credential, account, ended, zone):
            continue
        found[credential.id or 0] = ToChange(
            school=school.code,
            school_name=school.name,
            device=device.code,
            username=credential.username,
            technician=account.name,
            company=assignment.company,
            ended=ended,
            typed=credential.made_by == account.id,
        )
    return list(found.values())


def _may_know(credential: Credential, account: Account, ended: date, zone: tzinfo) -> bool:
    """True for a login that stood there while the technician had access, or that the technician typed."""
    return credential.made_by == account.id or day_of(credential.made_at, zone) <= ended


def _text(vi: str, en: str) -> Text:
    return {"vi": vi, "en": en}
