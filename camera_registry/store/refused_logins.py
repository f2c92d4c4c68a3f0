"""What `inspect` remembers of logins, so that a refused one is not sent again and locks nobody out.

Strategy: one small JSON file in the user's state folder, readable by its owner alone. A login is known only by a keyed
hash of host, username and password; the key is made at first use and never leaves the folder. `trying` is written
before a password leaves: one that is found later (the machine went down in between) gets one more try, ever.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

from probes.login import DOORS, LoginState

FILE = "logins.json"
KEY = "key"
_ONE_TRY_LEFT, _NONE_LEFT = 1, 0


class StateError(Exception):
    """The state folder cannot be used; the text says which file and what to do."""


class RefusedLogins:
    """The logins of one state folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def version(self, host: str, username: str, password: str) -> str:
        """The name of this login at this host, whatever the port: a keyed hash that tells nothing without the key."""
        parts = "\0".join((host, username, password)).encode()
        return hmac.new(self._key(), parts, hashlib.sha256).hexdigest()[:32]

    def state(self, version: str) -> LoginState:
        """What is known of a login; after a crash in mid-try with no try left it counts as refused everywhere."""
        entry = self._read().get(version, {})
        state = LoginState.from_json(entry["state"]) if "state" in entry else LoginState()
        was_good = any(state.state(door) == "good" for door in DOORS)
        if entry.get("trying") and entry.get("tries_left") == _NONE_LEFT and not was_good:
            return LoginState("refused", "refused", "refused")
        return state

    def forget(self, version: str) -> None:
        """Nothing is known of this login any more: a person said to try again."""
        entries = self._read()
        if entries.pop(version, None) is not None:
            self._write(entries)

    def trying(self, version: str) -> None:
        """Written down, durably, before the login is sent."""
        entries = self._read()
        entry = entries.setdefault(version, {})
        left = _NONE_LEFT if entry.get("trying") else _ONE_TRY_LEFT
        entries[version] = {**entry, "trying": True, "tries_left": left}
        self._write(entries)

    def learned(self, version: str, state: LoginState) -> None:
        """What the probe learned of the login."""
        entries = self._read()
        entries[version] = {"state": state.to_json()}
        self._write(entries)

    def _key(self) -> bytes:
        path = self._folder / KEY
        try:
            if not path.exists():
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._replace(path, secrets.token_hex(32))
            return bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise StateError(f"{path}: cannot be used ({error}); make it writable, or delete it") from None

    def _read(self) -> dict[str, dict[str, Any]]:
        path = self._folder / FILE
        try:
            loaded: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise StateError(f"{path}: cannot be read ({error}); deleting it forgets the refusals") from None
        return loaded

    def _write(self, entries: dict[str, dict[str, Any]]) -> None:
        try:
            self._replace(self._folder / FILE, json.dumps(entries, indent=1, sort_keys=True))
        except OSError as error:
            raise StateError(f"{self._folder}: cannot be written ({error.strerror}); nothing was sent") from None

    def _replace(self, path: Path, text: str) -> None:
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
