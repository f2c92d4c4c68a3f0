"""One change of many rows: what it would change, and all of it or nothing."""

import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.importing.mistakes import WrongCell
from camera_registry.models import Account, Batch, Edit
from camera_registry.services.as_cells import standing
from camera_registry.services.bulk import Wish, preview, write
from camera_registry.services.by_hand import change
from camera_registry.services.registering import Said, StaleError
from tests.camera_registry.services.hands import HAND, NOW, fill

FIRST, SECOND, CHANNEL = (
    ("device", "0790123", "DG-01"), ("device", "0790124", "CAM-1"), ("channel", "0790123", "DG-01", "1"),
)  # fmt: skip


@pytest.fixture
def filled(engine):
    """A registry of two schools, one device of which has tags."""
    with writing(engine) as session:
        session.add(Account(login="lan", name="Lan", seen_name="lan", role="city", password="", made_at=NOW))
        fill(session)
        change(session, [Said("devices.csv", {"tags": "Cũ; đợt 1"}, FIRST)], HAND)
    return engine


def test_only_rows_that_would_become_others_are_in_the_preview(filled):
    """With what stands and what would; what there is not any more is left out."""
    with reading(filled) as session:
        lines = preview(session, [FIRST, SECOND, ("device", "0790123", "GONE")], Wish({"owner": "rented"}))
    assert [(line.key, line.before, line.after) for line in lines] == [(SECOND, {"owner": ""}, {"owner": "rented"})]


def test_tags_are_added_and_taken_away_however_they_are_written(filled):
    """Each once; the others stay in their order."""
    with reading(filled) as session:
        (line,) = preview(session, [FIRST], Wish(add="đợt 1; MỚI", remove="cũ"))
        assert line.after == {"tags": "đợt 1; MỚI"}
        assert preview(session, [FIRST], Wish(add="ĐỢT 1")) == []
        with pytest.raises(WrongCell):
            preview(session, [FIRST], Wish(add="x" * 41))


def test_all_of_it_is_one_batch_and_a_row_that_has_become_another_stops_it(filled):
    """Devices of several schools, and channels; nothing is kept where one version is old."""
    with reading(filled) as session:
        lines = preview(session, [FIRST, SECOND], Wish({"funding": "Ngân sách"}))
    with writing(filled) as session:
        change(session, [Said("devices.csv", {"model": "M"}, SECOND)], HAND)
    with pytest.raises(StaleError), writing(filled) as session:
        write(session, lines, HAND)
    with writing(filled) as session:
        lines = preview(session, [FIRST, SECOND, CHANNEL], Wish({"tags": ""}, add="x"))
        number = write(session, lines, HAND)
    with reading(filled) as session:
        assert session.exec(select(Batch)).one().kind == "bulk"
        edits = session.exec(select(Edit).where(Edit.batch_id == number)).all()
        assert sorted(edit.kind for edit in edits) == ["channel", "device", "device"]
        assert standing(session, SECOND).cells["funding"] == ""
        assert standing(session, CHANNEL).cells["tags"] == "x"
