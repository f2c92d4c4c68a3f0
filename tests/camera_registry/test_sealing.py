"""Sealing to the server: what is sealed for one purpose opens for that alone, and damage is said without the secret."""

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from camera_registry.sealing import SealedForUs, SealError, make_pair, open_sealed

SECRET = "mật-khẩu <&> 7"


def _sealed(public, bound, text=SECRET):
    """As a browser does it (static/register/seal.js), written anew."""
    pair = ec.generate_private_key(ec.SECP256R1())
    ours = pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    secret = HKDF(SHA256(), 32, salt=ours + public, info=bound.encode()).derive(pair.exchange(ec.ECDH(), theirs))
    cipher = AESGCM(secret).encrypt(b"n" * 12, text.encode(), None)
    return SealedForUs(1, *(base64.b64encode(part).decode() for part in (ours, b"n" * 12, cipher)))


def test_what_is_sealed_to_the_pair_opens():
    """For the purpose it was sealed for."""
    public, private = make_pair()
    assert open_sealed(_sealed(public, "a"), private, "a") == SECRET


def test_it_opens_for_no_other_purpose_and_with_no_other_pair():
    """The error names neither secret nor key."""
    public, private = make_pair()
    sealed = _sealed(public, "a")
    for key, bound in ((private, "b"), (make_pair()[1], "a")):
        with pytest.raises(SealError) as caught:
            open_sealed(sealed, key, bound)
        assert SECRET not in str(caught.value)
        assert private not in str(caught.value)


@pytest.mark.parametrize("part", ["point", "nonce", "cipher"])
@pytest.mark.parametrize("damage", ["", "AAAA", "not base64!", "A" * 400])
def test_damage_is_said(part, damage):
    """Whatever a browser sends instead, it is our own error."""
    public, private = make_pair()
    with pytest.raises(SealError):
        open_sealed(replace(_sealed(public, "a"), **{part: damage}), private, "a")
