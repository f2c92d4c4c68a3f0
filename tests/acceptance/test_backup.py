"""Proof: a backup of a registry at work becomes the same registry elsewhere; what is damaged, half or wrong is refused
and leaves nothing; and everything goes over to PostgreSQL. What is compared here is read by SQLite's and PostgreSQL's
own drivers, and not by the code that copies.
"""

import base64
import os
import random
import shutil
import signal
import sqlite3
import sys
import tarfile
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from alembic import command as alembic
from alembic.config import Config

import camera_registry
from camera_registry.database import open_database, writing
from camera_registry.vault import open_vault
from probes.simulator import presets, running
from probes.visit import utc_now
from tests import postgresql
from tests.acceptance.command import run
from tests.acceptance.fleet import TYPED, Fleet, free_port, until
from tests.camera_registry import town
from tests.camera_registry.new_registry import new_registry
from tests.small_disk import small_disk

pytestmark = pytest.mark.timeout(300)  # many processes, one after the other
CAMERAS = 6
PRICES = Path(__file__).parents[2] / "docs/examples/prices-example.toml"
SEED = 20261130
OLD = "0020_handover"
LOGGED = {"auditrecord", "auditvalues"}
"""The log says that a backup was made, and that one was restored."""


@pytest.fixture
def registered(tmp_path):
    """A folder with the town in it, and its key."""
    folder = tmp_path / "here"
    engine = new_registry(folder / "var/registry.db") if _made(folder) else None
    vault = open_vault(folder / "var/registry.key", {}, sealed_exist=False)
    with writing(engine) as session:
        town.fill(session, vault)
    engine.dispose()
    return folder


@pytest.fixture
def backed_up(registered, tmp_path):
    """The backup of the town, and its key apart."""
    words = ("backup", "--to", tmp_path / "backups", "--key-to-file", tmp_path / "apart.key")
    shutil.copy(PRICES, registered)
    done = run(registered, *words, environment={"CAMERA_REGISTRY_PLAN__PRICES": PRICES.name})
    assert done.status == 0, done.err
    (path,) = (tmp_path / "backups").glob("*.tar")
    return path, tmp_path / "apart.key"


@pytest.fixture
def elsewhere(tmp_path):
    """An empty machine."""
    return _made(tmp_path / "elsewhere")


def _made(folder):
    folder.mkdir()
    return folder


