"""Backups are made, and registries are made from them again, on either database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from camera_registry.audit.doing import SYSTEM, Doing
from camera_registry.backups import folder
from camera_registry.backups.errors import BackupError
from camera_registry.backups.later import erased_since
from camera_registry.backups.making import Wanted, make
from camera_registry.backups.restoring import Taken, checked, restore
from camera_registry.database import open_database, reading, writing
from camera_registry.models import District, LoginSession
from camera_registry.services.audit import record, verify
from camera_registry.services.copying import CopyError
from camera_registry.store import whole
from camera_registry.vault import Vault, VaultError
from tests.camera_registry.people import signed_in

AT = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)
KEY = Vault(bytes(32))
"""With which the town is sealed."""
DOING = Doing(SYSTEM, "restore")
ALWAYS_NEW = {"auditrecord", "auditvalues"}
"""That it was restored stands in the log."""


@pytest.fixture
def town(tmp_path, registries, town_made):
    """A copy of the town, in a folder of its own."""
    (tmp_path / "town").mkdir()
    with registries(tmp_path / "town", town_made) as engine:
        yield engine


@pytest.fixture
def target(tmp_path, request):
    """An empty database: a file that is not there, or one on the server."""
    server = request.getfixturevalue("server") if request.config.getoption("database") == "postgresql" else None
    address = server.create() if server else f"sqlite:///{tmp_path}/new/registry.db"
    engine = open_database(address)
    yield engine
    engine.dispose()
    if server:
        server.drop(address)


def _made(engine, tmp_path, now=AT):
    return make(engine, Wanted(tmp_path / "backups", ""), now)


def _taken(made, vault=KEY, beside=lambda: None):
    return Taken(made.path, checked(made.path), vault, DOING, AT + timedelta(hours=1), beside)


def _all(engine):
    with reading(engine) as session:
        return whole.every(session.connection())


def test_a_backup_becomes_the_same_registry_again(town, target, tmp_path):
    """Row by row, in every table; that it was restored stands in its log, which is whole."""
    made = _made(town, tmp_path)
    done = restore(_taken(made), target)
    before, after = _all(town), _all(target)
    assert {name for name in before if before[name] != after[name]} == ALWAYS_NEW
    assert (done.sealed, done.unopened) == (42, 0)
    assert made.manifest.rows == sum(each.rows for each in before.values())
    with reading(target) as session:
        assert verify(session).intact


def test_rows_are_numbered_on_after_a_restore(town, target, tmp_path):
    """What is made then takes nobody's number."""
    restore(_taken(_made(town, tmp_path)), target)
    with writing(target) as session:
        session.add(District(code="new", name="Mới"))
    with reading(target) as session:
        ids = session.exec(select(District.id).order_by(District.id)).all()
    assert len(ids) == len(set(ids)) == 4


def test_nobody_is_signed_in_after_a_restore(town, target, tmp_path):
    """Who was signed out since the backup would be in again."""
    signed_in(town, "city", "Trần Thị Cán Bộ", now=AT)
    restore(_taken(_made(town, tmp_path)), target)
    with reading(target) as session:
        assert session.exec(select(LoginSession.ended_at)).all() == [AT + timedelta(hours=1)]


def test_a_wrong_key_restores_nothing(town, target, tmp_path):
    """It is told, nothing is put beside the database, and the target is as empty as before."""
    beside = []
    with pytest.raises(VaultError, match="does not open with this key"):
        restore(_taken(_made(town, tmp_path), Vault(bytes(31) + b"x"), lambda: beside.append(1)), target)
    made = restore(_taken(_made(town, tmp_path, AT + timedelta(minutes=1))), target)
    assert (beside, made.unopened) == ([], 0)


def test_a_registry_that_is_there_is_not_touched(town, target, tmp_path):
    """Not even one with a single row."""
    made = _made(town, tmp_path)
    restore(_taken(made), target)
    before = _all(target)
    with pytest.raises(CopyError, match="holds a registry already"):
        restore(_taken(made), target)
    assert _all(target) == before


def test_an_empty_registry_gives_way(town, engine, tmp_path):
    """As the first start has made it."""
    restore(_taken(_made(town, tmp_path)), engine)
    assert _all(engine)["school"].rows == 14


def test_rows_that_are_not_those_of_the_manifest_are_refused(town, target, tmp_path):
    """Although every byte is as it was written: whoever made it was wrong."""
    made = _made(town, tmp_path)
    taken = _taken(made)
    school = taken.manifest.tables["school"]
    wrong = {**taken.manifest.tables, "school": school.model_copy(update={"rows": 13})}
    lying = taken.manifest.model_copy(update={"tables": wrong})
    with pytest.raises(BackupError, match="school: other rows than there should be"):
        restore(replace(taken, manifest=lying), target)
    restore(taken, target)


def test_a_backup_of_a_newer_version_is_refused(town, tmp_path):
    """By the version of its tables, which is named."""
    asked = Wanted(tmp_path / "backups", "")
    with writing(town) as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999_later'")
    made = make(town, asked, AT)
    with pytest.raises(BackupError, match=r"made by a newer version of this program \(.*tables 9999_later\)"):
        checked(made.path)


def test_erasures_after_a_backup_are_known_to_later_ones(town, tmp_path):
    """With the paper that was named; those from before are no news."""

    def erase(paper, now):
        with writing(town) as session:
            record(session, Doing(SYSTEM, "school_erase", details={"decision": paper}), now)

    erase("QĐ 1", AT - timedelta(days=1))
    made = _made(town, tmp_path)
    assert erased_since(made.path, AT) == []
    erase("QĐ 2", AT + timedelta(hours=1))
    _made(town, tmp_path, AT + timedelta(days=1))
    assert [(each.at, each.decision) for each in erased_since(made.path, AT)] == [(AT + timedelta(hours=1), "QĐ 2")]


def test_the_newest_backup_says_when_it_was_made(town, tmp_path):
    """What looks after backups reads this."""
    for days in (0, 2, 1):
        _made(town, tmp_path, AT + timedelta(days=days))
    assert folder.newest(tmp_path / "backups").made_at == AT + timedelta(days=2)
