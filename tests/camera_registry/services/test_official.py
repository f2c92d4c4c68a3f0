"""The official list: a failure is seen in enough nights, and "replace" is confirmed on site, before it stands in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.services.attachments import Attachment, AttachmentError, attached
from camera_registry.services.listing import Filter, non_compliant
from camera_registry.services.official import standing
from camera_registry.services.on_site import seen_on_site
from camera_registry.services.record import judge_again, record
from camera_registry.services.said import Said, SaidError
from camera_registry.store.places import Entry
from standards import Editions
from tests.camera_registry.registered import device
from tests.standards.sheets import HCMC, HD_ONLY, Missing, observed, size

EDITIONS = Editions.of(HCMC)
EVENING = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # 23:00 in the city
NIGHT = timedelta(days=1)
SMALL = size(1280, 720)
OLD = {**SMALL, "capable.encodings": (HD_ONLY,)}
BUSY = {"measured": Missing("busy")}


@pytest.fixture
def camera(engine):
    """The id of a registered device."""
    with writing(engine) as session:
        return device(session).id


def _look(engine, camera, changes, at):
    with writing(engine) as session:
        record(session, camera, observed(changes, at), EDITIONS, at, daylight.always)


def _row(engine, **wanted):
    """The row of the resolution in the list, or None."""
    with reading(engine) as session:
        rows = non_compliant(session, Filter(**wanted), HCMC).rows
    return next((row for row in rows if row.rule == "resolution-main"), None)


def test_a_failure_is_official_when_it_was_seen_in_two_nights(engine, camera):
    """Seen again in the same night is one night; the next night makes two."""
    _look(engine, camera, SMALL, EVENING)
    _look(engine, camera, SMALL, EVENING + timedelta(hours=3))
    row = _row(engine)
    assert (row.nights, row.official, row.waits["vi"]) == (1, False, "thấy 1/2 đêm")
    assert _row(engine, official="yes") is None
    _look(engine, camera, SMALL, EVENING + NIGHT)
    assert (_row(engine).nights, _row(engine, official="yes").official) == (2, True)
    assert _row(engine, official="no") is None


def test_an_old_observation_and_judging_again_count_no_night(engine, camera):
    """What comes late from an agent, or is judged once more, was not seen another time."""
    _look(engine, camera, SMALL, EVENING)
    _look(engine, camera, SMALL, EVENING - NIGHT)
    with writing(engine) as session:
        judge_again(session, camera, EDITIONS, EVENING + 2 * NIGHT, daylight.always)
    assert _row(engine).nights == 1


def test_what_could_not_be_told_takes_no_night_back_and_a_pass_does(engine, camera):
    """Fail, busy, fail: two nights. Fail, good, fail: one."""
    _look(engine, camera, SMALL, EVENING)
    _look(engine, camera, BUSY, EVENING + 15 * NIGHT)
    assert _row(engine) is None
    _look(engine, camera, SMALL, EVENING + 16 * NIGHT)
    assert _row(engine).nights == 2
    _look(engine, camera, {}, EVENING + 17 * NIGHT)
    _look(engine, camera, SMALL, EVENING + 18 * NIGHT)
    assert _row(engine).nights == 1


def test_replace_waits_for_a_technician_who_saw_it_after_it_began(engine, camera):
    """Two nights are not enough for a replacement; an old confirmation is none."""
    with writing(engine) as session:
        seen_on_site(session, "079-DG-01", "DG-01", 1, Said("Nguyễn Văn A", EVENING - NIGHT))
    for night in range(2):
        _look(engine, camera, OLD, EVENING + night * NIGHT)
    row = _row(engine)
    assert (row.fix, row.official, row.waits["vi"]) == ("replace", False, "chưa xác nhận tại chỗ")
    assert _row(engine, official="yes") is None
    assert _row(engine, official="yes", entry=Entry(2, seen_on_site=False)).official
    with writing(engine) as session:
        seen_on_site(session, "079-DG-01", "DG-01", 1, Said("Nguyễn Văn A", EVENING + 2 * NIGHT, "nhãn 2015"))
    assert (_row(engine).official, _row(engine, official="yes").verdict) == (True, "replace")


def test_both_reasons_are_said(engine):
    """Nights first, then the technician."""
    assert standing(1, "replace", False, Entry(3)).waits["en"] == "seen in 1 of 3 nights; not confirmed on site"


@pytest.mark.parametrize(
    ("school", "index", "by", "mistake"),
    [("079-DG-01", 9, "A", "no such channel"), ("nowhere", 1, "A", "no such channel"), ("079-DG-01", 1, " ", "by:")],
)
def test_what_nobody_can_have_seen_is_not_kept(engine, camera, school, index, by, mistake):
    """A channel that is not registered, or nobody's name."""
    with writing(engine) as session, pytest.raises(SaidError, match=mistake):
        seen_on_site(session, school, "DG-01", index, Said(by, EVENING))


def test_an_attachment_is_known_by_its_sha256(tmp_path):
    """Name and hash are kept, the file is not; one that is not there is said."""
    paper = tmp_path / "bien-ban.pdf"
    paper.write_bytes(b"abc")
    assert attached(paper).sha256.startswith("ba7816bf")
    with pytest.raises(AttachmentError, match="cannot be read"):
        attached(tmp_path / "none.pdf")
    with pytest.raises(AttachmentError, match="is no regular file"):
        attached(tmp_path)
    with pytest.raises(AttachmentError, match="64"):
        Attachment("a.pdf", "123")


def test_another_edition_begins_no_failure(engine, camera):
    """What a technician saw, and since when it fails, stands after a rule was confirmed without another value; and
    through a night in which nothing could be told.
    """
    for night in range(2):
        _look(engine, camera, OLD, EVENING + night * NIGHT)
    with writing(engine) as session:
        seen_on_site(session, "079-DG-01", "DG-01", 1, Said("Nguyễn Văn A", EVENING + 1.5 * NIGHT))
    _look(engine, camera, {**OLD, **BUSY}, EVENING + 1.8 * NIGHT)
    confirmed = Editions.of(replace(HCMC, version="draft-2", sha256="2"))
    with writing(engine) as session:
        judge_again(session, camera, confirmed, EVENING + 2 * NIGHT, daylight.always)
        record(session, camera, observed(OLD, EVENING + 3 * NIGHT), confirmed, EVENING + 3 * NIGHT, daylight.always)
    row = _row(engine)
    assert (row.edition, row.since, row.official) == ("hcmc-3288@draft-2", EVENING, True)
