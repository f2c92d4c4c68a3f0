"""The channels of a device as one grid, over JSON: read whole, and written whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session
from starlette.responses import Response

from camera_registry.api.asked import Registry, there
from camera_registry.api.once import ANY, RESPONSES, Answered, Changes, NoVersionError, Once, OnceOf, tagged
from camera_registry.api.row_values import ChannelRow, GridRowBody, cells_of, told
from camera_registry.services.as_cells import Standing, channels_of
from camera_registry.services.by_hand import change
from camera_registry.services.registering import Said, StaleError

FILE = "channels.csv"
MOST = 256


class GridBody(BaseModel):
    """The rows of a grid, each with its `index` and, where it is there already and the ETag is not sent, its `version`.
    A channel that is not named stays as it is.
    """

    model_config = ConfigDict(extra="forbid")
    rows: Annotated[list[GridRowBody], Field(min_length=1, max_length=MOST)]  # type: ignore[valid-type]  # made from the columns


class GridAnswer(BaseModel):
    """All channels of a device, by index; the ETag is that of the grid as a whole."""

    rows: list[ChannelRow]  # type: ignore[valid-type]  # as above


def add_grid(made: APIRouter, registry: Registry, changes: Changes) -> None:
    """The routes are in `made`."""
    at = "/schools/{school}/devices/{code}/channels"

    @made.get(at, response_model=GridAnswer)
    def all_channels(school: str, code: str) -> Response:
        """All channels of a device as they are registered."""
        with registry() as session:
            there(session, school, code)
            rows = channels_of(session, school, code)
        return tagged(_told(rows), _tag(rows))

    @made.put(at, response_model=GridAnswer, responses=RESPONSES)
    def put_channels(school: str, code: str, body: GridBody, once: OnceOf) -> Response:
        """The channels of a device are as these rows say; new ones are registered; all of it, or nothing."""

        def do(session: Session) -> Answered:
            there(session, school, code)
            before = channels_of(session, school, code)
            change(session, _said((school, code), body, before, once), changes.hand())
            rows = channels_of(session, school, code)
            return Answered(_told(rows), version=_tag(rows))

        return changes.make(once, "channel_change", school, do)


def _said(at: tuple[str, str], body: GridBody, before: Mapping[str, Standing], once: Once) -> list[Said]:
    """The rows as they are said. Raises NoVersionError, StaleError."""
    whole = once.if_match.strip()
    if whole and whole not in (ANY, f'"{_tag(before)}"'):
        raise StaleError(("device", *at), 0)
    said = []
    for row in body.rows:
        cells = cells_of(FILE, row)
        index = cells.pop("index", "")
        if index not in before:
            said.append(Said(FILE, {**_filled(cells), "index": index, "school": at[0], "device": at[1]}))
            continue
        version = getattr(row, "version", None)
        if version is None and not whole:
            raise NoVersionError
        said.append(Said(FILE, cells, ("channel", *at, index), version))
    return said


def _filled(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in cells.items() if cell}


def _told(rows: Mapping[str, Standing]) -> dict[str, object]:
    return {"rows": [told(FILE, row) for row in rows.values()]}


def _tag(rows: Mapping[str, Standing]) -> str:
    """What tells one state of the grid from every other."""
    told_by = ",".join(f"{index}:{row.version}" for index, row in rows.items())
    return hashlib.sha256(told_by.encode()).hexdigest()[:16]
