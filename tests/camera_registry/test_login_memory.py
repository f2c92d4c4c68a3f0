"""What `inspect` remembers of logins: a refused one is known again, and nothing of it can be read."""

import json
import stat
import subprocess
import sys

import pytest

from camera_registry.store.login_memory import LoginMemory, StateError
from probes.login import LoginState
from probes.target import Remembered


def test_a_login_is_known_by_a_hash_that_only_this_folder_can_make(tmp_path):
    """The same address and login give the same name here and another name in another folder."""
    here, there = LoginMemory(tmp_path / "a"), LoginMemory(tmp_path / "b")
    name = here.version("10.0.0.1", "admin", "secret")
    assert name == LoginMemory(tmp_path / "a").version("10.0.0.1", "admin", "secret")
    assert name != there.version("10.0.0.1", "admin", "secret")
    assert name != here.version("10.0.0.1", "admin", "secret2")
    assert name != here.version("10.0.0.1", "admi", "nsecret")


def test_what_was_learned_is_there_after_a_restart(tmp_path):
    """The state of every door of a login is read back by a new process; a person buys one try, where it was refused."""
    state = LoginState().refused_at("onvif")
    LoginMemory(tmp_path).learned("v", state)
    assert LoginMemory(tmp_path).state("v") == state
    LoginMemory(tmp_path).again("v")
    assert LoginMemory(tmp_path).state("v") == state.again()
    assert [state.again().may_send(door) for door in ("onvif", "rtsp")] == [True, False]


def test_a_lock_is_of_the_host_whichever_login_it_was(tmp_path):
    """Read back by a new process, and of no other host; nothing readable stands in the file."""
    LoginMemory(tmp_path).keep_host("10.0.0.1", Remembered(locked_until="2026-11-23T12:00:00+00:00", tries_left=3))
    known = LoginMemory(tmp_path).with_host("10.0.0.1", Remembered())
    assert (known.locked_until, known.tries_left) == ("2026-11-23T12:00:00+00:00", 3)
    assert LoginMemory(tmp_path).with_host("10.0.0.2", Remembered()) == Remembered()
    assert "10.0.0.1" not in (tmp_path / "hosts.json").read_text()


def test_a_try_cut_short_by_a_crash_gets_one_more_and_no_third(tmp_path):
    """`trying` without `learned` once: one more may be sent. Twice: none, at any door."""
    logins = LoginMemory(tmp_path)
    logins.trying("v")
    assert logins.state("v").may_send("onvif")
    logins.trying("v")
    assert not logins.state("v").may_send("onvif")
    assert not logins.state("v").may_send("rtsp")


def test_a_good_login_stays_good_when_probes_are_cut_short(tmp_path):
    """A door that was good before the crash is still open after it."""
    logins = LoginMemory(tmp_path)
    logins.learned("v", LoginState().succeeded("onvif"))
    logins.trying("v")
    logins.trying("v")
    assert logins.state("v").may_send("onvif")


def test_two_processes_make_one_key_and_lose_no_entry(tmp_path):
    """Started together on an empty folder, all name a login alike, and each finds what the others wrote."""
    script = (
        "import sys; from pathlib import Path; from probes.login import LoginState\n"
        "from camera_registry.store.login_memory import LoginMemory\n"
        "m = LoginMemory(Path(sys.argv[1])); print(m.version('h', 'u', 'p')); m.learned(sys.argv[2], LoginState())"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "new")]
    running = [subprocess.Popen([*command, f"v{n}"], stdout=subprocess.PIPE, text=True) for n in range(4)]
    names = {process.communicate(timeout=60)[0] for process in running}
    assert len(names) == 1
    assert set(json.loads((tmp_path / "new" / "logins.json").read_text())) == {"v0", "v1", "v2", "v3"}


def test_the_files_are_for_their_owner_alone(tmp_path):
    """Key and list are 0600, and no temporary file is left."""
    logins = LoginMemory(tmp_path / "state")
    logins.learned(logins.version("10.0.0.1", "admin", "secret"), LoginState())
    files = sorted((tmp_path / "state").iterdir())
    assert {"key", "logins.json"} <= {f.name for f in files} <= {"key", "lock", "logins.json"}
    assert all(stat.S_IMODE(f.stat().st_mode) == 0o600 for f in files)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("key", "{ not this"),
        ("key", ""),
        ("key", "00"),
        ("logins.json", "{ not this"),
        ("logins.json", "[]"),
        ("logins.json", "null"),
        ("logins.json", '{"v": 7}'),
        ("logins.json", '{"v": {"onvif": "zzz"}}'),
        ("logins.json", '{"v": ' * 500),
    ],
)
def test_a_damaged_file_is_said_with_what_to_do(tmp_path, name, content):
    """A file that cannot be used names itself and the remedy; nothing in it is believed."""
    (tmp_path / "key").write_text("00" * 32)
    (tmp_path / name).write_text(content)
    logins = LoginMemory(tmp_path)
    with pytest.raises(StateError, match=f"{name}.*deleting it"):
        logins.state(logins.version("a", "b", "c"))


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="cannot be made"):
        LoginMemory(tmp_path / "file" / "state").version("a", "b", "c")
