"""Settings of watching: what is logged, and when a disk is full."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class LogSettings(BaseModel):
    """[log]: the form of what `serve` and `work` log on standard error, and from which level on."""

    model_config = ConfigDict(extra="forbid")
    form: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "info"


class WatchSettings(BaseModel):
    """[watch]: the disk of the database is full for `/readyz` when fewer megabytes are left."""

    model_config = ConfigDict(extra="forbid")
    least_disk_mb: int = Field(200, ge=1, le=1_000_000)
