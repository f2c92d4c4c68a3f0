"""Cameras that may be registered twice, on the page of their school."""

from dataclasses import replace

import pytest

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.services.record import record
from tests.camera_registry import fleet
from tests.standards.sheets import EDITIONS, NOW, observed

PAGE = "/schools/0790001"
PAIR = {"camera": "CAM-1/1", "recorded": "DG-1/1"}


@pytest.fixture
def school(engine):
    """A school with a camera, and a recorder that names the address of that camera."""
    with writing(engine) as session:
        made = fleet.school(session, "0790001")
        fleet.device(session, made, "CAM-1", host="192.168.1.65")
        box = fleet.device(session, made, "DG-1", kind="nvr", host="192.168.1.64")
        seen = observed({"channel.via": "recorder"}, NOW)
        channels = (replace(seen.channels[0], name="IPC 192.168.1.65"),)
        record(session, box.id, replace(seen, channels=channels), EDITIONS, NOW, daylight.always)
        return made.id


@pytest.mark.field(20)
def test_a_pair_is_shown_with_its_reason_and_kept_when_a_person_says_so(engine, browser, school):
    """Both places, what the recorder says, one button; afterwards nothing is proposed any more."""
    page = browser.get(PAGE).text
    assert "Có thể là cùng một camera" in page
    assert "Đầu ghi nêu địa chỉ của camera: IPC 192.168.1.65" in page
    answer = browser.post(f"{PAGE}/same-camera", data=PAIR)
    assert answer.headers["location"] == f"{PAGE}?done=same-camera"
    assert "Có thể là cùng một camera" not in browser.get(PAGE).text
    with reading(engine) as session:
        assert session.get(fleet.Channel, 1).recorded_as == session.get(fleet.Channel, 2).id


def test_what_was_not_proposed_is_not_linked(engine, browser, school):
    """Another channel: nothing is changed, and the page says so; of a school that there is not, 404."""
    answer = browser.post(f"{PAGE}/same-camera", data={**PAIR, "recorded": "DG-1/2"})
    assert answer.headers["location"] == f"{PAGE}?done=not-same-camera"
    assert browser.post("/schools/0790002/same-camera", data=PAIR).status_code == 404
    with reading(engine) as session:
        assert session.get(fleet.Channel, 1).recorded_as is None
