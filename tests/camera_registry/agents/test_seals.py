"""Seals: what is sealed for one agent and direction opens for that alone, and unpacks to no more than it may."""

import os
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from camera_registry.agents import seals
from camera_registry.agents.seals import SealError, open_sealed, seal

KEY, OTHER = b"k" * 32, b"o" * 32
SECRET = b"mat-khau 7"


@given(st.binary(max_size=5_000))
def test_what_is_sealed_opens(plain):
    """Both ways, whatever it is."""
    for direction in ("work", "result"):
        assert open_sealed(KEY, direction, "A1", seal(KEY, direction, "A1", plain)) == plain


@pytest.mark.parametrize(
    ("key", "direction", "agent"), [(OTHER, "work", "A1"), (KEY, "result", "A1"), (KEY, "work", "A")]
)
def test_it_opens_for_nobody_else(key, direction, agent):
    """Another key, the other direction, another agent: nothing is told of it."""
    with pytest.raises(SealError) as caught:
        open_sealed(key, direction, agent, seal(KEY, "work", "A1", SECRET))
    assert "mat-khau" not in str(caught.value)


def test_every_changed_byte_is_noticed():
    """Of version, nonce, cipher text and tag; also what is cut off or put on."""
    sealed = seal(KEY, "work", "A1", SECRET)
    changed = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    for each in (*changed, *(sealed[:length] for length in range(len(sealed))), sealed + b"x"):
        with pytest.raises(SealError):
            open_sealed(KEY, "work", "A1", each)


def test_what_unpacks_to_too_much_is_refused(monkeypatch):
    """An agent that was taken over cannot fill the memory of the registry; nor is more sealed than opens."""
    monkeypatch.setattr(seals, "LARGEST", 1_000)
    with pytest.raises(SealError, match="larger than"):
        seal(KEY, "result", "A1", bytes(1_001))
    assert open_sealed(KEY, "result", "A1", seal(KEY, "result", "A1", bytes(1_000))) == bytes(1_000)
    bomb = _packed(zlib.compress(bytes(10_000_000)))
    with pytest.raises(SealError, match="unpacks to more than"):
        open_sealed(KEY, "result", "A1", bomb)


@pytest.mark.parametrize("packed", [b"", b"no zlib", zlib.compress(b"a")[:-2], zlib.compress(b"a") + b"more"])
def test_damage_inside_is_said(packed):
    """Even where the seal holds."""
    with pytest.raises(SealError, match="damaged"):
        open_sealed(KEY, "result", "A1", _packed(packed))


def _packed(packed):
    """As an agent that knows its key would seal these bytes."""
    cipher = seals._cipher(KEY, "result")
    assert isinstance(cipher, AESGCM)
    nonce = os.urandom(12)
    return b"\x01" + nonce + cipher.encrypt(nonce, packed, b"camera-registry/agent/result/A1")
