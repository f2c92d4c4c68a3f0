"""Proof: whoever watches `serve` and its worker learns how they are, and the log says what was done for which request
and which look, and no secret.
"""

import base64
import json
import os
import re
import secrets
import signal
from datetime import UTC, datetime

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from camera_registry.database import writing
from camera_registry.services.accounts import make_token
from camera_registry.watching.logs import OURS
from probes.simulator import presets, running
from tests.acceptance.fleet import TYPED, Fleet, until
from tests.acceptance.logged import serving
from tests.acceptance.sought import Sought
from tests.camera_registry.people import account_of, signed_in

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def fleet(tmp_path):
    """Two cameras: one with the password that was typed for it, one with another."""
    fleet = Fleet(tmp_path, PROBE__PICTURE="false", PROBE__SAMPLE_S=1, LOG__FORM="json", LOG__LEVEL="debug")
    with running(presets.good_h264(password=TYPED), presets.good_h264(password="another")) as cameras:
        fleet.register(cameras)
        yield fleet
    fleet.close()


def _token(fleet):
    """The headers of a program that may read figures."""
    with writing(fleet.engine) as session:
        account = account_of(session, "city", "Người giám sát", now=datetime.now(UTC))
        token = make_token(session, account, "Prometheus", "metrics", 7, datetime.now(UTC))
    return {"Authorization": f"Bearer {token}"}


def _figures(server, headers):
    text = server.get("/metrics", **headers).text
    found = text_string_to_metric_families(text)
    return {(s.name.removeprefix("camera_registry_"), *s.labels.values()): s.value for f in found for s in f.samples}


def test_a_worker_is_seen_to_live_and_a_killed_one_to_be_gone(fleet):
    """Alive and ready from the first moment; the looks of a sweep are counted when it is over."""
    headers = _token(fleet)
    with serving(fleet) as server:
        assert server.get("/healthz").text == "ok\n"
        ready = server.get("/readyz")
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
        until(lambda: _figures(server, headers)["workers",] == 1)
        number = fleet.ask()
        until(lambda: fleet.progress(number).over, 60)
        known = _figures(server, headers)
    assert (known["devices", "ip_camera"], known["sealed_values", "credential"]) == (2, 2)
    assert known["http_requests_total", "GET", "/metrics", "200"] >= 1
    assert list((fleet.folder / "state/workers").glob("*.json")) == [], "a worker that was told to end leaves no sign"


def test_a_part_that_breaks_is_named_without_a_reason(fleet):
    """The key is gone: 503 for that part; the log says why, once; put back, it is ready again by itself."""
    key = fleet.folder / "var/registry.key"
    with serving(fleet, "--no-work") as server:
        kept = key.rename(key.with_name("elsewhere"))
        until(lambda: server.get("/readyz").status_code == 503)
        answer = server.get("/readyz")
        assert answer.json()["parts"] == {"database": "ok", "key": "not usable", "pages": "ok", "disk": "ok"}
        assert "registry" not in answer.text
        kept.rename(key)
        until(lambda: server.get("/readyz").status_code == 200)
    assert server.log.count("Not ready: key: ") == 1
    assert "the key is missing, and passwords are sealed with it; put the file back" in server.log


def test_the_log_tells_requests_and_looks_apart_and_holds_no_secret(fleet):
    """At the most talkative: every line is JSON, those of a look have its mark, and none has the password of a camera,
    a session, a token, or what was typed, in any form.
    """
    sought, typed, headers = Sought(), f"{secrets.token_hex(8)}@/<9", _token(fleet)
    cookie = signed_in(fleet.engine, "city", "Người giám sát", now=datetime.now(UTC))
    with serving(fleet) as server:
        number = fleet.ask()
        with httpx2.Client(base_url=server.address, headers={"Origin": server.address}, timeout=60) as browser:
            browser.cookies.set("session", cookie)
            assert browser.get("/schools", params={"q": typed}).status_code == 200
            form = {"username": "quansat", "password": typed}
            assert browser.post("/devices/0790001/IP-00/login", data=form).status_code == 303
            browser.post("/login", data={"login": typed, "password": typed})
            browser.get("/metrics", headers=headers)
        until(lambda: fleet.progress(number).over, 60)
    key = (fleet.folder / "var/registry.key").read_bytes().strip()
    for name, secret in {
        "password": TYPED,
        "typed": typed,
        "session": cookie,
        "token": headers["Authorization"][7:],
    }.items():
        sought.add(name, secret.encode())
    sought.add("key", base64.b64decode(key))
    assert sought.found(server.log.encode()) == []
    lines = [json.loads(line) for line in server.log.splitlines()]
    looked = {line["probe"] for line in lines if "probe" in line}
    assert looked == {f"{number}/{item}" for item in (1, 2)}
    asked = [line for line in lines if line["logger"] == "camera_registry.requests"]
    assert {line["route"] for line in asked} >= {"/schools", "/login", "/devices/{school}/{code}/login", "/metrics"}
    assert all(re.fullmatch(r"[0-9a-f]{16}", line["request"]) for line in asked)
    assert {line["logger"].split(".")[0] for line in lines} <= {*OURS, "py"}


def test_a_worker_that_dies_is_started_again_and_the_log_says_so(fleet):
    """The system ends a worker for want of memory: the pages stay, another begins within seconds."""
    headers = _token(fleet)
    with serving(fleet) as server:
        until(lambda: _figures(server, headers)["workers",] == 1)
        (file,) = (fleet.folder / "state/workers").glob("*.json")
        os.kill(int(file.stem), signal.SIGKILL)
        until(lambda: "The worker ended with status -9; it is started again in 1 s" in server.log)
        number = fleet.ask()
        until(lambda: fleet.progress(number).over, 60)