def _rows(file):
    """Every row of every table, by its name."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as plain:
        names = [name for (name,) in plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: sorted(plain.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}
    plain.close()
    return found


def _taken_out(backup, folder):
    """The database of a backup, as tar hands it out."""
    with tarfile.open(backup) as tar:
        tar.extract("database", folder, filter="data")
    return folder / "database"


def _other(one, two):
    assert set(one) == set(two)
    return {name for name in one if one[name] != two[name]}


def test_a_backup_at_work_becomes_the_same_registry_elsewhere(tmp_path, elsewhere):
    """While `serve` and its worker are in mid-sweep: each of three backups is whole and of one moment, and the sweep
    goes on. Restored elsewhere every row is there, and a worker ends the sweep there: every device once.
    """
    known = [presets.good_h264(password=TYPED, answer_after_s=0.2) for _ in range(CAMERAS)]
    settings = {"PROBE__PICTURE": "false", "PROBE__SAMPLE_S": 3, "SWEEP__LEASE_S": 2, "SWEEP__SITE_AT_ONCE": 2}
    fleet = Fleet(_made(tmp_path / "here"), **settings, WEB__PORT=free_port())
    with running(*known) as cameras:
        fleet.register(cameras)
        server = fleet.start("serve")
        number = fleet.ask()
        until(lambda: fleet.progress(number).under_way)
        made = [_backed_up(fleet, tmp_path, n) for n in range(3)]
        under_way = not fleet.progress(number).over
        until(lambda: fleet.progress(number).over, 90)
        server.send_signal(signal.SIGTERM)
        said = server.communicate(timeout=30)[1].splitlines()
        assert [line for line in said if not line.startswith("INFO:")] == []
        for path in made:
            _is_of_one_moment(path, _made(tmp_path / f"out-{path.parent.name}"))
        done = run(elsewhere, "restore", made[0], "--key-file", tmp_path / "apart-0", "--lang", "en")
        assert (done.status, done.err) == (0, "")
        assert "all as in the backup. 6 sealed values open." in done.out
        kept = _rows(tmp_path / "out-0" / "database")
        assert _other(kept, _rows(elsewhere / "var/registry.db")) == LOGGED
        again = Fleet(elsewhere, **settings)
        again.work_until_over(number)
        states = _rows(elsewhere / "var/registry.db")["sweepitem"]
        assert again.progress(number).done == len(states) == CAMERAS
        again.close()
    assert under_way, "the sweep was over before the last backup was made"
    fleet.close()


def _backed_up(fleet, tmp_path, n):
    """The backup number `n`, in a folder of its own."""
    making = fleet.start("backup", "--to", tmp_path / str(n), "--key-to-file", tmp_path / f"apart-{n}")
    assert (making.communicate(timeout=60)[1], making.returncode) == ("", 0)
    (path,) = (tmp_path / str(n)).glob("*.tar")
    assert path.stat().st_mode & 0o777 == 0o600
    return path


def _is_of_one_moment(backup, folder):
    """SQLite itself finds nothing wrong, and no row points at one that is not there."""
    with sqlite3.connect(_taken_out(backup, folder)) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []
    plain.close()


def test_a_restored_town_works_and_its_log_is_whole(backed_up, elsewhere):
    """Settings and key stand where they belong, the lists are the same, and the chain of the log holds."""
    path, key = backed_up
    prices = next(path.parents[1].glob("here/*.toml"))
    assert run(elsewhere, "restore", path, "--key-file", key).status == 0
    assert (elsewhere / prices.name).read_bytes() == prices.read_bytes()
    assert (elsewhere / "var/registry.key").read_bytes() == key.read_bytes()
    assert [(elsewhere / name).stat().st_mode & 0o777 for name in ("config.toml", "var/registry.key")] == [0o600] * 2
    assert run(elsewhere, "audit", "verify").status == 0
    here = path.parents[1] / "here"
    assert run(elsewhere, "report", "--json").json == run(here, "report", "--json").json


def test_the_key_is_in_no_byte_of_a_backup(backed_up):
    """Neither as it stands in its file, nor as bytes; whoever has the backup alone reads no password."""
    path, key = backed_up
    content = path.read_bytes()
    assert key.read_bytes().strip() not in content
    assert base64.b64decode(key.read_bytes()) not in content


def test_a_flipped_byte_is_refused_before_anything_is_written(backed_up, elsewhere):
    """At places by chance, and in the first and the last block: exit status 2, words, and an empty machine."""
    path, key = backed_up
    size, chance = path.stat().st_size, random.Random(SEED)
    content = bytearray(path.read_bytes())
    for place in (0, 600, size - 1, size - 80, *(chance.randrange(size) for _ in range(4))):
        content[place] ^= 1
        path.write_bytes(content)
        content[place] ^= 1
        done = run(elsewhere, "restore", path, "--key-file", key)
        assert (done.status, "is damaged or cut off; take another backup" in done.err) == (2, True), place
    assert list(elsewhere.iterdir()) == []


def test_without_the_right_key_nothing_is_restored(backed_up, elsewhere, tmp_path):
    """No key, another key, one that others may read, and no file: each is told, and the machine stays empty."""
    path, key = backed_up
    other, open_to_all = tmp_path / "other.key", tmp_path / "open.key"
    open_vault(other, {}, sealed_exist=False)
    shutil.copy(key, open_to_all)
    open_to_all.chmod(0o644)
    told = {
        (): "name the file of the key with --key-file",
        ("--key-file", other): "does not open with this key; put back the key it was sealed with",
        ("--key-file", open_to_all): "others may read the key; run: chmod 600",
        ("--key-file", tmp_path / "none"): "the key cannot be read: No such file",
    }
    for words, said in told.items():
        done = run(elsewhere, "restore", path, *words)
        assert (done.status, said in done.err) == (2, True), done.err
        assert [each for each in elsewhere.rglob("*") if each.is_file()] == []
    assert run(elsewhere, "restore", path, "--key-file", key).status == 0


def test_a_registry_that_is_there_is_not_restored_over(backed_up, registered):
    """Not a byte of it changes."""
    path, key = backed_up
    before = _rows(registered / "var/registry.db")
    done = run(registered, "restore", path, "--key-file", key)
    assert (done.status, "holds a registry already" in done.err) == (2, True)
    assert _rows(registered / "var/registry.db") == before


def test_where_no_registry_is_none_is_made_and_none_is_backed_up(elsewhere):
    """Whoever stands in the wrong folder is told, and believes in no backup of nothing."""
    for words in (("backup",), ("copy", "--to", "sqlite:///other.db")):
        done = run(elsewhere, *words)
        assert (done.status, "there is no registry yet" in done.err) == (2, True)
    assert list(elsewhere.rglob("*.*")) == []


def test_the_database_of_another_program_is_not_restored_over(backed_up, elsewhere):
    """Although none of its tables has a row."""
    path, key = backed_up
    (elsewhere / "var").mkdir()
    with sqlite3.connect(elsewhere / "var/registry.db") as plain:
        plain.execute("CREATE TABLE theirs (id INTEGER PRIMARY KEY)")
    plain.close()
    done = run(elsewhere, "restore", path, "--key-file", key)
    assert (done.status, "this is the database of another program" in done.err) == (2, True)
    assert _rows(elsewhere / "var/registry.db") == {"theirs": []}


def test_a_key_is_not_put_beside_a_backup(registered):
    """Whoever takes both could read every password."""
    for place in ("var/backups", "var/backups/my.key"):
        done = run(registered, "backup", "--key-to-file", place)
        assert (done.status, "whoever takes both can read every password" in done.err) == (2, True)
    assert not list(registered.rglob("*.tar"))


def test_a_full_disk_leaves_nothing_of_a_backup(registered, tmp_path):
    """Exit status 2 and words; what was there before stays, and nothing half made is left."""
    for kilobytes in (200, 1500, 3000):  # in the copy of the database, in that or in the file, in the file
        with small_disk(tmp_path / "disk", kilobytes) as disk:
            (disk / "other").write_text("x")
            done = run(registered, "backup", "--to", disk)
            assert (done.status, "the disk is full" in done.err) == (2, True), done.err
            assert {path.name for path in disk.iterdir()} == {"other", ".camera-registry.lock"}


def test_a_full_disk_leaves_nothing_of_a_restore(backed_up, elsewhere):
    """The database that is not whole does not take its place."""
    path, key = backed_up
    with small_disk(elsewhere / "var", 1500) as disk:
        done = run(elsewhere, "restore", path, "--key-file", key)
        assert (done.status, "the disk is full" in done.err) == (2, True), done.err
        assert list(disk.iterdir()) == []


def test_only_so_many_backups_are_kept(registered):
    """Those that the settings say, in their folder; with `--keep` those that it says."""
    for _ in range(3):
        until(lambda: run(registered, "backup").status == 0)
        _second_later()
    assert len(list((registered / "var/backups").glob("*.tar"))) == 3
    _second_later()
    done = run(registered, "backup", "--keep", "1")
    assert (done.status, done.out.count(".tar")) == (0, 4)
    assert len(list((registered / "var/backups").glob("*.tar"))) == 1


def _second_later():
    """The next backup has another name."""
    now = int(utc_now().timestamp())
    until(lambda: int(utc_now().timestamp()) > now)


def test_an_erasure_after_the_backup_is_told_at_the_restore(backed_up, registered, elsewhere):
    """The paper that said so is named by a later backup; `erase` names the backups that still hold the school."""
    path, key = backed_up
    inside = {"CAMERA_REGISTRY_BACKUP__FOLDER": str(path.parent)}
    words = ("erase", "79760002", "--yes", "79760002", "--decision", "QĐ 12/2026", "--lang", "en")
    erased = run(registered, *words, environment=inside)
    assert f"these backups still hold it: {path.name}" in erased.out
    _second_later()
    assert run(registered, "backup", "--to", path.parent).status == 0
    done = run(elsewhere, "restore", path, "--key-file", key, "--lang", "en")
    assert "Schools that were erased after that are in it AGAIN" in done.out
    assert "QĐ 12/2026" in done.out


def _of_before(folder):
    """A registry of an older version: the unit in it."""
    (folder / "var").mkdir(parents=True)
    engine, config = open_database(f"sqlite:///{folder}/var/registry.db"), Config()
    config.set_main_option("script_location", str(Path(camera_registry.__file__).with_name("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic.upgrade(config, OLD)
        connection.exec_driver_sql("INSERT INTO district (id, code, name) VALUES (1, 'a', 'Phường A')")
    engine.dispose()
    return folder


def test_an_upgrade_leaves_a_copy_that_opens(tmp_path, elsewhere):
    """Of the older version; restored, it is brought forward and holds what was there."""
    folder = _of_before(tmp_path / "old")
    before = _rows(folder / "var/registry.db")
    assert run(folder, "audit", "verify").status == 0
    (copy,) = (folder / "var/backups").glob("before-*.tar")
    assert _rows(_taken_out(copy, tmp_path)) == before
    assert before["alembic_version"] == [(OLD,)]
    key = tmp_path / "a.key"
    open_vault(key, {}, sealed_exist=False)
    assert run(elsewhere, "restore", copy, "--key-file", key).status == 0
    after = _rows(elsewhere / "var/registry.db")
    assert after["district"] == before["district"] == [(1, "a", "Phường A", *after["district"][0][3:])]
    assert after["alembic_version"] == _rows(folder / "var/registry.db")["alembic_version"] != [(OLD,)]
    assert len(list((folder / "var/backups").glob("*.tar"))) == 1


def test_an_upgrade_that_fails_leaves_everything_and_says_where_the_copy_is(tmp_path):
    """Exit status 2, no traceback, the registry as it was."""
    folder = _of_before(tmp_path / "old")
    with sqlite3.connect(folder / "var/registry.db") as plain:
        plain.execute("CREATE TABLE delivery (id INTEGER)")
    plain.close()
    before = _rows(folder / "var/registry.db")
    done = run(folder, "audit", "verify")
    (copy,) = (folder / "var/backups").glob("before-*.tar")
    assert (done.status, "Traceback" in done.err) == (2, False)
    assert f"a copy of it stands in {copy.relative_to(folder)}" in done.err
    assert _rows(folder / "var/registry.db") == before


def test_an_upgrade_without_room_for_the_copy_does_not_begin(tmp_path):
    """It says what to do; with the setting it goes on without."""
    folder = _of_before(tmp_path / "old")
    (folder / "var/backups").touch()  # no folder can be made there
    done = run(folder, "audit", "verify")
    assert (done.status, "BACKUP__BEFORE_UPGRADE=false" in done.err) == (2, True)
    assert _rows(folder / "var/registry.db")["alembic_version"] == [(OLD,)]
    without = {"CAMERA_REGISTRY_BACKUP__BEFORE_UPGRADE": "false"}
    assert run(folder, "audit", "verify", environment=without).status == 0


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL."""
    with postgresql.running() as server:
        yield server


