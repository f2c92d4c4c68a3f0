"""The demo as a person starts it, with passwords that carry a mark. What it says goes into files; who may sign in is
known from there alone.
"""

import contextlib
import os
import re
import secrets
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.acceptance.command import COMMAND
from tests.acceptance.fleet import until

PERSON = re.compile(r"^  ([a-z-]+) +([a-z0-9]{4}(?:-[a-z0-9]{4}){3})  .+\n", re.MULTILINE)
"""The line in which the demo tells a login and its password."""


@dataclass(frozen=True)
class Demo:
    """A demo that runs: the `mark` in its passwords, the port it was told (which is taken), and its address."""

    folder: Path
    mark: str
    port: int
    address: str
    process: subprocess.Popen

    @property
    def said(self):
        """What it has said so far, on both streams."""
        return [self.folder / "stdout", self.folder / "stderr"]

    @property
    def state(self):
        """The folder in which it keeps everything."""
        (folder,) = (self.folder / "tmp").glob("camera-registry-demo-*")
        return folder

    @property
    def people(self):
        """The passwords that it told, by login."""
        return dict(PERSON.findall(self.said[1].read_text(encoding="utf-8")))

    @contextlib.contextmanager
    def signed_in(self, login):
        """A browser in which this person has signed in."""
        form, headers = {"login": login, "password": self.people[login]}, {"Origin": self.address.rstrip("/")}
        with httpx2.Client(base_url=self.address, headers=headers, timeout=60) as client:
            answer = client.post("login", data=form)
            assert (answer.status_code, answer.headers["location"]) == (303, "/")
            yield client


@contextlib.contextmanager
def running_demo(folder):
    """A demo whose port is taken, until the block ends; then it has ended well."""
    mark, file = secrets.token_hex(12), folder / "mark"
    file.write_text(mark, encoding="ascii")
    (folder / "tmp").mkdir()
    out, err = folder / "stdout", folder / "stderr"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CAMERA_REGISTRY_")}
    environment |= {"TMPDIR": str(folder / "tmp")}
    with socket.create_server(("127.0.0.1", 0)) as other, out.open("wb") as said, err.open("wb") as complained:
        port = other.getsockname()[1]
        words = [str(COMMAND), "demo", "--port", str(port), "--password-mark-file", str(file)]
        process = subprocess.Popen(words, cwd=folder, env=environment, stdout=said, stderr=complained)
        try:
            until(lambda: _address(err) or process.poll() is not None, 120)
            yield Demo(folder, mark, port, _address(err), process)
        finally:
            process.send_signal(signal.SIGINT)
            status = process.wait(60)
    assert status == 0, err.read_text(encoding="utf-8")


def _address(file):
    found = re.search(r"http://127\.0\.0\.1:\d+/", file.read_text(encoding="utf-8"))
    return found and found.group()
