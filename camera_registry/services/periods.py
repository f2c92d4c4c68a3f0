"""Periods of reports: when which is due, who has sent, and figures that are frozen (Chốt số liệu).

Strategy: the city makes the periods; dates are proposed as the Department sets them, and every one may be another. A
unit has sent when a person says so. Frozen figures get a number that is given once and never change; freezing again
makes a new number that says which it replaces. The figures are made beforehand, so that nobody waits for the writing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlmodel import Session

from camera_registry.access.viewer import Viewer
from camera_registry.models import Frozen, Period, Sending
from camera_registry.services.period_figures import Before
from camera_registry.services.period_values import Figures, Kind, from_bytes, sha256_of, to_bytes
from camera_registry.store import districts, periods, webhooks
from probes.told import ToldError
from standards.model import Text

KINDS: Mapping[Kind, Text] = {
    "plan": {"vi": "Kế hoạch năm học", "en": "Plan of the school year"},
    "half_year": {"vi": "Báo cáo sơ kết học kỳ I", "en": "Report of the first half-year"},
    "year_end": {"vi": "Báo cáo tổng kết năm học", "en": "Report of the school year"},
}
_PROPOSED: Mapping[Kind, tuple[int, tuple[int, int], tuple[int, int]]] = {
    "plan": (0, (10, 4), (10, 10)),
    "half_year": (1, (1, 3), (1, 10)),
    "year_end": (1, (5, 27), (6, 10)),
}
"""By kind: years after the first of the school year, then month and day: schools to their unit, units to the city."""
_BEGINS = 8
"""The month in which a school year begins."""
LONG_OVER = 60
"""So many days after its day a report that was not sent is spoken of no longer."""
Problem = Literal["wrong", "no_such", "conflict"]


class PeriodError(ToldError):
    """A period cannot be kept, or there is none. `text` says what to do."""

    def __init__(self, kind: Problem, text: Text) -> None:
        self.kind, self.text = kind, text
        super().__init__(text["en"])


@dataclass(frozen=True)
class Dates:
    """The days of a period: figures are of `cut_off`; schools send until `due_unit`, units until `due_city`."""

    school_year: str
    kind: Kind
    cut_off: date
    due_unit: date
    due_city: date


@dataclass(frozen=True)
class Sender:
    """Who has to send: a unit to the city, a school to its unit; by whom and when it was said that it has (None)."""

    code: str
    name: str
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class PeriodSeen:
    """A period as an officer sees it: `due` is the day of whoever looks, `days` how many are left (negative: over).
    `senders` are who has to send to them; `is_sent`: they have sent themselves.
    """

    dates: Dates
    due: date
    days: int
    senders: tuple[Sender, ...]
    is_sent: bool

    @property
    def missing(self) -> tuple[Sender, ...]:
        """Who has not sent."""
        return tuple(each for each in self.senders if each.at is None)


@dataclass(frozen=True)
class NextReport:
    """The report that is due next: what it is, of which school year, by when, in how many days (negative: over).
    `proposed`: the city has not set the day, it is the usual one.
    """

    kind: Text
    school_year: str
    due: date
    days: int
    proposed: bool


@dataclass(frozen=True)
class FrozenSeen:
    """Frozen figures with what stands above them; `unit` "" is the city."""

    number: str
    replaces: str
    sha256: str
    sha256_before: str
    by: str
    at: datetime
    school_year: str
    kind: Kind
    cut_off: date
    body: bytes
    figures: Figures


def school_year_of(day: date) -> str:
    """The school year of a day, like 2026-2027."""
    first = day.year if day.month >= _BEGINS else day.year - 1
    return f"{first}-{first + 1}"


def proposed(school_year: str) -> tuple[Dates, ...]:
    """The usual days of the periods of a school year. Raises PeriodError for what is no school year."""
    first = _first_year(school_year)
    made = []
    for kind, (after, unit, city) in _PROPOSED.items():
        due = date(first + after, *unit)
        made.append(Dates(school_year, kind, due, due, date(first + after, *city)))
    return tuple(made)


def set_period(session: Session, dates: Dates) -> None:
    """The period has these days. Raises PeriodError for days in a wrong order, or what is no school year."""
    _first_year(dates.school_year)
    if not dates.cut_off <= dates.due_unit <= dates.due_city:
        raise PeriodError("wrong", {
            "vi": "Ngày chốt số liệu không sau hạn của trường; hạn của trường không sau hạn của đơn vị.",
            "en": "The cut-off comes first, then the day of schools, then the day of units.",
        })  # fmt: skip
    row = periods.get(session, dates.school_year, dates.kind)
    if row is not None and row.cut_off != dates.cut_off and periods.is_frozen(session, row.id or 0):
        raise PeriodError("conflict", {
            "vi": "Kỳ này đã có số liệu chốt nên ngày chốt không đổi được nữa; các hạn gửi vẫn đổi được.",
            "en": "Figures of this period are frozen, so its cut-off stays; the days of sending may be others.",
        })  # fmt: skip
    row = row or Period(**_columns(dates))
    row.cut_off, row.due_unit, row.due_city = dates.cut_off, dates.due_unit, dates.due_city
    periods.put(session, row)


def listed(session: Session, viewer: Viewer, today: date) -> tuple[PeriodSeen, ...]:
    """All periods as this officer sees them: what is due next first, then what is over, the newest first."""
    seen = (_seen(session, row, viewer, today) for row in periods.every(session))
    return tuple(sorted(seen, key=lambda each: (each.days < 0, abs(each.days))))


def next_due(session: Session, viewer: Viewer, today: date) -> NextReport | None:
    """The report that this person's place owes next; None where nothing is due. What was sent is due no longer, and who
    does not send (the city, a technician) owes nothing that is over.
    """
    known = periods.every(session)
    open_ = [(_due(row, viewer), row) for row in known if not _has_sent(session, row, viewer)]
    longest = LONG_OVER if _sends(viewer) else 0
    days = [(due, row, False) for due, row in open_ if (due - today).days >= -longest]
    names = {(row.school_year, row.kind) for row in known}
    for dates in proposed(school_year_of(today)):
        due = _due(dates, viewer)
        if (dates.school_year, dates.kind) not in names and due >= today:
            days.append((due, Period(**_columns(dates)), True))
    if not days:
        return None
    due, row, usual = min(days, key=lambda each: each[0])
    return NextReport(KINDS[_kind(row.kind)], row.school_year, due, (due - today).days, usual)


def say_sent(session: Session, key: tuple[str, str], sender: str, viewer: Viewer, now: datetime, *, sent: bool) -> None:
    """`viewer` says that who has this code has sent, or has not: a school of their unit, or their unit itself; for the
    city any unit. Raises PeriodError for a period or a sender that there is not.
    """
    row = _period(session, key)
    unit, school = _sender(session, sender, viewer)
    if not sent:
        periods.drop_sending(session, row.id or 0, unit, school)
    elif not periods.sent(session, row.id or 0, district_id=unit, school_id=school):
        made = Sending(period_id=row.id or 0, district_id=unit, school_id=school, by=viewer.name, at=now)
        periods.put_sending(session, made)


def before(session: Session, unit: str | None, key: tuple[str, str] | None = None) -> Before | None:
    """The figures of this unit (None: the city) that were frozen for the period before this one, or for the last of
    all: what is compared with. None where there are none.
    """
    row = _period(session, key) if key else None
    of_unit = [each for each in periods.frozen_rows(session) if (each.unit_code or None) == unit]
    earlier = [each for each in of_unit if row is None or each.cut_off < row.cut_off]
    if not earlier:
        return None
    newest = max(earlier, key=lambda each: each.cut_off)  # of one period the first: they come newest first
    found = periods.frozen(session, newest.number)
    return Before(newest.number, from_bytes(periods.body_of(found[0]))) if found else None


def freeze(session: Session, key: tuple[str, str], made: Figures, by: str, day: date) -> str:
    """These figures are frozen for the period; their number. Raises PeriodError for a period that there is not."""
    row = _period(session, key)
    unit = districts.by_code(session, made.unit_code) if made.unit_code else None
    if made.unit_code and unit is None:
        raise _no_such(made.unit_code)
    district_id = unit.id if unit else None
    same = (e for e in periods.frozen_rows(session) if e.period_id == row.id and e.district_id == district_id)
    replaced = next((each.number for each in same), "")
    body = to_bytes(made)
    number = f"CS-{day.year}-{periods.last_number(session, day.year) + 1:04}"
    kept = Frozen(number=number, period_id=row.id or 0, district_id=district_id, replaces=replaced, figures=b"",
                  sha256=sha256_of(body), by=by, at=made.at)  # fmt: skip
    periods.put_frozen(session, kept, body)
    said = {"number": number, "replaces": replaced, "sha256": kept.sha256, "period": "/".join(key),
            "district": made.unit_code}  # fmt: skip
    webhooks.tell(session, f"frozen:{number}", "period_frozen", said, made.at, district_id=district_id)
    return number


def frozen(session: Session, number: str) -> FrozenSeen | None:
    """The frozen figures of this number; None where there are none, or they are not seen."""
    found = periods.frozen(session, number)
    if found is None:
        return None
    row, period, _ = found
    body = periods.body_of(row)
    return FrozenSeen(
        row.number, row.replaces, row.sha256, row.sha256_before, row.by, row.at, period.school_year,
        _kind(period.kind), period.cut_off, body, from_bytes(body),
    )  # fmt: skip


def _seen(session: Session, row: Period, viewer: Viewer, today: date) -> PeriodSeen:
    due = _due(row, viewer)
    said = {(each.district_id, each.school_id): each for each in periods.sendings(session, row.id or 0)}
    if viewer.role == "district":
        wanted = [((None, each.id), each) for each in periods.schools(session, viewer.district_id or 0)]
    else:
        wanted = [((each.id, None), each) for each in periods.units(session)]
    senders = []
    for key, each in wanted:
        known = said.get(key)
        senders.append(Sender(each.code, each.name, known.by if known else "", known.at if known else None))
    dates = Dates(row.school_year, _kind(row.kind), row.cut_off, row.due_unit, row.due_city)
    own = viewer.district_id is not None and (viewer.district_id, None) in said
    return PeriodSeen(dates, due, (due - today).days, tuple(senders), own)


def _due(row: Period | Dates, viewer: Viewer) -> date:
    return row.due_unit if viewer.role in ("school", "technician") else row.due_city


def _sends(viewer: Viewer) -> bool:
    return viewer.role == "district" or (viewer.role == "school" and len(viewer.school_ids) == 1)


def _has_sent(session: Session, row: Period, viewer: Viewer) -> bool:
    if viewer.role == "district":
        return periods.sent(session, row.id or 0, district_id=viewer.district_id)
    if viewer.role == "school" and len(viewer.school_ids) == 1:
        return periods.sent(session, row.id or 0, school_id=next(iter(viewer.school_ids)))
    return False


def _sender(session: Session, code: str, viewer: Viewer) -> tuple[int | None, int | None]:
    """The id of the unit or of the school."""
    if viewer.role == "district":
        schools = {each.code: each.id for each in periods.schools(session, viewer.district_id or 0)}
        if code in schools:
            return None, schools[code]
    unit = districts.by_code(session, code)
    if unit is None or (viewer.role == "district" and unit.id != viewer.district_id):
        raise _no_such(code)
    return unit.id, None


def _period(session: Session, key: tuple[str, str]) -> Period:
    row = periods.get(session, *key)
    if row is None:
        raise _no_such("/".join(key))
    return row


def _no_such(what: str) -> PeriodError:
    shown = what[:40]
    return PeriodError("no_such", {"vi": f"Không có “{shown}”.", "en": f"There is no “{shown}”."})


def _first_year(school_year: str) -> int:
    first, _, last = school_year.partition("-")
    if not (first.isascii() and first.isdigit() and len(first) == 4 and last == str(int(first) + 1)):
        raise PeriodError("wrong", {"vi": "Năm học viết như 2026-2027.", "en": "Write a school year like 2026-2027."})
    return int(first)


def _columns(dates: Dates) -> dict[str, Any]:
    names = ("school_year", "kind", "cut_off", "due_unit", "due_city")
    return {name: getattr(dates, name) for name in names}


def _kind(text: str) -> Kind:
    return next(kind for kind in KINDS if kind == text)