def _environment(folder, url, **more):
    """In which a command finds the database; the password stands in a file."""
    file = folder / "pgpass"
    file.write_text(f"*:*:*:{postgresql.USER}:{postgresql.PASSWORD}\n")
    file.chmod(0o600)
    return {"PGPASSFILE": str(file), "CAMERA_REGISTRY_REGISTRY__DATABASE": _without_password(url), **more}


def _without_password(url):
    return url.replace(f":{postgresql.PASSWORD}", "")


_READ = {
    "DATETIME": lambda text: datetime.fromisoformat(text),
    "DATE": lambda text: datetime.fromisoformat(text).date(),
    "BOOLEAN": bool,
}
"""What SQLite keeps otherwise, by the type that the table names."""


def _as_postgresql(file):
    """Every row of every table of a file, as psycopg would hand it out; columns sorted by their names."""
    found = {}
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as plain:
        for (name,) in plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            columns = sorted((each[1], each[2]) for each in plain.execute(f'PRAGMA table_info("{name}")'))
            asked = ", ".join(f'"{column}"' for column, _ in columns)
            reads = [_READ.get(kind, lambda value: value) for _, kind in columns]
            rows = plain.execute(f'SELECT {asked} FROM "{name}"').fetchall()
            found[name] = sorted(
                [tuple(None if v is None else read(v) for read, v in zip(reads, row, strict=True)) for row in rows],
                key=repr,
            )
    plain.close()
    return found


