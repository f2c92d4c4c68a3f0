"""What all tables share: how a moment and a long text are kept, and how constraints are named."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, MetaData, TypeDecorator
from sqlmodel import Field, SQLModel

LARGE = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number that may pass 2³¹: those of SQLite have 64 bits anyway."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_EMPTY_LIST = "[]"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. The database keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (SQLAlchemy passes it)
        """Refuses a moment without a zone: it could mean any."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (SQLAlchemy passes it)
        """Puts UTC back."""
        return None if value is None else value.replace(tzinfo=UTC)


class UtcMilliseconds(TypeDecorator[datetime]):
    """A moment in UTC as whole milliseconds since 1970: 6 bytes in SQLite, where a `UtcDateTime` has 26. For the tables
    that grow every night.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  (SQLAlchemy passes it)
        """What is less than a millisecond is cut off. Refuses a moment without a zone: it could mean any."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no zone")
        return (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (SQLAlchemy passes it)
        """Makes a moment of it again."""
        return None if value is None else _EPOCH + value * _MILLISECOND


class JsonList(TypeDecorator[str]):
    """The text of a JSON list under zlib; an empty list, which most are, takes no byte."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002  (SQLAlchemy passes it)
        """Packs the text."""
        if value is None:
            return None
        return b"" if value == _EMPTY_LIST else zlib.compress(value.encode(), 9)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002  (SQLAlchemy passes it)
        """Unpacks it."""
        if value is None:
            return None
        return zlib.decompress(value).decode() if value else _EMPTY_LIST


def moment(**options: Any) -> Any:
    """A column that holds a moment in UTC."""
    return Field(sa_type=UtcDateTime, **options)


def brief_moment(**options: Any) -> Any:
    """A column that holds a moment in UTC to the millisecond, in few bytes."""
    return Field(sa_type=UtcMilliseconds, **options)


class Table(SQLModel):
    """What all tables share: constraints have names, without which a later migration cannot change them in SQLite."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
