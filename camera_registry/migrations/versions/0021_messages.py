"""Who is told what: e-mail digests, webhooks, and the hours in which nobody is told."""

revision = "0021_messages"
down_revision = "0020_handover"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
