"""The audit log: a chain of entries, their values apart, and what keeps both as they were written."""

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

AFTER = "0005_access"
revision = "0006_audit"
down_revision = AFTER
branch_labels = None
depends_on = None

_TRIGGERS = {
    "auditrecord_follows": """BEFORE INSERT ON auditrecord
        WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM auditrecord)
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows: an entry has the next number'); END""",
    "auditrecord_stays": """BEFORE UPDATE ON auditrecord
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows: no entry is changed'); END""",
    "auditrecord_is_kept": """BEFORE DELETE ON auditrecord
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows: no entry is deleted'); END""",
    "auditvalues_once": """BEFORE INSERT ON auditvalues
        WHEN EXISTS (SELECT 1 FROM auditvalues WHERE number = NEW.number)
        BEGIN SELECT RAISE(ABORT, 'values of the audit log are written once'); END""",
    "auditvalues_stay": """BEFORE UPDATE ON auditvalues
        BEGIN SELECT RAISE(ABORT, 'values of the audit log are erased, never changed'); END""",
    "auditvalues_said": """BEFORE DELETE ON auditvalues
        WHEN NOT EXISTS (SELECT 1 FROM auditerased WHERE number = OLD.number)
        BEGIN SELECT RAISE(ABORT, 'values of the audit log are erased only by an entry that says so'); END""",
    "auditerased_once": """BEFORE INSERT ON auditerased
        WHEN EXISTS (SELECT 1 FROM auditerased WHERE number = NEW.number)
        BEGIN SELECT RAISE(ABORT, 'values of the audit log are erased once'); END""",
    "auditerased_stays": """BEFORE UPDATE ON auditerased
        BEGIN SELECT RAISE(ABORT, 'what was erased of the audit log stays said'); END""",
    "auditerased_is_kept": """BEFORE DELETE ON auditerased
        BEGIN SELECT RAISE(ABORT, 'what was erased of the audit log stays said'); END""",
}
"""What SQLite refuses. Inserts are looked at too, because `INSERT OR REPLACE` deletes without asking a trigger."""


def upgrade() -> None:
    """The three tables of the log, and the triggers that keep them."""
    op.create_table(
        "auditrecord",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("action", "digest", "previous", "hash")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_auditrecord")),
    )
    op.create_table(
        "auditvalues",
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("salt", "body", "school", "account")),
        sa.ForeignKeyConstraint(["number"], ["auditrecord.number"], name=op.f("fk_auditvalues_number_auditrecord")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_auditvalues")),
    )
    op.create_table(
        "auditerased",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("erased_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["auditrecord.number"], name=op.f("fk_auditerased_number_auditrecord")),
        sa.ForeignKeyConstraint(
            ["erased_by"], ["auditrecord.number"], name=op.f("fk_auditerased_erased_by_auditrecord")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_auditerased")),
    )
    indexes = {"auditrecord": ("at", "action"), "auditvalues": ("school", "account"), "auditerased": ("erased_by",)}
    for table, columns in indexes.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for name, what in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")
