"""Runs `camera-registry` as a user does: a process of its own, with its own state folder and no settings of ours."""

import atexit
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile

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


def begin(words, folder, environment, streams):
    """A command that goes on, with these three files as its streams: by its name from nothing at its first call in this
    process, and later from a process that has read the program.
    """
    if words[0] == str(COMMAND):
        if words[1] in _begun:
            return _warm().begin(words, folder, environment, streams)
        _begun.add(words[1])
    stdin, stdout, stderr = streams
    return subprocess.Popen(words, cwd=folder, env=environment, stdin=stdin, stdout=stdout, stderr=stderr)


def run(folder, *arguments, environment=None, command=COMMAND, timeout=100, stdin=""):
    """Runs any command; `folder` is the working folder, and holds the state and the registry (`var/`)."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("CAMERA_REGISTRY_")}
    clean |= {"CAMERA_REGISTRY_STATE_FOLDER": str(folder / "state"), **(environment or {})}
    words = [str(command), *map(str, arguments)]
    with TemporaryFile() as typed, TemporaryFile() as out, TemporaryFile() as err:
        typed.write(stdin.encode())
        typed.seek(0)
        begun = begin(words, folder, clean, [each.fileno() for each in (typed, out, err)])
        try:
            status = begun.wait(timeout)
        except subprocess.TimeoutExpired:
            begun.kill()
            raise
        return Result(status, _text(out), _text(err))


def _text(file):
    """What a command has printed into this file."""
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


def inspect(folder, *arguments, password=None, stdin="", **options):
    """Runs `inspect`; `folder` holds the state and the password file, and is the working folder."""
    words = ["inspect", *arguments]
    if password is not None:
        file = folder / "password.txt"
        file.write_text(password + "\n", encoding="utf-8")
        words += ["--username", "admin", "--password-file", str(file)]
    return run(folder, *words, stdin=stdin, **options)
