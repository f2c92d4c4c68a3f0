"""What lists are read from: words to find by, the verdicts that hold now, the rows of the list, and indexes."""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0012_list_indexes"
down_revision = "0011_open_sites"
branch_labels = None
depends_on = None

_PLACE = ("school_code", "device_code", "channel_index", "finding_id")
_COUNTED = ("rule", "fix", "actor", "worst", "finding_id")
_INDEXES = {
    "listed_worst": ("worst", *_PLACE),
    "listed_district": ("district_code", *_PLACE),
    "listed_school": _PLACE,
    "listed_device": ("device_code", "school_code", "channel_index", "finding_id"),
    "listed_rule": ("rule", *_PLACE),
    "listed_fix": ("fix", *_PLACE),
    "listed_actor": ("actor", *_PLACE),
    "listed_since": ("since", *_PLACE),
    "listed_of_unit": ("district_id", *_COUNTED),
    "listed_camera": ("camera", *_COUNTED),
    "listed_model": ("model", "rule", "finding_id"),
    "listed_at_school": ("school_id",),
    "listed_at_device": ("device_id",),
    "listed_at_channel": ("channel_id",),
}
_WORST = ("compliant", "unverified", "reconfigure", "repair", "replace")
"""The verdicts, the worst last: a device has that of its worst channel."""
_AT_ONCE = 2000


def _table(name: str, columns: str) -> sa.TableClause:
    return sa.table(name, *map(sa.column, columns.split()))


_FINDING = _table(
    "findingrecord", "id device_id channel_id rule fix actor outcome decides nights seen_at fails_since until"
)
_VERDICT = _table("verdictrecord", "device_id channel_id name until")
_CHANNEL = _table("channel", "id device_id index recorded_as verdict search")
_DEVICE = _table("device", "id school_id code make model verdict search")
_SCHOOL = _table("school", "id code managed_by search")
_DISTRICT = _table("district", "id code")
_UNIT = _table("unitrecord", "id device_id manufacturer model serial mac")


def upgrade() -> None:
    """The columns, the table and the indexes; what is kept in them is made of what is there."""
    for table in ("school", "device", "channel"):
        op.add_column(table, sa.Column("search", sa.String(), nullable=False, server_default=sa.text("''")))
    for table in ("device", "channel"):
        op.add_column(table, sa.Column("verdict", sa.String(), nullable=False, server_default="unverified"))
    _make_listed()
    _fill()
    for name in ("verdict_now", "ix_verdictrecord_device_id"):
        op.drop_index(name, "verdictrecord")
    op.create_index("verdict_now", "verdictrecord", ["device_id", "until"])
    for name, columns in _INDEXES.items():
        op.create_index(name, "listedfinding", list(columns))
    op.create_index("device_searched", "device", ["school_id", "code", "search"])
    op.create_index("ix_channel_recorded_as", "channel", ["recorded_as"])
    op.create_index("channel_verdict", "channel", ["verdict", "device_id"])


def _make_listed() -> None:
    keys = {"finding_id": "findingrecord", "district_id": "district", "school_id": "school", "device_id": "device"}
    keys["channel_id"] = "channel"
    op.create_table(
        "listedfinding",
        *(sa.Column(name, sa.Integer(), nullable=name == "channel_id") for name in keys),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("district_code", "school_code", "device_code")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("channel_index", "camera", "worst", "nights")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("rule", "fix", "actor", "model", "search")),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in ("seen_at", "since")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_listedfinding")),
        *(sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_listedfinding_{name}_{to}"))
          for name, to in keys.items()),
    )  # fmt: skip


def _fill() -> None:
    _put_words("school", ("code", "name"))
    _put_words("channel", ("name",))
    _put_words("device", ("code", "host", "make", "model", "serial", "mac"))
    for name in _WORST:
        for table, key in ((_CHANNEL, _VERDICT.c.channel_id), (_DEVICE, _VERDICT.c.device_id)):
            of: Any = sa.Select(key).where(_VERDICT.c.until.is_(None), _VERDICT.c.name == name, key.is_not(None))
            op.execute(table.update().where(table.c.id.in_(of)).values(verdict=name))
    rows = _rows()
    listed = sa.table("listedfinding", *map(sa.column, rows))
    op.execute(listed.insert().from_select(list(rows), _failing(rows)))
    kinds: Any = sa.Select(_DEVICE.c.make, _DEVICE.c.model).distinct()
    for kind in op.get_bind().execute(kinds).all():
        mine: Any = sa.Select(_DEVICE.c.id).where(_DEVICE.c.make == kind.make, _DEVICE.c.model == kind.model)
        said = f"{_plain(kind.make)}\n{_plain(kind.model)}"
        op.execute(listed.update().where(listed.c.device_id.in_(mine)).values(model=said))


