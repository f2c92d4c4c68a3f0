"""Copying: a whole registry from one database into another, empty one, and a comparison before anything counts.

Strategy: one transaction of the target: either all rows of all tables are in it and come to the same digests as those
of the source, or it is as empty as before. The source is read at one moment and is not written to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from camera_registry.database import name_of, newest_version, number_on, reading, upgrade, version_of, writing
from camera_registry.store import whole
from camera_registry.store.whole import Digest, Told, Whole
from probes.told import ToldError


class CopyError(ToldError):
    """The registry cannot be copied; the text says why, and the target is as it was."""


def copy(source: Engine, target: Engine) -> Mapping[str, Told]:
    """The target holds every row of the source and nothing else; what each table comes to, in both. Raises CopyError,
    DatabaseUnusableError; then the target holds no row.
    """
    with reading(source) as there:
        rows = there.connection()
        _refuse_older(rows, source)
        upgrade(target)
        with writing(target) as here:
            into = here.connection()
            refuse_filled(into, target)
            copied = _all(rows, into)
            number_on(into)
            compare(copied, whole.every(into), name_of(target))
            return copied


def refuse_filled(connection: Connection, engine: Engine) -> None:
    """Raises CopyError where any table has a row."""
    filled = whole.filled(connection)
    if filled:
        some = ", ".join(f"{name}: {rows}" for name, rows in sorted(filled.items())[:5])
        raise CopyError(f"{name_of(engine)}: holds a registry already ({some}); name an empty database")


def compare(wanted: Mapping[str, Told], found: Mapping[str, Told], name: str) -> None:
    """Raises CopyError where a table is missing, or has other rows."""
    other = sorted(table for table in {*wanted, *found} if wanted.get(table) != found.get(table))
    if other:
        raise CopyError(f"{name}: {', '.join(other[:5])}: other rows than there should be; nothing was kept of it")


def _refuse_older(connection: Connection, source: Engine) -> None:
    version, newest = version_of(connection), newest_version()
    if version != newest:
        raise CopyError(
            f"{name_of(source)}: is of version {version or 'none'} and not of {newest}; bring it to this version first "
            "(any command does, as `camera-registry audit verify`)"
        )


def _all(source: Connection, target: Connection) -> dict[str, Told]:
    known = {each.name: each for each in whole.tables(target)}
    copied = {}
    for each in whole.tables(source):
        try:
            copied[each.name] = _table(source, each, target, known[each.name])
        except (DataError, IntegrityError) as error:
            raise CopyError(f"{each.name}: a row is refused: {_primary(error)}; nothing was copied") from None
    return copied


def _table(source: Connection, whole_there: Whole, target: Connection, whole_here: Whole) -> Told:
    digest, pointing = Digest(), []
    with closing(whole.parts(source, whole_there)) as parts:
        for part in parts:
            digest.add(part, whole_there.columns)
            whole.put(target, whole_here, part)
            pointing += _that_point(whole_here, part)
    for begin in range(0, len(pointing), whole.AT_ONCE):
        whole.point(target, whole_here, pointing[begin : begin + whole.AT_ONCE])
    return digest.told


def _that_point(table: Whole, rows: Sequence[whole.Row]) -> list[dict[str, object]]:
    """Of the rows that point at their own kind, what is needed to point again."""
    names = [*(column.name for column in table.table.primary_key), *table.own]
    return [{name: row[name] for name in names} for row in rows if any(row[name] is not None for name in table.own)]


def _primary(error: DBAPIError) -> str:
    """The first line, which names the rule and no value."""
    return str(error.orig).splitlines()[0][:200]
