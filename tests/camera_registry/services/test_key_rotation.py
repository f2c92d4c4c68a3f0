"""Key rotation: everything opens with the new key, and whatever is killed or fails, nothing is lost."""

import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from camera_registry import app
from camera_registry.config import RegistrySettings, Settings
from camera_registry.database import open_database, reading, writing
from camera_registry.models import Agent, Credential, Photo, Reply, ReplyPhoto, SealingKey, Webhook
from camera_registry.services import sealed_for_us
from camera_registry.services.key_rotation import rotate, seal_with, settle
from camera_registry.store import credentials, photos, sealed
from camera_registry.store.agents import AgentPlace
from camera_registry.store.replies import ReplyPhotoPlace
from camera_registry.store.webhooks import WebhookPlace
from camera_registry.vault import RenewedVault, Vault, VaultError, new_key_file, open_vault, read_vault, write_key
from tests.camera_registry import rotating as program
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.registered import device
from tests.camera_registry.web.served import client

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
MOMENTS = 20
"""More than a rotation has."""


def _settings(folder):
    database = f"sqlite:///{folder / 'registry.db'}"
    return Settings(registry=RegistrySettings(database=database, key_file=folder / "registry.key"))


def _made(folder, passwords=("one", "two", "three")):
    """A registry in `folder` with a device for each password; the first was changed once."""
    folder.mkdir(exist_ok=True)
    engine = new_registry(folder / "registry.db")
    vault = open_vault(folder / "registry.key", {}, sealed_exist=False)
    with writing(engine) as session:
        for number, password in enumerate(("zero", *passwords[1:])):
            device(session, f"DG-{number}", district=f"2674{number}")
            credentials.put(session, vault, number + 1, "quansat", password, NOW)
        credentials.put(session, vault, 1, "quansat", passwords[0], NOW)
    return engine


def _opened(engine, vault, devices=3):
    """The passwords in force."""
    with reading(engine) as session:
        return [login.password for n in range(devices) for login in credentials.opened(session, vault, n + 1)]


@pytest.fixture
def registry(tmp_path):
    """The engine of a registry with three logins in force and one that was changed, and its key file."""
    engine = _made(tmp_path / "r")
    yield engine, tmp_path / "r" / "registry.key"
    engine.dispose()


def test_everything_opens_with_the_new_key_and_nothing_with_the_old(registry):
    """The logins in force are counted; the one that was changed goes along. The key is its owner's alone."""
    engine, key_file = registry
    old = read_vault(key_file)
    assert rotate(engine, key_file) == 3
    new = read_vault(key_file)
    assert _opened(engine, new) == ["one", "two", "three"]
    with reading(engine) as session:
        rows = session.connection().exec_driver_sql("SELECT device_id, doors, version, sealed FROM credential").all()
    places = [((sealed), credentials.Place(*place)) for *place, sealed in rows]
    assert [new.opens(value) for value in places] == [True] * 4
    assert [old.opens(value) for value in places] == [False] * 4
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert not new_key_file(key_file).exists()


