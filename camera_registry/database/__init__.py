"""The database: how it is opened, brought to the version of this program, and written to.

Strategy: one set of sessions over two databases. `sessions` and `upgrading` say what holds on both; `sqlite` and
`postgresql` say how each of them keeps it; `kinds` is the table of the two; `dumping` puts either into a file. Whoever
asks the database knows neither.
"""

from camera_registry.database.dumping import dumped, form_of, number_on
from camera_registry.database.errors import DatabaseBusyError, DatabaseUnusableError, DumpError
from camera_registry.database.kinds import folder_of, is_made, name_of, open_database, refuse_none, size_of
from camera_registry.database.sessions import reading, rehearsing, scrub, translated, writing
from camera_registry.database.upgrading import knows, newest_version, refuse_another_version, upgrade, version_of

__all__ = [
    "DatabaseBusyError",
    "DatabaseUnusableError",
    "DumpError",
    "dumped",
    "folder_of",
    "form_of",
    "is_made",
    "knows",
    "name_of",
    "newest_version",
    "number_on",
    "open_database",
    "reading",
    "refuse_another_version",
    "refuse_none",
    "rehearsing",
    "scrub",
    "size_of",
    "translated",
    "upgrade",
    "version_of",
    "writing",
]
