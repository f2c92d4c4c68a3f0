"""Proof: a school and its sites are judged from a stored registry; answers grow old; two nights and a technician."""

from datetime import timedelta

import pytest
from sqlmodel import select

from camera_registry import daylight
from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.models import AnswerRecord, Channel, Device, School, Site
from camera_registry.services.judge_places import judge_school
from camera_registry.services.listing import Filter, non_compliant
from camera_registry.services.manual_answers import Where, answer, questions
from camera_registry.services.on_site import seen_on_site
from camera_registry.services.readiness import readiness
from camera_registry.services.record import record
from camera_registry.services.said import Said, SaidError
from camera_registry.store import findings
from standards import Editions
from standards.readiness import Share
from tests.camera_registry.registered import device
from tests.standards.sheets import DAY, HCMC, HD_ONLY, NOW, Missing, observed, size

EDITIONS = Editions.of(HCMC)
SCHOOL = "079-DG-01"
CAMERAS = 4  # of 3.9 Mbps each, one of them seen in two ways
NO_RATE = {"measured": Missing("no_media"), "declared": None}
OLD = {**size(1280, 720), "capable.encodings": (HD_ONLY,)}


@pytest.fixture
def engine(tmp_path):
    """A registry with one school: four offered cameras that were looked at, one of them registered twice."""
    engine = open_database(f"sqlite:///{tmp_path / 'registry.db'}")
    upgrade(engine)
    with writing(engine) as session:
        first = device(session)
        rows = [first.id]
        for n in range(CAMERAS):
            more = Device(school_id=first.school_id, site_id=first.site_id, code=f"C-{n}", kind="ip_camera", host="h")
            session.add(more)
            session.flush()
            session.add(Channel(device_id=more.id, index=1))
            rows.append(more.id)
        session.flush()
        for row in rows:
            record(session, row, observed(), EDITIONS, NOW, daylight.always)
        channels = {c.device_id: c for c in session.exec(select(Channel)).all()}
        for channel in channels.values():
            channel.scope = "offered"
        channels[rows[1]].recorded_as = channels[first.id].id
    yield engine
    engine.dispose()


def _uplink(engine, mbps, now=NOW):
    with writing(engine) as session:
        site = session.exec(select(Site)).one()
        site.uplink_mbps = mbps
        judge_school(session, site.school_id, EDITIONS, now)
        return next(row for row in findings.now_open_at(session, "site", site.id) if row.rule == "uplink")


def _look(engine, code, changes, at):
    with writing(engine) as session:
        found = session.exec(select(Device).where(Device.code == code)).one()
        record(session, found.id, observed(changes, at), EDITIONS, at, daylight.always)


def test_the_uplink_passes_fails_and_is_not_known(engine):
    """Four cameras, 15.6 Mbps: 70 % of 22.3. Nobody said what the line sends: not known, and who would tell."""
    assert _uplink(engine, 22.4).outcome == "pass"
    assert _uplink(engine, 22.2).outcome == "fail"
    row = _uplink(engine, None)
    assert (row.outcome, row.fix, row.actor) == ("unknown", "survey", "school")


def test_a_lower_bound_fails_and_never_passes(engine):
    """One camera is not known: the others alone fail a slow line, and prove nothing about a fast one."""
    later = NOW + 15 * DAY
    for code in ("DG-01", "C-0", "C-1", "C-2"):
        _look(engine, code, {}, later)
    _look(engine, "C-3", NO_RATE, later)
    assert _uplink(engine, 10.0, later).outcome == "fail"
    assert _uplink(engine, 1000.0, later).outcome == "unknown"


def test_an_answer_counts_until_it_is_too_old_and_is_then_asked_again(engine):
    """Open, answered (and judged at once), asked again after a year; nothing that was said is lost."""

    def asked(now):
        with reading(engine) as session:
            return next(q for q in questions(session, SCHOOL, EDITIONS, now) if q.rule == "retention")

    assert asked(NOW).state == "never"
    with writing(engine) as session:
        said = Said("Trần Thị B", NOW, "30 ngày, ổ 4 TB")
        answer(session, Where(SCHOOL), "retention", True, said, EDITIONS, daylight.always)
        school = session.exec(select(School.id)).one()
        rows = {row.rule: row.outcome for row in findings.of_places(session, school)}
    assert rows["retention"] == "pass"
    assert (asked(NOW).state, asked(NOW + 366 * DAY).state) == ("given", "again")
    with writing(engine) as session:
        again = Said("Lê Văn C", NOW + 366 * DAY)
        answer(session, Where(SCHOOL), "retention", False, again, EDITIONS, daylight.always)
    assert [(a.met, a.by) for a in asked(NOW + 366 * DAY).answers] == [("no", "Lê Văn C"), ("yes", "Trần Thị B")]


