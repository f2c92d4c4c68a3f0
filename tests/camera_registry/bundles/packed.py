"""Bundles for tests: looks that no camera gave, signed with a key of the test."""

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from camera_registry.bundles import document
from camera_registry.bundles.document import Heading
from camera_registry.bundles.signing import LaptopKey
from probes.facts import Identity, Ledger
from probes.target import Address
from tests.standards.sheets import NOW, observed

KEY = LaptopKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER_KEY = LaptopKey(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
HOST, MAC, SERIAL = "192.168.1.64", "00:40:8c:11:22:33", "ACCC8E112233"


def look(changes=None, at=NOW, *, mac=MAC, serial=SERIAL, **others):
    """What a laptop saw of the good camera with `changes`, which says this of itself."""
    seen = observed(changes, at)
    identity = Identity(at=at, how="onvif", manufacturer="Axis", model="M1", serial=serial, mac=mac)
    device = replace(seen.device, identity=identity)
    cost = Ledger(connections=3, logins=1, bytes_in=1000)
    return replace(seen, **{"device": device, "ledger": cost, **others})


def heading(school="0790123", key=KEY, made_by="an"):
    """The first line of a bundle."""
    return Heading(school, made_by, "0.1.0", key.public)


def bundle(*looks, school="0790123", key=KEY, made_at=NOW, made_by="an"):
    """The bytes of a bundle of these looks, each alone or with the code of its device and its host."""
    rows = [row if isinstance(row, tuple) else ("", HOST, row) for row in looks]
    lines = [document.look_line(code, Address("host", host), seen) for code, host, seen in rows]
    return document.signed([document.heading_line(heading(school, key, made_by)), *lines], made_at, key)
