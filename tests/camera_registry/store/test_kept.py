"""What is kept beside what is written: words, verdicts and rows of the list are always those of what is there."""

import pytest
from sqlalchemy import delete, text, update
from sqlmodel import select

from camera_registry import daylight
from camera_registry.database import reading, upgrade, writing
from camera_registry.models import (
    Channel,
    Device,
    District,
    FindingRecord,
    ListedFinding,
    School,
    SchoolSum,
    Site,
    UnitRecord,
)
from camera_registry.models import VerdictRecord as Verdict
from camera_registry.services.import_csv import import_files
from camera_registry.services.record import record
from camera_registry.store import findings, kept, sums
from camera_registry.store.searched import split
from standards import Verdict as JudgedAs
from tests.camera_registry import fleet, town
from tests.camera_registry.registered import device
from tests.standards.sheets import DAY, EDITIONS, NOW, observed

ROWS = tuple(c.name for c in ListedFinding.__table__.columns)


def _kept(session):
    """All that is kept, by what it is of."""
    rows = {row.finding_id: tuple(getattr(row, name) for name in ROWS) for row in session.exec(select(ListedFinding))}
    sums = {row.school_id: row.model_dump() for row in session.exec(select(SchoolSum))}
    marked = [{row.id: (row.verdict, row.search) for row in session.exec(select(t))} for t in (Device, Channel)]
    return rows, *marked, {row.id: row.search for row in session.exec(select(School))}, sums


def _anew(engine):
    """All that is kept now, and what it would be, made anew from what is there."""
    with reading(engine) as session:
        before = _kept(session)
    with writing(engine) as session:
        session.connection().execute(delete(ListedFinding))
        for table in (Device, Channel):
            session.connection().execute(update(table.__table__).values(verdict="?", search="?"))
        session.connection().execute(update(School.__table__).values(search="?"))
        session.connection().execute(update(SchoolSum.__table__).values(offered=77, free=77, devices=77, repair=77))
        kept.make_anew(session.connection())
    with reading(engine) as session:
        return before, _kept(session)


@pytest.fixture
def town_copy(tmp_path, registries, town_made):
    """The town, to be written to."""
    with registries(tmp_path, like=town_made) as engine:
        yield engine


@pytest.fixture
def two(engine):
    """Two schools of two units, with a recorder of three channels and a camera, of which each fails a rule."""
    with writing(engine) as session:
        first = fleet.school(session, "B-02", "Trường Tiểu học Đuốc Sống")
        second = fleet.school(session, "A-01", district="DOET")
        recorder = fleet.device(session, first, "DG-01", channels=(1, 2, 3), kind="nvr", make="Dahua", serial="S-1")
        camera = fleet.device(session, second, "CAM-07", host="10.0.0.7", mac="44:19:B6:00:1F:02")
        fleet.verdict(session, recorder, "replace", 1)
        fleet.channel(session, camera).scope = "offered"
        fleet.verdict(session, camera, "repair")
        fleet.finding(session, recorder, 1)
        fleet.finding(session, recorder, None, "authentication")
        fleet.finding(session, camera, 1, "picture", fix="repair")
        other = fleet.device(session, second, "CAM-09")
        fleet.channel(session, other).scope = "offered"
        fleet.verdict(session, other, "reconfigure")
        fleet.finding(session, other, 1, "codec-main", fix="reconfigure")
        session.flush()
        sums.put(session.connection(), [first.id, second.id], NOW.date())
    return engine


def _one(session, table, **values):
    return session.exec(select(table).filter_by(**values)).one()


def _ended(session):
    finding = _one(session, FindingRecord, rule="picture")
    finding.until = NOW
    session.add(finding)


def _passed(session):
    _one(session, FindingRecord, rule="picture").outcome = "pass"


def _another_night(session):
    finding = _one(session, FindingRecord, rule="picture")
    finding.nights, finding.seen_at = 7, NOW + DAY


def _another_verdict(session):
    verdict = _one(session, Verdict, name="repair")
    verdict.until = NOW
    session.add(Verdict(device_id=verdict.device_id, channel_id=verdict.channel_id, edition="x", name="compliant",
                        complete=True, since=NOW))  # fmt: skip


def _no_verdict(session):
    _one(session, Verdict, name="replace").until = NOW


