"""Join: the file of an agent says all, to its owner alone, and every mistake in it is said without its secrets."""

import json

import pytest

from camera_registry.agents import join
from camera_registry.agents.join import JoinError

SERVER = "tls://registry.example.vn:4222"


def test_what_is_written_is_read(tmp_path):
    """The same values, in a file of mode 0600; no secret stands in what is printed of it."""
    made, path = join.make("THCS-1", SERVER), tmp_path / "join"
    join.write(made, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert join.read(path) == made
    assert made.seed not in repr(made)
    assert repr(made.key) not in repr(made)
    with pytest.raises(JoinError, match="there already"):
        join.write(made, path)


def test_a_file_that_others_may_read_is_refused(tmp_path):
    """With the command that mends it."""
    path = tmp_path / "join"
    join.write(join.make("A1", SERVER), path)
    path.chmod(0o640)
    with pytest.raises(JoinError, match="chmod 600"):
        join.read(path)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"agent": "a b"}, "no code of an agent"),
        ({"server": "nats://registry:4222"}, "its server is no address like tls://"),
        ({"server": "tls://user:pass@registry:4222"}, "its server is no address"),
        ({"server": "tls://registry"}, "its server is no address"),
        ({"server": 7}, "its server is no address"),
        ({"ca": "no PEM"}, "its authority"),
        ({"seed": "SUAB"}, "the seed of the NATS user is damaged"),
        ({"seed": None}, "the seed of the NATS user is damaged|none that it can have"),
        ({"key": "AAAA"}, "its key is not 32 bytes"),
        ({"key": 1}, "its key is not 32 bytes|none that it can have"),
        ({"protocol": 2}, "is for protocol 2, and this program speaks 1; update it"),
        ({"more": 1}, "holds exactly agent, server, ca, seed, key, protocol"),
    ],
)
def test_each_mistake_is_said(changed, words):
    """By name, with what to do, and without the secrets of the file."""
    made = join.make("A1", SERVER)
    content = json.dumps({**json.loads(join.text(made)), **changed}).encode()
    with pytest.raises(JoinError, match=words) as caught:
        join.parse(content)
    assert made.seed not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b" " * 300_000])
def test_what_is_no_file_of_ours_is_said(content):
    """Whatever was named instead."""
    with pytest.raises(JoinError):
        join.parse(content)
