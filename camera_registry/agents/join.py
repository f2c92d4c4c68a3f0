"""Join: the file with which an agent is set up, made once by the registry and shown once.

Strategy: JSON, one file an agent: where the broker is and whose certificate it shows, the key that the broker knows the
agent by, and the one that seals what travels. Whoever has the file is the agent, so it is 0600, and one that others may
read is refused. No secret stands in a repr or an error.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
import ssl
import stat
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from camera_registry.agents import nkey
from camera_registry.agents.messages import PROTOCOL
from camera_registry.agents.seals import KEY_BYTES
from camera_registry.agents.subjects import CodeError, code
from camera_registry.sane_json import NotSaneError
from camera_registry.sane_json import read as read_json
from probes.told import ToldError

_KEYS = ("agent", "server", "ca", "seed", "key", "protocol")
MOST_BYTES = 200_000


class JoinError(ToldError):
    """The join file cannot be used; the text says why and what to do, and holds no secret."""


@dataclass(frozen=True)
class Join:
    """All that an agent needs to know. `server`: tls://host:port. `ca`: PEM of who signed its certificate; None: the
    authorities of the machine. `seed` of its NKey; `key`: 32 bytes that seal.
    """

    agent: str
    server: str
    ca: str | None
    seed: str = field(repr=False)
    key: bytes = field(repr=False)
    protocol: int = PROTOCOL


def make(agent: str, server: str, ca: str | None = None) -> Join:
    """A new agent with keys that nobody has had. Raises CodeError, JoinError."""
    _known_server(server)
    return Join(code(agent), server, ca, nkey.make()[0], secrets.token_bytes(KEY_BYTES))


def text(join: Join) -> str:
    """What stands in the file."""
    return json.dumps({**asdict(join), "key": base64.b64encode(join.key).decode()}, indent=2) + "\n"


def write(join: Join, path: Path) -> None:
    """The file is there, for its owner alone. Raises JoinError where it is there already or cannot be written."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text(join))
    except FileExistsError:
        raise JoinError(f"{path} is there already; name another file, or remove it") from None
    except OSError as error:
        raise JoinError(f"{path} cannot be written: {error.strerror}") from None


def read(path: Path) -> Join:
    """The file. Raises JoinError."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise JoinError(f"the join file {path} cannot be read: {error.strerror}") from None
    if sys.platform != "win32" and stat.S_IMODE(mode) & 0o077:
        raise JoinError(f"others may read the join file {path}: run chmod 600 {path}")
    return parse(content, str(path))


def parse(content: bytes, name: str = "the join file") -> Join:
    """What stands in a file of this `name`. Raises JoinError."""
    try:
        said = read_json(content) if len(content) <= MOST_BYTES else None
    except NotSaneError as error:
        raise JoinError(f"{name} {error}") from None
    if not isinstance(said, dict) or set(said) != set(_KEYS):
        raise JoinError(f"{name} is no join file: it holds exactly {', '.join(_KEYS)}; ask for a new one")
    if said["protocol"] != PROTOCOL:
        raise JoinError(f"{name} is for protocol {said['protocol']!r}, and this program speaks {PROTOCOL}; update it")
    try:
        return _join(said)
    except (TypeError, ValueError, CodeError, ToldError) as error:
        why = str(error) if isinstance(error, ToldError) else "a value is none that it can have"
        raise JoinError(f"{name} is damaged: {why}; ask for a new one") from None


def _join(said: dict[str, Any]) -> Join:
    _known_server(said["server"])
    nkey.public_of(said["seed"])
    if said["ca"] is not None:
        trusting(said["ca"])
    return Join(code(said["agent"]), said["server"], said["ca"], said["seed"], _key(said["key"]), PROTOCOL)


def trusting(ca: str | None) -> ssl.SSLContext:
    """TLS that trusts these authorities (PEM; None: those of the machine) and nobody else. Raises JoinError."""
    try:
        return ssl.create_default_context(cadata=ca)
    except (ssl.SSLError, ValueError):
        raise JoinError("its authority (ca) is no certificate in PEM") from None


def _known_server(server: str) -> None:
    try:
        parts = urlsplit(server)
        known = parts.scheme == "tls" and parts.hostname and parts.port and parts.username is None and not parts.path
    except (ValueError, AttributeError):
        known = None
    if not known:
        raise JoinError("its server is no address like tls://registry.example.vn:4222")


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise JoinError(f"its key is not {KEY_BYTES} bytes in base64")
    return key