def _of_server(server, url):
    """The same of a database on the server."""
    found = {}
    with server.connection(postgresql.name_in(url)) as there:
        for (name,) in there.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            asked = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            columns = sorted(column for (column,) in there.execute(asked, [name]))
            named = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns))
            rows = there.execute(psycopg.sql.SQL("SELECT {} FROM {}").format(named, psycopg.sql.Identifier(name)))
            found[name] = sorted(rows.fetchall(), key=repr)
    return found


def test_everything_goes_over_to_postgresql_with_one_command(registered, server):
    """Row by row, in every table; the source has not changed, the registry works there, new rows get new numbers, and a
    second copy is refused.
    """
    url = server.create()
    inside = {"PGPASSFILE": _environment(registered, url)["PGPASSFILE"]}
    before = _rows(registered / "var/registry.db")
    done = run(registered, "copy", "--to", _without_password(url), "--lang", "en", environment=inside)
    assert (done.status, done.err) == (0, "")
    assert _rows(registered / "var/registry.db") == before
    assert _of_server(server, url) == _as_postgresql(registered / "var/registry.db")
    assert f'database = "{_without_password(url)}"' in done.out
    again = run(registered, "copy", "--to", _without_password(url), environment=inside)
    assert (again.status, "holds a registry already" in again.err) == (2, True)
    there = _environment(registered, url)
    assert run(registered, "report", "--json", environment=there).json == run(registered, "report", "--json").json
    with server.connection(postgresql.name_in(url)) as plain:
        (number,) = plain.execute("INSERT INTO district (code, name) VALUES ('new', 'x') RETURNING id").fetchone()
    assert number == max(row[0] for row in before["district"]) + 1


