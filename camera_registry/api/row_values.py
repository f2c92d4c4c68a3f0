"""Rows of the register as JSON: the fields of the files, numbers as numbers, days in ISO 8601, nothing as null. Pure.

Strategy: bodies and answers are made from the columns of the files, so that a new column is there by itself. The public
key of a row is `code`, or `index`; of whom it is stands in the address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from camera_registry.importing import cells
from camera_registry.importing.columns import FILES, Column
from camera_registry.importing.mistakes import Mistake, WrongCell
from camera_registry.importing.written import text
from camera_registry.services.as_cells import Standing
from standards.model import LANGUAGES, Text

Value = str | int | float | None
LONGEST = 1000
_CODES = {"schools.csv": "school.code", "devices.csv": "device.code"}
_OF_PLACE: Mapping[str, frozenset[str]] = {
    "schools.csv": frozenset(),
    "devices.csv": frozenset({"school"}),
    "channels.csv": frozenset({"school", "device"}),
}
"""Fields that stand in the address."""
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def fields_of(file: str) -> dict[str, str]:
    """The field of the file by its name in JSON."""
    own = (field for field in FILES[file] if field not in _OF_PLACE[file])
    return {"code" if field == _CODES.get(file) else field: field for field in own}


OF_SCHOOL = (
    *("name", "levels", "kind", "managed_by", "located_in", "former_district", "contact", "phone", "email", "tags"),
)
"""Fields that are of a school as a whole, and not of one of its sites."""


class _Body(BaseModel):
    """What is said of a row: a field that is not named stays as it is, null empties it. `version` is the one seen."""

    model_config = ConfigDict(extra="forbid")
    version: Annotated[int | None, Field(ge=1, le=2**31)] = None


class RowAnswer(BaseModel):
    """A row as it stands. Whoever changes it says its `version`."""

    version: int


class MistakeAnswer(BaseModel):
    """One thing that is wrong: in which field (of which row of a grid, from 1), what, and what to do."""

    row: int
    field: str
    value: str
    kind: str
    what: Text
    remedy: Text


def body_of(file: str, title: str, *without: str) -> type[_Body]:
    """The model of a body that says something of a row of this file."""
    said: Any = {
        name: (Annotated[str, Field(max_length=LONGEST)] | int | float | None, None)
        for name in fields_of(file)
        if name not in without
    }
    return create_model(title, __base__=_Body, __doc__=_Body.__doc__, **said)


def answer_of(file: str, title: str) -> type[RowAnswer]:
    """The model of an answer that is a row of this file."""
    said: Any = dict.fromkeys(fields_of(file), (Value, ...))
    return create_model(title, __base__=RowAnswer, __doc__=RowAnswer.__doc__, **said)


SchoolBody = body_of("schools.csv", "SchoolBody", "code", "site")
NewSchoolBody = body_of("schools.csv", "NewSchoolBody", "site")
SiteBody = body_of("schools.csv", "SiteBody", "code", *OF_SCHOOL)
DeviceBody = body_of("devices.csv", "DeviceBody", "code")
NewDeviceBody = body_of("devices.csv", "NewDeviceBody")
ChannelBody = body_of("channels.csv", "ChannelBody", "index")
GridRowBody = body_of("channels.csv", "GridRowBody")
SchoolRow = answer_of("schools.csv", "SchoolRow")
DeviceRow = answer_of("devices.csv", "DeviceRow")
ChannelRow = answer_of("channels.csv", "ChannelRow")


def told(file: str, row: Standing) -> dict[str, Value]:
    """The row as JSON tells it."""
    values = {name: _value(FILES[file][field], row.cells[field]) for name, field in fields_of(file).items()}
    return {**values, "version": row.version}


def cells_of(file: str, body: BaseModel) -> dict[str, str]:
    """The cells that a body names, by field of the file."""
    given = body.model_dump(exclude_unset=True, exclude={"version"})
    fields = fields_of(file)
    return {fields[name]: _cell(FILES[file][fields[name]], value) for name, value in given.items()}


def mistake_answer(file: str, mistake: Mistake) -> MistakeAnswer:
    """The answer that tells of a mistake."""
    names = {field: name for name, field in fields_of(file).items()}
    what, remedy = ({lang: of(lang) for lang in LANGUAGES} for of in (mistake.what, mistake.remedy))
    field = names.get(mistake.column, mistake.column)
    return MistakeAnswer(
        row=mistake.row, field=field, value=mistake.value, kind=mistake.kind, what=_text(what), remedy=_text(remedy)
    )


def _value(column: Column, cell: str) -> Value:
    if not cell:
        return None
    if column.choices is not None:
        return cell
    try:
        value = column.read(cell)
    except WrongCell:
        return cell
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | float) and not isinstance(value, bool) else cell


def _cell(column: Column, value: Value) -> str:
    if column.read is cells.day and isinstance(value, str) and (found := _ISO_DAY.fullmatch(value)):
        return "/".join(reversed(found.groups()))
    return text(value)


def _text(told_in: Mapping[str, str]) -> Text:
    return {"vi": told_in["vi"], "en": told_in["en"]}