def _rows() -> dict[str, Any]:
    f, d, s, u, c = _FINDING.c, _DEVICE.c, _SCHOOL.c, _DISTRICT.c, _CHANNEL.c
    worst = {name: place for place, name in enumerate(reversed(_WORST), start=1)}
    return {
        "finding_id": f.id, "district_id": u.id, "district_code": u.code, "school_id": s.id, "school_code": s.code,
        "device_id": d.id, "device_code": d.code, "channel_id": f.channel_id,
        "channel_index": sa.func.coalesce(c.index, 0), "camera": sa.func.coalesce(c.recorded_as, c.id, -d.id),
        "worst": sa.case(worst, value=sa.func.coalesce(c.verdict, d.verdict), else_=worst["unverified"]),
        "rule": f.rule, "fix": sa.func.coalesce(f.fix, "survey"), "actor": f.actor, "nights": f.nights,
        "seen_at": f.seen_at, "since": f.fails_since,
        "model": sa.literal(""),
        "search": sa.func.coalesce(s.search + "\n" + d.search + "\n" + c.search, s.search + "\n" + d.search + "\n"),
    }  # fmt: skip


def _failing(columns: dict[str, Any]) -> Any:
    joined = _FINDING.join(_DEVICE, _FINDING.c.device_id == _DEVICE.c.id)
    joined = joined.join(_SCHOOL, _DEVICE.c.school_id == _SCHOOL.c.id)
    joined = joined.join(_DISTRICT, _SCHOOL.c.managed_by == _DISTRICT.c.id)
    joined = joined.outerjoin(_CHANNEL, _FINDING.c.channel_id == _CHANNEL.c.id)
    fails = (_FINDING.c.until.is_(None), _FINDING.c.outcome == "fail", _FINDING.c.decides)
    return sa.Select(*columns.values()).select_from(joined).where(*fails)


def _put_words(name: str, columns: tuple[str, ...]) -> None:
    """The words of each row: what is registered, and of a device what the unit that stands there now says of itself."""
    connection, table = op.get_bind(), sa.table(name, *map(sa.column, ("id", "search", *columns)))
    chosen: Any = sa.Select(table.c.id, *(table.c[column] for column in columns)).order_by(table.c.id).limit(_AT_ONCE)
    last = 0
    while rows := connection.execute(chosen.where(table.c.id > last)).all():
        said = _said(last, rows[-1].id) if name == "device" else {}
        last = rows[-1].id
        changed = [{"row_id": row[0], "said": _words([*_parts(row), *said.get(row[0], ())])} for row in rows]
        to = table.update().where(table.c.id == sa.bindparam("row_id")).values(search=sa.bindparam("said"))
        connection.execute(to, changed)


def _said(after: int, last: int) -> dict[int, list[str]]:
    """What the newest unit of each of these devices says."""
    chosen: Any = sa.Select(*_UNIT.c["device_id", "manufacturer", "model", "serial", "mac"]).order_by(_UNIT.c.id)
    found = op.get_bind().execute(chosen.where(_UNIT.c.device_id > after, _UNIT.c.device_id <= last))
    return {row.device_id: _parts(row) for row in found}


def _parts(row: Any) -> list[str]:
    said = dict(row._mapping)
    if "mac" in said:
        said["mac"] = re.sub("[^0-9a-z]", "", said["mac"].casefold())
    return list(said.values())[1:]  # without the id


def _words(parts: list[str]) -> str:
    return "\n".join(dict.fromkeys(_folded(part) for part in parts if part.strip()))


def _folded(text: str) -> str:
    """Lower case, single spaces, no marks, as `camera_registry.lists.folded` had it when this was written."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return _plain(bare).replace("đ", "d")


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
