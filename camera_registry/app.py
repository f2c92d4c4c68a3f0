"""The composition root: the only place that builds real things. Everything else receives them.

Strategy: what looks, plans and serves is imported where it is built: a command that lists waits for no video library.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from platformdirs import user_state_path
from sqlalchemy import Engine

from camera_registry import daylight, terms
from camera_registry.backups.making import before_upgrade
from camera_registry.config import Settings
from camera_registry.database import folder_of, is_made, open_database, reading, refuse_none, upgrade
from camera_registry.owning import refuse_as_root
from camera_registry.services import key_rotation
from camera_registry.services.edition_texts import resolve
from camera_registry.services.editions import InForce, Lately
from camera_registry.services.privacy import kept
from camera_registry.services.waivers import Desk, terms_of
from camera_registry.store import sealed
from camera_registry.store.places import Entry
from camera_registry.vault import KEY_VARIABLE, RenewedVault, Sealed, Vault, VaultError, open_vault_of
from probes.facts import Observation
from probes.interfaces import own_addresses
from probes.line import Room
from probes.outgoing import Networks
from probes.target import Target
from probes.visit import Learned, utc_now
from standards import Edition, in_light
from standards.planning.prices import PriceBook
from standards.planning.prices_load import load_prices

if TYPE_CHECKING:
    from fastapi import FastAPI

    from camera_registry.agents.at_site.kept import Kept
    from camera_registry.agents.at_site.running import Agent
    from camera_registry.agents.join import Join
    from camera_registry.agents.serving import AgentServer
    from camera_registry.sending.post import Rules
    from camera_registry.services.agents import Broker
    from camera_registry.services.discover import Place
    from camera_registry.services.inspect import Inspector
    from camera_registry.sweep.discovering import Discoverer
    from camera_registry.sweep.run import Look
    from camera_registry.sweep.source import Judging
    from camera_registry.sweep.worker import Worker
    from probes import key_frames
    from probes.discovery.found import Found
    from probes.discovery.plan import Plan
    from probes.discovery.scan import Progress
    from probes.image.decode import Looker


def state_folder(settings: Settings) -> Path:
    """The folder for what this user's commands remember."""
    return settings.state_folder or user_state_path("camera-registry")


def outgoing(settings: Settings) -> Networks:
    """Where may be connected to by these settings, as this machine's addresses are now; without networks of a site."""
    return Networks(refused=(*settings.outgoing.refused, *own_addresses()), loopback=settings.outgoing.loopback)


def entry(settings: Settings) -> Entry:
    """When a failure enters the official list, by these settings."""
    return Entry(settings.standard.nights, settings.standard.replace_seen_on_site)


def sun_up(settings: Settings) -> daylight.SunUp:
    """Whether the sun was up at a moment and place, by these settings."""
    light = settings.light
    return daylight.always if light.sun == "always" else daylight.by_position(light.latitude, light.longitude)


@asynccontextmanager
async def inspector(settings: Settings, sample_s: float | None = None) -> AsyncIterator[Inspector]:
    """An inspector; the process that looks at pictures is stopped on leaving."""
    from camera_registry.services.inspect import Inspector
    from camera_registry.store.login_memory import LoginMemory

    looker = _looker(settings)
    try:
        yield Inspector(LoginMemory(state_folder(settings)), looker, utc_now, terms.limits(settings, sample_s))
    finally:
        if looker is not None:
            await looker.aclose()


def _looker(settings: Settings) -> Looker | None:
    from probes.image.decode import Looker

    probe = settings.probe
    return Looker(spawn=True if probe.picture_child == "spawn" else None) if probe.picture else None


@contextmanager
def registry(settings: Settings, *, rehearsal: bool = False) -> Iterator[Engine]:
    """The database of these settings, brought to the version of this program after a backup. Raises
    DatabaseUnusableError, BackupError, and OwnedByAnotherError for root where it is another user's.

    For a rehearsal of a registry that is not there yet, an empty one in memory stands in.
    """
    engine = open_database(settings.registry.database)
    refuse_as_root(places_of(settings, engine))
    if rehearsal and not is_made(engine):
        engine.dispose()
        engine = open_database("sqlite://")
    try:
        upgrade(engine, before_upgrade(settings, utc_now))
        yield engine
    finally:
        engine.dispose()


@contextmanager
def existing(settings: Settings) -> Iterator[Engine]:
    """The same, of a registry that is there: who stands in the wrong folder is told, and gets no empty one.
    Raises DatabaseUnusableError, BackupError, OwnedByAnotherError.
    """
    refuse_none(settings.registry.database)
    with registry(settings) as engine:
        yield engine


def places_of(settings: Settings, engine: Engine) -> list[Path]:
    """Where a registry keeps what is private: its key, and its database where that is a file."""
    folder = folder_of(engine)
    return [settings.registry.key_file, *([] if folder is None else [folder])]


def edition(settings: Settings, name: str | None) -> Edition:
    """The edition of this name, or the one that decides: of the registry, where there is one. Raises EditionError,
    DatabaseUnusableError.
    """
    there = open_database(settings.registry.database)
    try:
        made = is_made(there)
    finally:
        there.dispose()
    if not made:
        return resolve(None, name or settings.standard.decides)
    with registry(settings) as engine, reading(engine) as session:
        return resolve(session, name or settings.standard.decides)