def _another_unit(session):
    _one(session, School, code="B-02").managed_by = _one(session, District, code="DOET").id


def _renamed(session):
    _one(session, School, code="B-02").name = "Trường THCS Văn Lang"


def _one_camera(session):
    first = session.exec(select(Channel).where(Channel.name == "Camera 2")).one()
    session.exec(select(Channel).where(Channel.name == "Camera 1")).first().recorded_as = first.id


def _another_box(session):
    session.add(UnitRecord(device_id=_one(session, Device, code="CAM-07").id, since=NOW, seen_at=NOW, serial="Đ-9"))


def _another_address(session):
    _one(session, Device, code="DG-01").host = "10.9.9.9"


def _moved(session):
    device, school = _one(session, Device, code="CAM-07"), _one(session, School, code="B-02")
    device.school_id = school.id


def _deleted(session):
    session.delete(_one(session, ListedFinding, rule="picture"))
    session.flush()
    session.delete(_one(session, FindingRecord, rule="picture"))


def _offered(session):
    session.exec(select(Channel).where(Channel.name == "Camera 2")).one().scope = "offered"


def _rented(session):
    _one(session, Device, code="CAM-07").owner = "rented"


def _under_warranty(session):
    _one(session, Device, code="CAM-07").warranty_until = NOW.date()


def _slow_line(session):
    site = session.exec(select(Site).join(School).where(School.code == "A-01")).one()
    values = {"outcome": "fail", "decides": True, "edition": "x@1", "sha256": "a", "since": NOW, "fix": "network"}
    session.add(FindingRecord(site_id=site.id, school_id=site.school_id, subject="site", rule="uplink", **values))


def _one_more_camera(session):
    fleet.device(session, _one(session, School, code="B-02"), "CAM-08")


def _a_new_school(session):
    fleet.school(session, "C-03")


def _one_channel_less(session):
    session.delete(session.exec(select(Channel).where(Channel.name == "Camera 3")).one())


def _private(session):
    _one(session, School, code="A-01").private = True


def _not_complete(session):
    _one(session, Verdict, name="reconfigure").complete = False


CHANGES = (_ended, _passed, _another_night, _another_verdict, _no_verdict, _another_unit, _renamed, _one_camera,
           _another_box, _another_address, _moved, _deleted, _offered, _rented, _under_warranty, _slow_line,
           _one_more_camera, _a_new_school, _one_channel_less, _not_complete, _private)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_whatever_changes_what_is_kept_changes_with_it(two, change):
    """Each thing from which words, verdicts or rows are made, changed in a session of its own."""
    with reading(two) as session:
        before = _kept(session)
    with writing(two) as session:
        change(session)
    after, anew = _anew(two)
    assert after == anew
    assert after != before


def _failing(**values):
    known = {"outcome": "fail", "decides": True, "edition": "x@1", "sha256": "a", "expected": "{}", "since": NOW}
    night = {"seen_at": NOW, "night": NOW.date(), "actor": "school", **values}
    return FindingRecord(device_id=1, channel_id=1, subject="channel", rule="r", **known, **night)


@pytest.mark.parametrize(
    "later",
    [[_failing(seen_at=NOW + DAY, night=(NOW + DAY).date())], [_failing(actor="maintainer")], []],
    ids=["another night", "another actor", "ended"],
)
def test_what_a_worker_writes_by_statements_is_kept_too(engine, later):
    """A failure that goes on, that somebody else acts upon, and that is no more."""
    with writing(engine) as session:
        device(session)
        findings.put(session, 1, [_failing()], NOW)
    with reading(engine) as session:
        before = _kept(session)
    with writing(engine) as session:
        findings.put(session, 1, later, NOW + DAY)
    after, anew = _anew(engine)
    assert after == anew
    assert after != before


def test_a_verdict_that_a_worker_ends_is_kept_no_more(engine):
    """The device and its channel are unverified again, and so is what is listed."""
    with writing(engine) as session:
        device(session)
        findings.put(session, 1, [_failing()], NOW)
        findings.put_verdicts(session, 1, {1: JudgedAs("repair", complete=True)}, "x@1", NOW)
    with writing(engine) as session:
        findings.put_verdicts(session, 1, {}, "x@1", NOW + DAY)
    after, anew = _anew(engine)
    assert after == anew
    assert {verdict for verdict, _ in after[2].values()} == {"unverified"}


