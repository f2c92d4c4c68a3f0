"""PostgreSQL: a dump by pg_dump in its custom format, and back by pg_restore.

Strategy: pg_dump dumps the snapshot of a transaction of ours, so that both see one moment. How to reach the server
stands in a service file that only its owner may read, and a password in a file of passwords beside it: nothing of it is
in the arguments of the child, which everybody on the machine can read, nor in its environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # nosec B404  # with the programs of PostgreSQL and words of our own
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, Connection, Engine, text

from camera_registry.database import postgresql
from camera_registry.database.errors import DatabaseUnusableError, DumpError
from camera_registry.store.whole import VERSION, highest, tables

FORM: Literal["sqlite", "pg_dump"] = "pg_dump"
_SERVICE = "camera-registry"
_ALIKE = ("--no-owner", "--no-privileges", "--no-password")
_NUMBERED = """SELECT rows.relname, a.attname, numbers.oid::regclass::text
FROM pg_class AS numbers
JOIN pg_depend AS d ON d.objid = numbers.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
JOIN pg_class AS rows ON rows.oid = d.refobjid
JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE numbers.relkind = 'S'"""
"""Every column that a sequence numbers, with the sequence."""
_FUNCTIONS = """SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"""
"""Every function that belongs to no extension."""


def is_at_hand() -> bool:
    """Whether pg_dump is installed."""
    return shutil.which("pg_dump") is not None


@contextmanager
def dumped(engine: Engine, file: Path) -> Iterator[Connection]:
    """See `dumping.dumped`."""
    with engine.connect().execution_options(read_only=True) as connection, connection.begin():
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        _run(engine.url, "pg_dump", "--format=custom", "--lock-wait-timeout=10s", *_ALIKE, f"--snapshot={snapshot}",
             f"--file={file}", f"--dbname=service={_SERVICE}")  # fmt: skip
        yield connection


def load(engine: Engine, file: Path) -> None:
    """The database, which had no row, is that of the dump, all or nothing. Raises DumpError, DatabaseUnusableError."""
    clear(engine)
    _run(engine.url, "pg_restore", "--single-transaction", "--exit-on-error", *_ALIKE,
         f"--dbname=service={_SERVICE}", str(file))  # fmt: skip


def clear(engine: Engine) -> None:
    """No table of ours, and no function, is in the database."""
    with engine.begin() as connection:
        for name in [*(whole.name for whole in tables(connection)), VERSION]:
            connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}" CASCADE')
        for name in connection.exec_driver_sql(_FUNCTIONS).scalars().all():
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name} CASCADE")


def number_on(connection: Connection) -> None:
    """Every sequence goes on behind the highest number of its column."""
    for table, column, sequence in connection.exec_driver_sql(_NUMBERED).all():
        last = highest(connection, table, column)
        if last is not None:
            connection.execute(text("SELECT setval(CAST(:name AS regclass), :to)"), {"name": sequence, "to": last})


def _run(url: URL, program: str, *words: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise DumpError(f"{program} is not installed here; install it (Debian: apt install postgresql-client)")
    with tempfile.TemporaryDirectory(prefix="camera-registry-") as folder:
        environment = _environment(url, Path(folder))
        done = subprocess.run(  # noqa: S603  (PostgreSQL's own program, without a shell)  # nosec B603
            [path, *words], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise _error(done.stderr, program, postgresql.name_of(url))


def _environment(url: URL, folder: Path) -> dict[str, str]:
    """The environment in which the program reaches the server as we do."""
    known = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database, **url.query}
    lines = [f"{name}={value}" for name, value in known.items() if value not in (None, "")]
    made = {name: value for name, value in os.environ.items() if not name.startswith("CAMERA_REGISTRY_")}
    made |= {"PGSERVICEFILE": _written(folder / "service", f"[{_SERVICE}]", *lines), "LC_ALL": "C"}
    if url.password:
        escaped = re.sub(r"([\\:])", r"\\\1", str(url.password))
        made["PGPASSFILE"] = _written(folder / "passwords", f"*:*:*:*:{escaped}")
    return made


def _written(file: Path, *lines: str) -> str:
    """The path of a new file with these lines that only its owner may read."""
    file.touch(mode=0o600)
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return str(file)


def _error(said: str, program: str, name: str) -> DumpError | DatabaseUnusableError:
    """What went wrong, for a person; no value of a row."""
    if "No space left on device" in said:
        return DumpError(f"{program}: the disk is full; make room there and start again")
    if "server version mismatch" in said:
        return DumpError(f"{program} is older than the server of {name}; install that of the server's version")
    first = next((line for line in said.splitlines() if "error" in line), "it was ended")
    return DumpError(f"{name}: {first[:200]}")
