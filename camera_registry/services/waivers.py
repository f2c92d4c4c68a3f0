"""Waivers: a person asks for one, another decides, and it can be taken back. The edge commits.

Strategy: everything that is wrong with a request is said at once. What stands in the registry is read, the pure
functions of `standards.waiving.granting` decide, and each thing is written once: a decision is never changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlmodel import Session

from camera_registry.config import WaiverSettings
from camera_registry.people import NO_NAME, is_name, same_person
from camera_registry.services.days import day_of
from camera_registry.services.waiver_scope import found_scope, unfit
from camera_registry.store import waivers
from camera_registry.store.places import USUAL, Entry
from probes.told import ToldError
from standards.editions import Editions
from standards.model import Text
from standards.waiving.granting import LEVEL_WORDS, Mistake, first_level, mistakes, why_not_decided, why_not_withdrawn
from standards.waiving.waivers import Decision, Level, Scope, Terms, Waiver, Withdrawal, waits_at
from standards.waiving.working_days import WorkingDays

Kind = Literal["no_such", "conflict", "wrong"]
LONGEST_NOTE = 1000
NO_NOTE: Text = {
    "vi": f"hãy ghi lý do, tối đa {LONGEST_NOTE} ký tự.",
    "en": f"say why, in at most {LONGEST_NOTE} characters.",
}
NOBODY_ABOVE: Text = {
    "vi": "thành phố là cấp cao nhất; bỏ dấu “chỉ có một người phụ trách” và nhờ người khác ở cấp này quyết định.",
    "en": "the city is the highest level; leave “alone” out, and have another person of the city decide.",
}


class WaiverError(ToldError):
    """Something about a waiver cannot be done: there is none (`no_such`), it is not the moment or not the person
    (`conflict`), or what was sent is wrong. `mistakes` names each part and says what to do.
    """

    def __init__(self, kind: Kind, *mistakes: Mistake) -> None:
        self.kind = kind
        self.mistakes = mistakes
        super().__init__("\n".join(f"{field}: {text['en']}" for field, text in mistakes))


@dataclass(frozen=True)
class Desk:
    """The moment, the terms of the settings, the zone in which days of new waivers are meant, and when a failure enters
    the official list.
    """

    now: datetime
    terms: Terms
    zone: str
    entry: Entry = USUAL

    @property
    def today(self) -> date:
        """The day that it is in the zone."""
        return day_of(self.now, ZoneInfo(self.zone))


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a person asks for. `begins` None: today. `level` None: the lowest that may decide this; `alone`: nobody else
    is at that level, so the one above has it first.
    """

    rule: str
    scope: Scope
    reason: str
    by: str
    ends: date
    begins: date | None = None
    level: Level | None = None
    alone: bool = False


def terms_of(settings: WaiverSettings) -> Terms:
    """The terms as they stand in the settings."""
    working = WorkingDays(frozenset(settings.holidays))
    return Terms(settings.longest_days, settings.warn_days, settings.escalate_after, working)


def ask(session: Session, request: Request, editions: Editions, desk: Desk) -> int:
    """The number of the request that is kept now. Raises WaiverError with everything that is wrong with it."""
    found = found_scope(session, request.scope)
    first = first_level(request.scope.kind, request.level, alone=request.alone)
    waiver = Waiver(
        rule=request.rule,
        scope=found.scope,
        reason=request.reason.strip(),
        begins=request.begins or desk.today,
        ends=request.ends,
        zone=desk.zone,
        level=first or "city",
        asked_by=request.by.strip(),
        asked_at=desk.now,
    )
    wrong = [*found.mistakes, *unfit(editions, request.rule, request.scope.kind)]
    wrong += [] if is_name(request.by) else [("by", NO_NAME)]
    wrong += [("alone", NOBODY_ABOVE)] if first is None else []
    wrong += mistakes(waiver, desk.now, desk.terms)
    if wrong:
        raise WaiverError("wrong", *wrong)
    same = waivers.asked_already(session, waiver.rule, waiver.scope, found.ids)
    if same is not None:
        raise WaiverError("conflict", ("rule", _waits_already(same)))
    return waivers.add(session, waiver, found.ids)


