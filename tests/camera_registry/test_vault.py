"""The vault: what is sealed opens with the same key at the same place, and in no other way."""

import base64
import re
import stat
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera_registry.vault import KEY_VARIABLE, Place, Vault, VaultError, open_vault

KEY = bytes(range(32))
PLACE = Place(7, "onvif,rtsp,https", 1)
OTHERS = (Place(8, PLACE.doors, 1), Place(7, "rtsp", 1), Place(7, PLACE.doors, 2))
PASSWORD = "mật-khẩu#1"


@dataclass(frozen=True)
class Elsewhere:
    """A place that is no credential's."""

    number: int

    def bound(self):
        """Bytes of this kind of place alone."""
        return f"camera-registry/elsewhere/{self.number}".encode()


@given(st.text())
def test_what_is_sealed_opens(password):
    """Any text comes back; the same text sealed twice looks different."""
    vault = Vault(KEY)
    sealed = vault.seal(password, PLACE)
    assert vault.open(sealed, PLACE) == password
    assert sealed != vault.seal(password, PLACE)
    assert sealed[0] == 1


@pytest.mark.parametrize("other", [*OTHERS, Elsewhere(7)])
def test_a_sealed_password_moved_to_another_place_does_not_open(other):
    """It is bound to device, doors and version, and to being that of a credential."""
    sealed = Vault(KEY).seal(PASSWORD, PLACE)
    with pytest.raises(VaultError, match="does not open with this key"):
        Vault(KEY).open(sealed, other)


def test_whatever_can_say_what_it_is_bound_to_is_a_place():
    """Secrets of another kind are sealed alike; one opens in its own row alone."""
    sealed = Vault(KEY).seal(PASSWORD, Elsewhere(1))
    assert Vault(KEY).open(sealed, Elsewhere(1)) == PASSWORD
    with pytest.raises(VaultError):
        Vault(KEY).open(sealed, Elsewhere(2))


def test_another_key_says_to_put_the_right_one_back():
    """The words say what to do, and hold neither password nor key."""
    sealed = Vault(KEY).seal(PASSWORD, PLACE)
    with pytest.raises(VaultError, match="put back the key it was sealed with") as caught:
        Vault(bytes(32)).open(sealed, PLACE)
    assert PASSWORD not in str(caught.value) + repr(Vault(KEY))
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("damage", [b"", b"\x02", b"\x01", b"\x01" + bytes(12), b"\x01" + bytes(40)])
def test_damage_is_said_and_nothing_else_is_raised(damage):
    """Cut short, of a later version, or changed: a VaultError."""
    with pytest.raises(VaultError):
        Vault(KEY).open(damage, PLACE)


def test_every_changed_byte_is_noticed():
    """No byte of a sealed password can be changed unseen."""
    sealed = Vault(KEY).seal(PASSWORD, PLACE)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(VaultError):
            Vault(KEY).open(bytes(changed), PLACE)


def test_the_first_start_makes_a_key_for_its_owner_alone(tmp_path):
    """The key file is 0600, is used again at the next start, and leaves no temporary file."""
    file = tmp_path / "var" / "registry.key"
    sealed = open_vault(file, {}, sealed_exist=False).seal(PASSWORD, PLACE)
    assert open_vault(file, {}, sealed_exist=True).open(sealed, PLACE) == PASSWORD
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_missing_key_is_not_replaced_while_passwords_are_sealed(tmp_path):
    """The error names the file and what to do; no key is made."""
    file = tmp_path / "registry.key"
    with pytest.raises(VaultError, match=f"{re.escape(str(file))}: the key is missing.*put the file back"):
        open_vault(file, {}, sealed_exist=True)
    assert not file.exists()


def test_the_environment_goes_over_the_file(tmp_path):
    """A key in the environment is used, and no file is made."""
    sealed = Vault(KEY).seal(PASSWORD, PLACE)
    environment = {KEY_VARIABLE: base64.b64encode(KEY).decode()}
    assert open_vault(tmp_path / "k", environment, sealed_exist=True).open(sealed, PLACE) == PASSWORD
    assert not (tmp_path / "k").exists()


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(bytes(16)).decode(), "é" * 44])
def test_a_key_that_is_none_is_said_without_showing_it(tmp_path, text):
    """In the environment and in the file: 32 bytes in base64 are asked for."""
    with pytest.raises(VaultError, match=f"^{KEY_VARIABLE}: this is no key: 32 bytes") as caught:
        open_vault(tmp_path / "k", {KEY_VARIABLE: text}, sealed_exist=False)
    assert not text or text not in str(caught.value)
    file = tmp_path / "k"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(VaultError, match="this is no key"):
        open_vault(file, {}, sealed_exist=False)


def test_a_key_that_others_may_read_is_refused(tmp_path):
    """The remedy is the command to type."""
    file = tmp_path / "k"
    open_vault(file, {}, sealed_exist=False)
    file.chmod(0o644)
    with pytest.raises(VaultError, match=r"others may read the key; run: chmod 600 "):
        open_vault(file, {}, sealed_exist=False)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    """A key cannot be made two folders deep; nothing is left behind."""
    with pytest.raises(VaultError, match="the key cannot be made"):
        open_vault(tmp_path / "a" / "b" / "k", {}, sealed_exist=False)
    assert list(tmp_path.iterdir()) == []
