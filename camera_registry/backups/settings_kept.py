"""The settings in a backup: those that somebody has set, and the files that they name. No password is in them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import tomlkit
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from camera_registry.config import Settings

LEFT_OUT = "# The password of the database is not kept in backups: put it into ~/.pgpass (docs/postgresql.md).\n"


def text_of(settings: Settings) -> str:
    """What the file of settings and the environment say, as TOML; what they leave out is left out here."""
    said = settings.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    database = said.get("registry", {}).get("database", "")
    without = _without_password(database)
    if without != database:
        said["registry"]["database"] = without
    return ("" if without == database else LEFT_OUT) + tomlkit.dumps(said)


def files_of(settings: Settings) -> dict[str, Path]:
    """The files that the settings name by a path: a price book, and editions that are not built in."""
    return {name: Path(name) for name in names_of(settings) if _is_file(name)}


def names_of(settings: Settings) -> set[str]:
    """What in the settings may be the path of such a file."""
    named = {settings.plan.prices, settings.standard.decides, *settings.standard.advises}
    return named - {""}


def _is_file(name: str) -> bool:
    with suppress(OSError, ValueError):
        return Path(name).is_file()
    return False


def _without_password(address: str) -> str:
    with suppress(ArgumentError):
        url = make_url(address)
        said = url.difference_update_query(["password", "sslpassword"])
        without = URL.create(said.drivername, said.username, None, said.host, said.port, said.database, said.query)
        return address if without == url else without.render_as_string()
    return address
