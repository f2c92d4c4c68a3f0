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
    "auditrecord_follows": (
        "INSERT ON auditrecord",
        "NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM auditrecord)",
        "the audit log only grows: an entry has the next number",
    ),
    "auditrecord_stays": ("UPDATE ON auditrecord", "", "the audit log only grows: no entry is changed"),
    "auditrecord_is_kept": ("DELETE ON auditrecord", "", "the audit log only grows: no entry is deleted"),
    "auditvalues_once": (
        "INSERT ON auditvalues",
        "EXISTS (SELECT 1 FROM auditvalues WHERE number = NEW.number)",
        "values of the audit log are written once",
    ),
    "auditvalues_stay": ("UPDATE ON auditvalues", "", "values of the audit log are erased, never changed"),
    "auditvalues_said": (
        "DELETE ON auditvalues",
        "NOT EXISTS (SELECT 1 FROM auditerased WHERE number = OLD.number)",
        "values of the audit log are erased only by an entry that says so",
    ),
    "auditerased_once": (
        "INSERT ON auditerased",
        "EXISTS (SELECT 1 FROM auditerased WHERE number = NEW.number)",
        "values of the audit log are erased once",
    ),
    "auditerased_stays": ("UPDATE ON auditerased", "", "what was erased of the audit log stays said"),
    "auditerased_is_kept": ("DELETE ON auditerased", "", "what was erased of the audit log stays said"),
}
"""What the database refuses: before what, when, and in which words. Inserts are looked at too, because `INSERT OR
REPLACE` of SQLite deletes without asking a trigger.
"""
_KEPT = ("auditrecord", "auditvalues", "auditerased")


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
    make = _refuse_in_postgresql if op.get_bind().dialect.name == "postgresql" else _refuse_in_sqlite
    for name, (before, when, words) in _TRIGGERS.items():
        make(name, before, when, words)
    if op.get_bind().dialect.name == "postgresql":
        _refuse_truncate()


def _refuse_in_sqlite(name: str, before: str, when: str, words: str) -> None:
    condition = f"WHEN {when}" if when else ""
    op.execute(f"CREATE TRIGGER {name} BEFORE {before} {condition} BEGIN SELECT RAISE(ABORT, '{words}'); END")


def _refuse_in_postgresql(name: str, before: str, when: str, words: str) -> None:
    """A condition with a question stands in the function: PostgreSQL allows none in the trigger."""
    gives = "OLD" if before.startswith("DELETE") else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when or 'true'} THEN {_raise(words)} END IF; RETURN {gives}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {before} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _refuse_truncate() -> None:
    """TRUNCATE, which SQLite does not have, asks no trigger of a row."""
    words = "the audit log only grows: no entry is deleted"
    op.execute(f"CREATE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {_raise(words)} END $$")
    for table in _KEPT:
        op.execute(f"CREATE TRIGGER {table}_truncated BEFORE TRUNCATE ON {table} EXECUTE FUNCTION audit_kept()")


def _raise(words: str) -> str:
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';"
