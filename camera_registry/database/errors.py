"""What is told when the database cannot be used."""

from __future__ import annotations

from probes.told import ToldError

BUSY_S = 10
"""How long is waited for another program that holds the database."""


class DatabaseUnusableError(ToldError):
    """The database cannot be used; the text says which one, why, and what to do."""


class DatabaseBusyError(DatabaseUnusableError):
    """Another program holds the database; trying again later may work."""


class DumpError(ToldError):
    """The database cannot be put into a file, or taken from one; the text says why and what to do."""