def decide(session: Session, number: int, decision: Decision, desk: Desk) -> Waiver:
    """The waiver as it is decided now: another person than the one who asked, of the level that has it or one above.

    Raises WaiverError.
    """
    waiver = get(session, number)
    wrong = list(_who_and_why(decision.by, decision.note, needed=not decision.approved))
    if wrong:
        raise WaiverError("wrong", *wrong)
    if same_person(decision.by, waiver.asked_by):
        raise WaiverError("conflict", ("by", _own(waiver, desk)))
    why = why_not_decided(waiver, decision.level, desk.now, desk.terms, approve=decision.approved)
    if why is not None:
        raise WaiverError("conflict", ("level", why))
    made = replace(decision, by=decision.by.strip(), note=decision.note.strip(), at=desk.now)
    waivers.decide(session, number, made)
    return replace(waiver, decision=made)


def withdraw(session: Session, number: int, by: str, level: Level | None, note: str, desk: Desk) -> Waiver:
    """The waiver, taken back now: by the person who asked, or by one of the level that has it or approved it, or above.

    Raises WaiverError.
    """
    waiver = get(session, number)
    own = same_person(by, waiver.asked_by)
    wrong = list(_who_and_why(by, note, needed=not own))
    if not own and level is None:
        wrong.append(("level", _say_level(waiver)))
    if wrong:
        raise WaiverError("wrong", *wrong)
    why = why_not_withdrawn(waiver, None if own else level, desk.now, desk.terms)
    if why is not None:
        raise WaiverError("conflict", ("level", why))
    made = Withdrawal(by.strip(), desk.now, note.strip())
    waivers.withdraw(session, number, made)
    return replace(waiver, withdrawal=made)


def get(session: Session, number: int) -> Waiver:
    """The waiver of this number. Raises WaiverError."""
    named = waivers.get(session, number)
    if named is None:
        raise WaiverError(
            "no_such",
            (
                "number",
                {
                    "vi": f"không có ngoại lệ số {number}; xem danh sách ngoại lệ.",
                    "en": f"there is no waiver {number}; look at the list of them.",
                },
            ),
        )
    return named.waiver


def _who_and_why(by: str, note: str, *, needed: bool) -> Iterator[Mistake]:
    if not is_name(by):
        yield "by", NO_NAME
    if len(note) > LONGEST_NOTE or (needed and not note.strip()):
        yield "note", NO_NOTE


def _own(waiver: Waiver, desk: Desk) -> Text:
    level, until = waits_at(waiver, desk.now, desk.terms)
    name = LEVEL_WORDS[level]
    vi = f"người gửi yêu cầu không được tự quyết định; cần người khác ở {name['vi']} hoặc cấp trên."
    en = f"nobody decides their own request: another person of {name['en']} or a level above does."
    if until is not None:
        vi += f" Hết ngày {until:%d/%m/%Y} yêu cầu tự chuyển lên cấp trên."
        en += f" After {until} it goes up by itself."
    return {"vi": vi, "en": en}


def _say_level(waiver: Waiver) -> Text:
    return {
        "vi": f"chỉ {waiver.asked_by} rút được mà không cần nêu cấp; hãy ghi cấp: school, district hoặc city.",
        "en": f"only {waiver.asked_by} takes it back without a level; say yours: school, district or city.",
    }


def _waits_already(number: int) -> Text:
    return {
        "vi": f"yêu cầu số {number} về cùng tiêu chí và phạm vi đang chờ duyệt; hãy chờ, hoặc rút yêu cầu đó trước.",
        "en": f"request {number} for the same rule and scope is waiting already; wait, or withdraw it first.",
    }
