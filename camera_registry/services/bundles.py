"""Bundles: what a laptop has seen at a school is recorded as looks of its devices, with their own time and origin.

Strategy: read (who signed, which devices the school has, what was carried here before), decide which look was at which
device by a pure call, write: each look by `services.record`, and its place in the ledger. What was taken before changes
nothing; what belongs to no device is told, and can be taken later with the same file. Of what the registry remembers of
a device (its logins, its certificates) a bundle changes nothing. A rehearsal of the same is the preview. The edge
commits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlmodel import Session

from camera_registry.bundles.document import Bundle, PackedLook, moments
from camera_registry.bundles.errors import BundleError
from camera_registry.bundles.matching import By, Matched, Registered, match, matched
from camera_registry.daylight import SunUp
from camera_registry.models import BundleRecord, LaptopKey, School
from camera_registry.services import bundle_ledger as ledger
from camera_registry.services.brought import brought
from camera_registry.services.days import ZONE
from camera_registry.services.judge_places import judge_site
from camera_registry.services.record import AHEAD, answered, record
from camera_registry.store import bundles as store
from camera_registry.store import devices, observations, schools
from standards import Editions, Verdict

OLDEST = timedelta(days=366)
"""A look that says it is older comes from a clock that is wrong."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Judging:
    """What looks are judged by, and when."""

    editions: Editions
    now: datetime
    sun_up: SunUp
    zone: tzinfo = ZONE


@dataclass(frozen=True)
class Taker:
    """Who takes a bundle: an account (None: whoever calls at the server), by name. `confirmed`: the fingerprint that
    this person has read on the laptop; None: nobody is asked for it, because nothing will stay.
    """

    account_id: int | None
    name: str
    confirmed: str | None = ""


@dataclass(frozen=True)
class LookTaken:
    """One look of a bundle and what became of it: `device` is the code (empty: of none), `by` what told that. `before`:
    it was taken before. `another`: another unit stood there. `verdict` of the device with it; None where nothing was
    recorded.
    """

    number: int
    at: datetime
    address: str
    unit: str
    named: str
    device: str
    by: By
    before: bool = False
    another: bool = False
    answered: bool = False
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Taken:
    """What taking a bundle came to. `trusted_since`: since when its laptop is; None: it was not. `changed`: anything is
    as it was not before. `devices`: those of the school.
    """

    bundle: Bundle
    school: str
    trusted_since: datetime | None
    looks: tuple[LookTaken, ...]
    devices: tuple[Registered, ...] = ()
    changed: bool = True

    @property
    def new(self) -> int:
        """Looks that were recorded now."""
        return sum(look.verdict is not None for look in self.looks)

    @property
    def left(self) -> int:
        """Looks that belong to no registered device."""
        return sum(not look.device for look in self.looks)


def take(
    session: Session, bundle: Bundle, taker: Taker, judging: Judging, chosen: Mapping[int, str] | None = None
) -> Taken:
    """Every look of `bundle` that belongs to a device of its school is recorded, once. `chosen`: the code of the device
    by the number of a look, where a person said it (empty: of none). Raises BundleError; then nothing may be kept.
    """
    school = schools.by_code(session, bundle.heading.school)
    if school is None:
        raise BundleError("no_such_school", school=bundle.heading.school[:50])
    _check_times(bundle, judging)
    key = store.trusted(session, taker.account_id, bundle.fingerprint)
    since = None if key is None else key.since
    if key is None:
        key = _confirmed(session, bundle, taker, judging.now)
    known = store.registered(session, school.id or 0)
    by_id = {each.device_id: each for each in known}
    there = {at: by_id[device_id] for at, device_id in store.looked(session, by_id).items()}
    recorded: list[ledger.Recorded] = []
    looks: list[LookTaken] = []
    for look in sorted(bundle.looks, key=lambda one: one.observation.observed_at):
        found, before = _matched(look, known, chosen or {}), there.get(_moment(look))
        if before is not None or found.device is None:
            looks.append(_told(look, replace(found, device=before), None, before=before is not None))
            continue
        there[_moment(look)] = found.device
        verdict = _record(session, found.device, look, judging)
        recorded.append((found.device, look.observation))
        looks.append(_told(look, found, verdict, before=False))
    ledger.put(session, bundle, school.code, taker.name, recorded, judging.now)
    for site_id in sorted({devices.at_work(session, d.device_id).site_id for d, _ in recorded}):
        judge_site(session, site_id, judging.editions, judging.now)
    ordered = tuple(sorted(looks, key=lambda look: look.number))
    kept = _keep(session, bundle, school, key, taker, ordered, judging.now)
    return Taken(bundle, school.name, since, ordered, tuple(known), changed=kept or bool(recorded) or since is None)


