"""${message}."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from camera_registry.models import UtcDateTime
${imports if imports else ""}
revision = "${up_revision}"
down_revision = ${'"%s"' % down_revision if down_revision else None}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the tables forward."""
    ${upgrades if upgrades else "pass"}