def test_an_answer_about_a_channel_judges_its_device_at_once(engine):
    """The finding of the channel is that of the answer, and its verdict stays."""
    with writing(engine) as session:
        found = session.exec(select(Device).where(Device.code == "C-1")).one()
        before = {row.name for row in findings.verdicts_now(session, found.id).values()}
        said = Said("Kỹ thuật viên", NOW)
        answer(session, Where(SCHOOL, "C-1", 1), "weatherproof", False, said, EDITIONS, daylight.always)
        rows = {row.rule: row.outcome for row in findings.now_open(session, found.id)}
        assert rows["weatherproof"] == "fail"
        assert {row.name for row in findings.verdicts_now(session, found.id).values()} == before


def test_what_is_not_asked_of_a_camera_is_not_answered(engine):
    """Rain is asked of no camera indoors; an answer that no list would show is refused, and nothing of it stays."""
    with writing(engine) as session:
        found = session.exec(select(Device).where(Device.code == "C-1")).one()
        session.exec(select(Channel).where(Channel.device_id == found.id)).one().outdoor = False
    with pytest.raises(SaidError, match="weatherproof is not asked here"), writing(engine) as session:
        answer(session, Where(SCHOOL, "C-1", 1), "weatherproof", True, Said("A", NOW), EDITIONS, daylight.always)
    with reading(engine) as session:
        assert session.exec(select(AnswerRecord)).all() == []


@pytest.mark.parametrize(
    ("where", "rule", "mistake"),
    [
        (Where(SCHOOL), "weatherproof", "asked of a channel"),
        (Where(SCHOOL, "C-1", 9), "weatherproof", "asked of a channel"),
        (Where(SCHOOL), "codec-main", "no person is asked this"),
        (Where(SCHOOL), "centre-connection", "no person is asked this"),  # its value is to be filled in
        (Where("nowhere"), "retention", "no such school"),
        (Where(SCHOOL, "C-1"), "retention", "write SCHOOL alone"),
        (Where(SCHOOL, site="zz"), "retention", "leave the site out"),
        (Where(SCHOOL, channel=1), "retention", "write the device it belongs to"),
    ],
)
def test_an_answer_to_nothing_that_is_asked_is_not_kept(engine, where, rule, mistake):
    """The error says what to write."""
    with writing(engine) as session, pytest.raises(SaidError, match=mistake):
        answer(session, where, rule, True, Said("A", NOW), EDITIONS, daylight.always)


def test_two_nights_and_a_technician_before_the_official_list(engine):
    """The same night twice is one; the second night makes it two; a replacement waits for who saw it."""

    def row():
        with reading(engine) as session:
            rows = non_compliant(session, Filter(), HCMC).rows
        return next(r for r in rows if r.device_code == "C-2" and r.rule == "resolution-main")

    _look(engine, "C-2", OLD, NOW + DAY)
    _look(engine, "C-2", OLD, NOW + DAY + timedelta(hours=1))
    assert (row().nights, row().official) == (1, False)
    _look(engine, "C-2", OLD, NOW + 2 * DAY)
    assert (row().nights, row().fix, row().official) == (2, "replace", False)
    with writing(engine) as session:
        seen_on_site(session, SCHOOL, "C-2", 1, Said("Kỹ thuật viên", NOW + 3 * DAY))
    assert (row().official, row().verdict) == (True, "replace")


def test_readiness_counts_each_camera_once_and_a_slow_line_makes_none_ready(engine):
    """Four offered cameras, one of them in two places; ready while the line is not known, none when it is too slow."""

    def now_ready():
        with reading(engine) as session:
            return readiness(session, EDITIONS, NOW, school=SCHOOL)

    found = now_ready().ready
    assert (found.ready_of_offered, found.line_not_known) == (Share(CAMERAS, CAMERAS), CAMERAS)
    _uplink(engine, 100.0)
    assert (now_ready().ready.ready_of_offered, now_ready().ready.line_not_known) == (Share(CAMERAS, CAMERAS), 0)
    _look(engine, "C-3", OLD, NOW + DAY)
    assert now_ready().ready.ready_of_offered == Share(CAMERAS - 1, CAMERAS)
    assert now_ready().ready.compliant_of_checked == Share(CAMERAS - 1, CAMERAS)
    _uplink(engine, 2.0)
    slow = now_ready()
    assert (slow.ready.ready_of_offered, slow.ready.slow_line) == (Share(0, CAMERAS), CAMERAS - 1)
    assert slow.ready.compliant_of_checked == Share(CAMERAS - 1, CAMERAS)


def test_the_whole_document_is_counted(engine):
    """Every rule is automatic, answered, open or to be filled in; an answer moves one from open to answered."""

    def known():
        with reading(engine) as session:
            return readiness(session, EDITIONS, NOW, school=SCHOOL).document

    before = known()
    assert before.rules == before.automatic + before.answered + before.open + before.to_be_filled_in == len(HCMC.rules)
    with writing(engine) as session:
        answer(session, Where(SCHOOL), "retention", True, Said("A", NOW), EDITIONS, daylight.always)
    assert (known().answered, known().open) == (before.answered + 1, before.open - 1)
