"""Doctor knows which servers of NATS may carry the work of agents."""

import socket
import threading
from contextlib import contextmanager

import pytest

from camera_registry.config import AgentSettings
from camera_registry.doctor.nats import agents, carrier, holds
from tests.camera_registry.doctor.places import around


@contextmanager
def _saying(words):
    """A server that says `words` to whoever comes, and ends; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def say():
            line, _ = listener.accept()
            with line:
                line.sendall(words)

        thread = threading.Thread(target=say, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.mark.parametrize("version", ["2.11.16", "2.11.17", "2.12.7", "2.12.10", "2.13.0", "3.0.0"])
def test_a_version_with_the_repair_holds(version):
    """Of each line from the one that was mended on."""
    assert holds(version)


@pytest.mark.parametrize("version", ["2.11.15", "2.11.16-RC.1", "2.12.0", "2.12.6", "2.10.29", "", "2.12", "latest"])
def test_a_version_before_it_does_not_hold(version):
    """Nor does what is no version."""
    assert not holds(version)


def test_a_server_that_is_too_old_is_bad():
    """What it says of itself is said, and which to install."""
    with _saying(b'INFO {"server_id":"A","version":"2.12.6","max_payload":1048576}\r\n') as port:
        found = carrier("127.0.0.1", port, 5)
    assert (found.state, found.to_do["en"]) == ("bad", "install nats-server 2.11.16, 2.12.7 or later")
    assert "nats-server 2.12.6" in found.seen["vi"]


def test_a_server_that_is_new_enough_is_well():
    """Nothing is to be done."""
    with _saying(b'INFO {"version":"2.12.7"}\r\n') as port:
        assert carrier("127.0.0.1", port, 5).state == "well"


@pytest.mark.parametrize("words", [b"", b"HTTP/1.1 400 Bad Request\r\n", b"INFO not json\r\n", b"INFO []\r\n"])
def test_what_is_no_server_of_nats_is_bad(words):
    """It is told, whatever it says."""
    with _saying(words) as port:
        assert carrier("127.0.0.1", port, 5).state == "bad"


def test_the_server_of_the_settings_is_asked(tmp_path):
    """With the port of its address; without agents it is left out."""
    (none,) = agents(around(tmp_path))
    assert none.state == "left_out"
    with _saying(b'INFO {"version":"2.12.6"}\r\n') as port:
        settings = AgentSettings(server=f"tls://127.0.0.1:{port}")
        (found,) = agents(around(tmp_path, agents=settings))
    assert found.state == "bad"


def test_nobody_there_is_bad():
    """The address is to be checked."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "firewall" in carrier("127.0.0.1", port, 5).to_do["en"]
