"""What a public office needs to stand behind a judgement: texts of editions, answers, exceptions, acceptances."""

import sqlalchemy as sa
from alembic import op

from camera_registry.models import UtcDateTime

revision = "0004_standards"
down_revision = "0003_units"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Findings may be about a site or a school; the tables of what people said and confirmed."""
    _findings()
    _editions()
    _said()
    _waivers()
    _changes()
    _acceptances()


def _findings() -> None:
    with op.batch_alter_table("findingrecord") as table:
        table.alter_column("device_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("site_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("school_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("nights", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("night", sa.Date(), nullable=True))
        table.add_column(sa.Column("fails_since", UtcDateTime(), nullable=True))
        table.create_foreign_key(op.f("fk_findingrecord_site_id_site"), "site", ["site_id"], ["id"])
        table.create_foreign_key(op.f("fk_findingrecord_school_id_school"), "school", ["school_id"], ["id"])
        table.create_index(op.f("ix_findingrecord_site_id"), ["site_id"])
        table.create_index(op.f("ix_findingrecord_school_id"), ["school_id"])
    op.execute("UPDATE findingrecord SET fails_since = since WHERE outcome = 'fail'")


def _editions() -> None:
    op.create_table(
        "editionrecord",
        *_texts("sha256", "edition", "version"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_from", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_editionrecord")),
    )
    _index("editionrecord", "edition")
    op.create_table(
        "confirmationrecord",
        _id(),
        *_texts("of", "edition", "rule", "clause", "quote", "value", "scan_sha256", "asked_by"),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        *_texts("state", "decided_by"),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        *_texts("note"),
        sa.Column("made", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmationrecord")),
    )
    _index("confirmationrecord", "of")


def _said() -> None:
    subjects = ("school", "site", "device", "channel")
    op.create_table(
        "answerrecord",
        _id(),
        *_texts("rule", "subject"),
        *(sa.Column(f"{name}_id", sa.Integer(), nullable=True) for name in subjects),
        sa.Column("met", sa.Boolean(), nullable=True),
        *_texts("by"),
        sa.Column("at", UtcDateTime(), nullable=False),
        *_texts("note", "attachment_name", "attachment_sha256"),
        *(_foreign("answerrecord", name) for name in subjects),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answerrecord")),
    )
    op.create_index("answer_by_rule", "answerrecord", ["rule", "subject"])
    _index("answerrecord", *(f"{name}_id" for name in subjects))
    op.create_table(
        "onsiterecord",
        _id(),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        *_texts("by"),
        sa.Column("at", UtcDateTime(), nullable=False),
        *_texts("note", "attachment_name", "attachment_sha256"),
        _foreign("onsiterecord", "channel"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_onsiterecord")),
    )
    _index("onsiterecord", "channel_id")


def _waivers() -> None:
    scopes = ("district", "school", "device", "channel")
    op.create_table(
        "waiverrecord",
        _id(),
        *_texts("rule", "scope"),
        *(sa.Column(f"{name}_id", sa.Integer(), nullable=True) for name in scopes),
        *_texts("make", "model", "reason"),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        *_texts("zone", "level", "asked_by"),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        *_texts("state", "decided_by", "decided_level"),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        *_texts("note", "withdrawn_by"),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        *_texts("withdrawn_note"),
        *(_foreign("waiverrecord", name) for name in scopes),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiverrecord")),
    )
    op.create_index("waiver_by_rule", "waiverrecord", ["rule", "state"])
    _index("waiverrecord", *(f"{name}_id" for name in scopes))


def _changes() -> None:
    op.create_table(
        "changerecord",
        _id(),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        *_texts("kind", "body"),
        _foreign("changerecord", "device"),
        _foreign("changerecord", "channel"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changerecord")),
    )
    op.create_index("change_of_device", "changerecord", ["device_id", "at"])
    _index("changerecord", "channel_id")


def _acceptances() -> None:
    op.create_table(
        "acceptance",
        _id(),
        *_texts("code", "name", "edition_sha256", "asked_by"),
        sa.Column("begins", UtcDateTime(), nullable=False),
        sa.Column("ends", UtcDateTime(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        *_texts("state"),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        *_texts("closed_by"),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        *_texts("result_sha256"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint("code", name=op.f("uq_acceptance_code")),
    )
    _index("acceptance", "state")
    op.create_table(
        "acceptancechannel",
        sa.Column("acceptance_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        _foreign("acceptancechannel", "acceptance"),
        _foreign("acceptancechannel", "channel"),
        sa.PrimaryKeyConstraint("acceptance_id", "channel_id", name=op.f("pk_acceptancechannel")),
    )
    look = ("acceptance_id", "device_id", "at")
    op.create_table(
        "acceptancelook",
        _id(),
        sa.Column("acceptance_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _foreign("acceptancelook", "acceptance"),
        _foreign("acceptancelook", "device"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptancelook")),
        sa.UniqueConstraint(*look, name=op.f("uq_acceptancelook_acceptance_id_device_id_at")),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _texts(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.String(), nullable=False) for name in names)


def _foreign(table: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([f"{to}_id"], [f"{to}.id"], name=op.f(f"fk_{table}_{to}_id_{to}"))


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
