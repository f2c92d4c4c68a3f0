"""Agents: programs at schools, the sites each looks at, and the orders that were given to them."""

import sqlalchemy as sa
from alembic import op

from camera_registry.models import LARGE, UtcDateTime

revision = "0022_agents"
down_revision = "0021_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables and their indexes."""
    op.create_table(
        "agent",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("code", "name", "nkey", "state", "version")),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("protocol", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("instance", "other_instance", "made_by")),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in ("twins_at", "seen_at")),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
        sa.UniqueConstraint("code", name=op.f("uq_agent_code")),
    )
    op.create_table(
        "agentsite",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_agentsite")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_agentsite_site_id_site")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_agentsite_agent_id_agent")),
    )
    op.create_index(op.f("ix_agentsite_agent_id"), "agentsite", ["agent_id"])
    _orders()


def _orders() -> None:
    keys = ("agent", "sweep", "site")
    op.create_table(
        "agentorder",
        sa.Column("id", LARGE, autoincrement=False, nullable=False),
        *(sa.Column(f"{name}_id", sa.Integer(), nullable=False) for name in keys),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("owner", "items", "state")),
        *(sa.Column(name, UtcDateTime(), nullable=False) for name in ("made_at", "ends_by")),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in ("sent_at", "ended_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agentorder")),
        *(
            sa.ForeignKeyConstraint([f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_agentorder_{name}_id_{name}"))
            for name in keys
        ),
    )
    for name in ("sweep_id", "site_id"):
        op.create_index(op.f(f"ix_agentorder_{name}"), "agentorder", [name])
    still_open = sa.text("state = 'open'")
    op.create_index(
        "agent_order_open", "agentorder", ["agent_id"], sqlite_where=still_open, postgresql_where=still_open
    )
