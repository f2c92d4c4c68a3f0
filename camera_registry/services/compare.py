"""Compare: the stored facts of many devices judged by two editions, without touching any camera (the what-if).

Strategy: a few hundred devices at a time, whole schools together, go to one of two processes, each with its own reading
session; what comes back are counts and the cameras whose verdict is another one. So memory does not grow with the
registry. Facts, register and answers are those by which the registry itself judges (`judging`). What either side costs
is the bill of the offered cameras of public schools; parts that a site shares are paid once there. A camera that is
registered itself and seen through a recorder is one, as in every other number: at the recorder's channel, offered when
either says so, with the worse verdict of what is known of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import groupby
from multiprocessing import get_context

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry.collector import look_seldom
from camera_registry.database import open_database, reading
from camera_registry.daylight import SunUp
from camera_registry.services.days import ZONE, day_of
from camera_registry.services.edition_texts import resolve
from camera_registry.services.fleet import supplier
from camera_registry.services.judging import Case, cases
from camera_registry.store import compared
from camera_registry.store.compared import Place
from camera_registry.store.totals import WORTH
from standards import Edition, Finding, Verdict, by_channel, evaluate
from standards.compare import Flip, flip
from standards.planning.costs import Camera, Cost, Entry, Unit, cost_of, needs_of
from standards.planning.prices import PriceBook

CHUNK = 250
PROCESSES = 2
OFFERED = "offered"
SIDES = (0, 1)
"""By A, and by B."""


@dataclass(frozen=True)
class Asked:
    """Which editions (names as a person writes them), the registry, the time and the zone whose day it is, and where on
    earth the sun stood.
    """

    database: str = field(repr=False)  # a password may stand in it
    a: str
    b: str
    now: datetime
    sun_up: Callable[[], SunUp]
    book: PriceBook | None = None
    zone: tzinfo = ZONE


@dataclass(frozen=True)
class Bill:
    """VND with VAT, paid once and yearly; `unknown` cameras cost more than that, nobody knows how much."""

    once: int = 0
    yearly: int = 0
    unknown: int = 0

    @classmethod
    def of(cls, cost: Cost, unknown: int) -> Bill:
        """The sums of a cost."""
        return cls(cost.once.total, cost.yearly.total, unknown)

    def __add__(self, other: Bill) -> Bill:
        return Bill(self.once + other.once, self.yearly + other.yearly, self.unknown + other.unknown)


@dataclass(frozen=True)
class Flipped:
    """A camera with its public keys whose verdict is another one by B; `bills`: what it costs by A and by B, as if it
    shared nothing.
    """

    district: str
    district_name: str
    school: str
    device: str
    channel: int
    scope: str
    flip: Flip
    bills: tuple[Bill, Bill]


@dataclass(frozen=True)
class Part:
    """What came of some devices: how many cameras have which verdict by A and by B, all and offered; who flips; what
    the offered cameras of public schools cost by A and by B.
    """

    devices: int = 0
    every: Counter[tuple[str, str]] = field(default_factory=Counter)
    offered: Counter[tuple[str, str]] = field(default_factory=Counter)
    flipped: tuple[Flipped, ...] = ()
    bills: tuple[Bill, Bill] = (Bill(), Bill())

    def __add__(self, other: Part) -> Part:
        """Both, without the cameras: there may be many."""
        first, second = (mine + its for mine, its in zip(self.bills, other.bills, strict=True))
        every, offered = self.every + other.every, self.offered + other.offered
        return Part(self.devices + other.devices, every, offered, (), (first, second))


def devices_of(engine: Engine, district: str | None, school: str | None) -> list[tuple[int, int]]:
    """School and id of the devices to be compared, those of one school together."""
    with reading(engine) as session:
        return compared.device_ids(session, district, school)


def compare(asked: Asked, devices: Sequence[tuple[int, int]], processes: int = PROCESSES) -> Iterator[Part]:
    """The devices judged by both editions, part by part, in their order. Raises EditionError and
    DatabaseUnusableError, as the processes do.
    """
    chunks = list(_chunks(devices))
    if processes == 1 or len(chunks) < 2:
        worker = _Worker(asked)
        try:
            yield from map(worker.part, chunks)
        finally:
            worker.close()
        return
    with get_context("spawn").Pool(processes, _begin, (asked,)) as pool:
        yield from pool.imap(_part, chunks)


def _chunks(devices: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Device ids, a few hundred at a time; a school is never in two of them."""
    chunk: list[int] = []
    for _, school in groupby(devices, key=lambda device: device[0]):
        chunk += [device_id for _, device_id in school]
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class _Worker:
    """Judges parts; what it needs for all of them is made once."""

    def __init__(self, asked: Asked) -> None:
        self._engine = open_database(asked.database)
        self._now = asked.now
        self._today = day_of(asked.now, asked.zone)
        self._sun_up = asked.sun_up()
        self._book = asked.book
        with reading(self._engine) as session:
            self._a, self._b = (resolve(session, name) for name in (asked.a, asked.b))

    def close(self) -> None:
        """Its connections are closed."""
        self._engine.dispose()

    def part(self, device_ids: Sequence[int]) -> Part:
        """These devices by both editions."""
        every: Counter[tuple[str, str]] = Counter()
        offered: Counter[tuple[str, str]] = Counter()
        flipped: list[Flipped] = []
        paid: list[_Camera] = []
        with reading(self._engine) as session:
            for camera in self._cameras(session, device_ids):
                a, b = (camera.verdict(side).name for side in SIDES)
                every[a, b] += 1
                if camera.offered:
                    offered[a, b] += 1
                    paid += [] if camera.home.place.private else [camera]
                if a != b:
                    flipped.append(camera.flipped(self._book))
        first, second = (self._bill([camera.costed(side) for camera in paid]) for side in SIDES)
        return Part(len(device_ids), every, offered, tuple(flipped), (first, second))

    def _cameras(self, session: Session, device_ids: Sequence[int]) -> Iterator[_Camera]:
        """The cameras of these devices, each once; where it is registered itself and seen through a recorder, the
        recorder's channel stands first. Only such channels are kept until all are judged: findings are large.
        """
        places = compared.channels(session, device_ids)
        recorded = {place.recorded_as for place in places.values()}
        kept: dict[int, list[_Channel]] = {}
        for case in cases(session, device_ids, self._sun_up):
            for channel_id, one in self._of(case, places):
                if one.place.recorded_as is not None:
                    kept.setdefault(one.place.recorded_as, []).append(one)
                elif channel_id in recorded:
                    kept.setdefault(channel_id, []).insert(0, one)
                else:
                    yield _Camera((one,))
        yield from (_Camera(tuple(channels)) for channels in kept.values())

    def _of(self, case: Case, places: Mapping[tuple[int, int], Place]) -> Iterator[tuple[int, _Channel]]:
        made = [self._findings(case, edition) for edition in (self._a, self._b)]
        first, second = (case.verdicts(findings) for findings in made)
        seen_as = {channel.id: index for index, channel in case.known.items()}
        counts_by_a, counts_by_b = (by_channel(findings) for findings in made)
        for channel in case.registered:
            seen, place = seen_as.get(channel.id, -1), places[case.device_id, channel.index]
            verdicts = first[channel.index], second[channel.index]
            findings = counts_by_a(seen), counts_by_b(seen)
            yield channel.id or 0, _Channel(place, channel.index, verdicts, findings, supplier(place, self._today))

    def _findings(self, case: Case, edition: Edition) -> tuple[Finding, ...]:
        return evaluate(edition, case.sheet, case.register, case.answers, self._now)

    def _bill(self, cameras: Sequence[Camera]) -> Bill:
        cost = cost_of(cameras, self._book)
        return Bill.of(cost, sum(not cost_of((camera,), self._book).known for camera in cameras if not camera.ready))


