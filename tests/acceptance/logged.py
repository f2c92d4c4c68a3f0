"""`serve` with its worker over a fleet, its log in a file."""

import contextlib
import subprocess

import httpx2

from tests.acceptance.command import COMMAND
from tests.acceptance.fleet import free_port, until


class Logged:
    """A server that runs: its address, its log, and its process."""

    def __init__(self, fleet, *words, before=(), **environment):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.file = fleet.folder.parent / f"serve-{self.port}.log"  # not on a disk that is filled
        with self.file.open("wb") as log:
            self.process = subprocess.Popen(
                [*before, str(COMMAND), "serve", "--port", str(self.port), *words],
                cwd=fleet.folder,
                env={**fleet.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def get(self, path, **headers):
        """The answer to a stranger, or to whoever these headers show."""
        return httpx2.get(self.address + path, headers=headers, timeout=60)

    @property
    def log(self):
        """What it has said so far."""
        return self.file.read_text(encoding="utf-8")


@contextlib.contextmanager
def serving(fleet, *words, before=(), **environment):
    """`serve` at a free port until the block ends; `before` are words in front of the command."""
    server = Logged(fleet, *words, before=before, **environment)
    try:
        assert server.process.stdout.readline().startswith("http://"), server.log
        yield server
    finally:
        server.process.terminate()
        until(lambda: server.process.poll() is not None)
        server.process.stdout.close()
