"""Doctor looks into the registry, and changes nothing in it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from camera_registry.audit.doing import SYSTEM, Doing
from camera_registry.config import PlanSettings, StandardSettings
from camera_registry.database import open_database, reading, writing
from camera_registry.database.examined import version
from camera_registry.doctor import examined
from camera_registry.doctor.judging import editions, prices
from camera_registry.doctor.registry import administrator, database, key, order_of_time
from camera_registry.services.audit import record
from camera_registry.vault import write_key
from tests.camera_registry.doctor.places import NOW, around, only
from tests.camera_registry.people import account_of
from tests.camera_registry.priced import BOOK

pytestmark = pytest.mark.only("sqlite")


def test_a_registry_that_is_not_there_is_bad_and_not_made(tmp_path):
    """Asking makes no file; the rest of it is left out."""
    near = around(tmp_path)
    found = {each.name: each for each in examined(near)}
    assert found["database"].state == "bad"
    assert "camera-registry init" in found["database"].to_do["en"]
    assert found["registry"].state == "left_out"
    assert not (tmp_path / "registry.db").exists()


def test_a_registry_of_this_version_is_well(engine, tmp_path):
    """Its migration is said."""
    newest = version(engine).newest
    assert newest in only(database(around(tmp_path), engine), "well").seen["en"]


def test_a_registry_of_a_newer_version_is_bad(engine, tmp_path):
    """It is not touched, and the newer program is to be installed."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))
    found = only(database(around(tmp_path), engine), "bad")
    assert "9999_later" in found.seen["vi"]
    assert found.to_do["en"] == "install the newer version of the program"


def test_a_registry_of_an_older_version_is_brought_forward_at_the_next_start(engine, tmp_path):
    """A thing to mind; doctor does not do it by itself."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001_registry'"))
    assert "start serve" in only(database(around(tmp_path), engine), "mind").to_do["en"]
    assert version(engine).has == "0001_registry"


def test_a_damaged_page_is_bad(engine, tmp_path):
    """What SQLite finds wrong is said, with the way to a backup; a page in the middle is overwritten here."""
    engine.dispose()
    file = tmp_path / "registry.db"
    with file.open("r+b") as held:
        held.seek(4096 * 20)
        held.write(b"\xff" * 4096 * 10)
    again = open_database(f"sqlite:///{file}")
    found = [each for each in examined(around(tmp_path)) if each.name == "database"]
    again.dispose()
    assert [each.state for each in found] == ["bad"]
    assert found[0].to_do is not None


def test_a_key_that_is_gone_is_bad_and_none_is_made(engine, tmp_path):
    """The copy is to be put back."""
    found = only(key(around(tmp_path), engine), "bad")
    assert "the key is missing" in found.seen["en"]
    assert not (tmp_path / "registry.key").exists()


def test_a_key_that_others_may_read_is_bad(engine, tmp_path):
    """It says the command that mends it."""
    write_key(tmp_path / "registry.key")
    (tmp_path / "registry.key").chmod(0o644)
    assert "chmod 600" in only(key(around(tmp_path), engine), "bad").seen["en"]


def test_a_key_of_another_registry_is_bad(town_made, tmp_path):
    """How many values it does not open is said; the right one opens all. The town is sealed with the key of zeros."""
    file = tmp_path / "registry.key"
    write_key(file)
    found = only(key(around(tmp_path), town_made), "bad")
    assert "sealed values do not open with this key" in found.seen["en"]
    assert "--forget-unreadable" in found.to_do["vi"]
    file.write_text("A" * 43 + "=")
    assert only(key(around(tmp_path), town_made), "well").seen["en"].startswith("opens all")


def test_a_registry_without_an_administrator_is_bad(engine, tmp_path):
    """The command that makes one is said; with one it is well."""
    assert "user add" in only(administrator(around(tmp_path), engine), "bad").to_do["vi"]
    with writing(engine) as session:
        account_of(session, "admin", "Nguyễn Thị Lan")
    only(administrator(around(tmp_path), engine), "well")


def test_an_entry_of_the_future_is_bad(engine, tmp_path):
    """The clock was wrong when it was written, or is now."""
    only(order_of_time(around(tmp_path), engine), "left_out")
    with writing(engine) as session:
        record(session, Doing(SYSTEM, "login"), NOW)
    only(order_of_time(around(tmp_path), engine), "well")
    found = only(order_of_time(around(tmp_path, now=NOW - timedelta(hours=1)), engine), "bad")
    assert "2026-11-24 03:00 UTC" in found.seen["en"]


def test_an_edition_that_cannot_be_used_is_bad(engine, tmp_path):
    """Its mistakes are said; one that rests on working values is to be minded."""
    near = around(tmp_path, standard=StandardSettings(decides="no-such"))
    assert "no-such" in only(editions(near, engine), "bad").seen["en"]
    assert "hcmc-3288" in only(editions(around(tmp_path), engine), "mind").seen["vi"]


def test_a_price_book_that_cannot_be_read_is_bad(engine, tmp_path):
    """Without one it is left out."""
    only(prices(around(tmp_path), engine), "left_out")
    file = tmp_path / "prices.toml"
    file.write_text("id = 1")
    near = around(tmp_path, plan=PlanSettings(prices=str(file)))
    assert str(file) in only(prices(near, engine), "bad").to_do["vi"]


def test_an_old_price_book_is_to_be_minded(engine, tmp_path):
    """After a year new prices are to be asked for."""
    file = tmp_path / "prices.toml"
    file.write_text(BOOK, encoding="utf-8")
    plan = PlanSettings(prices=str(file))
    assert "2026-11-01" in only(prices(around(tmp_path, plan=plan), engine), "well").seen["vi"]
    later = around(tmp_path, plan=plan, now=NOW + timedelta(days=400))
    assert "423 days" in only(prices(later, engine), "mind").seen["en"]


def test_looking_writes_nothing(engine, tmp_path):
    """The rows of the registry, and the files beside it, are the same after all checks."""
    write_key(tmp_path / "registry.key")
    with reading(engine) as session:
        before = session.connection().exec_driver_sql("PRAGMA data_version").scalar_one()
        states = [each.name for each in examined(around(tmp_path))]
        assert session.connection().exec_driver_sql("PRAGMA data_version").scalar_one() == before
    assert "administrator" in states
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("registry.db")) == [
        "registry.key"
    ]
