"""Root is told whose a registry is before it makes anything there that its owner could not read."""

import os

import pytest

from camera_registry.owning import ROOT, owner_of
from tests.acceptance.command import run
from tests.camera_registry.unprivileged import given_away


@pytest.fixture
def theirs(tmp_path):
    """A folder that is private to somebody who is not root."""
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o700)
    given_away(folder)
    return folder


def test_a_file_that_is_not_there_yet_counts_as_its_folder(theirs):
    """What root would make there, too."""
    place, name = owner_of([theirs / "var" / "registry.key"], by=ROOT)
    assert (place, bool(name)) == (theirs, True)


def test_what_others_may_enter_is_nobodys_alone(theirs):
    """A checkout of a user in which root of a container runs the demonstration."""
    theirs.chmod(0o755)
    assert owner_of([theirs / "registry.key"], by=ROOT) is None


def test_who_is_not_root_is_told_by_the_system(theirs):
    """That another user may not read it is an error of its own."""
    assert owner_of([theirs], by=1000) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as root")
@pytest.mark.parametrize("words", [("backup",), ("key", "rotate"), ("user", "list"), ("init", ".")])
def test_root_makes_nothing_in_the_registry_of_another(tmp_path, words):
    """Exit status 2, as whom to run it, and nothing new; `doctor` says so, too."""
    assert run(tmp_path, "init", ".").status == 1
    given_away(tmp_path, *tmp_path.rglob("*"))
    before = sorted(tmp_path.rglob("*"))
    done = run(tmp_path, *words)
    assert (done.status, "run it as that user: sudo -u nobody camera-registry" in done.err) == (2, True), done.err
    assert sorted(tmp_path.rglob("*")) == before
    told = run(tmp_path, "doctor", "--json", "--lang", "en").out
    assert f"{tmp_path / 'var'} is nobody's alone, and not root's" in told


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as root")
def test_root_restores_nothing_into_the_folder_of_another(tmp_path, theirs):
    """What it would put there the service could not read."""
    here = tmp_path / "here"
    run(tmp_path, "init", here)
    run(
        tmp_path,
        "--config",
        here / "config.toml",
        "backup",
        "--to",
        tmp_path / "backups",
        "--key-to-file",
        tmp_path / "apart",
    )
    (backup,) = (tmp_path / "backups").glob("*.tar")
    places = {"DATABASE": f"sqlite:///{theirs}/var/registry.db", "KEY_FILE": str(theirs / "var/registry.key")}
    named = {f"CAMERA_REGISTRY_REGISTRY__{name}": value for name, value in places.items()}
    words = ("--config", theirs / "config.toml", "restore", backup, "--key-file", tmp_path / "apart")
    done = run(tmp_path, *words, environment=named)
    assert (done.status, "belongs to nobody alone" in done.err) == (2, True), done.err
    assert list(theirs.iterdir()) == []
