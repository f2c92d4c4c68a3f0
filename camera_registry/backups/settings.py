"""What can be set about backups."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class BackupSettings(BaseModel):
    """[backup]: where backups are put, how many of them are kept there (0: all), and whether a database is copied
    there before it is brought to a newer version.
    """

    model_config = ConfigDict(extra="forbid")
    folder: Path = Path("var/backups")
    keep: int = Field(14, ge=0, le=3660)
    before_upgrade: bool = True
