"""What the overview adds up of each school, and of each day."""

revision = "0017_sums"
down_revision = "0016_found"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