def test_a_password_in_arguments_is_refused(registered, server):
    """Everybody on the machine could read it."""
    done = run(registered, "copy", "--to", server.url("registry"))
    assert (done.status, "put it into ~/.pgpass" in done.err) == (2, True)


def test_a_backup_of_postgresql_is_restored_there(registered, server, tmp_path, elsewhere):
    """By pg_dump of one moment; every row is there again. The password stands in no argument of pg_dump and in no byte
    of the backup, although it stands in the address.
    """
    first, second = server.create(), server.create()
    inside = _environment(registered, first)
    address = inside.pop("CAMERA_REGISTRY_REGISTRY__DATABASE")
    assert run(registered, "copy", "--to", address, environment=inside).status == 0
    seen = _watched(tmp_path)
    told = {"PATH": f"{seen.parent}:{os.environ['PATH']}", "CAMERA_REGISTRY_REGISTRY__DATABASE": first}
    done = run(registered, "backup", "--to", tmp_path / "b", "--key-to-file", tmp_path / "a.key", environment=told)
    assert (done.status, done.err) == (0, "")
    (path,) = (tmp_path / "b").glob("*.tar")
    assert "--format=custom" in seen.read_text()
    assert postgresql.PASSWORD not in seen.read_text()
    assert postgresql.PASSWORD.encode() not in path.read_bytes()
    wrong = tmp_path / "wrong.key"
    open_vault(wrong, {}, sealed_exist=False)
    there = _environment(elsewhere, second)
    refused = run(elsewhere, "restore", path, "--key-file", wrong, environment=there)
    assert (refused.status, "does not open with this key" in refused.err) == (2, True)
    assert _of_server(server, second) == {}
    assert run(elsewhere, "restore", path, "--key-file", tmp_path / "a.key", environment=there).status == 0
    assert _other(_of_server(server, first), _of_server(server, second)) == LOGGED
    there["CAMERA_REGISTRY_REGISTRY__DATABASE"] = "sqlite:///var/registry.db"
    file = run(elsewhere, "restore", path, "--key-file", tmp_path / "a.key", environment=there)
    assert (file.status, "is a dump of PostgreSQL" in file.err) == (2, True)


def _watched(tmp_path):
    """A pg_dump that writes its arguments into a file beside it and does what the real one does."""
    folder = _made(tmp_path / "bin")
    program = folder / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$@" >> {folder}/seen\nexec {shutil.which("pg_dump")} "$@"\n')
    program.chmod(0o755)
    return folder / "seen"


def test_without_pg_dump_nothing_is_brought_forward(server, tmp_path, elsewhere):
    """It says what is missing; the database is as it was. A backup of this version is made all the same, as a file of
    SQLite, which becomes a registry in a file.
    """
    url = server.create()
    engine, config = open_database(url), Config()
    config.set_main_option("script_location", str(Path(camera_registry.__file__).with_name("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic.upgrade(config, OLD)
    engine.dispose()
    bare = _environment(tmp_path, url, PATH=str(Path(sys.executable).parent))
    done = run(tmp_path, "audit", "verify", environment=bare)
    assert (done.status, "pg_dump is not installed here" in done.err) == (2, True)
    assert _of_server(server, url)["alembic_version"] == [(OLD,)]
    assert run(tmp_path, "audit", "verify", environment=_environment(tmp_path, url)).status == 0
    assert len(list((tmp_path / "var/backups").glob("before-*.tar"))) == 1
    done = run(tmp_path, "backup", "--to", tmp_path / "b", "--key-to-file", tmp_path / "a.key", environment=bare)
    assert (done.status, done.err) == (0, "")
    (path,) = (tmp_path / "b").glob("*.tar")
    before = _as_postgresql(_taken_out(path, tmp_path))
    here = {"CAMERA_REGISTRY_REGISTRY__DATABASE": "sqlite:///var/registry.db"}
    assert run(elsewhere, "restore", path, "--key-file", tmp_path / "a.key", environment=here).status == 0
    assert _other(before, _as_postgresql(elsewhere / "var/registry.db")) == LOGGED
    assert _other(before, _of_server(server, url)) == LOGGED
