"""The manifest: what a backup says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from camera_registry.backups.errors import BackupError

Form = Literal["sqlite", "pg_dump"]
"""What the part `database` is: a file of SQLite, or what pg_dump writes in its custom format."""


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Said):
    """A part of the file: how many bytes, and their SHA-256."""

    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Counted(_Said):
    """A table: how many rows, and their digest (`store.whole`)."""

    rows: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Erasure(_Said):
    """That a school was erased: the number of the entry in the audit log, when, and the paper that said so. Which
    school it was is not known any more.
    """

    number: int
    at: datetime
    decision: str = ""


class Manifest(_Said):
    """What a backup says of itself. `files`: the parts that hold files which the settings name, by those names."""

    format: Literal[1] = 1
    made_at: datetime
    version: str
    migration: str
    form: Form
    tables: Mapping[str, Counted]
    parts: Mapping[str, Part]
    files: Mapping[str, str] = Field(default_factory=dict)
    erasures: tuple[Erasure, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows all tables have together."""
        return sum(table.rows for table in self.tables.values())

    def as_bytes(self) -> bytes:
        """As it stands in the file."""
        return self.model_dump_json(indent=1).encode() + b"\n"


def read(data: bytes, name: str) -> Manifest:
    """The manifest in these bytes of the file `name`. Raises BackupError."""
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        newer = any(each["loc"] == ("format",) or each["type"] == "extra_forbidden" for each in error.errors())
        why = "made by a newer version of this program; install that version" if newer else "its manifest is damaged"
        raise BackupError(f"{name}: {why}") from None
