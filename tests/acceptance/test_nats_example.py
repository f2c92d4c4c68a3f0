"""The nats-server of docs/examples starts as it is written, lets in whom the users file names, and nobody else."""

import asyncio
import socket
import subprocess
import time
from pathlib import Path

import nats
import pytest
import trustme

from camera_registry.agents import bus, join, nkey, subjects
from camera_registry.agents.users import users_file
from tests.nats_server import PROGRAM

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "nats-server.conf"


@pytest.fixture
def server(tmp_path):
    """A nats-server with the configuration of the example; only its folders and its port are others."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port = asking.getsockname()[1]
    text = EXAMPLE.read_text(encoding="utf-8")
    for written, here in (
        ("/etc/nats", tmp_path),
        ("/var/lib/nats", tmp_path / "kept"),
        ("0.0.0.0:4222", f"127.0.0.1:{port}"),
    ):
        assert written in text
        text = text.replace(written, str(here))
    authority, (seed, public) = trustme.CA(), nkey.make()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    (tmp_path / "nats.conf").write_text(text)
    (tmp_path / "users").mkdir()
    (tmp_path / "users" / "users.conf").write_text(users_file([], public))
    process = subprocess.Popen([str(PROGRAM), "--config", str(tmp_path / "nats.conf")], stderr=subprocess.DEVNULL)
    tls = join.trusting(authority.cert_pem.bytes().decode())
    try:
        _until_it_listens(port, process)
        yield bus.Way(f"tls://127.0.0.1:{port}", seed, subjects.REGISTRY_INBOX, tls, "registry")
    finally:
        process.terminate()
        process.wait(10)


def _until_it_listens(port, process):
    end = time.monotonic() + 30
    while True:
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.02)  # nothing tells when a process listens


def test_the_registry_makes_what_it_needs_there(server):
    """Streams, a consumer, and messages of more than a megabyte."""

    async def made():
        async with bus.connected(server) as connected:
            await connected.make_streams()
            await connected.make_consumer("TRAM-1", 4)
            await connected.publish(subjects.work("TRAM-1"), bytes(3 * 2**20))
            return connected.largest

    assert asyncio.run(made()) > 7 * 2**20


def test_who_is_not_named_stays_outside(server):
    """Another key is refused."""

    async def tried():
        with pytest.raises(Exception, match="uthorization"):
            await nats.connect(
                server.server, tls=server.tls, nkeys_seed_str=nkey.make()[0], allow_reconnect=False, connect_timeout=5,
                max_reconnect_attempts=0,
            )  # fmt: skip

    asyncio.run(tried())
