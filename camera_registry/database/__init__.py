"""The database: how it is opened, brought to the version of this program, and written to.

Strategy: one set of sessions over two databases. `sessions` and `upgrading` say what holds on both; `sqlite` and
`postgresql` say how each of them keeps it; `kinds` is the table of the two. Whoever asks the database knows neither.
"""

from camera_registry.database.errors import DatabaseBusyError, DatabaseUnusableError
from camera_registry.database.kinds import is_made, name_of, open_database
from camera_registry.database.sessions import reading, rehearsing, scrub, translated, writing
from camera_registry.database.upgrading import upgrade

__all__ = [
    "DatabaseBusyError",
    "DatabaseUnusableError",
    "is_made",
    "name_of",
    "open_database",
    "reading",
    "rehearsing",
    "scrub",
    "translated",
    "upgrade",
    "writing",
]
