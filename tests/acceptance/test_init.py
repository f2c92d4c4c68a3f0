"""Proof: `init` makes a whole registry in a folder, finishes one that was begun, and overwrites nothing."""

import re
import stat
import tomllib
from pathlib import Path

import httpx2
import pytest

from camera_registry.config import Settings, load
from camera_registry.database import open_database, reading
from camera_registry.store import accounts
from tests.acceptance.command import run
from tests.acceptance.pages import served

SCHOOL = "code,name,levels,kind,managed_by\n0790123,Trường A,Tiểu học,Công lập,UBND phường A\n"
DEVICE = "school,code,kind,host\n0790123,DG-01,Camera IP,10.1.2.3\n"
ADMIN = ("--admin", "lan.nt", "--name", "Nguyễn Thị Lan")


def _modes(folder):
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}


def _contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _first_password(out):
    return re.search(r"first login: (\S+)", out)[1]


def test_a_folder_is_made_in_which_the_first_administrator_signs_in(tmp_path):
    """Settings, database and key are there, for their owner alone; the password that was printed opens the pages."""
    folder = tmp_path / "registry"
    result = run(tmp_path, "init", folder, *ADMIN, "--lang", "en")
    assert (result.status, result.err) == (0, "")
    modes = _modes(folder)
    assert {name: modes[name] for name in ("registry", "config.toml", "var", "registry.db", "registry.key")} == {
        "registry": 0o700,
        "config.toml": 0o600,
        "var": 0o700,
        "registry.db": 0o600,
        "registry.key": 0o600,
    }
    with served(tmp_path, {"CAMERA_REGISTRY_CONFIG": str(folder / "config.toml")}) as address:
        form = {"login": "lan.nt", "password": _first_password(result.out)}
        answer = httpx2.post(f"{address}/login", data=form, headers={"Origin": address}, timeout=60)
        assert (answer.status_code, "session=" in answer.headers["set-cookie"]) == (303, True)
    assert not (tmp_path / "var").exists(), "nothing is kept in the working folder"


