"""What PostgreSQL says when something fails, for a person: by its code (SQLSTATE), and never with values of a row.

Source: PostgreSQL documentation, appendix A, error codes.
"""

from __future__ import annotations

from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from camera_registry.database.errors import BUSY_S, DatabaseBusyError, DatabaseUnusableError

_OURS = (IntegrityError, ProgrammingError, DataError)  # faults of the program, not of the database
HELD = f"another program has held the database for {BUSY_S} s; stop it and start again"
_GONE = (
    "the server cannot be reached, or broke off; see that PostgreSQL runs there; nothing was half written, and it goes "
    "on when the server is back"
)
_BUSY = {
    "55P03": HELD,  # lock_not_available
    "40P01": HELD,  # deadlock_detected: someone else locks our tables
    "40001": HELD,  # serialization_failure
    "53300": "the server has no connection left; raise max_connections there, or stop programs that hold some",
}
_UNUSABLE = {
    "53100": "the disk of the server is full; make room and start again; nothing was half written",
    "58030": "the disk of the server fails; look into its log; nothing was half written",
    "25006": "the database cannot be opened or written; this session, or the server, only reads",
    "57014": "a question took too long and was ended; ask for less, or look what else the server does",
    "42501": "the user of the address may not do this; make that user the owner of the database",
    "3D000": "there is no such database; make it with createdb (docs/postgresql.md)",
    "28000": "the server does not let this user in; see pg_hba.conf there, and the user in the address",
    "28P01": "the server refused the password; see PGPASSFILE or ~/.pgpass, and the user in the address",
}
_SAID_AT_THE_DOOR = (
    ("password authentication failed", "28P01"),
    ("no password supplied", "28P01"),
    ("no pg_hba.conf entry", "28000"),
    ("does not exist", "3D000"),
    ("too many clients", "53300"),
    ("connection slots", "53300"),
)
"""While a connection is made libpq hands on words and no code."""


def told(error: DBAPIError, name: str) -> DatabaseUnusableError | None:
    """The error for a person; None for a fault of this program."""
    code = getattr(error.orig, "sqlstate", None) or _at_the_door(str(error.orig))
    if code in _BUSY:
        return DatabaseBusyError(f"{name}: {_BUSY[code]}")
    if code in _UNUSABLE:
        return DatabaseUnusableError(f"{name}: {_UNUSABLE[code]}")
    if isinstance(error, _OURS):
        return None
    return DatabaseUnusableError(f"{name}: {_GONE}")


def without_values(context: ExceptionContext) -> None:
    """The error says what was refused, and not the values of the row (its DETAIL), which may be of a person."""
    original, made = context.original_exception, context.sqlalchemy_exception
    diag = getattr(original, "diag", None)
    if diag is None or diag.message_primary is None:
        return
    original.args = (diag.message_primary,)
    if made is not None:
        made.args = (f"({type(original).__name__}) {diag.message_primary}",)


def _at_the_door(words: str) -> str | None:
    return next((code for part, code in _SAID_AT_THE_DOOR if part in words), None)
