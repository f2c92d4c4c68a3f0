"""What may stand after the question mark of an address of the API.

An empty value is none, because forms send those; a name that is not known is an error that names those there are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from camera_registry.moments import day_in_reach, moment_in_reach
from camera_registry.services.listed import MOST_ROWS, Filter
from camera_registry.services.listing_asked import row_keys

Moment = Annotated[AwareDatetime, AfterValidator(moment_in_reach)]
"""A moment with a zone, which can be told in every other."""
Day = Annotated[date, AfterValidator(day_in_reach)]


class Query(BaseModel):
    """Parameters of an address, all of which may be left out."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def known_and_said(cls, given: Any) -> Any:
        """Without the empty ones; raises for a name that there is not."""
        unknown = sorted(set(given) - set(cls.model_fields))
        if unknown:
            raise PydanticCustomError(
                "unknown_parameter",
                "there is no parameter “{name}”; use: {known}",
                {"name": unknown[0][:50], "known": ", ".join(cls.model_fields)},
            )
        return {name: value for name, value in given.items() if value != ""}


class PlaceQuery(Query):
    """Of one unit, of one school."""

    district: str | None = None
    school: str | None = None


class ListQuery(PlaceQuery):
    """Which rows of a list; values outside the closed lists are told by `Filter`."""

    fix: str | None = None
    actor: str | None = None
    make: str | None = None
    model: str | None = None
    verdict: str | None = None
    waiver: str | None = None
    official: str | None = None
    free: str | None = None
    kind: str | None = None
    rule: str | None = None
    q: str = ""
    sort: str = "severity"
    direction: str | None = None

    def filter(self) -> Filter:
        """The filter; raises ListingError."""
        return Filter(**self.model_dump(exclude={"lang", "columns", "row"}))


class PageQuery(ListQuery):
    """One page of a list."""

    page: int = 1
    size: int = 50


class LanguageQuery(Query):
    """A file with headings in this language."""

    lang: Literal["vi", "en"] = Field("vi")


class FileQuery(ListQuery):
    """All rows of a list as a file, with headings in this language: all columns, or those that are named, with commas
    between them. `row`: of what is not compliant these rows alone, each SCHOOL/DEVICE/CHANNEL/RULE (channel 0: the
    device as a whole).
    """

    lang: Literal["vi", "en"] = Field("vi")
    columns: str = ""
    row: Annotated[list[str], Field(max_length=MOST_ROWS)] = []

    def filter(self) -> Filter:
        """The filter; raises ListingError."""
        return replace(super().filter(), rows=row_keys(self.row))
