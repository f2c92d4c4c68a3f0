"""What the pages are made of: everything they use is handed to them here.

Strategy: a page reads and writes the registry through `reading` and `writing`, which belong to the viewer of the
request and show no row of another school; `signing_in` is for the pages on which nobody is known yet, and for nothing
else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry import database
from camera_registry.access.viewer import Viewer, current
from camera_registry.audit.doing import Actor, Doing, Plain
from camera_registry.audit.words import SUBJECTS
from camera_registry.daylight import SunUp
from camera_registry.sending.post import Rules
from camera_registry.services import signing_in
from camera_registry.services.agents import Broker
from camera_registry.services.audit import recorded
from camera_registry.services.by_hand import Hand
from camera_registry.services.handover_files import StatesFiles
from camera_registry.services.import_run import Office
from camera_registry.services.privacy import Kept
from camera_registry.services.uploads import Uploads
from camera_registry.services.waivers import Desk
from camera_registry.store.places import USUAL, Entry
from camera_registry.store.rows import limit
from camera_registry.vault import Vault
from camera_registry.watching.machine import Machine
from camera_registry.watching.requests import Requests
from probes.outgoing import PRIVATE_ONLY, Networks
from standards import Edition, Editions
from standards.planning.prices import PriceBook
from standards.waiving.waivers import Terms


@dataclass(frozen=True)
class Tiles:
    """Where the pictures behind the map come from: an address with {z}, {x}, {y}, or empty; and who is named."""

    address: str = ""
    attribution: str = ""

    @property
    def origin(self) -> str:
        """Scheme, host and port of the address; empty without one."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}" if self.address else ""


@dataclass(frozen=True)
class Parts:
    """The registry, the editions in force, and how things are shown.

    `vault` opens the vault, inside the transaction in which a password is sealed, and raises VaultError when it cannot;
    `now` is the clock; `hosts` are the names under which the pages may be asked for; `sun_up` tells day from night at a
    site; `terms` are those of waivers; without `prices` no cost is known; `entry` says when a failure enters the
    official list. `access` are the terms of signing in; `tiles` are those of the map; `https`: the pages are behind
    TLS. `kept` says what is kept, where and for how long; `outgoing` where devices may be connected to, whatever the
    site. `import_passwords`: a column of passwords of an imported list is read; `uploads` are the lists that were sent
    in and not imported yet, `states_files` those of the operations centre that were not written yet. `posting` says
    where webhooks may be; `mail`: there is a server that e-mail is handed to; `mail_at`: the hour
    of digests; `listens_s`: after so many seconds a stream of events ends, and the browser comes again. `requests` are
    counted there; `machine` is what stands around, where that is known; `broker` is the one that agents at schools
    join, where there is one.
    """

    engine: Engine
    editions: Callable[[], Editions]
    vault: Callable[[], Vault]
    now: Callable[[], datetime]
    language: str
    zone: ZoneInfo
    hosts: tuple[str, ...]
    sun_up: SunUp
    terms: Terms = field(default_factory=Terms)
    prices: PriceBook | None = None
    entry: Entry = USUAL
    access: signing_in.Terms = field(default_factory=signing_in.Terms)
    https: bool = False
    tiles: Tiles = field(default_factory=lambda: Tiles())
    kept: tuple[Kept, ...] = ()
    outgoing: Callable[[], Networks] = lambda: PRIVATE_ONLY
    import_passwords: bool = False
    uploads: Uploads = field(default_factory=Uploads)
    states_files: StatesFiles = field(default_factory=StatesFiles)
    posting: Rules = field(default_factory=lambda: Rules(lambda: PRIVATE_ONLY))
    mail: bool = False
    mail_at: str = "07:30"
    listens_s: float = 240.0
    requests: Requests = field(default_factory=Requests)
    machine: Machine | None = None
    broker: Broker | None = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that reads what the viewer of this request sees. Raises NoViewerError, DatabaseUnusableError."""
        viewer = current()
        with database.reading(self.engine) as session:
            limit(session, viewer)
            yield session

    @contextmanager
    def rehearsing(self) -> Iterator[Session]:
        """A session that changes what the viewer of this request sees, and of which nothing stays. Raises
        NoViewerError, DatabaseUnusableError.
        """
        viewer = current()
        with database.rehearsing(self.engine) as session:
            limit(session, viewer)
            yield session

    @contextmanager
    def writing(self, action: str, **said: Plain) -> Iterator[Session]:
        """A session that changes what the viewer of this request sees, with the entry of the audit log that tells of
        it: `action`, and its subject and details. Raises NoViewerError, DatabaseUnusableError.
        """
        viewer = current()
        subject = {name: value for name, value in said.items() if name in SUBJECTS}
        details = {name: value for name, value in said.items() if name not in SUBJECTS}
        doing = Doing(actor_of(viewer), action, subject, details)
        with recorded(self.engine, doing, self.now()) as session:
            limit(session, viewer)
            yield session

    def signing_in(self) -> AbstractContextManager[Session]:
        """A session for the pages on which a person signs in. Raises DatabaseUnusableError."""
        return database.writing(self.engine)

    def signing_in_reading(self) -> AbstractContextManager[Session]:
        """The same, when nothing is to be written: a password is compared while others write."""
        return database.reading(self.engine)

    @property
    def cookie(self) -> str:
        """The name of the cookie of a session; behind TLS one that no other site can set."""
        return "__Host-session" if self.https else "session"

    def importing(self) -> Office:
        """What an import needs, for the viewer of this request."""
        return Office(
            self.reading, self.writing, self.editions, self.now, self.outgoing, self.vault, self.import_passwords
        )

    def desk(self) -> Desk:
        """The moment, the terms of waivers and the zone."""
        return Desk(self.now(), self.terms, self.zone.key, self.entry)

    def hand(self) -> Hand:
        """The viewer of this request as a person who registers something now. Raises NoViewerError."""
        return Hand(current(), self.now(), self.outgoing(), self.editions())

    @property
    def edition(self) -> Edition:
        """The edition that decides now."""
        return self.editions().decides


def actor_of(viewer: Viewer) -> Actor:
    """This person, as the audit log names them."""
    return Actor(viewer.login, viewer.name, viewer.role, viewer.address)
