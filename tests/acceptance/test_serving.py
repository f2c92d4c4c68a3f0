"""Proof: `serve` shows itself to other machines behind TLS alone, and believes only a known proxy about who asks."""

import httpx2
import pytest

from camera_registry.database import open_database, reading
from camera_registry.store import accounts, sessions
from tests.acceptance.command import run
from tests.acceptance.pages import served

PASSWORD = "ba con bò vàng đồng"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_passwords_of_people_cross_no_network_in_clear(tmp_path, host):
    """Status 2 before anything listens, and what to do."""
    result = run(tmp_path, "serve", "--host", host)
    assert result.status == 2
    assert "put a proxy with TLS in front and set web.https = true and web.proxies" in result.err


@pytest.mark.parametrize(("proxies", "seen"), [('["127.0.0.1"]', "203.0.113.7"), ('["192.0.2.1"]', "127.0.0.1")])
def test_only_a_known_proxy_says_who_asks(tmp_path, proxies, seen):
    """The address that a session is kept with is what the proxy wrote; what anybody else writes there is not read."""
    (tmp_path / "secret.txt").write_text(PASSWORD, encoding="utf-8")
    made = ["user", "add", "an.nv", "--name", "Nguyễn Văn An", "--role", "city", "--password-file", "secret.txt"]
    assert run(tmp_path, *made).status == 0
    settings = {"CAMERA_REGISTRY_WEB__HTTPS": "true", "CAMERA_REGISTRY_WEB__PROXIES": proxies}
    with served(tmp_path, settings) as address:
        headers = {"Origin": address, "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
        form = {"login": "an.nv", "password": PASSWORD}
        answer = httpx2.post(f"{address}/login", data=form, headers=headers, timeout=60)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert answer.headers["set-cookie"].startswith("__Host-session=")
    engine = open_database(f"sqlite:///{tmp_path / 'var' / 'registry.db'}")
    with reading(engine) as session:
        (kept,) = sessions.going_on(session, accounts.by_login(session, "an.nv").id)
    engine.dispose()
    assert kept.address == seen
