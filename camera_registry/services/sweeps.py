"""Sweeps as people see them: ask for one, follow it, pause it, go on, cancel it.

Strategy: a sweep is rows; whoever runs `camera-registry work` does what stands there. Nothing here touches a camera.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from hashlib import sha256
from statistics import median
from typing import Literal

from sqlmodel import Session

from camera_registry.models import Sweep
from camera_registry.services import second_pass
from camera_registry.services.days import ZONE
from camera_registry.services.silence import counts_silence
from camera_registry.store import devices, districts, passes, schools, sweep_pace, sweeps
from camera_registry.store.candidates import Candidate, candidates
from camera_registry.sweep.plan import Plan, plan
from probes.told import ToldError

Kind = Literal["night", "day", "light", "asked", "bundle"]
RATE_OVER = timedelta(minutes=2)
"""The time left is reckoned with what was done in this last while."""
FEWEST_FOR_A_RATE = 3
"""Devices that must have been done before a time left is said for those that wait."""
DURATIONS = 50
"""The last looks of which the typical one is taken."""
LEAST_LEFT_S = 2.0
MOST_OF_A_WINDOW = 10
"""The sites of a sweep have begun after this part of the time that is left, at the latest."""
_ACCEPTANCE = "acceptance:"


_CHANGES = {"paused": "be paused", "running": "go on", "planned": "go on", "cancelled": "be cancelled"}


class SweepError(ToldError):
    """The sweep cannot be made or changed; the text says why."""


@dataclass(frozen=True)
class Scope:
    """Which devices: all of them, those of a district or a school (codes), one device of a school, or `devices` that a
    person has chosen (the codes of school and device).
    """

    district: str | None = None
    school: str | None = None
    device: str | None = None
    devices: frozenset[tuple[str, str]] = frozenset()

    def text(self) -> str:
        """The scope as it is stored: all, district:CODE, school:CODE, device:SCHOOL/CODE, chosen:NUMBER/DIGEST; the
        digest is the same for the same devices.
        """
        if self.devices:
            digest = sha256("\n".join(map("/".join, sorted(self.devices))).encode()).hexdigest()
            return f"chosen:{len(self.devices)}/{digest[:16]}"
        if self.device is not None:
            return f"device:{self.school}/{self.device}"
        if self.school is not None:
            return f"school:{self.school}"
        return "all" if self.district is None else f"district:{self.district}"


@dataclass(frozen=True)
class Terms:
    """How sweeps are planned that nobody asked for. A device that was silent for `silent_nights` moves to the windows
    by day; None: there are none, and all are looked at by night. What a look in light has decided is looked at in light
    again after `light_lasts`, before it is too old; None: it never is. The sites of a night begin within `spread`.
    """

    silent_nights: int | None = None
    spread: timedelta = timedelta(0)
    zone: tzinfo = ZONE
    light_lasts: timedelta | None = None


@dataclass(frozen=True)
class Progress:
    """How far a sweep is; of what waits, `again` do so for their second pass. `seconds_left` is None while there is too
    little to reckon with, and when it is over.
    """

    sweep_id: int
    kind: str
    scope: str
    state: str
    total: int
    done: int
    failed: int
    skipped: int
    under_way: int
    waiting: int
    again: int
    planned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    seconds_left: float | None

    @property
    def finished(self) -> int:
        """Devices with a final state."""
        return self.done + self.failed + self.skipped

    @property
    def acceptance(self) -> str:
        """The code of the acceptance that wanted it; empty where none did."""
        return acceptance_of(self.scope)

    @property
    def over(self) -> bool:
        """True when nothing more will happen."""
        return self.ended_at is not None


def ask(session: Session, scope: Scope, asked_by: str, now: datetime) -> Sweep:
    """A sweep over `scope`, to begin at once; the one that is under way when this was asked before, which goes on when
    it was paused.

    Raises SweepError when there is no such district, school or device, or no device in it.
    """
    known = sweeps.asked(session, scope.text())
    if known is not None:
        if known.state == "paused":
            resume(session, known.id or 0)
            session.refresh(known)
        return known
    name = f"asked {now.isoformat()} {scope.text()}"
    sweep = Sweep(night=name, kind="asked", scope=scope.text(), asked_by=asked_by, planned_at=now)
    return _kept(session, sweep, plan(_candidates(session, scope), now, name))


def nightly(
    session: Session, night: str, now: datetime, ends_by: datetime, terms: Terms = Terms(), *, school_day: bool = True
) -> Sweep | None:
    """The sweep over all devices of this night; None when it was planned before, or there is no device.

    Left out are devices of sites without power by night, and those that move to the day, where they were looked at this
    day: without a window (no lessons, our program was off) they have the night.
    """
    if sweeps.by_night(session, night) is not None:
        return None
    found = candidates(session)
    if not found:
        return None
    silent, by_day = terms.silent_nights, sweeps.was_by_day(session, night)

    def leave(device: Candidate) -> sweeps.Skipped | None:
        if silent is None:
            return None
        if device.day_window:
            return "day_window"
        return "silent" if by_day and device.silent_nights >= silent else None

    made = plan(found, now, night, min(terms.spread, (ends_by - now) / MOST_OF_A_WINDOW), leave, terms.zone)
    return _kept(session, Sweep(night=night, planned_at=now, ends_by=ends_by, school_day=school_day), made)


def by_day(session: Session, window: str, now: datetime, ends_by: datetime, terms: Terms) -> Sweep | None:
    """The sweep of a day window over the devices that are not looked at by night: of sites without power then, and
    those that were silent too often; None when it was planned before, or there is no such device.
    """
    if terms.silent_nights is None or sweeps.by_night(session, window) is not None:
        return None
    found = candidates(session, silent_nights=terms.silent_nights)
    if not found:
        return None
    made = plan(found, now, window, zone=terms.zone)
    return _kept(session, Sweep(night=window, kind="day", planned_at=now, ends_by=ends_by), made)


def by_light(
    session: Session, window: str, now: datetime, ends_by: datetime, rules: Collection[str], terms: Terms = Terms()
) -> Sweep | None:
    """The sweep of a day window over the devices of which `rules` could not be decided by night, or fail by what
    an earlier look saw in light, or were decided so long ago that it will soon be too old; None when it was planned
    before, or there is no such device. What was silent too often is left to the windows by day.
    """
    if sweeps.by_night(session, window) is not None:
        return None
    silent, unlit_since = terms.silent_nights, now - terms.light_lasts if terms.light_lasts else None
    wanted = candidates(session, undecided=rules, unlit_since=unlit_since)
    found = [c for c in wanted if silent is None or c.silent_nights < silent]
    if not found:
        return None
    return _kept(session, Sweep(night=window, kind="light", planned_at=now, ends_by=ends_by), plan(found, now, window))


def for_acceptance(session: Session, code: str, device_ids: Collection[int], now: datetime, ends_by: datetime) -> Sweep:
    """The sweep over these devices of an acceptance, to begin at once, before what nobody asked for."""
    found = [each for number in sorted(device_ids) for each in candidates(session, device_id=number)]
    name, scope = f"acceptance {code} {now.isoformat()}", f"{_ACCEPTANCE}{code}"
    sweep = Sweep(night=name, kind="asked", scope=scope, planned_at=now, ends_by=ends_by)
    return _kept(session, sweep, plan(found, now, name))


def acceptance_of(scope: str) -> str:
    """The code of the acceptance that wanted a sweep with this scope; empty where none did."""
    return scope.removeprefix(_ACCEPTANCE) if scope.startswith(_ACCEPTANCE) else ""


def pause(session: Session, sweep_id: int) -> None:
    """What is under way ends; nothing more begins. Raises SweepError when the sweep is not going on."""
    _change(session, sweep_id, "paused", sweeps.OPEN)


def resume(session: Session, sweep_id: int) -> None:
    """A paused sweep goes on. Raises SweepError when it is not paused."""
    sweep = sweeps.by_id(session, sweep_id)
    begun = sweep is None or sweep.started_at is not None
    _change(session, sweep_id, "running" if begun else "planned", ("paused",))


def cancel(session: Session, sweep_id: int, now: datetime) -> None:
    """What is under way ends, what waits is skipped. Raises SweepError when the sweep is over."""
    _change(session, sweep_id, "cancelled", sweeps.UNFINISHED)
    with silent_ones(session, session.get_one(Sweep, sweep_id)):
        sweeps.skip_waiting(session, sweep_id, "cancelled", now)
    sweeps.end_when_done(session, sweep_id, now)


def tidy(session: Session, now: datetime) -> None:
    """What nobody will do any more has a final state: in cancelled sweeps, and in those whose time is over."""
    for sweep in sweeps.to_tidy(session, now):
        reason: sweeps.Skipped = "cancelled" if sweep.state == "cancelled" else "window_over"
        sweep_id = sweep.id or 0
        with silent_ones(session, sweep):
            sweeps.skip_waiting(session, sweep_id, reason, now)
            sweeps.skip_abandoned(session, sweep_id, reason, now)
        sweeps.end_when_done(session, sweep_id, now)


@contextmanager
def silent_ones(session: Session, sweep: Sweep) -> Iterator[None]:
    """Devices that did not answer in their first pass, and have no second one because of what is done in the block,
    were silent.
    """
    number = sweep.id or 0
    before = set(passes.waiting_again(session, number))
    yield
    if before and counts_silence(sweep.kind, school_day=sweep.school_day):
        devices.was_silent(session, before - set(passes.waiting_again(session, number)))


def current(session: Session, now: datetime) -> Progress | None:
    """The sweep that goes on (the newest of them), else the last one; None when there never was one."""
    going_on = sweeps.unfinished(session)
    sweep = going_on[0] if going_on else sweeps.latest(session)
    return None if sweep is None else progress(session, sweep, now)


def progress(session: Session, sweep: Sweep, now: datetime) -> Progress:
    """How far `sweep` is at `now`."""
    found = sweeps.counts(session, sweep.id or 0)
    total = sum(found.values())
    return Progress(
        sweep_id=sweep.id or 0,
        kind=sweep.kind,
        scope=sweep.scope,
        state=sweep.state,
        total=total,
        done=found.get("done", 0),
        failed=found.get("failed", 0),
        skipped=found.get("skipped", 0),
        under_way=found.get("leased", 0),
        waiting=found.get("waiting", 0),
        again=passes.waiting_for_second(session, sweep.id or 0) if sweep.kind in second_pass.KINDS else 0,
        planned_at=sweep.planned_at,
        started_at=sweep.started_at,
        ended_at=sweep.ended_at,
        seconds_left=_seconds_left(session, sweep, found.get("waiting", 0), now),
    )


def _seconds_left(session: Session, sweep: Sweep, waiting: int, now: datetime) -> float | None:
    if sweep.started_at is None or sweep.state != "running" or sweep.ended_at is not None:
        return None
    number, since = sweep.id or 0, max(sweep.started_at, now - RATE_OVER)
    lately = sweep_pace.looked_at_since(session, number, since)
    durations = sweep_pace.last_durations(session, number, DURATIONS)
    if not durations:
        return None
    typical = median(durations)
    ages = [((now - started).total_seconds(), channels) for started, channels in sweep_pace.under_way(session, number)]
    under_way = max((left_of(age, channels, typical) for age, channels in ages), default=0.0)
    window = (sweep.ends_by - now).total_seconds() if sweep.ends_by else None
    return time_left(waiting, lately, (now - since).total_seconds(), under_way, window)


def left_of(age_s: float, channels: int, typical_s: float) -> float:
    """Seconds that a look which goes on for `age_s` still takes, when one of a camera typically takes `typical_s`: the
    channels of a recorder come one after another. Never nothing, while it goes on.
    """
    return max(typical_s * max(1, channels) - age_s, LEAST_LEFT_S)


def time_left(waiting: int, lately: int, seconds: float, under_way: float, window_s: float | None) -> float | None:
    """Seconds until `waiting` devices are done, when `lately` were in the last `seconds`, and until those `under_way`
    are; at most `window_s`, when all ends then. None while too few were done to say.
    """
    if waiting and (lately < FEWEST_FOR_A_RATE or seconds <= 0):
        return None
    wanted = max(waiting * seconds / lately if waiting else 0.0, under_way)
    return wanted if window_s is None else min(wanted, max(window_s, 0.0))


def _kept(session: Session, sweep: Sweep, made: Plan) -> Sweep:
    """`sweep` with its plan; over already, where all of it is left out."""
    sweeps.add(session, sweep, made.sites, made.items, made.not_before)
    sweeps.end_when_done(session, sweep.id or 0, sweep.planned_at)
    return sweep


def _candidates(session: Session, scope: Scope) -> list[Candidate]:
    if scope.devices:
        known = (devices.by_code(session, *each) for each in scope.devices)
        found = candidates(session, device_ids=[device.id or 0 for device in known if device is not None])
    elif scope.device is not None:
        device = devices.by_code(session, scope.school or "", scope.device)
        if device is None:
            raise SweepError(f"{scope.school}/{scope.device}: no such device; a device is named SCHOOL/DEVICE")
        found = candidates(session, device_id=device.id)
    elif scope.school is not None:
        school = schools.by_code(session, scope.school)
        if school is None:
            raise SweepError(f"{scope.school}: no school has this code")
        found = candidates(session, school_id=school.id)
    elif scope.district is not None:
        district = districts.by_code(session, scope.district)
        if district is None:
            raise SweepError(f"{scope.district}: no unit that manages schools has this code")
        found = candidates(session, district_id=district.id)
    else:
        found = candidates(session)
    if not found:
        raise SweepError(f"{scope.text()}: no device is registered there; import or register devices first")
    return found


def _change(session: Session, sweep_id: int, state: str, only_from: Collection[str]) -> None:
    if sweeps.set_state(session, sweep_id, state, only_from=only_from):
        return
    sweep = sweeps.by_id(session, sweep_id)
    if sweep is None:
        raise SweepError(f"there is no sweep {sweep_id}")
    raise SweepError(f"sweep {sweep_id} is {sweep.state}: it cannot {_CHANGES[state]}")
