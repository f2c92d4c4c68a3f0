"""The page of agents: a join file is given out once, mistakes are said, and what is to be known of each is said."""

import json
import os
from datetime import timedelta

import pytest
from sqlmodel import select

from camera_registry.agents.messages import Greeting
from camera_registry.database import reading, writing
from camera_registry.models import Agent, AgentSite
from camera_registry.services import agent_results
from camera_registry.services.agents import Broker
from tests.camera_registry import fleet
from tests.camera_registry.web.served import NOW, client

PUBLIC = "U" + "A" * 55
NEW = {"code": "TRAM-1", "name": "Trạm THCS Số 1", "schools": "A-01"}


@pytest.fixture
def broker(engine, tmp_path):
    """A broker with a file of users, and two schools."""
    with writing(engine) as session:
        fleet.school(session, "A-01")
        fleet.school(session, "A-02")
    return Broker("tls://127.0.0.1:4222", None, lambda: PUBLIC, tmp_path / "users.conf")


def _agents(engine):
    with reading(engine) as session:
        return list(session.exec(select(Agent).order_by(Agent.code)).all())


def test_an_agent_is_added_with_a_file_that_is_given_out_once(engine, broker):
    """It holds a seed and a key that stand nowhere in clear; the broker lets the agent in."""
    with client(engine, "admin", broker=broker) as browser:
        answer = browser.post("/agents", data=NEW)
        assert answer.status_code == 200
        assert 'filename="TRAM-1.join"' in answer.headers["content-disposition"]
        said = json.loads(answer.content)
        assert (said["agent"], said["server"]) == ("TRAM-1", "tls://127.0.0.1:4222")
        page = browser.get("/agents").text
    (agent,) = _agents(engine)
    assert agent.nkey in broker.users.read_text()
    assert PUBLIC in broker.users.read_text()
    assert "Trạm THCS Số 1" in page
    assert said["seed"] not in page + repr(agent)
    assert said["key"] not in page + repr(agent)


def test_the_broker_may_read_its_users_whatever_the_service_lets_others_read(engine, broker):
    """The unit says `UMask=0077`, and nats-server is another user: else nobody could join after the first change."""
    before = os.umask(0o077)
    try:
        with client(engine, "admin", broker=broker) as browser:
            assert browser.post("/agents", data=NEW).status_code == 200
    finally:
        os.umask(before)
    assert broker.users.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    "changes",
    [{"code": "Trạm 1"}, {"code": ""}, {"code": "x" * 41}, {"name": " "}, {"schools": "A-09"}, {"schools": ""},
     {"schools": "", "district": "99999"}],
)  # fmt: skip
def test_an_agent_that_cannot_be_is_refused(engine, broker, changes):
    """With what is wrong, and what was typed."""
    with client(engine, "admin", broker=broker) as browser:
        assert browser.post("/agents", data=NEW | changes).status_code == 422
    assert _agents(engine) == []


def test_a_site_has_one_agent(engine, broker):
    """Another is refused for the same school; one of the whole unit, too."""
    with client(engine, "admin", broker=broker) as browser:
        assert browser.post("/agents", data=NEW).status_code == 200
        assert browser.post("/agents", data=NEW).status_code == 422
        assert browser.post("/agents", data=NEW | {"code": "B"}).status_code == 422
        assert browser.post("/agents", data=NEW | {"code": "B", "schools": "", "district": "26740"}).status_code == 422
        assert browser.post("/agents", data=NEW | {"code": "B", "schools": "A-02"}).status_code == 200


def test_new_keys_leave_nothing_of_the_old_ones(engine, broker):
    """The broker lets the new key in and no other; the file is another."""
    with client(engine, "admin", broker=broker) as browser:
        first = browser.post("/agents", data=NEW).json()
        before = _agents(engine)[0]
        second = browser.post(f"/agents/{before.id}/keys").json()
    after = _agents(engine)[0]
    assert (first["seed"], first["key"]) != (second["seed"], second["key"])
    assert after.sealed != before.sealed
    assert before.nkey not in broker.users.read_text()
    assert after.nkey in broker.users.read_text()


def test_an_agent_is_stopped_started_and_removed(engine, broker):
    """Its sites are the server's afterwards, and it cannot connect."""
    with client(engine, "admin", broker=broker) as browser:
        browser.post("/agents", data=NEW)
        number = _agents(engine)[0].id
        assert browser.post(f"/agents/{number}/switch").status_code == 303
        assert _agents(engine)[0].state == "stopped"
        assert "đã dừng" in browser.get("/agents").text
        browser.post(f"/agents/{number}/switch")
        assert _agents(engine)[0].state == "active"
        browser.post(f"/agents/{number}/remove")
        assert browser.post(f"/agents/{number}/remove").status_code == 404
    with reading(engine) as session:
        assert session.exec(select(AgentSite)).all() == []
    assert broker.users.read_text().count("nkey") == 1


def test_what_is_to_be_known_of_an_agent_is_said(engine, broker):
    """Too old, two of them, out of touch; and that the file of users is behind."""
    with client(engine, "admin", broker=broker) as browser:
        browser.post("/agents", data=NEW)
        with writing(engine) as session:
            agent = session.exec(select(Agent)).one()
            for instance in ("a", "b", "a"):
                agent_results.greeted(session, agent, Greeting("0.0.1", 0, instance, 7), NOW)
        page = browser.get("/agents").text
        assert "quá cũ" in page
        assert "hai chương trình" in page
        with writing(engine) as session:
            agent = session.exec(select(Agent)).one()
            agent.protocol, agent.seen_at = 1, NOW - timedelta(hours=1)
            session.add(agent)
        broker.users.write_text("")
        page = browser.get("/agents").text
        assert "mất liên lạc" in page
        assert "camera-registry agents users" in page


def test_without_a_broker_nothing_can_be_added(engine):
    """The page says what to set."""
    with client(engine, "admin") as browser:
        assert "agents.server" in browser.get("/agents").text
        assert browser.post("/agents", data=NEW).status_code == 422
