"""Doctor sees who may read or write the files."""

import pytest

from camera_registry.config import AgentSettings, MailSettings, RegistrySettings
from camera_registry.doctor.files import folder, private_files, settings_file
from tests.camera_registry.doctor.places import around, only


def _file(path, mode, text="x"):
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("mode", "password", "state"),
    [
        (0o600, "", "well"),
        (0o644, "", "well"),
        (0o664, "", "bad"),
        (0o644, ":geheim", "bad"),
        (0o600, ":geheim", "well"),
    ],
)
def test_settings_that_others_may_change_are_bad(tmp_path, mode, password, state):
    """Others may read them where no password stands in them, and never write them; the password is not said."""
    file = _file(tmp_path / "config.toml", mode)
    near = around(tmp_path, file=file)
    near.settings.registry.database = f"postgresql+psycopg://me{password}@db.example/cameras"
    found = only(settings_file(near), state)
    assert "geheim" not in repr(found)
    assert state == "well" or found.to_do["vi"] == f"chmod 600 {file}"


def test_without_a_file_of_settings_it_is_left_out(tmp_path):
    """Defaults count then."""
    only(settings_file(around(tmp_path)), "left_out")


def test_a_folder_that_is_not_there_is_bad(tmp_path):
    """It says which, and how it is made."""
    found = only(folder(around(tmp_path / "gone")), "bad")
    assert str(tmp_path / "gone") in found.seen["en"]
    assert "camera-registry init" in found.to_do["vi"]


def test_a_folder_into_which_others_write_is_bad(tmp_path):
    """Whoever may write there may put another database in its place."""
    tmp_path.chmod(0o777)
    assert only(folder(around(tmp_path)), "bad").to_do["en"] == f"chmod 700 {tmp_path}"
    tmp_path.chmod(0o700)
    only(folder(around(tmp_path)), "well")


@pytest.mark.parametrize("name", ["registry.db", "registry.db-wal", "registry.key", "mail.txt", "agents.seed"])
def test_each_secret_file_that_others_may_read_is_bad(tmp_path, name):
    """Key, database with its log, and the password of mail; nothing is said of those that are not there."""
    mail = MailSettings(password_file=str(tmp_path / "mail.txt"))
    near = around(tmp_path, mail=mail, agents=AgentSettings(seed_file=tmp_path / "agents.seed"))
    for each in ("registry.db", "registry.db-wal", "registry.key", "mail.txt", "agents.seed"):
        _file(tmp_path / each, 0o600)
    only(private_files(near), "well")
    (tmp_path / name).chmod(0o640)
    assert only(private_files(near), "bad").to_do["en"] == f"chmod 600 {tmp_path / name}"


def test_a_database_on_a_server_has_no_folder(tmp_path):
    """Nothing is said of files that there are not."""
    near = around(tmp_path)
    near.settings.registry = RegistrySettings(database="postgresql+psycopg://me@db.example/cameras")
    only(folder(near), "left_out")
    assert list(tmp_path.iterdir()) == []
