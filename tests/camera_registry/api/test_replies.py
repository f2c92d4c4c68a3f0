"""Replies over JSON: what a photo that is none is answered with. Over the guard, as in `serve`."""

import pytest

from camera_registry.database import writing
from tests.camera_registry import fleet
from tests.camera_registry.web.served import client


@pytest.mark.parametrize("photo", ["ảnh", "a", "%%%%"])
def test_a_photo_that_is_no_base64_is_refused_in_words(engine, photo):
    """Whatever signs stand in it: the sender is told, and nothing breaks."""
    with writing(engine) as session:
        fleet.finding(session, fleet.device(session, fleet.school(session, "A-01"), "CAM-01"), 1)
    body = {"rule": "resolution-main", "note": "x", "device": "CAM-01", "channel": 1, "photo": photo}
    with client(engine, "school", schools=("A-01",)) as browser:
        answer = browser.post("/api/v1/schools/A-01/replies", json=body)
    assert (answer.status_code, answer.json()["detail"]) == (422, ["photo: this is no base64"])
