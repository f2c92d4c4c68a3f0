"""Schools on a map: which stand there, and how ready each is."""

import pytest
from sqlmodel import select

from camera_registry.access.viewer import Viewer
from camera_registry.database import reading, writing
from camera_registry.models import Site
from camera_registry.services.school_map import school_map, state_of
from camera_registry.store.rows import limit
from tests.camera_registry import fleet


@pytest.mark.parametrize(
    ("ready", "offered", "state"),
    [(0, 0, "none_offered"), (3, 3, "all"), (2, 4, "most"), (1, 4, "few"), (0, 1, "few")],
)
def test_how_ready_a_school_is(ready, offered, state):
    """All, half or more, less; or nothing is offered."""
    assert state_of(ready, offered) == state


def test_a_school_without_a_position_is_counted_and_named(engine):
    """The other stands on the map with the numbers of its cameras; each viewer sees their own."""
    with writing(engine) as session:
        here = fleet.school(session, "A-01")
        fleet.school(session, "B-02", district="DOET")
        camera = fleet.device(session, here, "CAM-01")
        fleet.channel(session, camera).scope = "offered"
        fleet.verdict(session, camera, "compliant")
        site = session.exec(select(Site).where(Site.school_id == here.id)).one()
        site.latitude, site.longitude = 10.78, 106.7
    with reading(engine) as session:
        found = school_map(session)
    (point,) = found.points
    assert (point.code, point.latitude, point.longitude, point.state) == ("A-01", 10.78, 106.7, "all")
    assert [school.code for school in found.unplaced] == ["B-02"]
    with reading(engine) as session:
        limit(session, Viewer(1, "x", "X", "school", school_ids=frozenset({2})))
        assert school_map(session).points == ()