@asynccontextmanager
async def worker(settings: Settings, engine: Engine, sweep_id: int | None = None) -> AsyncIterator[Worker]:
    """A worker of this registry (for one sweep, or for all); the process that looks at pictures is stopped on leaving.

    Raises VaultError, EditionError.
    """
    from camera_registry.sweep.worker import Pace, Worker

    knows = judging(settings, engine, lambda: outgoing(settings))
    sweep = settings.sweep
    pace = Pace(sweep.at_once, sweep.light_at_once, sweep.site_at_once, sweep.lease_s, terms.budget(settings))
    async with _looking(settings) as look:
        yield Worker(engine, look, knows, pace, utc_now, sweep_id)


@asynccontextmanager
async def agent(settings: Settings, join: Join, folder: Kept) -> AsyncIterator[Agent]:
    """An agent that is set up by `join`, with what it keeps in `folder`; the process that looks at pictures is stopped
    on leaving. It knows no registry. Raises JoinError.
    """
    from importlib.metadata import version

    from camera_registry.agents import bus, subjects
    from camera_registry.agents.at_site.running import Agent, Setup
    from camera_registry.agents.join import trusting

    way = bus.Way(join.server, join.seed, subjects.inbox(join.agent), trusting(join.ca), join.agent)
    async with _looking(settings) as look:
        made_of = Setup(join, lambda: bus.connected(way), look, version("camera-registry"), utc_now, own_addresses)
        yield Agent(made_of, folder)


@asynccontextmanager
async def _looking(settings: Settings) -> AsyncIterator[Look]:
    """How a worker looks at a device; the process that looks at pictures is stopped on leaving."""
    from probes import run
    from probes.onvif.client import warm_up

    looker = _looker(settings)
    await asyncio.to_thread(warm_up)

    async def look(
        target: Target, learned: Learned, line: Room | None = None, progress: key_frames.Progress | None = None
    ) -> Observation:
        return await run.look(target, looker, progress, learned, line)

    try:
        yield look
    finally:
        if looker is not None:
            await looker.aclose()


def judging(settings: Settings, engine: Engine, where: Callable[[], Networks]) -> Judging:
    """What whoever looks needs to ask and to judge; `where` may be connected to. Raises VaultError, EditionError."""
    from camera_registry.services.targets import Asking
    from camera_registry.sweep.source import Judging

    editions = Lately(InForce(engine, settings.standard), time.monotonic)
    editions()
    opener = RenewedVault(lambda: vault(settings, engine))
    probe, after = settings.probe, settings.sweep.again_after_s
    thrifty = replace(terms.limits(settings), picture_nights=probe.picture_nights, ask_nights=probe.ask_nights)
    asking = Asking(opener, editions, thrifty, where)
    again = timedelta(seconds=after) if after else None
    return Judging(asking, editions, sun_up(settings), ZoneInfo(settings.zone), again)


def agent_server(settings: Settings, engine: Engine) -> AgentServer:
    """What gives out orders to agents and takes results. Raises VaultError, EditionError, and ToldError."""
    from camera_registry.agents import built

    at_schools = Networks(refused=settings.outgoing.refused, loopback=settings.outgoing.loopback)
    opener = RenewedVault(lambda: vault(settings, engine))
    return built.server(settings, engine, judging(settings, engine, lambda: at_schools), opener)


def broker(settings: Settings) -> Broker | None:
    """The broker that agents join; None where there is none. Raises ConfigError."""
    from camera_registry.agents import built

    return built.broker(settings)


def discovery_plan(settings: Settings, where: Place, answer_s: float | None = None) -> Plan:
    """What a discovery at this place may ask and may cost, by these settings; `answer_s` goes over theirs."""
    from probes.discovery.plan import Plan
    from probes.discovery.ranges import addresses

    known = settings.discovery
    return Plan(
        addresses(where.networks),
        where.networks,
        replace(outgoing(settings), allowed=tuple(map(str, where.networks))),
        known.ports,
        known.answer_s if answer_s is None else answer_s,
        known.at_once,
        known.per_second,
        where.ports,
    )


def discoverer(settings: Settings, engine: Engine) -> Discoverer:
    """What does the discoveries that people ask for in this registry."""
    from camera_registry.sweep.discovering import Discoverer
    from probes.discovery.scan import scan

    def discover(where: Place, progress: Progress) -> Awaitable[Sequence[Found]]:
        return scan(discovery_plan(settings, where), progress)

    return Discoverer(engine, discover, lambda: outgoing(settings), utc_now)


