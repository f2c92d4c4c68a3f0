"""What is asked of the work of a night is found by its index, however many sites there are."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from camera_registry.database import reading
from camera_registry.store import open_sites

NOW = datetime(2026, 11, 29, 22, tzinfo=UTC)


FIRST = {"sweep": 1, "now": NOW, "not_at": [3, 4]}


@pytest.mark.parametrize(
    "statement",
    [
        open_sites._LEASED,
        open_sites._FIRST_WAITING.params(**FIRST),
        open_sites._FIRST_OF_AGENT.params(**FIRST, agent=1),
    ],
)
def test_sites_to_claim_are_found_by_their_index(engine, statement):
    """Of a city all but a few sites wait or are done: neither are gone through."""
    options = {"literal_binds": True, "render_postcompile": True}
    asked = str(statement.compile(dialect=engine.dialect, compile_kwargs=options))
    with reading(engine) as session:
        if engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL enable_seqscan = off"))  # of few rows it would go through all
            plan = [row[0] for row in session.execute(text(f"EXPLAIN {asked}"))]
        else:
            plan = [row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    assert any("sweep_site_open" in line for line in plan), plan
    assert not any("ORDER BY" in line for line in plan), plan
