"""Sessions: what reads, what writes, and what an error of the database comes out as.

Strategy: whoever writes holds the whole registry from the first line of the block on, so that read, decide, write is
one step and no writer fails in the middle; whoever reads sees one moment and hinders nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from camera_registry.database.errors import DatabaseBusyError
from camera_registry.database.kinds import kind_of, name_of
from camera_registry.store import edits, kept, moved


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads, all of it at one moment. A write raises DatabaseUnusableError."""
    with translated(engine), Session(engine) as session:
        session.connection(execution_options={"read_only": True})
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose work is committed at the end, or not at all; nobody else writes from the first line of the block
    on. Raises DatabaseUnusableError for a full disk, for a database that another program holds for 10 s, for a
    damaged one, and for a server that is gone.
    """
    with translated(engine), Session(engine, expire_on_commit=False) as session, session.begin():
        session.connection()  # the registry is held now, and not with the first question
        kept.follow(session)
        edits.follow(session)
        moved.follow(session)
        yield session


@contextmanager
def rehearsing(engine: Engine) -> Iterator[Session]:
    """A session that writes as `writing` does, and of which nothing stays."""
    with translated(engine), Session(engine, expire_on_commit=False) as session:
        edits.follow(session)
        moved.follow(session)
        yield session
        session.rollback()


def scrub(engine: Engine) -> None:
    """The files hold nothing of what was deleted: the tables are rewritten without free pages. It needs room for a
    second copy. What the log of a server and backups keep stands in docs/privacy.md.

    Raises DatabaseBusyError while another program reads or writes for 10 s, and DatabaseUnusableError for a full disk;
    then it is to be done again.
    """
    with translated(engine):
        kind_of(engine).scrub(engine, name_of(engine))


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Errors of the database come out as DatabaseUnusableError; faults of this program stay as they are."""
    try:
        yield
    except PoolTimeoutError as error:  # every connection is in use
        raise DatabaseBusyError(f"{name_of(engine)}: too many ask at once; try again") from error
    except DBAPIError as error:
        told = kind_of(engine).told(error, name_of(engine))
        if told is None:
            raise
        raise told from None