def test_killed_at_any_moment_nothing_is_lost(tmp_path):
    """Before each touch of a key and each commit, and after it: the next start opens every password, one key is there,
    and the key can be changed again.
    """
    _made(tmp_path / "r").dispose()
    folders = [Path(shutil.copytree(tmp_path / "r", tmp_path / f"{number}")) for number in range(MOMENTS)]
    words = [sys.executable, program.__file__, *map(str, folders)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    signals = [int(line) for line in done.stdout.split()]
    killed = signals.index(0)
    assert 8 <= killed < MOMENTS
    assert signals == [9] * killed + [0] * (MOMENTS - killed)
    both = 0
    for folder in folders:
        key_file, engine = folder / "registry.key", open_database(f"sqlite:///{folder / 'registry.db'}")
        both += new_key_file(key_file).exists()
        assert _opened(engine, app.vault(_settings(folder), engine)) == ["one", "two", "three"], folder
        assert not new_key_file(key_file).exists(), folder
        assert rotate(engine, key_file) == 3
        assert _opened(engine, read_vault(key_file)) == ["one", "two", "three"]
        engine.dispose()
    assert both >= 4


def test_a_password_that_does_not_open_stops_it_and_all_stay_as_they_were(registry):
    """One in force was sealed with another key: nothing is sealed anew, and no other key is left behind."""
    engine, key_file = registry
    with writing(engine) as session:
        credentials.put(session, Vault(bytes(32)), 2, "other", "secret", NOW)
        credentials.put(session, read_vault(key_file), 3, "other", "newest", NOW)
    before = key_file.read_bytes()
    with pytest.raises(VaultError, match="does not open with this key"):
        rotate(engine, key_file)
    assert key_file.read_bytes() == before
    assert not new_key_file(key_file).exists()
    with writing(engine) as session:
        assert sealed.forget_unreadable(session, read_vault(key_file), NOW)[Credential] == 1
    assert rotate(engine, key_file) == 2


def test_after_a_lost_key_nothing_that_does_not_open_is_in_the_way(registry):
    """Photos and the pair of phones go with the logins, a webhook is off, an agent has no orders: the vault opens,
    another pair is given out, and the key can be changed. What opens stays.
    """
    engine, key_file = registry
    lost, kept = read_vault(key_file), Vault(bytes(32))
    with writing(engine) as session:
        pair = sealed_for_us.made(session, lost, NOW)
        for sha256, vault in (("one", lost), ("two", kept)):
            where = photos.PhotoPlace(1, sha256)
            photos.put(
                session,
                Photo(channel_id=1, sha256=sha256, width=1, height=1, sealed=vault.seal("x", where), at=NOW),
            )
        reply = Reply(school_id=1, rule="codec-main", note="x", by="x", at=NOW)
        session.add(reply)
        session.flush()
        for sha256, vault in (("one", lost), ("two", kept)):
            value = vault.seal("x", ReplyPhotoPlace(reply.id, sha256))
            shape = {"width": 1, "height": 1, "at": NOW}
            session.add(ReplyPhoto(reply_id=reply.id, sha256=sha256, sealed=value, **shape))
        hook = Webhook(name="x", address="https://x.example", made_by="x", made_at=NOW)
        session.add(hook)
        session.flush()
        hook.sealed = lost.seal("whsec_", WebhookPlace(hook.id))
        session.add(hook)
        agent = Agent(code="THCS-1", name="x", made_by="x", made_at=NOW)
        session.add(agent)
        session.flush()
        agent.sealed = lost.seal("x", AgentPlace(agent.id))
        session.add(agent)
    with writing(engine) as session:
        assert sealed_for_us.known(session, lambda: lost) == pair
        assert sealed_for_us.known(session, lambda: kept) is None
        forgotten = sealed.forget_unreadable(session, kept, NOW)
    assert {table.__name__: count for table, count in forgotten.items()} == {
        "Credential": 3, "Account": 0, "Photo": 1, "ReplyPhoto": 1, "SealingKey": 1, "Webhook": 1, "Agent": 1,
    }  # fmt: skip
    with writing(engine) as session:
        assert kept.opens(sealed.newest(session))
        assert [photo.sha256 for photo in photos.of_channel(session, 1)] == ["two"]
        assert session.get(SealingKey, pair.number) is None
        assert not session.get(Webhook, 1).active
        assert session.get(Agent, 1).state == "stopped"
        assert sealed_for_us.made(session, kept, NOW).point != pair.point
    assert seal_with(engine, kept, Vault(bytes([1] * 32))) == 3


def test_a_pair_that_does_not_open_is_never_given_out(registry):
    """Another is made in its place, before anybody has forgotten anything."""
    engine, key_file = registry
    other = Vault(bytes(32))
    with writing(engine) as session:
        first = sealed_for_us.made(session, read_vault(key_file), NOW)
        second = sealed_for_us.made(session, other, NOW)
        assert second.point != first.point
        assert sealed_for_us.made(session, other, NOW) == second


def test_without_a_sealed_value_there_is_no_key_to_change(tmp_path):
    """It is said; the key stays."""
    engine = new_registry(tmp_path / "registry.db")
    open_vault(tmp_path / "registry.key", {}, sealed_exist=False)
    before = (tmp_path / "registry.key").read_bytes()
    with pytest.raises(VaultError, match="nothing is sealed yet"):
        rotate(engine, tmp_path / "registry.key")
    assert (tmp_path / "registry.key").read_bytes() == before
    assert not new_key_file(tmp_path / "registry.key").exists()
    engine.dispose()


def test_a_rotation_that_runs_is_left_alone(registry):
    """Who opens the vault meanwhile takes away no key; who wants to change it too is told to wait."""
    engine, key_file = registry
    write_key(new_key_file(key_file))
    with FileLock(f"{key_file}.lock"):
        thread = threading.Thread(target=settle, args=(engine, key_file))
        thread.start()
        thread.join()
        assert new_key_file(key_file).exists()
    settle(engine, key_file)
    assert not new_key_file(key_file).exists()


def test_before_the_new_key_is_in_its_place_it_is_used_from_beside(registry):
    """Everything is sealed with it, and the rotation still runs: who opens the vault now finds it."""
    engine, key_file = registry
    with FileLock(f"{key_file}.lock", thread_local=False):
        write_key(new_key_file(key_file))
        assert seal_with(engine, read_vault(key_file), read_vault(new_key_file(key_file))) == 3
        with ThreadPoolExecutor(1) as other:
            vault = other.submit(app.vault, _settings(key_file.parent), engine).result()
        assert new_key_file(key_file).exists()
    assert _opened(engine, vault) == ["one", "two", "three"]


def test_two_keys_of_which_neither_opens_are_both_kept(registry):
    """Nobody can tell which is worth something."""
    engine, key_file = registry
    kept = key_file.read_bytes()
    for file in (key_file, new_key_file(key_file)):
        file.unlink(missing_ok=True)
        write_key(file)
    settle(engine, key_file)
    assert new_key_file(key_file).exists()
    key_file.write_bytes(kept)
    settle(engine, key_file)
    assert not new_key_file(key_file).exists()
    assert key_file.read_bytes() == kept


def test_a_worker_that_lives_on_opens_what_was_sealed_anew(registry):
    """Its vault is opened anew once; it needs no other start."""
    engine, key_file = registry
    opened = []
    vault = RenewedVault(lambda: opened.append(1) or read_vault(key_file))
    assert _opened(engine, vault) == ["one", "two", "three"]
    rotate(engine, key_file)
    assert _opened(engine, vault) == ["one", "two", "three"]
    assert len(opened) == 2


def test_passwords_typed_while_the_key_changes_again_and_again(registry):
    """Each opens the vault inside its transaction: none finds a wrong key, and no password is lost."""
    engine, key_file = registry
    settings, over, wrong, typed = _settings(key_file.parent), threading.Event(), [], []

    def use(number):
        try:
            while not over.wait(0.005):
                with writing(engine) as session:
                    password = f"typed {len(typed)}"
                    credentials.put(session, app.vault(settings, engine), number, "quansat", password, NOW)
                typed.append(password)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is shown)
            wrong.append(error)

    users = [threading.Thread(target=use, args=(number,)) for number in (1, 2)]
    for user in users:
        user.start()
    for _ in range(15):
        rotate(engine, key_file)
        over.wait(0.02)
    over.set()
    for user in users:
        user.join()
    assert wrong == []
    assert len(typed) > 4
    assert len(_opened(engine, app.vault(settings, engine))) == 3


@pytest.mark.parametrize(
    ("path", "form"), [("login", {"username": "u", "password": "p"}), ("onvif-account", {"account": "none"})]
)
def test_a_page_opens_the_vault_inside_the_transaction_in_which_it_seals(registry, path, form):
    """Nobody else can write then, a rotation neither: the key is not about to go."""
    engine, key_file = registry
    held = []

    def vault():
        with closing(sqlite3.connect(key_file.with_name("registry.db"), timeout=0)) as other:
            with suppress(sqlite3.OperationalError):
                held.append("free")
                other.execute("BEGIN IMMEDIATE")
                return read_vault(key_file)
            held[-1] = "held"
        return read_vault(key_file)

    answer = client(engine, vault=vault).post(f"/devices/079-DG-1/DG-1/{path}", data=form)
    assert (answer.status_code, held) == (303, ["held"])
