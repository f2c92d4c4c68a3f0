"""What schools reply to findings, and what the probe that followed said."""

revision = "0018_replies"
down_revision = "0017_sums"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
