"""The states of the handover: cameras are proposed here, and the rest is read back from what the centre sends.

A camera goes from proposed to accepted to connected, or is returned with a reason; one that was returned may be
proposed again. The edge commits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlmodel import Session

from camera_registry.services.handover_files import Seen
from camera_registry.services.handover_read import Line
from camera_registry.store import handover as store
from camera_registry.store import webhooks
from camera_registry.store.handover import Put, State, Wanted

Kind = Literal["changes", "same", "unknown", "conflict", "mistake", "unsaid"]
KINDS: tuple[Kind, ...] = ("changes", "conflict", "unknown", "mistake", "same", "unsaid")
FOLLOW: dict[str, tuple[State, ...]] = {
    "": (),
    "proposed": ("accepted", "connected", "returned"),
    "accepted": ("connected", "returned"),
    "connected": ("returned",),
    "returned": (),
}
"""Which states the centre may say next; a camera that was not proposed, or was returned, is proposed here first."""
Addresses = Mapping[str, Mapping[int, tuple[str, str]]]
"""The cameras with each address of a stream, with the codes of school and device."""
Known = Mapping[tuple[str, str, int], tuple[int, int]]
"""Camera and school by the codes of school and device and the index of the channel."""
MOST_TOLD = 500
"""So many cameras a message names; it says how many there are."""
Why = Literal["", "not_here", "shared", "no_index", "twice", "not_proposed", "returned", "backwards", "no_reason",
              "too_early", "future"]  # fmt: skip


@dataclass(frozen=True)
class Matched:
    """A row of the centre's file beside what is known: `kind` says what it comes to, `why` what is wrong with it.
    `before` is the state of now; `day` that from which the new one counts.
    """

    line: Line
    kind: Kind
    camera: int | None = None
    school_id: int | None = None
    before: str = ""
    day: date | None = None
    why: str = ""

    @property
    def seen(self) -> Seen:
        """What was looked at, when this is shown."""
        return self.camera, self.kind, self.before


def propose(session: Session, cameras: Collection[int], by: str, now: datetime, today: date) -> list[int]:
    """Those of these cameras that are ready, and not with the centre already, are proposed from `today`; which."""
    known, ready = store.now(session, cameras), store.ready(session, cameras)
    free = [c for c in sorted(ready) if c not in known or known[c].state == "returned"]
    places = {row.camera: row.school_id for part in _parts(free) for row in store.of_ids(session, part)}
    store.put_many(session, [Put(camera, places[camera], "proposed", today) for camera in free], by, now)
    _tell(session, dict.fromkeys(free, "proposed"), now)
    return free


def propose_all(session: Session, wanted: Wanted, by: str, now: datetime, today: date) -> list[int]:
    """All cameras of the place that are ready and were never proposed are; which."""
    new = Wanted(district=wanted.district, school=wanted.school, state="new")
    return propose(session, store.ids(session, new, every=True), by, now, today)


def match(session: Session, lines: Iterable[Line], addresses: Addresses, today: date) -> list[Matched]:
    """What each row of the file comes to; nothing is written. `addresses`: the cameras at each address of a stream."""
    lines = list(lines)
    known = store.cameras_at(session, [line.school for line in lines if line.school])
    schools = dict(known.values())
    named = _named(lines, known, addresses)
    found = [camera for camera, _ in named]
    cameras = {camera for camera in found if camera is not None}
    now = store.now(session, cameras)
    missing = [c for c in cameras if c not in schools]
    schools |= {row.camera: row.school_id for part in _parts(missing) for row in store.of_ids(session, part)}
    times: dict[int, set[str]] = {}
    for line, camera in zip(lines, found, strict=True):
        if camera is not None and line.state:
            times.setdefault(camera, set()).add(line.state)
    made = []
    for line, (camera, unclear) in zip(lines, named, strict=True):
        before = now.get(camera) if camera is not None else None
        state, day = (before.state, before.day) if before else ("", None)
        kind, why = _kind(line, camera, state, day, today, times.get(camera or 0, set()))
        if unclear and not line.mistake:
            kind, why = ("unknown" if unclear == "not_here" else "mistake"), unclear
        told = line.day if line.day is not None and line.day != day else None
        made.append(Matched(line, kind, camera, schools.get(camera or 0), state, told or today, why))
    return _once(made)


def apart(rows: Iterable[Matched], seen: Mapping[int, Seen]) -> tuple[list[Matched], list[Matched]]:
    """The rows that stand as they were seen, and those that are, or were, to be written and came to something else."""
    same, other = [], []
    for at, row in enumerate(rows):
        before = seen.get(at)
        if before == row.seen:
            same.append(row)
        elif "changes" in (row.kind, before[1] if before else ""):
            other.append(row)
    return same, other


def write(session: Session, rows: Iterable[Matched], by: str, now: datetime) -> list[Matched]:
    """What the rows say of cameras is kept, if these still stand as they did when it was looked at; which."""
    changing = [row for row in rows if row.kind == "changes" and row.camera is not None]
    before = store.now(session, [row.camera for row in changing if row.camera is not None])
    done: list[Matched] = []
    puts: list[Put] = []
    for row in changing:
        camera, stands = row.camera or 0, before.get(row.camera or 0)
        if (stands.state if stands else "") != row.before or row.day is None or not row.line.state:
            continue
        puts.append(Put(camera, row.school_id or 0, row.line.state, row.day, row.line.reason))
        done.append(row)
    store.put_many(session, puts, by, now)
    _tell(session, {row.camera or 0: row.line.state or "" for row in done}, now)
    return done


def _named(lines: list[Line], known: Known, addresses: Addresses) -> list[tuple[int | None, Why]]:
    """The camera that each row names, or why it names none."""
    devices: dict[tuple[str, str], set[int]] = {}
    for (school, device, _), (camera, _) in known.items():
        devices.setdefault((school, device), set()).add(camera)
    made: list[tuple[int | None, Why]] = []
    for line in lines:
        there = addresses.get(line.address, {})
        if line.mistake == "key":
            made.append((None, ""))
        elif line.index is not None:
            made.append(_only({known[key][0]} if (key := (line.school, line.device, line.index)) in known else set()))
        elif line.school and line.device:
            at = devices.get((line.school, line.device), set())
            made.append(_only(at if len(at) < 2 else at & there.keys() or at, "no_index"))
        else:
            made.append(_only(_at(line, there), "shared"))
    return made


def _at(line: Line, there: Mapping[int, tuple[str, str]]) -> set[int]:
    """The cameras at the address of a row that are of the school or device that it names. Where two are left it names
    neither: addresses of private networks are the same in many schools.
    """
    return {c for c, (school, device) in there.items() if line.school in ("", school) and line.device in ("", device)}


def _only(cameras: set[int], several: Why = "not_here") -> tuple[int | None, Why]:
    if len(cameras) == 1:
        return next(iter(cameras)), ""
    return None, several if cameras else "not_here"


def _tell(session: Session, states: Mapping[int, str], now: datetime) -> None:
    """Webhooks are told what changed, unit by unit."""
    units: dict[tuple[int, str], list[dict[str, str]]] = {}
    for camera, row in store.names(session, list(states)).items():
        key = f"{row.school_code}/{row.device}/{row.index}"
        units.setdefault((row.district_id, row.district_code), []).append({"camera": key, "state": states[camera]})
    for (number, code), cameras in units.items():
        body = {"district": code, "count": len(cameras), "cameras": cameras[:MOST_TOLD]}
        key = f"handover:{code}:{now.isoformat()}:{cameras[0]['camera']}:{cameras[0]['state']}"
        webhooks.tell(session, key, "handover_changed", body, now, district_id=number)


def _kind(line: Line, camera: int | None, state: str, since: date | None, today: date,
          said: set[str]) -> tuple[Kind, Why]:  # fmt: skip
    if line.mistake:
        return "mistake", ""
    if camera is None:
        return "unknown", "not_here"
    if not line.state:
        return "unsaid", ""
    if len(said) > 1:
        return "conflict", "twice"
    if line.state == state:
        return "same", ""
    why = _refused(line, state, since, today)
    return ("conflict", why) if why else ("changes", "")


def _refused(line: Line, state: str, since: date | None, today: date) -> Why:
    if line.state not in FOLLOW[state]:
        return "not_proposed" if not state else "returned" if state == "returned" else "backwards"
    if line.state == "returned" and not line.reason:
        return "no_reason"
    if line.day is not None and line.day > today:
        return "future"
    return "too_early" if line.day is not None and since is not None and line.day < since else ""


def _once(rows: list[Matched]) -> list[Matched]:
    """Of rows that say the same of one camera the first counts."""
    seen: set[int] = set()
    made = []
    for row in rows:
        again = row.kind == "changes" and row.camera in seen
        if row.kind == "changes" and row.camera is not None:
            seen.add(row.camera)
        made.append(Matched(row.line, "same", row.camera, row.school_id, row.before, row.day) if again else row)
    return made


def _parts(cameras: list[int]) -> list[list[int]]:
    return [cameras[at : at + 500] for at in range(0, len(cameras), 500)]
