"""Proof: a backup of one folder is restored into another beside it, and from then on each means its own registry."""

import pytest

from camera_registry.config import load
from tests.acceptance.command import run

ADMIN = ("--admin", "lan.nt", "--name", "Nguyễn Thị Lan")


@pytest.fixture
def here(tmp_path):
    """A registry with an administrator, and a backup of it."""
    folder = tmp_path / "here"
    assert run(tmp_path, "init", folder, *ADMIN).status == 0
    words = ("backup", "--to", tmp_path / "backups", "--key-to-file", tmp_path / "apart.key")
    assert run(tmp_path, "--config", folder / "config.toml", *words).status == 0
    return folder


def _restored(tmp_path, folder, **environment):
    (backup,) = (tmp_path / "backups").glob("*.tar")
    words = ("--config", folder / "config.toml", "restore", backup, "--key-file", tmp_path / "apart.key")
    return run(tmp_path, *words, environment=environment)


def _logins(tmp_path, folder):
    return run(tmp_path, "--config", folder / "config.toml", "user", "list").out


def _another_person(tmp_path, folder):
    words = ("user", "add", "moi.nv", "--name", "Người Mới", "--role", "admin")
    assert run(tmp_path, "--config", folder / "config.toml", *words).status == 0


def test_a_folder_of_init_takes_a_backup_once_its_own_key_is_away(here, tmp_path):
    """As docs/backup.md says: everything is in the new folder, and what is done there is not done in the old one."""
    there = tmp_path / "there"
    assert run(tmp_path, "init", there).status == 1
    first = _restored(tmp_path, there)
    assert (first.status, "another key stands there; move it" in first.err) == (2, True)
    (there / "var/registry.key").rename(tmp_path / "unused.key")
    assert _restored(tmp_path, there).status == 0
    _another_person(tmp_path, there)
    assert ("moi.nv" in _logins(tmp_path, there), "moi.nv" in _logins(tmp_path, here)) == (True, False)


def test_settings_that_are_put_there_name_the_place_that_the_environment_named(here, tmp_path):
    """Whoever tries a restore beside the registry, and takes the environment away, is in the copy and not in the
    registry.
    """
    there = tmp_path / "there"
    places = {"DATABASE": f"sqlite:///{there}/registry.db", "KEY_FILE": str(there / "registry.key")}
    named = {f"CAMERA_REGISTRY_REGISTRY__{name}": value for name, value in places.items()}
    assert _restored(tmp_path, there, **named).status == 0
    settings, _ = load(there / "config.toml", {})
    assert settings.registry.database == places["DATABASE"]
    assert settings.registry.key_file == there / "registry.key"
    _another_person(tmp_path, there)
    assert ("moi.nv" in _logins(tmp_path, there), "moi.nv" in _logins(tmp_path, here)) == (True, False)
