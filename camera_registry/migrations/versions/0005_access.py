"""Who may sign in, where technicians work, sessions, tokens of programs, and failed logins."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0005_access"
down_revision = "0004_standards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables of access; credentials say who typed them."""
    op.create_table(
        "account",
        _id(),
        *_texts("login", "name", "seen_name", "role"),
        _to("district", null=True),
        _to("school", null=True),
        *_texts("password"),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        *_texts("made_by"),
        *_moments("made_at", ended="closed_at"),
        *_keys("account", "district", "school"),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sa.UniqueConstraint("seen_name", name=op.f("uq_account_seen_name")),
    )
    op.create_table(
        "assignment",
        _id(),
        _to("account"),
        _to("school"),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        *_texts("company", "contract"),
        *_keys("assignment", "account", "school"),
    )
    op.create_table(
        "loginsession",
        _id(),
        _to("account"),
        *_texts("token", "waits_for"),
        *_moments("begun_at", "seen_at", ended="ended_at"),
        *_texts("address", "browser"),
        *_keys("loginsession", "account"),
        sa.UniqueConstraint("token", name=op.f("uq_loginsession_token")),
    )
    op.create_table(
        "apitoken",
        _id(),
        _to("account"),
        *_texts("name", "token", "scope"),
        *_moments("made_at", "ends_at", ended="ended_at"),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        *_keys("apitoken", "account"),
        sa.UniqueConstraint("token", name=op.f("uq_apitoken_token")),
    )
    op.create_table(
        "loginthrottle",
        *_texts("key"),
        sa.Column("failures", sa.Integer(), nullable=False),
        *_moments("last_at", ended="until"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_loginthrottle")),
    )
    for table, others in _HANGS_ON.items():
        for other in others:
            op.create_index(op.f(f"ix_{table}_{other}_id"), table, [f"{other}_id"])
    with op.batch_alter_table("credential") as credential:
        credential.add_column(sa.Column("made_by", sa.Integer(), nullable=True))
        credential.create_foreign_key(op.f("fk_credential_made_by_account"), "account", ["made_by"], ["id"])
        credential.create_index(op.f("ix_credential_made_by"), ["made_by"])


_HANGS_ON = {
    "account": ("district", "school"),
    "assignment": ("account", "school"),
    "loginsession": ("account",),
    "apitoken": ("account",),
}


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _to(other: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(f"{other}_id", sa.Integer(), nullable=null)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _moments(*names: str, ended: str) -> list[sa.Column[Any]]:
    needed: list[sa.Column[Any]] = [sa.Column(name, UtcDateTime(), nullable=False) for name in names]
    return [*needed, sa.Column(ended, UtcDateTime(), nullable=True)]


def _keys(table: str, *others: str) -> list[sa.Constraint]:
    keys = [
        sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id_{other}"))
        for other in others
    ]
    return [*keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
