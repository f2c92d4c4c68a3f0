"""The cameras of a place as costs see them: counted once, with what fails and who pays."""

from datetime import date

import pytest

from camera_registry.database import reading, writing
from camera_registry.services.fleet import fleet
from camera_registry.services.listed import ListingError
from camera_registry.services.plan import AskedGoal
from standards.planning.costs import Need
from standards.planning.plan import Goal
from tests.camera_registry import priced
from tests.standards.sheets import HCMC

TODAY = date(2026, 11, 23)


@pytest.fixture
def cameras(engine):
    """The cameras of the unit, by key, and the fleet."""
    with writing(engine) as session:
        priced.unit(session)
    with reading(engine) as session:
        found = fleet(session, HCMC, None, None, TODAY)
        return {camera.key: camera for camera in found.public}, found


def test_a_camera_counts_once_at_its_recorder_and_only_when_it_is_offered(cameras):
    """Its own device stands beside it; what stays internal is no camera here, a private school stands apart."""
    known, found = cameras
    assert sorted(known) == ["P/C2/1", "P/C3/1", "P/C4/1", "P/C6/1", "P/DG/1", "P/DG/2", "P/DG/3", "P/DG/4"]
    assert [entry.unit.device for entry in known["P/DG/4"].entries] == ["P/DG", "P/C1"]
    assert [camera.key for camera in found.private] == ["R/C1/1"]
    assert found.schools["P"].name == "Trường THCS P"


def test_what_fails_is_what_the_findings_say(cameras):
    """Nothing on a compliant one; a camera that nobody could judge is none that is ready."""
    known, _ = cameras
    assert known["P/DG/3"].entries[0].needs == (Need("reconfigure", "resolution-main"),)
    assert known["P/C3/1"].ready
    assert (known["P/C4/1"].judged, known["P/C4/1"].ready) == (False, False)


def test_a_rented_device_names_its_supplier_and_an_ended_warranty_does_not(cameras):
    """A warranty of yesterday pays nothing today."""
    known, found = cameras
    assert known["P/C2/1"].home.supplier == "Công ty Thuê"
    assert found.private[0].home.supplier is None


def test_a_warranty_holds_on_its_last_day(engine):
    """Without a name of the supplier it is still one."""
    with writing(engine) as session:
        priced.unit(session)
    with reading(engine) as session:
        assert fleet(session, HCMC, None, "R", date(2026, 11, 22)).private[0].home.supplier == ""


def test_a_slow_line_is_a_need_of_every_camera_of_its_site(cameras):
    """A site of which nobody knows the line is counted, and has no need."""
    known, found = cameras
    assert known["P/C6/1"].of_site == (Need("network", "uplink"),)
    assert not known["P/C3/1"].of_site
    assert found.uplink_unknown == 1


@pytest.mark.parametrize(
    ("asked", "goal"),
    [
        (AskedGoal(channels="90%"), Goal("channels", share=0.9)),
        (AskedGoal(channels=" 12,5 %"), Goal("channels", share=0.125)),
        (AskedGoal(schools="8"), Goal("schools", number=8)),
        (AskedGoal(ceiling=5), Goal("channels", ceiling=5)),
        (AskedGoal(ceiling=5, of="schools"), Goal("schools", ceiling=5)),
    ],
)
def test_a_goal_is_read(asked, goal):
    """A share or a number, of channels or of whole schools."""
    made = asked.goal()
    assert (made.of, made.number, made.ceiling) == (goal.of, goal.number, goal.ceiling)
    assert (made.share is None) == (goal.share is None)
    assert made.share is None or float(made.share) == goal.share


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (AskedGoal(), "goal"),
        (AskedGoal(channels="9", ceiling=1), "goal"),
        (AskedGoal(channels="101%"), "channels"),
        (AskedGoal(schools="half"), "schools"),
        (AskedGoal(ceiling=-1), "ceiling"),
        (AskedGoal(ceiling=1, of="cameras"), "of"),
    ],
)
def test_a_goal_that_there_is_not_is_said(asked, field):
    """With what to write instead."""
    with pytest.raises(ListingError) as told:
        asked.goal()
    assert told.value.field == field
