"""What `inspect` remembers of logins, so that a refused one is not sent again and locks nobody out.

Strategy: one small JSON file in the user's state folder, readable by its owner alone, changed under a lock. A login is
known only by a keyed hash of host, username and password; the key is made at first use and never leaves the folder.
Before a password leaves, the try is written down as one that got no answer; what the probe learns replaces that. So a
machine that goes down in between has used up one of the two tries that may stay without an answer.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self

from filelock import BaseFileLock, FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from probes.login import LoginState
from probes.target import Remembered
from probes.told import ToldError

FILE = "logins.json"
HOSTS = "hosts.json"
KEY = "key"
KEY_BYTES = 32
LOCK = "lock"
LOCK_S = 10.0
OTHER_S = 120.0
"""How long another `inspect` with the same login at the same host is waited for."""


@dataclass(frozen=True)
class Host:
    """What is remembered of a host: until when it refuses every login (ISO 8601), how many tries it said are left, and
    how the last good UsernameToken was dated.
    """

    locked_until: str | None = None
    tries_left: int | None = None
    clock_as: Literal["device", "utc"] = "device"


_STATES = TypeAdapter(dict[str, LoginState])
_HOSTS = TypeAdapter(dict[str, Host])


class StateError(ToldError):
    """The state folder cannot be used; the text says which file and what to do."""


class LoginMemory:
    """The logins of one state folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def version(self, host: str, username: str, password: str) -> str:
        """The name of this login at this host, whatever the port: a keyed hash that tells nothing without the key."""
        return self._name(host, username, password)

    def with_host(self, host: str, remembered: Remembered) -> Remembered:
        """`remembered` with what is known of this host, whichever login it was: its lock, and how it dates a token."""
        name = self._name(host)
        with self._locked():
            known = self._hosts().get(name, Host())
        return replace(
            remembered, locked_until=known.locked_until, tries_left=known.tries_left, clock_as=known.clock_as
        )

    def keep_host(self, host: str, remembered: Remembered) -> None:
        """What the probe learned of this host."""
        name, told = self._name(host), Host(remembered.locked_until, remembered.tries_left, remembered.clock_as)
        with self._locked():
            hosts = self._hosts()
            if hosts.get(name, Host()) != told:
                self._write(HOSTS, _HOSTS.dump_json({**hosts, name: told}, indent=1))

    @contextmanager
    def alone(self, version: str) -> Iterator[None]:
        """No other process tries this login in the meantime. Raises StateError when one has it for too long."""
        with self._lock(f"{version}.lock", OTHER_S):
            yield

    def state(self, version: str) -> LoginState:
        """What is known of a login; all unknown when it was never sent."""
        with self._locked():
            return self._read().get(version, LoginState())

    def again(self, version: str) -> None:
        """This login may be sent once more: a person said so."""
        self._change(lambda states: {v: s.again() if v == version else s for v, s in states.items()})

    def trying(self, version: str) -> None:
        """Written down, durably, before the login is sent: a try that got no answer yet."""
        self._change(lambda states: {**states, version: states.get(version, LoginState()).left_unanswered()})

    def learned(self, version: str, state: LoginState) -> None:
        """What the probe learned of the login."""
        self._change(lambda states: {**states, version: state})

    def _change(self, change: Callable[[dict[str, LoginState]], Mapping[str, LoginState]]) -> None:
        with self._locked():
            states = dict(change(self._read()))
            self._write(FILE, _STATES.dump_json(states, indent=1))

    def _write(self, name: str, content: bytes) -> None:
        try:
            self._replace(self._folder / name, content)
        except OSError as error:
            raise StateError(f"{self._folder}: cannot be written ({error.strerror}); nothing was sent") from None

    def _name(self, *parts: str) -> str:
        return hmac.new(self._key(), "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:32]

    def _key(self) -> bytes:
        path = self._folder / KEY
        with self._locked():
            try:
                if not path.exists():
                    self._replace(path, secrets.token_hex(KEY_BYTES).encode())
                key = bytes.fromhex(path.read_text(encoding="ascii").strip())
            except (OSError, ValueError) as error:
                raise StateError(f"{path}: cannot be used ({error}); deleting it forgets the refusals") from None
        if len(key) != KEY_BYTES:
            raise StateError(f"{path}: holds no key; deleting it forgets the refusals")
        return key

    def _read(self) -> dict[str, LoginState]:
        path = self._folder / FILE
        try:
            return _STATES.validate_json(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError):
            raise StateError(f"{path}: cannot be read; deleting it forgets the refusals") from None

    def _hosts(self) -> dict[str, Host]:
        path = self._folder / HOSTS
        try:
            return _HOSTS.validate_json(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError):
            raise StateError(f"{path}: cannot be read; deleting it forgets which devices have locked logins") from None

    def _locked(self) -> BaseFileLock:
        return self._lock(LOCK, LOCK_S)

    def _lock(self, name: str, seconds: float) -> BaseFileLock:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StateError(f"{self._folder}: cannot be made ({error.strerror}); set state_folder") from None
        return _SayingLock(self._folder / name, timeout=seconds, thread_local=False, mode=0o600)

    def _replace(self, path: Path, content: bytes) -> None:
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)


class _SayingLock(FileLock):
    """A lock whose failures say what to do."""

    def __enter__(self) -> Self:
        try:
            self.acquire()
        except Timeout:
            raise StateError(f"{self.lock_file}: another inspect uses it; wait until that has ended") from None
        except OSError as error:
            raise StateError(f"{self.lock_file}: cannot be used ({error.strerror}); set state_folder") from None
        return self
