"""`agents`: join files, users of the broker, and what is told of an agent."""

import json
import stat

import pytest

from camera_registry import cli
from camera_registry.agents import join, nkey
from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.services import audit
from tests.camera_registry import fleet

SERVER = "tls://127.0.0.1:4222"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A registry with two schools, in the working folder, and settings that name a broker."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    (tmp_path / "config.toml").write_text(f'[agents]\nserver = "{SERVER}"\nusers_file = "users.conf"\n')
    engine = open_database(f"sqlite:///{tmp_path / 'var/registry.db'}")
    upgrade(engine)
    with writing(engine) as session:
        fleet.school(session, "A-01")
        fleet.school(session, "A-02")
    engine.dispose()
    return tmp_path


def _run(capsys, *words):
    status = cli.main(["agents", *words])
    return status, capsys.readouterr()


def test_an_agent_is_added_listed_renewed_and_removed(folder, capsys):
    """Its join file is printed once and can be used; the users file names it as long as it is there."""
    status, said = _run(capsys, "add", "TRAM-1", "--name", "Trạm 1", "--school", "A-01")
    assert status == 0
    first = join.parse(said.out.encode())
    assert (first.agent, first.server) == ("TRAM-1", SERVER)
    assert "chmod 600" in said.err
    assert nkey.public_of(first.seed) in (folder / "users.conf").read_text()
    assert stat.S_IMODE((folder / "var/agents.seed").stat().st_mode) == 0o600
    (told,) = json.loads(_run(capsys, "list", "--json")[1].out)
    assert (told["code"], told["state"], told["schools"]) == ("TRAM-1", "new", ["A-01"])
    second = join.parse(_run(capsys, "renew", "TRAM-1")[1].out.encode())
    assert (first.seed, first.key) != (second.seed, second.key)
    assert nkey.public_of(first.seed) not in (folder / "users.conf").read_text()
    assert _run(capsys, "remove", "TRAM-1")[0] == 0
    assert "TRAM-1" not in (folder / "users.conf").read_text()
    assert "Chưa có trạm" in _run(capsys, "list")[1].out


def test_what_is_done_to_agents_stands_in_the_log_without_their_keys(folder, capsys):
    """Who, what and which; no seed and no key."""
    made = join.parse(_run(capsys, "add", "TRAM-1", "--name", "Trạm 1", "--district", "26740")[1].out.encode())
    _run(capsys, "remove", "TRAM-1")
    engine = open_database(f"sqlite:///{folder / 'var/registry.db'}")
    with reading(engine) as session:
        lines = "".join(audit.export(session))
    engine.dispose()
    assert lines.count("agent_change") == 2
    assert made.seed not in lines


@pytest.mark.parametrize(
    "words",
    [("add", "TRAM 1", "--name", "x", "--school", "A-01"), ("add", "T", "--name", "x", "--school", "A-09"),
     ("add", "T", "--name", "x"), ("add", "T", "--name", "x", "--school", "A-01", "--district", "26740"),
     ("renew", "T"), ("remove", "T")],
)  # fmt: skip
def test_what_cannot_be_done_is_said(folder, capsys, words):
    """Status 2, with words; nothing is printed that could be taken for a join file."""
    status, said = _run(capsys, *words)
    assert (status, said.out) == (2, "")
    assert said.err


def test_without_a_broker_there_are_no_agents(folder, capsys):
    """The settings say so."""
    (folder / "config.toml").write_text("")
    status, said = _run(capsys, "users")
    assert status == 2
    assert "agents.server" in said.err


def test_users_are_printed_where_no_file_is_named(folder, capsys):
    """The registry alone, as long as there is no agent."""
    (folder / "config.toml").write_text(f'[agents]\nserver = "{SERVER}"\n')
    status, said = _run(capsys, "users")
    assert status == 0
    assert said.out.count("nkey:") == 1
