"""What programs ask that watch this one, and what is told of every request."""

import json
import logging
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from camera_registry.database import open_database
from camera_registry.web.watch import HEADER
from tests.camera_registry.web.served import client


def _given(browser, scope):
    """The status and the token that a person gets for a program."""
    answer = browser.post("/account/tokens", data={"name": "Prometheus", "scope": scope, "days": "7"})
    found = re.findall(r">(crt_[\w-]{43})</code>", answer.text)
    return answer.status_code, {"Authorization": f"Bearer {found[0] if found else ''}"}


def test_it_says_that_it_lives_to_anybody_and_without_the_database(tmp_path):
    """Whoever restarts what is dead must not restart it because a database is."""
    (tmp_path / "registry.db").write_text("this is no database" * 100)
    with client(open_database(f"sqlite:///{tmp_path / 'registry.db'}"), role="") as browser:
        answer = browser.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_whether_it_works_can_be_asked_on_the_machine_itself(engine, host):
    """Where people open the pages by another name alone; pages and figures are refused there still, and so is a name
    of a stranger.
    """
    with client(engine, role="", hosts=("cameras.example.vn",)) as here:
        for path in ("/healthz", "/readyz"):
            assert here.get(path, headers={"Host": host}).status_code in (200, 503), path
            assert here.get(path, headers={"Host": "evil.example"}).status_code == 421
        for path in ("/login", "/metrics"):
            assert here.get(path, headers={"Host": host}).status_code == 421, path


def test_a_token_for_figures_opens_them_and_nothing_else(engine):
    """No list, no page, no change, whatever its person may."""
    with client(engine, "city") as browser:
        status, program = _given(browser, "metrics")
        assert "chỉ đọc số liệu giám sát" in browser.get("/account").text
    assert status == 200
    with client(engine, role="") as prometheus:
        assert prometheus.get("/metrics", headers=program).status_code == 200
        assert prometheus.get("/api/v1/metrics", headers=program).status_code == 200
        for path in ("/api/v1/totals", "/api/v1/non-compliant", "/api/v1/sweeps"):
            assert prometheus.get(path, headers=program).status_code == 404, path
        assert prometheus.get("/", headers=program).headers["location"] == "/login"


@pytest.mark.parametrize("role", ["technician", "school", "district"])
def test_a_token_for_figures_is_given_to_who_may_read_them(tmp_path, registries, town_made, role):
    """The others neither see the choice nor get one by asking."""
    place = {"district": "ubnd-phuong-tan-dinh"} if role == "district" else {"schools": ("79760001",)}
    with (
        registries(tmp_path, like=town_made) as engine,
        client(engine, role, f"Người {role}", **place) as browser,
    ):
        assert 'value="metrics"' not in browser.get("/account").text
        assert _given(browser, "metrics")[0] == 422


def test_figures_are_for_nobody_without_a_token(engine):
    """Not for this machine either: what a proxy passes on comes from here. A program is told 401, and sent nowhere."""
    with client(engine, role="") as browser:
        answer = browser.get("/metrics")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "Địa chỉ này dành cho phần mềm có mã truy cập" in answer.text
    assert "Lỗi của phần mềm" not in answer.text, "it is no error of ours, and none stands in the log"


def test_requests_are_counted_by_route_and_never_by_address(engine):
    """What a person typed is in no label, and what is not there is one."""
    with client(engine, "admin", "Người quản trị") as browser:
        browser.get("/devices/secret-school/secret-code?q=secret-words")
        browser.get("/secret-page")
        text = browser.get("/metrics").text
    assert "secret" not in text
    told = {
        (s.labels["route"], s.labels["status"]): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
        if s.name == "camera_registry_http_requests_total"
    }
    assert told["/devices/{school}/{code}", "404"] >= 1
    assert told["other", "404"] >= 1


def test_every_answer_has_the_id_of_its_request(engine):
    """That of the proxy, or one of ours; on an error page a person can read it out."""
    with client(engine, role="") as browser:
        assert browser.get("/healthz", headers={HEADER: "proxy-0815"}).headers[HEADER] == "proxy-0815"
        made = browser.get("/healthz", headers={HEADER: "<b>"}).headers[HEADER]
        assert re.fullmatch(r"[0-9a-f]{16}", made)
        assert browser.get("http://elsewhere/healthz").headers[HEADER], "a request that the guard refused has one too"


def test_an_error_of_ours_tells_its_id_on_the_page_and_in_the_header(engine):
    """What the administrator looks for in the log."""

    class Broken:
        def __getattr__(self, name):
            raise RuntimeError(name)

    with client(engine, terms=Broken()) as browser:
        page = browser.get("/waivers", headers={HEADER: "proxy-0815"})
        missing = browser.get("/no-such-page", headers={HEADER: "proxy-0815"})
    assert (page.status_code, page.headers[HEADER]) == (500, "proxy-0815")
    assert "Mã sự cố để báo quản trị viên: <code>proxy-0815</code>" in page.text
    assert "proxy-0815" not in missing.text, "nobody has to tell that an address was wrong"


def test_a_request_is_one_line_with_route_status_time_and_role(engine, caplog):
    """No address, no question, no name."""
    with client(engine, "city") as browser, caplog.at_level(logging.INFO, "camera_registry.requests"):
        browser.get("/schools?q=secret-words")
        browser.post("/login", data={"login": "secret-login", "password": "secret-word"})
    values = [record.values for record in caplog.records]
    assert [(v["method"], v["route"], v["status"], v["role"]) for v in values] == [
        ("GET", "/schools", 200, "city"),
        ("POST", "/login", 401, "city"),
    ]
    assert all(isinstance(v["ms"], int) for v in values)
    assert "secret" not in json.dumps([record.getMessage() for record in caplog.records])
