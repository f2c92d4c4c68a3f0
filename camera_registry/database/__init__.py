"""The database: how it is opened, brought to the version of this program, and written to.

Strategy: one set of sessions over two databases. `sessions` and `upgrading` say what holds on both; `sqlite` and
`postgresql` say how each of them keeps it; `kinds` is the table of the two. Whoever asks the database knows neither.
"""

from camera_registry.database.errors import DatabaseBusyError, DatabaseUnusableError
from camera_registry.database.kinds import folder_of, is_made, name_of, open_database, size_of
from camera_registry.database.sessions import reading, rehearsing, scrub, translated, writing
from camera_registry.database.upgrading import refuse_another_version, upgrade

__all__ = [
    "DatabaseBusyError",
    "DatabaseUnusableError",
    "folder_of",
    "is_made",
    "name_of",
    "open_database",
    "reading",
    "refuse_another_version",
    "rehearsing",
    "scrub",
    "size_of",
    "translated",
    "upgrade",
    "writing",
]
