"""The tables of the registry."""

import sqlalchemy as sa
from alembic import op

from camera_registry.models import LARGE, UtcDateTime

revision = "0001_registry"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All tables, those that are named by others first."""
    _registered()
    _logins()
    _seen()
    _judged()
    _sweeps()


def _registered() -> None:
    """What people registered."""
    op.create_table(
        "district",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["district.id"], name=op.f("fk_district_parent_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("code", name=op.f("uq_district_code")),
    )
    op.create_table(
        "school",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("levels", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("managed_by", sa.Integer(), nullable=False),
        sa.Column("managed_since", sa.Date(), nullable=True),
        sa.Column("located_in", sa.String(), nullable=False),
        sa.Column("former_district", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["managed_by"], ["district.id"], name=op.f("fk_school_managed_by_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("code", name=op.f("uq_school_code")),
    )
    op.create_index(op.f("ix_school_managed_by"), "school", ["managed_by"], unique=False)
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("networks", sa.String(), nullable=False),
        sa.Column("uplink_mbps", sa.Float(), nullable=True),
        sa.Column("day_window", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_site_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("school_id", "name", name=op.f("uq_site_school_id_name")),
    )
    op.create_index(op.f("ix_site_school_id"), "site", ["school_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("make", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("onvif_port", sa.Integer(), nullable=False),
        sa.Column("rtsp_port", sa.Integer(), nullable=True),
        sa.Column("stream_path", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("onvif_account", sa.String(), nullable=False),
        sa.Column("basic_in_clear", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("maintainer", sa.String(), nullable=False),
        sa.Column("in_use_since", sa.Integer(), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("funding", sa.String(), nullable=False),
        sa.Column("price", LARGE, nullable=True),
        sa.Column("remembered", sa.String(), nullable=False),
        sa.Column("last_answered_at", UtcDateTime(), nullable=True),
        sa.Column("silent_nights", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_device_school_id_school")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_device_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("school_id", "code", name=op.f("uq_device_school_id_code")),
    )
    op.create_index(op.f("ix_device_school_id"), "device", ["school_id"], unique=False)
    op.create_index(op.f("ix_device_site_id"), "device", ["site_id"], unique=False)
    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("scope_by", sa.String(), nullable=False),
        sa.Column("scope_at", UtcDateTime(), nullable=True),
        sa.Column("scope_why", sa.String(), nullable=False),
        sa.Column("recorded_as", sa.Integer(), nullable=True),
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("outdoor", sa.Boolean(), nullable=True),
        sa.Column("heading", sa.Integer(), nullable=True),
        sa.Column("height_m", sa.Float(), nullable=True),
        sa.Column("scene_width_m", sa.Float(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_channel_device_id_device")),
        sa.ForeignKeyConstraint(["recorded_as"], ["channel.id"], name=op.f("fk_channel_recorded_as_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint("device_id", "index", name=op.f("uq_channel_device_id_index")),
    )
    op.create_index(op.f("ix_channel_device_id"), "channel", ["device_id"], unique=False)
    op.create_table(
        "stream",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("uri", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_stream_channel_id_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stream")),
        sa.UniqueConstraint("channel_id", "key", name=op.f("uq_stream_channel_id_key")),
    )
    op.create_index(op.f("ix_stream_channel_id"), "stream", ["channel_id"], unique=False)


def _logins() -> None:
    """How to log in, and which door may be tried."""
    op.create_table(
        "credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("doors", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_credential_device_id_device")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("device_id", "doors", "version", name=op.f("uq_credential_device_id_doors_version")),
    )
    op.create_index(op.f("ix_credential_device_id"), "credential", ["device_id"], unique=False)
    op.create_table(
        "loginrecord",
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("onvif", sa.String(), nullable=False),
        sa.Column("rtsp", sa.String(), nullable=False),
        sa.Column("https", sa.String(), nullable=False),
        sa.Column("zone_try_used", sa.Boolean(), nullable=False),
        sa.Column("trying_since", UtcDateTime(), nullable=True),
        sa.Column("crash_try_used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_loginrecord_credential_id_credential")
        ),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_loginrecord")),
    )


def _seen() -> None:
    """What was seen."""
    op.create_table(
        "sheetrecord",
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_sheetrecord_device_id_device")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_sheetrecord")),
    )
    op.create_table(
        "description",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_description_device_id_device")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_description")),
    )
    op.create_index(op.f("ix_description_device_id"), "description", ["device_id"], unique=False)
    op.create_table(
        "measurement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stream_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("codec", sa.String(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("fps", sa.Float(), nullable=True),
        sa.Column("bitrate_kbps", sa.Float(), nullable=True),
        sa.Column("keyframe_interval_s", sa.Float(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("packets", sa.Integer(), nullable=True),
        sa.Column("packets_lost", sa.Integer(), nullable=True),
        sa.Column("longest_gap_s", sa.Float(), nullable=True),
        sa.Column("light", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"], name=op.f("fk_measurement_stream_id_stream")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
        sa.UniqueConstraint("stream_id", "at", name=op.f("uq_measurement_stream_id_at")),
    )
    op.create_table(
        "modelencoding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("manufacturer", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_modelencoding")),
        sa.UniqueConstraint("manufacturer", "model", "digest", name=op.f("uq_modelencoding_manufacturer_model_digest")),
    )


def _judged() -> None:
    """What it is worth."""
    op.create_table(
        "findingrecord",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("decides", sa.Boolean(), nullable=False),
        sa.Column("fix", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("fact", sa.String(), nullable=True),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_findingrecord_channel_id_channel")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_findingrecord_device_id_device")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findingrecord")),
    )
    op.create_index("finding_by_rule", "findingrecord", ["rule", "outcome", "until"], unique=False)
    op.create_index("finding_now", "findingrecord", ["device_id", "until"], unique=False)
    op.create_index(op.f("ix_findingrecord_channel_id"), "findingrecord", ["channel_id"], unique=False)
    op.create_table(
        "verdictrecord",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=True),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_verdictrecord_channel_id_channel")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_verdictrecord_device_id_device")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdictrecord")),
    )
    op.create_index(op.f("ix_verdictrecord_channel_id"), "verdictrecord", ["channel_id"], unique=False)
    op.create_index(op.f("ix_verdictrecord_device_id"), "verdictrecord", ["device_id"], unique=False)
    op.create_index("verdict_now", "verdictrecord", ["until", "name"], unique=False)


def _sweeps() -> None:
    """The work of a night."""
    op.create_table(
        "sweep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("night", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep")),
        sa.UniqueConstraint("night", name=op.f("uq_sweep_night")),
    )
    op.create_index(op.f("ix_sweep_state"), "sweep", ["state"], unique=False)
    op.create_table(
        "sweepsite",
        sa.Column("sweep_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("leased_until", UtcDateTime(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_sweepsite_site_id_site")),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweep.id"], name=op.f("fk_sweepsite_sweep_id_sweep")),
        sa.PrimaryKeyConstraint("sweep_id", "site_id", name=op.f("pk_sweepsite")),
    )
    op.create_index("sweep_site_state", "sweepsite", ["sweep_id", "state"], unique=False)
    op.create_table(
        "sweepitem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sweep_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("connections", sa.Integer(), nullable=False),
        sa.Column("logins", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("session_s", sa.Float(), nullable=False),
        sa.Column("bytes_in", LARGE, nullable=False),
        sa.Column("bytes_out", LARGE, nullable=False),
        sa.Column("failures", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_sweepitem_device_id_device")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_sweepitem_site_id_site")),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweep.id"], name=op.f("fk_sweepitem_sweep_id_sweep")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweepitem")),
        sa.UniqueConstraint("sweep_id", "device_id", name=op.f("uq_sweepitem_sweep_id_device_id")),
    )
    op.create_index("item_of_device", "sweepitem", ["device_id", "ended_at"], unique=False)
    op.create_index(op.f("ix_sweepitem_sweep_id"), "sweepitem", ["sweep_id"], unique=False)