def _check_times(bundle: Bundle, judging: Judging) -> None:
    """Raises BundleError for a look that was later than now, or so long ago that its clock must be wrong."""
    for look in bundle.looks:
        for at in moments(look.observation):
            said = {"number": look.number, "at": f"{at.astimezone(judging.zone):%H:%M %d/%m/%Y}"}
            if at > judging.now + AHEAD:
                raise BundleError("ahead", **said)
            if at < judging.now - OLDEST:
                raise BundleError("past", days=OLDEST.days, **said)


def _confirmed(session: Session, bundle: Bundle, taker: Taker, now: datetime) -> LaptopKey:
    """The key of the laptop, trusted from now on, as its fingerprint was read there. Raises BundleError."""
    if taker.confirmed is not None and _bare(taker.confirmed) != _bare(bundle.fingerprint):
        raise BundleError("key_not_confirmed")
    key = LaptopKey(account_id=taker.account_id, public=bundle.heading.key, fingerprint=bundle.fingerprint, since=now)
    session.add(key)
    session.flush()
    return key


def _bare(fingerprint: str) -> str:
    return "".join(sign for sign in fingerprint.upper() if sign.isalnum())


def _matched(look: PackedLook, known: Iterable[Registered], chosen: Mapping[int, str]) -> Matched:
    """The device that a person chose, else the one that the look itself tells. Raises BundleError."""
    proposed = match(look, tuple(known))
    code = chosen.get(look.number)
    if code is None or (proposed.device is not None and code == proposed.device.code):
        return proposed
    if not code:
        return Matched(None, "")
    device = next((each for each in known if each.code == code), None)
    if device is None:
        raise BundleError("no_such_device", number=look.number, device=code[:50])
    return matched(look, device, "person")


def _moment(look: PackedLook) -> datetime:
    """When the look began, as exactly as a ledger keeps it."""
    at = look.observation.observed_at
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _record(session: Session, device: Registered, look: PackedLook, judging: Judging) -> Verdict:
    """The verdict of the device, with this look recorded. Raises BundleError for values that cannot be kept."""
    at_work = devices.at_work(session, device.device_id)
    kept = observations.remembered(at_work, {})
    seen = replace(brought(look.observation), target=str(device.device_id), remembered=kept)
    try:
        made = record(
            session, device.device_id, seen, judging.editions, judging.now, judging.sun_up, judging.zone, accepts=False
        )
    except DBAPIError as error:
        if isinstance(error, DataError | IntegrityError):
            raise BundleError("strange", number=look.number) from error
        raise
    except Exception as error:
        _log.exception("Look %d of a bundle cannot be recorded", look.number)
        raise BundleError("strange", number=look.number) from error
    return made.verdict


def _told(look: PackedLook, found: Matched, verdict: Verdict | None, *, before: bool) -> LookTaken:
    said = look.observation.device.identity
    unit = [said.manufacturer, said.model, said.serial, said.mac] if said else []
    return LookTaken(
        number=look.number,
        at=look.observation.observed_at,
        address=look.address.text(),
        unit=", ".join(part for part in unit if part),
        named=look.device,
        device=found.device.code if found.device else "",
        by=found.by,
        before=before,
        another=found.another,
        answered=answered(look.observation),
        verdict=verdict,
    )


def _keep(
    session: Session,
    bundle: Bundle,
    school: School,
    key: LaptopKey,
    taker: Taker,
    looks: tuple[LookTaken, ...],
    now: datetime,
) -> bool:
    """That the bundle was taken is written down, once, with how many of its looks have a device; False where all of
    that stood there.
    """
    taken, row = sum(bool(look.device) for look in looks), store.by_sha256(session, bundle.sha256)
    if row is not None and row.taken >= taken:
        return False
    row = row or BundleRecord(
        sha256=bundle.sha256,
        school_id=school.id or 0,
        key_id=key.id or 0,
        by=taker.name,
        at=now,
        made_at=bundle.made_at,
        made_by=bundle.heading.made_by,
        looks=len(looks),
        taken=taken,
    )
    row.taken = taken
    session.add(row)
    session.flush()
    return True


def end_key(session: Session, account_id: int, number: int, now: datetime) -> bool:
    """This account answers for the laptop no more; False where it has none of this number."""
    key = store.key_by_id(session, account_id, number)
    if key is None:
        return False
    key.ended_at = now
    session.add(key)
    session.flush()
    return True
