"""PostgreSQL 15 or later: one database on a server, for several machines.

Strategy: whoever writes first takes a lock of the whole registry (an advisory lock that ends with the transaction), so
that writers wait for each other at the start, as in SQLite, and everything that reads, decides and then writes holds on
both. READ COMMITTED is right for them: behind the lock nobody else commits, and a snapshot that was taken before the
lock was had would be old, so that REPEATABLE READ would fail in the middle. Readers have one snapshot (REPEATABLE READ,
READ ONLY), as with SQLite's WAL, and wait for nobody.

No value of a row and no password is in an error: a password comes from the address, from PGPASSFILE or ~/.pgpass
(libpq reads them), and what the server says of the values of a row is cut off.
"""

from __future__ import annotations

import time
from typing import Any

from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError

from camera_registry.database import postgresql_errors, postgresql_text
from camera_registry.database.errors import BUSY_S, DatabaseBusyError, DatabaseUnusableError
from camera_registry.models import Table

STATEMENT_S = 120
"""No statement takes longer, those of an upgrade and of `scrub` excepted."""
IDLE_S = 60
"""How long a writer may say nothing before the server takes the registry from it: its machine may be gone."""
WAIT_S = 0.1
WRITERS = 0x63616D657261
"""The number of the lock ("camera"); every database has its own."""
_CONNECT = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "camera-registry",
}
"""What libpq is told where the address says nothing else. Seconds; the last time in milliseconds."""


_SESSION = " ".join(
    f"-c {name}={value}"
    for name, value in (
        ("lock_timeout", f"{BUSY_S}s"),
        ("statement_timeout", f"{STATEMENT_S}s"),
        ("timezone", "UTC"),
        ("synchronous_commit", "on"),  # a login marked as tried must survive a power cut
        ("jit", "off"),  # compiling a statement of a page takes ten times as long as the statement
    )
)
"""What a session begins with: no statement is needed for it, which could fail where SQLAlchemy does not look."""


class _NoNull(StrDumperUnknown):
    """Text without U+0000, which PostgreSQL cannot keep and a camera may send."""

    def dump(self, obj: str) -> Any:
        """As the driver does it, with U+FFFD for each."""
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


def engine_of(url: URL) -> Engine:
    """An engine for a database on a server."""
    given: dict[str, Any] = {name: value for name, value in _CONNECT.items() if name not in url.query}
    given["options"] = f"{url.query.get('options', '')} {_SESSION}".strip()
    url = _without_secret_words(url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args=given, pool_pre_ping=True, hide_parameters=True)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    event.listen(engine, "handle_error", postgresql_errors.without_values)
    return engine


def _without_secret_words(url: URL) -> URL:
    """A password stands where SQLAlchemy hides it when it shows the address."""
    said = url.query.get("password")
    return url.difference_update_query(["password"]).set(password=str(said)) if said else url


def name_of(url: URL) -> str:
    """Server and database, without who asks."""
    server = url.host or str(url.query.get("host", "")) or "local"
    return f"postgresql://{server}{f':{url.port}' if url.port else ''}/{url.database or ''}"


def is_made(engine: Engine) -> bool:
    """True when there is any table in it. Raises DatabaseUnusableError."""
    try:
        with engine.connect().execution_options(read_only=True) as connection:
            return bool(inspect(connection).get_table_names())
    except DBAPIError as error:
        raise told(error, name_of(engine.url)) or error from None


def make(_engine: Engine) -> bool:
    """False: a database on a server is made by those who look after it."""
    return False


def unmake(_engine: Engine) -> None:
    """Nothing was made."""


def prepare(connection: Connection) -> None:
    """Text is UTF-8 and is compared byte by byte, as in SQLite; else lists have another order. Raises
    DatabaseUnusableError.
    """
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")  # a backup may be made meanwhile
    asked = "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
    encoding, collation = connection.exec_driver_sql(asked).one()
    if encoding != "UTF8" or collation not in ("C", "POSIX"):
        raise DatabaseUnusableError(
            f"{name_of(connection.engine.url)}: its text is {encoding} sorted by {collation}; make an empty one with "
            "createdb --template=template0 --encoding=UTF8 --lc-collate=C"
        )


def complete(connection: Connection) -> None:
    """`has_words` and `plain` are there, as this program knows them."""
    postgresql_text.make(connection)


def told(error: DBAPIError, name: str) -> DatabaseUnusableError | None:
    """The error for a person; None for a fault of this program."""
    return postgresql_errors.told(error, name)


def scrub(engine: Engine, name: str, patience_s: float = BUSY_S) -> None:
    """Every table is rewritten, once nobody has a look at what was before; that is waited for so long."""
    tables = ", ".join(f'"{table}"' for table in Table.metadata.tables)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT", unheld=True) as connection:
        _wait_for_readers(connection, name, patience_s)
        connection.exec_driver_sql("SET statement_timeout = 0")
        try:
            connection.exec_driver_sql(f"VACUUM (FULL) {tables}")
        finally:
            connection.invalidate()  # the next one who gets a connection has its own times again


def size_of(engine: Engine) -> int:
    """Bytes of the database on its server."""
    with engine.connect().execution_options(read_only=True) as connection:
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())


def folder_of(_url: URL) -> None:
    """The server knows it."""


def _wait_for_readers(connection: Connection, name: str, patience_s: float) -> None:
    """Whoever began to read before this call has ended: what they may still see, VACUUM would keep. Raises
    DatabaseBusyError.
    """
    now = connection.exec_driver_sql("SELECT pg_current_xact_id()::xid").scalar_one()
    older = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND (age(backend_xmin) >= age(CAST(:now AS xid)) OR age(backend_xid) >= age(CAST(:now AS xid)))"
    )
    end = time.monotonic() + patience_s
    while connection.execute(older, {"now": str(now)}).scalar_one():
        if time.monotonic() > end:
            raise DatabaseBusyError(f"{name}: {postgresql_errors.HELD}")
        time.sleep(WAIT_S)  # nothing wakes us when the last reader of before is gone


def _on_connect(connection: Any, _record: Any) -> None:
    connection.adapters.register_dumper(str, _NoNull)


def _on_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("unheld", False):
        return
    if options.get("read_only", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return
    connection.exec_driver_sql(
        f"SELECT set_config('idle_in_transaction_session_timeout', '{IDLE_S}s', true), pg_advisory_xact_lock({WRITERS})"
    )
