"""Commands on the registry: what they take, what they refuse, and in which words."""

import base64
import json
import socket
from pathlib import Path

import pytest

from camera_registry import cli
from camera_registry.access.second_factor import TotpPlace
from camera_registry.commands.options import UsageError
from camera_registry.commands.serve import listening
from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.services.key_rotation import seal_with
from camera_registry.store import accounts, credentials, devices
from camera_registry.vault import KEY_VARIABLE, open_vault, read_vault, write_key
from tests.camera_registry.people import account_of
from tests.camera_registry.registered import device

NAME = "079-DG-01/DG-01"


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A registry with one device that only the cloud sees, in the folder where commands run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    engine = open_database("sqlite:///var/registry.db")
    upgrade(engine)
    with writing(engine) as session:
        device(session, kind="cloud", host="")
    yield engine
    engine.dispose()


def _password(text="quite-Secret"):
    Path("password.txt").write_text(text, encoding="utf-8")
    return ["--password-file", "password.txt"]


def test_a_login_is_kept_sealed(registry, capsys):
    """The next look has it; neither the output nor the database shows it."""
    assert cli.main(["credential", NAME, "--username", "quansat", *_password()]) == 0
    with reading(registry) as session:
        found = devices.by_code(session, "079-DG-01", "DG-01")
        vault = open_vault(Path("var/registry.key"), {}, sealed_exist=True)
        (login,) = credentials.opened(session, vault, found.id)
    assert (login.username, login.password, found.username) == ("quansat", "quite-Secret", "quansat")
    shown = capsys.readouterr()
    assert shown.out == f"{NAME}: the login 'quansat' is kept, sealed\n"
    assert "quite-Secret" not in "".join(shown)


def test_a_login_that_nobody_refused_is_not_to_be_tried_again(registry, capsys):
    """That nothing was refused is said, with and without a login."""
    cli.main(["credential", NAME, "--try-again"])
    cli.main(["credential", NAME, "--username", "quansat", *_password()])
    assert cli.main(["credential", NAME, "--try-again"]) == 0
    assert capsys.readouterr().out.count("no login there was refused or is held back; nothing has changed") == 2