@dataclass(frozen=True)
class _Channel:
    """One registered channel with its verdicts by A and by B, and the findings that count for it."""

    place: Place
    index: int
    verdicts: tuple[Verdict, Verdict]
    findings: tuple[tuple[Finding, ...], tuple[Finding, ...]]
    supplier: str | None

    def entry(self, side: int) -> Entry:
        """What fails here by one side."""
        place, device = self.place, f"{self.place.school}/{self.place.device}"
        unit = Unit(f"{device}/{self.index}", device, place.kind, str(place.site), place.outdoor, self.supplier)
        return Entry(unit, needs_of(self.findings[side]))


@dataclass(frozen=True)
class _Camera:
    """One camera, wherever it is registered: it counts where it is registered first."""

    channels: tuple[_Channel, ...]

    @property
    def home(self) -> _Channel:
        """Where it counts."""
        return self.channels[0]

    @property
    def offered(self) -> bool:
        """True when it is offered for connection anywhere."""
        return any(channel.place.scope == OFFERED for channel in self.channels)

    def verdict(self, side: int) -> Verdict:
        """The worse of what is known of it, by one side."""
        return max((channel.verdicts[side] for channel in self.channels), key=lambda verdict: WORTH[verdict.name])

    def costed(self, side: int) -> Camera:
        """The camera as costs see it, by one side."""
        entries = tuple(channel.entry(side) for channel in self.channels)
        judged = self.verdict(side).name != "unverified"
        return Camera(entries[0].unit.key, self.home.place.school, entries, judged=judged)

    def flipped(self, book: PriceBook | None) -> Flipped:
        """What became of it, and why."""
        first, second = (cost_of((self.costed(side),), book) for side in SIDES)
        place, scope = self.home.place, OFFERED if self.offered else self.home.place.scope
        turned = flip(self.verdict(0), self.verdict(1), (channel.findings for channel in self.channels))
        bills = Bill.of(first, not first.known), Bill.of(second, not second.known)
        keys = place.district, place.district_name, place.school, place.device, self.home.index, scope
        return Flipped(*keys, turned, bills)


_worker: _Worker | None = None


def _begin(asked: Asked) -> None:
    """A process begins."""
    global _worker
    _worker = _Worker(asked)
    look_seldom()


def _part(device_ids: Sequence[int]) -> Part:
    if _worker is None:
        raise RuntimeError("this process was not begun with _begin")
    return _worker.part(device_ids)
