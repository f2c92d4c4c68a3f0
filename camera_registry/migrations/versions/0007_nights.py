"""A small memory of nights: the numbers of a look in one packed row, items of sweeps in few bytes."""

import struct
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from camera_registry.models import LARGE, JsonList, UtcDateTime, UtcMilliseconds

revision = "0007_nights"
down_revision = "0006_audit"
branch_labels = None
depends_on = None

AT_ONCE = 1000
_RECORD = struct.Struct(">IBBHHHIHHIIH")
_CODECS = {name: code for code, name in enumerate(("h264", "h265", "mjpeg", "mpeg4", "av1"), 1)}
_LIGHTS = {"day": 1, "night": 2, "dark": 3}
_FIRST_WORD = 100
_FIELDS = (
    ("width", 1, 2), ("height", 1, 2), ("fps", 100, 2), ("bitrate_kbps", 10, 4), ("keyframe_interval_s", 100, 2),
    ("seconds", 10, 2), ("packets", 1, 4), ("packets_lost", 1, 4), ("longest_gap_s", 1000, 2),
)  # fmt: skip
"""Name, scale and bytes of each number, as `store.numbers` had them when this was written."""
_SMALL = ("attempts", "connections", "logins", "tries", "refusals")


def upgrade() -> None:
    """What stands in both tables is taken over. They are made anew: beside a table of another name, the names of their
    constraints would be taken.
    """
    connection = op.get_bind()
    op.execute("CREATE TABLE measurement_before AS SELECT * FROM measurement")
    op.drop_table("measurement")
    op.execute("CREATE TABLE sweepitem_before AS SELECT * FROM sweepitem")
    op.drop_table("sweepitem")
    _fill(_measurements(), _looks(connection))
    _fill(_items(), _kept_items(connection))
    op.create_index("item_of_device", "sweepitem", ["device_id", "ended_at"])
    to_do = sa.text("ended_at IS NULL")
    op.create_index("item_to_do", "sweepitem", ["sweep_id", "site_id"], sqlite_where=to_do, postgresql_where=to_do)
    for name in ("measurement", "sweepitem"):
        op.drop_table(f"{name}_before")


def _measurements() -> sa.Table:
    return op.create_table(
        "measurement",
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcMilliseconds(), nullable=False),
        sa.Column("streams", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_measurement_device_id_device")),
        sa.PrimaryKeyConstraint("device_id", "at", name=op.f("pk_measurement")),
    )


def _items() -> sa.Table:
    to = {"sweep_id": "sweep", "site_id": "site", "device_id": "device"}
    return op.create_table(
        "sweepitem",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", *to, *_SMALL)),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("state", "reason")),
        *(sa.Column(name, UtcMilliseconds(), nullable=True) for name in ("started_at", "ended_at")),
        *(sa.Column(name, LARGE, nullable=False) for name in ("bytes_in", "bytes_out")),
        sa.Column("session_s", sa.Float(), nullable=False),
        sa.Column("failures", JsonList(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_sweepitem_{column}_{table}"))
            for column, table in to.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweepitem")),
        sa.UniqueConstraint("sweep_id", "device_id", name=op.f("uq_sweepitem_sweep_id_device_id")),
    )


def _fill(table: sa.Table, rows: Iterator[dict[str, Any]]) -> None:
    some: list[dict[str, Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == AT_ONCE:
            op.get_bind().execute(table.insert(), some)
            some = []
    if some:
        op.get_bind().execute(table.insert(), some)


def _looks(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """The rows of streams, one for each device and look."""
    wanted = sa.text(
        "SELECT channel.device_id, measured.* FROM measurement_before measured"
        " JOIN stream ON stream.id = measured.stream_id JOIN channel ON channel.id = stream.channel_id"
        " ORDER BY channel.device_id, measured.at, measured.stream_id"
    ).columns(at=UtcDateTime())
    found = connection.execute(wanted.execution_options(yield_per=AT_ONCE))
    for (device_id, at), rows in groupby(found, lambda row: (row.device_id, _whole_ms(row.at))):
        words: list[str] = []
        each = {row.stream_id: row for row in rows}
        streams = b"".join(_record(row, words) for row in each.values())
        yield {"device_id": device_id, "at": at, "streams": streams, "words": "\n".join(words)}


def _kept_items(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    every = sa.text("SELECT * FROM sweepitem_before ORDER BY id")
    wanted = every.columns(started_at=UtcDateTime(), ended_at=UtcDateTime())
    found = connection.execute(wanted.execution_options(yield_per=AT_ONCE))
    return (dict(row) for row in found.mappings())


def _whole_ms(at: Any) -> Any:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _record(row: Any, words: list[str]) -> bytes:
    numbers = (_number(getattr(row, name), scale, (1 << 8 * size) - 1) for name, scale, size in _FIELDS)
    return _RECORD.pack(row.stream_id, _code(row.codec, words), _LIGHTS.get(row.light or "", 0), *numbers)


def _number(value: float | None, scale: int, unknown: int) -> int:
    return unknown if value is None else min(max(0, round(value * scale)), unknown - 1)


def _code(codec: str | None, words: list[str]) -> int:
    if codec is None or codec in _CODECS:
        return _CODECS.get(codec or "", 0)
    if codec not in words:
        words.append(codec)
    return _FIRST_WORD + words.index(codec)
