"""Periods of keeping: what is too old is gone, what is not stays, in batches, by a clock that is set by hand."""

import sqlite3
from datetime import timedelta

import pytest
from sqlmodel import select

from camera_registry.audit.doing import Actor, Doing
from camera_registry.config import KeepSettings
from camera_registry.database import reading, writing
from camera_registry.models import (
    AuditRecord,
    AuditValues,
    ChangeRecord,
    Description,
    FindingRecord,
    LoginSession,
    Measurement,
    Sweep,
    SweepItem,
    SweepSite,
    UnitRecord,
)
from camera_registry.services import audit, keeping
from camera_registry.services.keeping import Keeper
from camera_registry.store import audit as audit_store
from camera_registry.store import keeping as store
from tests.camera_registry import fleet
from tests.camera_registry.people import account_of
from tests.standards.sheets import NOW

DAY = timedelta(days=1)
KEEP = KeepSettings(measurements_days=100, looks_days=200, history_days=250, audit_values_days=300, sessions_days=350)


def _keeper(engine):
    return Keeper(engine, KEEP, lambda: NOW)


@pytest.fixture
def looked(engine):
    """A camera with a number, a look, a lease and an entry of the log from every tenth day of the last 400."""
    with writing(engine) as session:
        camera = fleet.device(session, fleet.school(session, "0790123"), "CAM-01")
        account = account_of(session, "city", "An")
        for days in range(400, -1, -10):
            at = NOW - days * DAY
            session.add(Measurement(device_id=camera.id, at=at, streams=b""))
            item = fleet.look(session, camera, at=at)
            session.get_one(Sweep, item.sweep_id).ended_at = at
            session.add(SweepSite(sweep_id=item.sweep_id, site_id=camera.site_id))
            audit.record(session, Doing(Actor("an"), "login"), at)
            session.add(LoginSession(account_id=account.id, token=f"{days}", begun_at=at, seen_at=at))
    return engine


def _oldest(engine, column):
    with reading(engine) as session:
        return (NOW - session.exec(select(column).order_by(column)).first()).days


def _count(engine, table):
    with reading(engine) as session:
        return len(session.exec(select(table)).all())


def test_what_is_older_than_it_is_kept_is_gone_and_the_rest_stays(looked):
    """The day of the setting itself still stands; each kind goes by its own setting."""
    gone = {table: rows for table, rows in _keeper(looked).tidy().items() if rows}
    assert gone == {
        "measurement": 30, "sweepitem": 20, "sweepsite": 20, "sweep": 20, "loginsession": 5, "auditvalues": 10,
    }  # fmt: skip
    assert _oldest(looked, Measurement.at) == 100
    assert _oldest(looked, SweepItem.ended_at) == 200
    assert (_count(looked, Measurement), _count(looked, SweepItem), _count(looked, SweepSite)) == (11, 21, 21)


def test_values_of_the_log_go_with_an_entry_that_says_so(looked):
    """Every entry stands, the chain is intact, and the new entry names how many and until when."""
    _keeper(looked).tidy()
    with reading(looked) as session:
        report = audit.verify(session)
        _, (last, *_) = audit.page(session, audit.AuditWanted())
    assert (report.intact, report.erased, report.last) == (True, 10, 42)
    assert last.kept.entry.action == "audit_expire"
    assert last.kept.values["who"]["account"] == "system"
    assert last.kept.values["details"] == {"count": 10, "before": (NOW - 300 * DAY).isoformat()}


def test_many_rows_go_in_batches(looked, monkeypatch):
    """However few go at a time, all that are too old are gone; a second time there is nothing to do, and no entry."""
    monkeypatch.setattr(keeping, "BATCH", 3)
    assert sum(_keeper(looked).tidy().values()) == 105
    entries = _count(looked, AuditRecord)
    assert sum(_keeper(looked).tidy().values()) == 0
    assert _count(looked, AuditRecord) == entries


@pytest.fixture
def judged(engine):
    """A camera and its school, of which something was judged, described and noted 400, 300, 200 and 100 days ago: each
    time what held before ended, and the last holds still.
    """
    with writing(engine) as session:
        school = fleet.school(session, "0790123")
        camera = fleet.device(session, school, "CAM-01")
        for days in (400, 300, 200, 100):
            since, until = NOW - days * DAY, NOW - (days - 100) * DAY if days > 100 else None
            fleet.finding(session, camera, since=since, until=until)
            of_school = fleet.finding(session, camera, None, since=since, until=until)
            of_school.device_id, of_school.school_id, of_school.subject = None, school.id, "school"
            fleet.verdict(session, camera, "replace", since=since, until=until)
            session.add(ChangeRecord(device_id=camera.id, at=since, kind="reset"))
            session.add(Description(device_id=camera.id, at=since, digest=str(days), body=b""))
            session.add(UnitRecord(device_id=camera.id, since=since, seen_at=until or since))
    return engine


def test_what_was_and_is_no_more_goes_and_what_is_in_force_stays(judged):
    """Intervals that ended 300 days ago are gone, and what happened then; a description or a unit goes when another has
    followed it for so long. What holds since 400 days stays, were it never seen again.
    """
    gone = {table: rows for table, rows in _keeper(judged).tidy().items() if rows}
    assert gone == {"findingrecord": 2, "verdictrecord": 1, "changerecord": 2, "description": 1, "unitrecord": 1}
    assert (_oldest(judged, FindingRecord.since), _oldest(judged, Description.at)) == (300, 300)
    with writing(judged) as session:
        for row in session.exec(select(UnitRecord).where(UnitRecord.since < NOW - 100 * DAY)).all():
            session.delete(row)
        (last,) = session.exec(select(UnitRecord)).all()
        last.seen_at = NOW - 400 * DAY
    assert not _keeper(judged).tidy()["unitrecord"]


def test_a_sweep_of_which_something_is_left_stays(looked):
    """Whoever reads the ledger has to see which night it was."""
    with writing(looked) as session:
        first = session.exec(select(SweepItem).order_by(SweepItem.id)).first()
        first.state, first.ended_at = "waiting", None
    _keeper(looked).tidy()
    assert _oldest(looked, Sweep.ended_at) == 400


def test_what_has_not_ended_stays_however_old_it_is(looked):
    """An item without a final state is work that is still to be done."""
    with writing(looked) as session:
        first = session.exec(select(SweepItem).order_by(SweepItem.id)).first()
        first.state, first.ended_at = "waiting", None
    _keeper(looked).tidy()
    assert _count(looked, SweepItem) == 22


@pytest.mark.only("sqlite")
def test_a_held_database_is_tidied_the_next_night(looked, tmp_path, caplog):
    """Another program that writes is no fault that ends the timetable: it is told, and nothing is gone."""
    with writing(looked) as session:
        session.connection().exec_driver_sql("PRAGMA busy_timeout=100")
    with sqlite3.connect(tmp_path / "registry.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert _keeper(looked).tidy() == {}
        other.execute("ROLLBACK")
    assert "cannot be deleted yet" in caplog.text
    assert _count(looked, AuditValues) == 41


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    "erase",
    [
        lambda session: store.end(session, store.NUMBERS[0], store.old(session, store.NUMBERS[0], NOW, 1)),
        lambda session: audit_store.erase(session, [1], 2),
    ],
)
def test_what_is_deleted_is_overwritten_in_the_file(looked, erase):
    """Numbers and values of the log are zeros in the pages that SQLite lets go."""
    with writing(looked) as session:
        session.connection().exec_driver_sql("PRAGMA secure_delete=OFF")
        erase(session)
        assert session.connection().exec_driver_sql("PRAGMA secure_delete").scalar() == 1