def test_the_settings_are_the_commented_ones_with_paths_in_the_folder(tmp_path):
    """Every key of the project's file stands in it with its comment; it loads, and only places and language differ."""
    folder = tmp_path / 'Sở GD&ĐT [máy 1] "a\\b" 100%'
    assert run(tmp_path, "init", folder, *ADMIN, "--lang", "en").status == 0
    made = (folder / "config.toml").read_text(encoding="utf-8")
    original = (Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8")
    comments = [line for line in original.splitlines() if line.startswith("# ") and " = " not in line]
    assert [line for line in comments if line not in made] == []
    assert set(tomllib.loads(made)) == set(Settings.model_fields)
    settings, _ = load(folder / "config.toml", {})
    assert settings.language == "en"
    assert settings.state_folder == folder / "var" / "state"
    assert settings.registry.key_file == folder / "var" / "registry.key"
    assert settings.backup.folder == folder / "backups"
    assert settings.agents.seed_file == folder / "var" / "agents.seed"
    assert settings.registry.database == f"sqlite:///{folder}/var/registry.db"
    assert (folder / "var" / "registry.db").is_file()


def test_a_second_run_changes_nothing_and_shows_no_password(tmp_path):
    """It says what is there; bytes of all files stay, and another administrator is not made."""
    folder = tmp_path / "registry"
    assert run(tmp_path, "init", folder, *ADMIN).status == 0
    before = _contents(folder)
    again = run(tmp_path, "init", folder, "--admin", "khac.nv", "--name", "Người Khác", "--lang", "en")
    assert again.status == 0
    assert _contents(folder) == before
    said = again.out.split("Next commands")[0]
    assert "khac.nv was not made beside; for that: camera-registry user add" in said
    assert not any(line.startswith("made") for line in said.splitlines())
    assert "password" not in again.out.lower()
    assert again.out.count("is there") == 5


@pytest.mark.parametrize("left", [(), ("config.toml",), ("config.toml", "var/registry.db")])
def test_a_folder_that_was_half_made_is_finished(tmp_path, left):
    """Whatever a run that was cut off has left, the next one makes the rest and keeps what was there."""
    folder = tmp_path / "registry"
    assert run(tmp_path, "init", folder).status == 1
    before = {name: (folder / name).read_bytes() for name in left}
    for path in sorted(folder.rglob("*"), reverse=True):
        if str(path.relative_to(folder)) not in left and path.is_file():
            path.unlink()
    result = run(tmp_path, "init", folder, *ADMIN, "--lang", "en")
    assert result.status == 0, result.err
    assert {name: (folder / name).read_bytes() for name in left if name == "config.toml"} == {
        name: body for name, body in before.items() if name == "config.toml"
    }
    engine = open_database(f"sqlite:///{folder}/var/registry.db")
    with reading(engine) as session:
        assert accounts.open_ones(session, "admin") == 1
    engine.dispose()
    assert (folder / "var" / "registry.key").is_file()


def test_without_an_administrator_it_says_how_to_make_one(tmp_path):
    """All else is made; status 1, and the line to run."""
    result = run(tmp_path, "init", "registry", "--lang", "en")
    assert result.status == 1
    assert "Run again: camera-registry init registry --admin LOGIN --name 'Full name'" in result.out


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    """Status 2, a sentence that names one of them, and nothing more in it than before."""
    (tmp_path / "thesis.odt").write_text("words")
    (tmp_path / ".pgpass").touch(0o600)
    result = run(tmp_path, "init", tmp_path, *ADMIN)
    assert (result.status, sorted(path.name for path in tmp_path.iterdir())) == (2, [".pgpass", "thesis.odt"])
    assert "holds other things (thesis.odt); name an empty folder, or a new one" in result.err


def test_settings_that_cannot_be_used_are_not_overwritten(tmp_path):
    """A file of settings with a mistake is told and stays; no database is made."""
    (tmp_path / "config.toml").write_text("colour = 1\n")
    result = run(tmp_path, "init", tmp_path, *ADMIN)
    assert result.status == 2
    assert "colour: no such setting" in result.err
    assert (tmp_path / "config.toml").read_text() == "colour = 1\n"
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_paths_of_the_working_folder_are_not_taken_for_those_of_another(tmp_path):
    """Settings that somebody copied name var/ of wherever a command runs: said, before a database stands in the wrong
    place.
    """
    folder = tmp_path / "registry"
    folder.mkdir()
    (folder / "config.toml").write_text('language = "en"\n')
    result = run(tmp_path, "init", folder, *ADMIN)
    assert result.status == 2
    assert f"run: cd {folder} && camera-registry init" in result.err
    assert not (tmp_path / "var").exists()
    assert run(folder, "init", *ADMIN).status == 0
    assert (folder / "var" / "registry.db").is_file()


def test_a_lost_key_is_not_replaced(tmp_path):
    """Where something is sealed and the key is gone, no new one is made: status 2, and what to do."""
    folder = tmp_path / "registry"
    assert run(tmp_path, "init", folder, *ADMIN).status == 0
    config = ("--config", folder / "config.toml")
    (tmp_path / "schools.csv").write_text(SCHOOL, encoding="utf-8")
    (tmp_path / "devices.csv").write_text(DEVICE, encoding="utf-8")
    imported = run(tmp_path, "import", tmp_path, *config)
    assert imported.status == 0, imported.err + imported.out
    (tmp_path / "secret.txt").write_text("mat-khau-camera")
    login = ("credential", "0790123/DG-01", "--username", "quansat", "--password-file", "secret.txt")
    assert run(tmp_path, *login, *config).status == 0
    (folder / "var" / "registry.key").unlink()
    result = run(tmp_path, "init", folder)
    assert result.status == 2
    assert "the key is missing, and passwords are sealed with it; put the file back" in result.err
    assert not (folder / "var" / "registry.key").exists()
