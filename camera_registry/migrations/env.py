"""Alembic's entry: runs the migrations on the connection that `database.upgrade` hands in."""

from typing import Any, Literal

from alembic import context

from camera_registry.models import Table, UtcDateTime


def _render(kind: str, value: Any, _context: Any) -> str | Literal[False]:
    """Our own column type by its short name; everything else as Alembic writes it."""
    return "UtcDateTime()" if kind == "type" and isinstance(value, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    render_item=_render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
