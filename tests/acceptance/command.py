"""Runs `camera-registry` as a user does: a process of its own, with its own state folder and no settings of ours."""

import atexit
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.acceptance.warm import Warm

COMMAND = Path(sys.executable).with_name("camera-registry")
PASSWORD = "wr0ng-Pa55/word#é"


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        """Standard output as JSON."""
        return json.loads(self.out)


_begun = set()
"""The commands that have begun from nothing in this process."""


@cache
def _warm():
    made = Warm()
    atexit.register(made.end)
    return made


def run(folder, *arguments, environment=None, command=COMMAND, timeout=100, stdin=""):
    """Runs any command; `folder` is the working folder, and holds the state and the registry (`var/`)."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("CAMERA_REGISTRY_")}
    clean |= {"CAMERA_REGISTRY_STATE_FOLDER": str(folder / "state"), **(environment or {})}
    words = [str(command), *map(str, arguments)]
    if command is COMMAND and arguments[0] in _begun:
        return Result(*_warm().run(words, folder, clean, stdin, timeout))
    _begun.update(arguments[:1] if command is COMMAND else ())
    done = subprocess.run(
        words, cwd=folder, env=clean, input=stdin, capture_output=True, text=True, timeout=timeout, check=False
    )
    return Result(done.returncode, done.stdout, done.stderr)


def inspect(folder, *arguments, password=None, stdin="", **options):
    """Runs `inspect`; `folder` holds the state and the password file, and is the working folder."""
    words = ["inspect", *arguments]
    if password is not None:
        file = folder / "password.txt"
        file.write_text(password + "\n", encoding="utf-8")
        words += ["--username", "admin", "--password-file", str(file)]
    return run(folder, *words, stdin=stdin, **options)