def test_a_refused_login_may_be_tried_again_when_a_person_says_so(registry):
    """The doors are unknown again."""
    cli.main(["credential", NAME, "--username", "quansat", *_password()])
    with writing(registry) as session:
        found = devices.by_code(session, "079-DG-01", "DG-01")
        (version, state), *_ = credentials.login_states(session, found.id).items()
        credentials.learned(session, found.id, {version: state.refused_at("onvif")})
    assert cli.main(["credential", NAME, "--try-again"]) == 0
    with reading(registry) as session:
        (state,) = credentials.login_states(session, found.id).values()
    assert state.may_send("onvif")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["credential", NAME], "write --username U to give a login, or --try-again"),
        (["credential", NAME, "--username", "u", "--try-again"], "write --username U"),
        (["credential", "nobody", "--try-again"], "nobody: no such device; write SCHOOL/DEVICE"),
        (["credential", NAME, "--username", " u "], "the username cannot be used"),
        (["probe", "--device", "DG-01"], "DG-01: write SCHOOL/DEVICE"),
        (["probe", "--device", "9/DG-01"], "9/DG-01: no such device"),
        (["probe", "--school", "9"], "9: no school has this code"),
        (["probe", "--district", "9"], "9: no unit that manages schools has this code"),
        (["serve", "--port", "70000"], "70000 is no port"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_write(registry, capsys, words, said):
    """Exit status 2, and one line."""
    if "--username" in words:
        words = [*words, *_password()]
    assert cli.main(words) == 2
    assert said in capsys.readouterr().err


def test_a_probe_of_what_only_the_cloud_sees_ends_at_once(registry, capsys):
    """It is skipped, and said so; nothing is sent anywhere."""
    assert cli.main(["probe", "--all", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["total"], told["skipped"]) == ("done", 1, 1)
    assert cli.main(["probe", "--all", "--lang", "en"]) == 0
    assert "devices: 1; 0 answered, 0 did not, 1 left out" in capsys.readouterr().out


def test_a_port_that_is_taken_is_said_or_another_is_taken():
    """`serve` says so; the demo takes another."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match="name another --port"), listening("127.0.0.1", port):
            pass
        with listening("127.0.0.1", port, or_another=True) as made:
            assert made.getsockname()[1] != port


def test_a_missing_key_is_said_by_every_command_that_needs_it(registry, capsys):
    """No new key is made; the file is named, and what to do."""
    cli.main(["credential", NAME, "--username", "quansat", *_password()])
    Path("var/registry.key").unlink()
    for words in (["credential", NAME, "--try-again"], ["serve"], ["work"], ["probe", "--all"]):
        assert cli.main(words) == 2
        assert "var/registry.key: the key is missing" in capsys.readouterr().err
    assert not Path("var/registry.key").exists()


def test_a_key_that_is_lost_for_good_can_be_replaced(registry, capsys):
    """Logins that nobody can open are forgotten, and second factors; the device takes a new one, and the rest works."""
    cli.main(["credential", NAME, "--username", "quansat", *_password()])
    with writing(registry) as session:
        person = account_of(session, "city", "Lan")
        person.totp = read_vault(Path("var/registry.key")).seal("x", TotpPlace(person.id))
    Path("var/registry.key").unlink()
    assert cli.main(["credential", "--forget-unreadable"]) == 0
    said = capsys.readouterr().out
    assert "logins that do not open with this key: 1; they are forgotten" in said
    assert "photos that do not open: 0" in said
    with reading(registry) as session:
        assert accounts.by_id(session, 1).totp is None
    assert cli.main(["credential", NAME, "--username", "quansat", *_password()]) == 0
    assert cli.main(["probe", "--all"]) == 0


def test_the_key_is_changed_and_what_becomes_of_backups_is_said(registry, capsys):
    """In the language of the settings, or that of --lang; the login opens with the new key."""
    cli.main(["credential", NAME, "--username", "quansat", *_password()])
    before = Path("var/registry.key").read_bytes()
    capsys.readouterr()
    assert cli.main(["key", "rotate"]) == 0
    assert "1 mật khẩu được niêm phong lại" in capsys.readouterr().out
    assert Path("var/registry.key").read_bytes() != before
    assert cli.main(["key", "rotate", "--lang", "en"]) == 0
    assert "Old backups of the database still need the old key" in capsys.readouterr().out
    assert cli.main(["credential", NAME, "--username", "quansat", *_password()]) == 0
    with reading(registry) as session:
        assert len(credentials.current(session, 1)) == 1


def test_a_key_of_the_environment_is_changed_by_the_person_who_set_it(registry, capsys, monkeypatch):
    """Alone it is refused, with the words to type; with the file of the new key everything is sealed with that."""
    old, new = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
    monkeypatch.setenv(KEY_VARIABLE, old)
    cli.main(["credential", NAME, "--username", "quansat", *_password()])
    assert cli.main(["key", "rotate"]) == 2
    assert "run: camera-registry key rotate --new-key-file new.key" in capsys.readouterr().err
    Path("new.key").write_text(new, encoding="ascii")
    Path("new.key").chmod(0o600)
    assert cli.main(["key", "rotate", "--new-key-file", "new.key", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert f"Set {KEY_VARIABLE} to what stands in that file" in told
    assert new not in told
    assert cli.main(["credential", NAME, "--username", "other", *_password()]) == 2
    monkeypatch.setenv(KEY_VARIABLE, new)
    assert cli.main(["credential", NAME, "--username", "other", *_password()]) == 0
    assert not Path("var/registry.key").exists()
    monkeypatch.delenv(KEY_VARIABLE)
    assert cli.main(["key", "rotate", "--new-key-file", "new.key"]) == 2
    assert "is for a key in CAMERA_REGISTRY_KEY" in capsys.readouterr().err


def test_after_a_change_of_the_key_that_was_cut_off_no_login_is_forgotten(registry, capsys):
    """The key that opens the logins is put in its place before those that do not open are counted."""
    cli.main(["credential", NAME, "--username", "quansat", *_password()])
    key_file, beside = Path("var/registry.key"), Path("var/registry.key.new")
    write_key(beside)
    seal_with(registry, read_vault(key_file), read_vault(beside))
    assert cli.main(["credential", "--forget-unreadable"]) == 0
    assert "do not open with this key: 0;" in capsys.readouterr().out
    assert not beside.exists()
