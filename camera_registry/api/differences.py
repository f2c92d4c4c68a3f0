"""What is registered otherwise than devices say it, over JSON, and taking it over. The commit stands before the
answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from camera_registry.access.viewer import current
from camera_registry.api.asked import Asked, Registry, Writing, there
from camera_registry.importing.mistakes import Mistake
from camera_registry.models import Batch
from camera_registry.services import differences as services
from camera_registry.services.audit import detail
from camera_registry.services.confirmation_error import Kind
from camera_registry.services.differences import Chosen, Difference, NotShownError
from camera_registry.services.judge_places import judge_changed
from camera_registry.services.registering import ImportRefusedError, StaleError, Terms, permit_of
from probes.outgoing import Networks

MOST_ROWS = 500
_ANSWERS: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such school."},
    409: {"description": "Somebody has changed the row, or the device says something else now; ask once more."},
}


class TakeOverError(Exception):
    """Nothing was taken over; its kind and the lines say why."""

    def __init__(self, kind: Kind, *mistakes: str) -> None:
        super().__init__(*mistakes)
        self.kind, self.mistakes = kind, mistakes


class DifferenceAnswer(BaseModel):
    """One value: of a device (`channel` null) or of a channel of it; `registered` empty: nothing is. `version` is that
    of its row. One that is not `usable` (a number that does not identify the device) cannot be taken over.
    """

    device: str
    channel: int | None
    field: services.Field
    registered: str
    seen: str
    at: datetime | None
    how: str
    version: int
    usable: bool


class DifferencesAnswer(BaseModel):
    """Every difference of a school."""

    rows: list[DifferenceAnswer]


class RowBody(BaseModel):
    """The fields of one row that are wanted, each with the value that was seen, and the version of the row."""

    model_config = ConfigDict(extra="forbid")
    device: str
    channel: int | None = None
    version: int
    fields: dict[services.Field, str] = Field(min_length=1)


class TakeOverBody(BaseModel):
    """The rows of which something is taken over: all of it, or nothing."""

    model_config = ConfigDict(extra="forbid")
    rows: list[RowBody] = Field(min_length=1, max_length=MOST_ROWS)


def add(
    made: APIRouter,
    registry: Registry,
    writing: Writing,
    editions: Asked,
    now: Callable[[], datetime],
    outgoing: Callable[[], Networks],
) -> None:
    """The routes are in `made`."""

    @made.get("/schools/{code}/differences")
    def all_differences(code: str) -> DifferencesAnswer:
        """What is registered otherwise than the devices of this school say it, and what is registered of it not yet."""
        with registry() as session:
            there(session, code)
            return DifferencesAnswer(rows=[_row(each) for each in services.of_school(session, code)])

    @made.post("/schools/{code}/take-over", responses=_ANSWERS)
    def take_over(code: str, body: TakeOverBody) -> DifferencesAnswer:
        """Registers what the devices say, in the fields that are named and nowhere else; what still differs."""
        wanted, viewer, at = _wanted(body.rows), current(), now()
        try:
            with writing("take_over", school=code) as session:
                there(session, code)
                terms = Terms(at, outgoing(), viewer.name, permit_of(session, viewer))
                batch = Batch(kind="bulk", account_id=viewer.account_id, by=viewer.name, at=at)
                services.take_over(session, code, wanted, terms, batch if len(wanted) > 1 else None)
                judge_changed(session, [code], editions(), at)
                detail(session, count=len(wanted), what=" ".join(sorted({one.field for one in wanted})))
        except (NotShownError, StaleError) as error:
            raise TakeOverError("conflict", f"{error}; ask for the differences again") from None
        except ImportRefusedError as error:
            raise TakeOverError("wrong", *(_line(each, wanted) for each in error.mistakes)) from None
        return all_differences(code)


def _row(each: Difference) -> DifferenceAnswer:
    return DifferenceAnswer(**{name: getattr(each, name) for name in DifferenceAnswer.model_fields})


def _wanted(rows: Sequence[RowBody]) -> tuple[Chosen, ...]:
    return tuple(
        Chosen(row.device, row.channel, field, row.version, seen) for row in rows for field, seen in row.fields.items()
    )


def _line(mistake: Mistake, wanted: Sequence[Chosen]) -> str:
    rows = services.rows_of(wanted)
    device, channel, _ = rows[mistake.row - 1] if 0 < mistake.row <= len(rows) else ("", None, 0)
    where = f"{device}{f'/{channel}' if channel else ''}"
    return f"{where} {mistake.column}: {mistake.what('en')}; {mistake.remedy('en')}"
