"""What `inspect` remembers of logins: a refused one is known again, and nothing of it can be read."""

import stat

import pytest

from camera_registry.store.refused_logins import RefusedLogins, StateError
from probes.login import LoginState


def test_a_login_is_known_by_a_hash_that_only_this_folder_can_make(tmp_path):
    """The same address and login give the same name here and another name in another folder."""
    here, there = RefusedLogins(tmp_path / "a"), RefusedLogins(tmp_path / "b")
    name = here.version("10.0.0.1", "admin", "secret")
    assert name == RefusedLogins(tmp_path / "a").version("10.0.0.1", "admin", "secret")
    assert name != there.version("10.0.0.1", "admin", "secret")
    assert name != here.version("10.0.0.1", "admin", "secret2")
    assert name != here.version("10.0.0.1", "admi", "nsecret")


def test_what_was_learned_is_there_after_a_restart(tmp_path):
    """The state of every door of a login is read back by a new process."""
    state = LoginState().refused_at("onvif")
    RefusedLogins(tmp_path).learned("v", state)
    assert RefusedLogins(tmp_path).state("v") == state
    RefusedLogins(tmp_path).forget("v")
    assert RefusedLogins(tmp_path).state("v") == LoginState()


def test_a_try_cut_short_by_a_crash_gets_one_more_and_no_third(tmp_path):
    """`trying` without `learned` once: still unknown. Twice: it counts as refused everywhere."""
    logins = RefusedLogins(tmp_path)
    logins.trying("v")
    assert logins.state("v").may_send("onvif")
    logins.trying("v")
    assert not logins.state("v").may_send("onvif")
    assert not logins.state("v").may_send("rtsp")


def test_a_good_login_stays_good_when_a_probe_is_cut_short(tmp_path):
    """A door that was good before the crash is still open after it."""
    logins = RefusedLogins(tmp_path)
    logins.learned("v", LoginState().succeeded("onvif"))
    logins.trying("v")
    logins.trying("v")
    assert logins.state("v").state("onvif") == "good"


def test_the_files_are_for_their_owner_alone(tmp_path):
    """Key and list are 0600, and no temporary file is left."""
    logins = RefusedLogins(tmp_path / "state")
    logins.learned(logins.version("10.0.0.1", "admin", "secret"), LoginState())
    files = sorted((tmp_path / "state").iterdir())
    assert [f.name for f in files] == ["key", "logins.json"]
    assert all(stat.S_IMODE(f.stat().st_mode) == 0o600 for f in files)


@pytest.mark.parametrize("name", ["key", "logins.json"])
def test_a_damaged_file_is_said_with_what_to_do(tmp_path, name):
    """A file that cannot be read names itself and the remedy."""
    (tmp_path / "key").write_text("00" * 32)
    (tmp_path / name).write_text("{ not this")
    logins = RefusedLogins(tmp_path)
    with pytest.raises(StateError, match=f"{name}.*delet"):
        logins.state(logins.version("a", "b", "c"))