def test_a_town_that_lives_on_is_kept_as_it_is(town_copy):
    """Imported, looked at, imported again with other values, and looked at again."""
    files = {
        name: data.replace("tầng 1 dãy A".encode(), "tầng 2 dãy B".encode()) for name, data in town.files().items()
    }
    with writing(town_copy) as session:
        import_files(session, {**files, "devices.csv": files["devices.csv"].replace(b"NVR4216", b"NVR5216")}, NOW)
    with writing(town_copy) as session:
        for device in session.exec(select(Device).where(Device.kind == "ip_camera").limit(4)).all():
            record(session, device.id, observed(at=NOW + DAY), EDITIONS, NOW + DAY, daylight.always)
    kept_now, anew = _anew(town_copy)
    assert kept_now == anew
    assert len(kept_now[0]) > 20


OF_0022 = tuple(f"DROP TABLE {table}" for table in ("agentorder", "agentsite", "agent"))
OF_0021 = tuple(
    f"DROP TABLE {table}" for table in ("delivery", "webhook", "newsitem", "outage", "maintenance", "mailed", "mailbox")
)
OF_0020 = ("DROP TABLE handover",)
OF_0019 = tuple(f"DROP TABLE {table}" for table in ("frozen", "sending", "period"))
OF_0018 = tuple(f"DROP TABLE {table}" for table in ("replyphoto", "reply"))
OF_0017 = (
    *(f"DROP TABLE {table}" for table in ("schoolsum", "daysum")),
    *(f"DROP INDEX {index}" for index in ("finding_since", "finding_ended", "change_at")),
)
OF_0016 = tuple(f"DROP TABLE {table}" for table in ("foundunit", "discovery", "proposedpair", "notsame"))
OF_0015 = tuple(f"DROP TABLE {table}" for table in ("bundlerecord", "laptopkey"))
OF_0014 = (
    *(f"DROP TABLE {table}" for table in ("photo", "sealingkey")),
    "ALTER TABLE school DROP COLUMN photos",
    "ALTER TABLE sweepitem DROP COLUMN step",
)
OF_0013 = (
    *(f"DROP TABLE {table}" for table in ("edit", "batch", "givenanswer")),
    *(f"ALTER TABLE {table} DROP COLUMN version" for table in ("school", "site", "device", "channel")),
    *(f"ALTER TABLE {table} DROP COLUMN tags" for table in ("school", "device", "channel")),
    *(f"ALTER TABLE channel DROP COLUMN {name}" for name in ("latitude", "longitude")),
)
OF_0012 = (
    "DROP TABLE listedfinding", "DROP INDEX device_searched", "DROP INDEX channel_verdict", "DROP INDEX verdict_now",
    "DROP INDEX ix_channel_recorded_as", "CREATE INDEX verdict_now ON verdictrecord (until, name)",
    "CREATE INDEX ix_verdictrecord_device_id ON verdictrecord (device_id)",
    *(f"ALTER TABLE {table} DROP COLUMN search" for table in ("school", "device", "channel")),
    *(f"ALTER TABLE {table} DROP COLUMN verdict" for table in ("device", "channel")),
    "UPDATE alembic_version SET version_num = '0011_open_sites'",
)  # fmt: skip
"""What takes a registry back to the migrations before."""


def test_an_upgrade_keeps_what_would_be_kept(town_copy):
    """The migration makes words, verdicts, rows and sums of what is there as the program does, also of a school that is
    private.
    """
    with writing(town_copy) as session:
        of = session.exec(select(SchoolSum.school_id).where(SchoolSum.free > 0)).first()
        session.get_one(School, of).private = True
    with writing(town_copy) as session:
        for statement in (
            *OF_0022,
            *OF_0021,
            *OF_0020,
            *OF_0019,
            *OF_0018,
            *OF_0017,
            *OF_0016,
            *OF_0015,
            *OF_0014,
            *OF_0013,
            *OF_0012,
        ):
            session.connection().execute(text(statement))
    upgrade(town_copy)
    upgraded, anew = _anew(town_copy)
    assert upgraded == anew
    assert len(upgraded[0]) > 20


def test_words_are_split_as_they_are_kept():
    """Marks, case, and words said twice make no difference."""
    assert split("  Đuốc  sống ĐUỐC ") == ["duoc", "song"]
