"""Periods of reports, who has sent, and the figures that are frozen."""

revision = "0019_periods"
down_revision = "0018_replies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
