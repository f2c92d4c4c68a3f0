"""What discovery found, which discoveries were asked for, pairs that may be one camera, and those that are not."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0016_found"
down_revision = "0015_bundles"
branch_labels = None
depends_on = None

_INDEXES = {
    "foundunit": ("school_id", "site_id"),
    "discovery": ("school_id", "state"),
    "proposedpair": ("recorded_id", "school_id"),
    "notsame": ("device_id", "other_id", "channel_id", "other_channel_id"),
}


def upgrade() -> None:
    """The tables and their indexes."""
    _make_found()
    _make_pairs()
    for table, columns in _INDEXES.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index("discovery_of_site", "discovery", ["site_id", "state"])


def _make_found() -> None:
    op.create_table(
        "foundunit",
        *_numbers("id", "school_id", "site_id"),
        sa.Column("onvif_port", sa.Integer(), nullable=True),
        *_texts("address", "ports", "make", "model", "mac", "endpoint", "said"),
        *_texts("dismissed_by", "dismissed_why"),
        *(sa.Column(name, UtcDateTime(), nullable=False) for name in ("first_seen_at", "last_seen_at")),
        sa.Column("dismissed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foundunit")),
        *_at_school("foundunit"),
    )
    op.create_table(
        "discovery",
        *_numbers("id", "school_id", "site_id", "attempts", "addresses", "checked", "found"),
        *_texts("by", "state", "owner", "reason"),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in ("leased_until", "ended_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discovery")),
        *_at_school("discovery"),
    )


def _make_pairs() -> None:
    op.create_table(
        "proposedpair",
        *_numbers("channel_id", "recorded_id", "school_id"),
        *_texts("reason", "said"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_proposedpair")),
        _points("proposedpair", "channel_id", "channel"),
        _points("proposedpair", "recorded_id", "channel"),
        _points("proposedpair", "school_id", "school"),
    )
    op.create_table(
        "notsame",
        *_numbers("id", "device_id", "other_id"),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("channel_id", "other_channel_id")),
        *_texts("by"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notsame")),
        _points("notsame", "device_id", "device"),
        _points("notsame", "other_id", "device"),
        _points("notsame", "channel_id", "channel"),
        _points("notsame", "other_channel_id", "channel"),
    )


def _numbers(*names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(sa.Column(name, sa.Integer(), nullable=False) for name in names)


def _texts(*names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(sa.Column(name, sa.String(), nullable=False) for name in names)


def _at_school(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return (_points(table, "school_id", "school"), _points(table, "site_id", "site"))


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))
