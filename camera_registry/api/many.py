"""One change of many devices or channels over JSON: what it comes to (`dry_run`), or all of it in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session
from starlette.responses import Response

from camera_registry.api.asked import Registry
from camera_registry.api.once import RESPONSES, Answered, Changes, NoVersionError, OnceOf
from camera_registry.api.row_values import ChannelBody, DeviceBody, cells_of
from camera_registry.importing.mistakes import Mistake, WrongCell
from camera_registry.services.as_cells import Key, standing
from camera_registry.services.bulk import MOST, Line, Wish, preview, write
from camera_registry.services.registering import ImportRefusedError, StaleError

LONGEST = 500


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RowOfMany(_Body):
    """A device, or a channel of it, in the version that was seen."""

    school: Annotated[str, Field(max_length=LONGEST)]
    device: Annotated[str, Field(max_length=LONGEST)]
    channel: Annotated[int | None, Field(ge=1, le=9999)] = None
    version: Annotated[int | None, Field(ge=1, le=2**31)] = None

    def key(self) -> Key:
        """The key of the row."""
        own = () if self.channel is None else (str(self.channel),)
        return ("device" if self.channel is None else "channel", self.school, self.device, *own)


class ManyBody(_Body):
    """What is to stand in all of these rows: fields of devices or of channels, tags to add and to take away. `dry_run`:
    say what it would change, and change nothing.
    """

    rows: Annotated[list[RowOfMany], Field(min_length=1, max_length=MOST)]
    devices: DeviceBody | None = None  # type: ignore[valid-type]  # made from the columns
    channels: ChannelBody | None = None  # type: ignore[valid-type]  # as above
    add_tags: Annotated[str, Field(max_length=LONGEST)] = ""
    remove_tags: Annotated[str, Field(max_length=LONGEST)] = ""
    dry_run: bool = False


class ManyChanged(BaseModel):
    """A row that becomes another: by field of the files, the cells that stand and that are to stand."""

    school: str
    device: str
    channel: int | None
    version: int
    before: dict[str, str]
    after: dict[str, str]


class ManyAnswer(BaseModel):
    """The rows that become others, and the number of what was done in one go; null when nothing was done."""

    batch: int | None
    changes: list[ManyChanged]


def add_many(made: APIRouter, registry: Registry, changes: Changes) -> None:
    """The route is in `made`."""

    @made.post("/changes-of-many", response_model=ManyAnswer, responses=RESPONSES)
    def change_many(body: ManyBody, once: OnceOf) -> Any:
        """What is said stands in all of these rows, or in none."""
        if body.dry_run:
            with registry() as session:
                return _told(_lines(session, body), None)
        if not once.if_match and any(row.version is None for row in body.rows):
            raise NoVersionError
        return _done(body, once, changes)


def _done(body: ManyBody, once: OnceOf, changes: Changes) -> Response:
    places = {row.school for row in body.rows}
    kind = "device_change" if body.rows[0].channel is None else "channel_change"

    def do(session: Session) -> Answered:
        lines = _lines(session, body)
        number = write(session, lines, changes.hand()) if lines else None
        return Answered(_told(lines, number))

    return changes.make(once, kind, places.pop() if len(places) == 1 else "", do)


def _lines(session: Session, body: ManyBody) -> list[Line]:
    """The rows that become others. Raises NoSuchRowError, StaleError, ImportRefusedError."""
    keys = [row.key() for row in body.rows]
    seen = dict(zip(keys, (row.version for row in body.rows), strict=True))
    for key in keys:
        version = standing(session, key).version
        if seen[key] not in (None, version):
            raise StaleError(key, version)
    try:
        return [line for kind in ("device", "channel") for line in _of_kind(session, keys, kind, body)]
    except WrongCell as wrong:
        mistake = Mistake("devices.csv", 1, "tags", body.add_tags, wrong.kind, wrong.values)
        raise ImportRefusedError([mistake]) from None


def _of_kind(session: Session, keys: Sequence[Key], kind: str, body: ManyBody) -> list[Line]:
    said: Any = body.devices if kind == "device" else body.channels
    fields = cells_of(f"{kind}s.csv", said) if said is not None else {}
    wish = Wish({name: cell for name, cell in fields.items() if name != "tags"}, body.add_tags, body.remove_tags)
    return preview(session, [key for key in dict.fromkeys(keys) if key[0] == kind], wish)


def _told(lines: Sequence[Line], number: int | None) -> dict[str, Any]:
    rows = [
        ManyChanged(
            school=line.key[1], device=line.key[2], channel=int(line.key[3]) if line.key[0] == "channel" else None,
            version=line.version, before=dict(line.before), after=dict(line.after),
        )
        for line in lines
    ]  # fmt: skip
    return ManyAnswer(batch=number, changes=rows).model_dump()
