"""The sites that are not done have an index in the order in which workers take them: what a claim costs does not grow
with the number of sites, nor with the nights.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_open_sites"
down_revision = "0010_answered"
branch_labels = None
depends_on = None

_OPEN = sa.text("state <> 'done'")


def upgrade() -> None:
    """One index in place of the other."""
    op.drop_index("sweep_site_state", "sweepsite")
    columns = ["state", "sweep_id", "rank", "site_id"]
    op.create_index("sweep_site_open", "sweepsite", columns, sqlite_where=_OPEN, postgresql_where=_OPEN)