@contextmanager
def timetable(settings: Settings, engine: Engine, editions: InForce) -> Iterator[None]:
    """What is due is planned, now and every minute while the block goes on: a night that could not be planned at its
    beginning (the database was held, no device was there, the clock was set) is planned as soon as it can be. What is
    older than it is kept is deleted at the beginning and every night; the numbers of the day are written then.
    """
    from apscheduler.schedulers.background import BackgroundScheduler

    from camera_registry.services.day_sums import DaySums
    from camera_registry.services.keeping import Keeper
    from camera_registry.services.rejudge import Rejudging
    from camera_registry.sweep.schedule import Planner

    zone = ZoneInfo(settings.zone)
    edition = editions().decides
    table, how = terms.planning(settings, edition)
    planner = Planner(engine, table, in_light(edition), utc_now, how)
    scheduler = BackgroundScheduler(timezone=zone, job_defaults={"coalesce": True, "misfire_grace_time": None})
    scheduler.add_job(planner.plan)
    scheduler.add_job(planner.plan, "interval", minutes=1)
    again = Rejudging(engine, editions, sun_up(settings), utc_now, zone)
    scheduler.add_job(again.when_another_is_in_force)
    scheduler.add_job(again.when_another_is_in_force, "interval", minutes=1)
    keeper = Keeper(engine, settings.keep, utc_now)
    scheduler.add_job(keeper.tidy)
    scheduler.add_job(keeper.tidy, "cron", hour=5, minute=15)  # when the night is over and lessons have not begun
    day_sums = DaySums(engine, utc_now, zone)
    scheduler.add_job(day_sums.begin)
    scheduler.add_job(day_sums.write, "cron", hour=5, minute=15)
    for job, often in messaging(settings, engine, editions):
        scheduler.add_job(job, "interval", **often)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown()


def messaging(
    settings: Settings, engine: Engine, editions: InForce
) -> tuple[tuple[Callable[[], object], dict[str, int]], ...]:
    """What messages are made and sent by, each with how often."""
    from camera_registry.sending.mail import Post
    from camera_registry.services.deliveries import Deliverer
    from camera_registry.services.digest_news import DigestNews
    from camera_registry.services.mailing import Mailing
    from camera_registry.services.noticing import Noticing

    terms = terms_of(settings.waiver)

    def desk() -> Desk:
        return Desk(utc_now(), terms, settings.zone, entry(settings))

    mail = Mailing(engine, settings.mail, Post(settings.mail).send, editions, desk, settings.language)
    posts = Deliverer(engine, lambda: vault(settings, engine), rules(settings), settings.webhooks, utc_now)
    news = DigestNews(engine, settings.mail.at, editions, desk)
    return (
        (Noticing(engine, utc_now).after_sweeps, {"seconds": 20}),
        (news.run, {"minutes": 1}),
        (mail.run, {"minutes": 1}),
        (posts.run, {"seconds": 10}),
    )


def rules(settings: Settings) -> Rules:
    """Where webhooks may be, by these settings."""
    from camera_registry.sending.post import Rules

    known = settings.webhooks
    return Rules(lambda: replace(outgoing(settings), loopback=known.loopback), known.http, known.timeout_s)


def vault(settings: Settings, engine: Engine) -> Vault:
    """The vault of this registry, tried on its newest sealed value; a change of the key that was cut off is put in
    order first. Raises VaultError for a missing or wrong key.

    To seal something, call it inside the writing transaction in which that is kept (see `services.key_rotation`).
    """
    key_file = settings.registry.key_file
    if KEY_VARIABLE not in os.environ:
        key_rotation.settle(engine, key_file)
    try:
        return open_vault_of(_newest_sealed(engine), key_file, os.environ)
    except VaultError:  # a change of the key may have ended between the look at the value and that at the key
        return open_vault_of(_newest_sealed(engine), key_file, os.environ)


def _newest_sealed(engine: Engine) -> Sealed | None:
    with reading(engine) as session:
        return sealed.newest(session)


def prices(settings: Settings) -> PriceBook | None:
    """The price book of these settings; None when none is named. Raises PriceError."""
    return load_prices(settings.plan.prices) if settings.plan.prices else None


def pages(settings: Settings, engine: Engine, editions: InForce) -> FastAPI:
    """The web application over this registry; the vault is opened when a password is saved, not before."""
    from camera_registry.watching.machine import Machine
    from camera_registry.web.application import STATIC, application
    from camera_registry.web.parts import Parts, Tiles

    least = settings.watch.least_disk_mb * 1_000_000
    opened, backups = partial(vault, settings, engine), settings.backup.folder
    machine = Machine(engine, state_folder(settings), STATIC / "vendor", opened, least, backups)
    return application(
        Parts(
            engine=engine,
            editions=editions,
            vault=opened,
            now=utc_now,
            language=settings.language,
            zone=ZoneInfo(settings.zone),
            hosts=settings.web.hosts,
            sun_up=sun_up(settings),
            terms=terms_of(settings.waiver),
            prices=prices(settings),
            entry=entry(settings),
            access=terms.signing_in(settings),
            https=settings.web.https,
            tiles=Tiles(settings.map.tiles, settings.map.attribution),
            kept=kept(settings),
            outgoing=lambda: outgoing(settings),
            import_passwords=settings.imports.passwords,
            posting=rules(settings),
            mail=bool(settings.mail.host),
            mail_at=settings.mail.at,
            machine=machine,
            broker=broker(settings),
        )
    )
