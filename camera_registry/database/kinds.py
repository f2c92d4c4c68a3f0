"""The two databases, and which of them an address means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from camera_registry.database import postgresql, sqlite
from camera_registry.database.errors import DatabaseUnusableError

ADDRESSES = "write sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"


class Kind(Protocol):
    """What each database has to say for itself."""

    def engine_of(self, url: URL) -> Engine:
        """An engine; nothing is made or changed yet. What its transactions begin with stands in it. Raises
        DatabaseUnusableError.
        """

    def name_of(self, url: URL) -> str:
        """What people are told that it is: never a password."""

    def is_made(self, engine: Engine) -> bool:
        """False while it holds nothing of anybody; it is not made by asking."""

    def make(self, engine: Engine) -> bool:
        """True when it was not there and is now. Raises DatabaseUnusableError."""

    def unmake(self, engine: Engine) -> None:
        """What `make` made is gone."""

    def prepare(self, connection: Connection) -> None:
        """What migrations rely on is so. Raises DatabaseUnusableError for a database that cannot be used for this."""

    def complete(self, connection: Connection) -> None:
        """What queries need beside tables is there."""

    def told(self, error: DBAPIError, name: str) -> DatabaseUnusableError | None:
        """The error for a person; None for a fault of this program."""

    def scrub(self, engine: Engine, name: str) -> None:
        """See `sessions.scrub`."""

    def size_of(self, engine: Engine) -> int:
        """Bytes that it takes; 0 where it takes none of a disk."""

    def folder_of(self, url: URL) -> Path | None:
        """Where its files are, if they are on this machine and that is known."""


KINDS: Mapping[str, Kind] = {"sqlite": sqlite, "postgresql": postgresql}


def open_database(url: str) -> Engine:
    """An engine for `url`; nothing is made or changed yet. Raises DatabaseUnusableError."""
    parsed = _parsed(url)
    return KINDS[parsed.get_backend_name()].engine_of(parsed)


def kind_of(engine: Engine) -> Kind:
    """Which of the two it is."""
    return KINDS[engine.dialect.name]


def name_of(database: Engine | str) -> str:
    """What people are told that the database is, of an engine or an address of the settings: a file, or server and
    name; never a password. Raises DatabaseUnusableError for what is no address.
    """
    url = _parsed(database) if isinstance(database, str) else database.url
    return KINDS[url.get_backend_name()].name_of(url)


def is_made(engine: Engine) -> bool:
    """False while there is no registry and nothing else; it is not made by asking. Raises DatabaseUnusableError where
    the server of the database cannot be asked.
    """
    return kind_of(engine).is_made(engine)


def size_of(engine: Engine) -> int:
    """Bytes that the database takes of the disk. Raises DBAPIError, OSError."""
    return kind_of(engine).size_of(engine)


def folder_of(engine: Engine) -> Path | None:
    """The folder of its files; None where it is elsewhere, or in memory."""
    return kind_of(engine).folder_of(engine.url)


def refuse_none(url: str) -> None:
    """Raises DatabaseUnusableError where there is no registry yet: none is made where one is to be copied or asked."""
    engine = open_database(url)
    try:
        if not is_made(engine):
            raise DatabaseUnusableError(
                f"{name_of(engine)}: there is no registry yet; name its settings with --config, "
                "or see registry.database; `camera-registry init` makes one"
            )
    finally:
        engine.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUnusableError(f"registry.database is no address of a database; {ADDRESSES}") from None
    if parsed.get_backend_name() not in KINDS:
        raise DatabaseUnusableError(f"registry.database: {parsed.get_backend_name()} is not supported; {ADDRESSES}")
    return parsed
