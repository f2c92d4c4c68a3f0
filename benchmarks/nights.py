"""`make bench`: what a night in which nothing changed leaves in the database, and what it costs the worker.

Strategy: two registries, one of recorders with sixteen inputs and one of single cameras, with the faults of `city`. The
same devices are seen by day and then night after night, and by day again every ten days as light windows do it, through
all that a worker does with the registry (begin, finish with its judgement, the judgement of the site, the end of the
lease), and differ only as unchanged nights differ: times, rates, counts of packets, brightness. What the database has
grown by is counted whole, the looks by day with it, free pages left out, and split by table; half of the channels at
recorders and half single is the city. Exit status 1 when the city grows by more than was
promised.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
import time
import zlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

from benchmarks import city
from camera_registry import app
from camera_registry.config import Settings
from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.models import Channel, Device, District, School, Site
from camera_registry.services import sweeps as services
from camera_registry.services.editions import InForce, Lately
from camera_registry.services.targets import Asking
from camera_registry.store import credentials, observations, sweeps
from camera_registry.store.candidates import candidates
from camera_registry.sweep.source import Judging, RegistrySource
from camera_registry.sweep.writer import Writer
from camera_registry.vault import Vault
from probes.facts import Ledger
from probes.facts import Measured as MeasuredGroup
from probes.login import LoginState
from probes.outgoing import Networks
from probes.target import Limits, Remembered

CHANNELS = 960
NIGHTS = 24
SETTLED = 4
"""Nights after which growth is counted: the first ones write what stays."""
LIT_EVERY = 10
"""Nights from one look by day to the next: four days before the evidence would be too old."""
PROMISED_BYTES = 200
AT_A_SITE = {1: 8, 16: 2}
"""Inputs of a device -> how many such devices stand at a site."""
KNOWN_GOOD = LoginState("good", "good", "unknown")


@dataclass(frozen=True)
class Box:
    """A device as it stands there: its id, and what is seen of it while nothing changes, by day and by night."""

    id: int
    credential: str
    by_day: object
    by_night: object


def registered(engine, vault, inputs, channels, random):
    """The boxes of a registry that has been given so many channels."""
    boxes = []
    with writing(engine) as session:
        session.add(District(id=1, code="26740", name="UBND phường 1"))
        for number in range(1, channels // inputs + 1):
            place = (number - 1) // AT_A_SITE[inputs] + 1
            if session.get(School, place) is None:
                session.add(School(id=place, code=f"79{place:06}", name=f"Trường {place}", managed_by=1))
                session.flush()
                session.add(Site(id=place, school_id=place, uplink_mbps=50.0))
                session.flush()
            kind, host = ("nvr" if inputs > 1 else "ip_camera"), f"10.{place // 250}.{place % 250}.{number % 250}"
            session.add(Device(id=number, school_id=place, site_id=place, code=f"TB-{number}", kind=kind, host=host))
            session.flush()
            session.add_all(Channel(device_id=number, index=n, scope="offered") for n in range(1, inputs + 1))
            login = credentials.put(session, vault, number, "admin", "camera-2026", city.NIGHT)
            wrong = [
                {**city.GOOD, **random.choice(city.FAULTS)} if random.random() < 0.4 else city.GOOD
                for _ in range(inputs)
            ]
            seed = random.random()
            day, night = (city.look(Random(seed), wrong, city.NIGHT, light) for light in ("day", "night"))
            boxes.append(Box(number, credentials.name_of(login), *(_with_sub(seen) for seen in (day, night))))
    return boxes


def _with_sub(seen):
    """`seen`, with its sub streams measured, and at the rates it has in every night."""
    channels = []
    for channel in seen.channels:
        streams = [
            replace(s, measured=_of_sub(channel.streams[0].measured)) if s.id == "sub" else s for s in channel.streams
        ]
        channels.append(replace(channel, streams=tuple(streams)))
    return replace(seen, channels=tuple(channels))


def _of_sub(main):
    return main and replace(main, width=640, height=360, fps=15.0, fps_rtp=15.0, fps_wall=15.0, bitrate_kbps=480.0)


def seen(box, at, light, random):
    """What a look at the box at `at` saw: what it always sees, with times and numbers of its own."""
    kept = box.by_day if light == "day" else box.by_night
    channels = tuple(_seen_channel(c, at + timedelta(seconds=12 * n), random) for n, c in enumerate(kept.channels))
    pictures = {c.token: {"day-colour": {"at": at.isoformat(), "print": "3f" * 32}} for c in channels}
    return replace(
        kept,
        target=str(box.id),
        observed_at=at,
        device=_at(kept.device, at),
        channels=channels,
        remembered=Remembered(logins={box.credential: KNOWN_GOOD}, pictures=pictures),
        ledger=_ledger(len(channels), random),
    )  # fmt: skip


def _ledger(channels, random):
    """What a look costs a device with so many channels."""
    return Ledger(
        connections=2 + 2 * channels, logins=3, session_s=7.0 * channels + random.random(),
        bytes_in=int(random.uniform(3e6, 4e6)) * channels, bytes_out=random.randrange(9_000, 12_000),
    )  # fmt: skip


def _at(holder, at):
    """A device, channel or stream with all its groups of facts as of `at`."""
    groups = {name: replace(g, at=at) for name, g in vars(holder).items() if hasattr(g, "how")}
    return replace(holder, **groups)


def _seen_channel(channel, at, random):
    streams = []
    for stream in channel.streams:
        new = _at(stream, at)
        if new.measured is not None:
            new = replace(new, measured=_counted(new.measured, random))
        if new.image is not None:
            new = replace(new, image=replace(new.image, luma_mean=new.image.luma_mean + random.uniform(-2, 2),
                          sharpness=new.image.sharpness * random.uniform(0.98, 1.02)))  # fmt: skip
        streams.append(new)
    return replace(_at(channel, at), streams=tuple(streams))


def _counted(kept: MeasuredGroup, random):
    """The numbers of one stream, as they come out in another night."""
    near, fps = random.uniform(0.97, 1.03), kept.fps * random.uniform(0.995, 1.005)
    packets = int(kept.packets * near)
    return replace(
        kept, fps=fps, fps_rtp=fps, fps_wall=fps * random.uniform(0.99, 1.01), bitrate_kbps=kept.bitrate_kbps * near,
        keyframe_interval_s=kept.keyframe_interval_s * random.uniform(0.99, 1.01), seconds=random.uniform(4.1, 8.0),
        packets=packets, frames=int(kept.frames * near), bytes=packets * 1200, longest_gap_s=random.uniform(0.05, 0.09),
        first_packet_ms=random.uniform(120, 260), first_keyframe_ms=random.uniform(200, 400),
    )  # fmt: skip


class Night:
    """Plays the nights of one registry; `cpu` says what each step of the worker took, in seconds."""

    def __init__(self, engine, vault, boxes):
        self.engine, self.boxes, self.cpu = engine, {box.id: box for box in boxes}, Counter()
        settings = Settings()
        editions = Lately(InForce(engine, settings.standard), time.monotonic)
        asking = Asking(vault, editions, Limits(), Networks)
        self._judging = Judging(asking, editions, app.sun_up(settings))

    def play(self, number, random):
        """One look at every device: in that night, and for every tenth `number` by day before it."""
        begins = city.NIGHT + timedelta(days=number)
        if number % LIT_EVERY == 0:
            self._look(f"day {number}", begins - timedelta(hours=9), "day", random)
        if number:
            self._look(str(number), begins, "night", random)

    def _look(self, name, begins, light, random):
        moments = {id_: begins + timedelta(seconds=random.uniform(0, 7200)) for id_ in self.boxes}
        looks = {id_: seen(box, moments[id_], light, random) for id_, box in self.boxes.items()}
        with writing(self.engine) as session:
            sweep = services.nightly(session, name, begins, begins + timedelta(hours=7))
        asyncio.run(self._worked(sweep.id, looks, begins + timedelta(hours=2)))

    async def _worked(self, sweep_id, looks, now):
        writer = Writer(self.engine, every_s=0.01)
        writing_on = asyncio.create_task(writer.run())
        until = now + timedelta(hours=3)
        while leases := await writer.do(lambda s: self._claimed(s, sweep_id, now, until)):
            await self._at_sites(writer, leases, looks, now)
        writer.close()
        await writing_on

    @staticmethod
    def _claimed(session, sweep_id, now, until):
        found = (sweeps.claim(session, f"bench/{n}", now, until, sweep_id) for n in range(25))
        return [lease for lease in found if lease is not None]

    async def _at_sites(self, writer, leases, looks, now):
        sources = [RegistrySource(writer, lease, self._judging, lambda: now) for lease in leases]
        items = await asyncio.gather(*(source.items() for source in sources))
        each = [(source, item) for source, found in zip(sources, items, strict=True) for item in found]
        targets = await self._timed("begin", (source.begin(item) for source, item in each))
        pairs = [(one, looks[int(target.key)]) for one, target in zip(each, targets, strict=True)]
        await self._timed("finish", (source.finish(item, look) for (source, item), look in pairs))
        await self._timed("site", (source.judge_site() for source in sources))
        await self._timed("site", (writer.do(lambda s, at=at: sweeps.release(s, at, now)) for at in leases))

    async def _timed(self, step, work):
        began = time.process_time()
        done = await asyncio.gather(*work)
        self.cpu[step] += time.process_time() - began
        return done


def sizes(engine):
    """Bytes in use of the whole database, and of each of its tables and indexes."""
    with sqlite3.connect(engine.url.database) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page, pages, free = (
            plain.execute(f"PRAGMA {n}").fetchone()[0] for n in ("page_size", "page_count", "freelist_count")
        )
        split = Counter(dict(plain.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name")))
    return page * (pages - free), split


def yardstick(engine):
    """CPU seconds to unpack every stored sheet, take it apart as JSON and pack it again: the measure of the machine."""
    with reading(engine) as session:
        bodies = list(observations.bodies(session, [device.device_id for device in candidates(session)]).values())
    began = time.process_time()
    for body in bodies:
        zlib.compress(json.dumps(json.loads(zlib.decompress(body))).encode())
    return time.process_time() - began


def measured(inputs, channels, nights, folder):
    """Bytes a channel and night in all and by table; CPU ms a device by step; CPU ms a device of the yardstick."""
    engine, vault, random = open_database(f"sqlite:///{folder}/{inputs}.db"), Vault(b"k" * 32), Random(inputs)
    upgrade(engine)
    boxes = registered(engine, vault, inputs, channels, random)
    played = Night(engine, vault, boxes)
    before = None
    for number in range(nights + 1):
        played.play(number, random)
        if number == SETTLED:
            before, played.cpu = sizes(engine), Counter()
    after, counted = sizes(engine), len(boxes) * inputs * (nights - SETTLED)
    split = {name: (size - before[1][name]) / counted for name, size in after[1].items()}
    a_device = 1000 / (len(boxes) * (nights - SETTLED))
    cpu = {step: seconds * a_device for step, seconds in played.cpu.items()}
    engine.dispose()
    return (after[0] - before[0]) / counted, split, cpu, yardstick(engine) * 1000 / len(boxes)


def main():
    """Prints what a night leaves and costs; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=CHANNELS, help="of each of the two registries")
    parser.add_argument("--nights", type=int, default=NIGHTS)
    wanted = parser.parse_args()
    grown = {}
    for inputs, name in ((16, "recorders with 16 inputs"), (1, "single cameras")):
        with tempfile.TemporaryDirectory() as folder:
            grown[inputs], split, cpu, yard = measured(inputs, wanted.channels, wanted.nights, Path(folder))
        print(f"{wanted.channels} channels of {name}, {wanted.nights} nights; counted from the {SETTLED}th on")
        print(f"  {grown[inputs]:7.1f} bytes a channel and night")
        for table, size in sorted(split.items(), key=lambda pair: -pair[1]):
            if size > 0:
                print(f"  {size:7.1f}   {table}")
        whole = sum(cpu.values())
        steps = ", ".join(f"{step} {ms:.2f}" for step, ms in cpu.items())
        print(f"  CPU {whole:.2f} ms a device, {whole / inputs:.2f} ms a channel ({steps})")
        print(f"  {whole / yard:.1f} times unpacking and packing its sheet once ({yard:.2f} ms)")
    city_grows = sum(grown.values()) / len(grown)
    print(f"half at recorders, half single: {city_grows:.1f} bytes a channel and night; promised {PROMISED_BYTES}")
    return 1 if city_grows > PROMISED_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
