"""Editions, confirmations and acceptances over JSON, over the guard, as in `serve`."""

import json
import os
import re
from pathlib import Path

import pytest

from camera_registry import daylight
from camera_registry.api.acceptances import StartBody
from camera_registry.config import StandardSettings
from camera_registry.database import reading, writing
from camera_registry.services.editions import InForce
from camera_registry.services.record import record
from camera_registry.services.rejudge import Rejudging
from camera_registry.store import findings
from standards import load_edition
from tests.camera_registry import fleet
from tests.camera_registry.registered import device
from tests.camera_registry.web.served import NOW, client
from tests.standards.sheets import EDITIONS, HCMC, observed

ROOT = Path(__file__).parents[3]
SCAN = "ab" * 32
BODY = {
    "edition": "hcmc-3288",
    "rule": "codec-main",
    "clause": "Mục 3",
    "quote": "Chuẩn nén H.264 hoặc H.265",
    "scan_sha256": SCAN,
}
PACKAGE = {"code": "HD-1", "name": "Gói 1", "channels": ["079-DG-01/DG-01"]}


@pytest.fixture
def in_force(engine):
    """The editions in force by the settings of the product."""
    return InForce(engine, StandardSettings())


@pytest.fixture
def api(engine, in_force):
    """A registry with one device that was looked at."""
    with writing(engine) as session:
        camera = device(session).id
        record(session, camera, observed(), EDITIONS, NOW, daylight.always)
    with client(engine, name="Lê An", editions=in_force) as made:
        yield made


@pytest.fixture
def other(engine, in_force, api):
    """Another officer of the city at the same registry."""
    with client(engine, name="Trần Bình", editions=in_force) as made:
        yield made


def _get(api, path):
    answer = api.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def _sent(api, path, status, **body):
    """What is answered to this body; without one nothing is sent."""
    sent = {"json": body} if body else {"headers": {"Content-Length": "0"}}
    answer = api.post(f"/api/v1{path}", **sent)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_an_edition_is_told_with_every_rule_and_source(api):
    """Minimum and preferred in words, the state of the source, and which edition decides."""
    (hcmc,) = [e for e in _get(api, "/standards") if e["id"] == "hcmc-3288"]
    assert (hcmc["in_force"], hcmc["working_values"], hcmc["sha256"]) == ("decides", True, HCMC.sha256)
    whole = _get(api, "/standards/hcmc-3288@draft-1")
    assert [rule["id"] for rule in whole["rules"]] == [rule.id for rule in HCMC.rules]
    rate = next(rule for rule in whole["rules"] if rule["id"] == "frame-rate-main")
    assert rate["minimum"][0]["vi"].startswith("tối thiểu 15")
    assert rate["preferred"][0]["vi"].startswith("tối thiểu 25")
    assert rate["source"]["state"] == "A"
    assert api.get("/api/v1/standards/hcmc-9").status_code == 404


def test_a_rule_is_confirmed_by_two_people_and_in_force_at_once(api, other, engine, in_force):
    """The new version decides, and what is stored is judged by it, once."""
    again = Rejudging(engine, in_force, daylight.always, lambda: NOW)
    assert again.when_another_is_in_force() == 0, "everything was judged by what is in force"
    asked = _sent(api, "/confirmations", 201, **BODY)
    assert (asked["id"], asked["state"], asked["asked_at"]) == (1, "asked", "2026-11-23T03:00:00Z")
    assert {"key": "source.state", "before": "A", "after": "P"} in asked["changes"]
    own = _sent(api, "/confirmations/1/approve", 409)
    assert own["detail"] == ["Lê An asked for it; nobody approves their own, another person has to decide"]
    made = _sent(other, "/confirmations/1/approve", 200)
    assert made["edition"] == "hcmc-3288@draft-2"
    assert _get(api, "/standards/hcmc-3288")["in_force"] == "decides"
    assert _get(api, "/confirmations?state=approved")[0]["made"] == "hcmc-3288@draft-2"
    assert (again.when_another_is_in_force(), again.when_another_is_in_force()) == (1, 0)
    with reading(engine) as session:
        assert {row.edition for row in findings.now_open(session, 1)} == {"hcmc-3288@draft-2"}
    assert _sent(other, "/confirmations/1/refuse", 409, note="muộn")["detail"]


@pytest.mark.parametrize(
    "value",
    [{"purchase.expect.any_of": None}, {"expect": [None]}, {"decides": False}, {"when[1].is": "sub"}, {"x" * 9999: 1}],
)
def test_only_values_are_confirmed(api, value):
    """Nothing, and what a rule judges, is 422 with the place."""
    (place,) = value
    (said,) = _sent(api, "/confirmations", 422, **{**BODY, "value": value})["detail"]
    assert said.startswith(f"{place[:100]}: ")


def test_what_is_wrong_with_a_confirmation_is_said_all_at_once(api):
    """422 with every mistake, 404 for a number that there is not; a stranger's page may not send anything."""
    wrong = _sent(
        api, "/confirmations", 422, **{**BODY, "clause": "", "scan_sha256": "x", "value": {"max_age": "hard"}}
    )
    assert [line.split(":")[0] for line in wrong["detail"]] == ["clause", "scan", "max_age"]
    assert _sent(api, "/confirmations/9/approve", 404)
    strange = api.post("/api/v1/confirmations", json=BODY, headers={"Sec-Fetch-Site": "cross-site"})
    assert strange.status_code == 403
    assert _get(api, "/confirmations") == []


@pytest.mark.parametrize(
    "name", ["{file}", "file://{file}", "./{file}", "hcmc-3288@{file}", "hcmc-3288@x.toml", "x.toml"]
)
@pytest.mark.parametrize(
    ("path", "field", "body"), [("/confirmations", "edition", BODY), ("/acceptances", "standard", PACKAGE)]
)
def test_over_http_no_edition_is_a_file(api, tmp_path, path, field, body, name):
    """Whatever the name, no file is opened (a pipe would never answer), and nothing of it is told."""
    pipe = tmp_path / "root.toml"
    os.mkfifo(pipe)
    told = _sent(api, path, 422, **{**body, field: name.format(file=pipe)})
    assert "root" not in str(told).replace("root.toml: there is no such version", "")
    assert told["detail"][0].endswith(("it is no file here", "write one of draft-1"))


def test_the_edition_of_a_file_that_the_settings_name_is_known_by_its_id(engine, tmp_path):
    """An acceptance is by what decides; over HTTP the file is shown, and confirmed, under its id."""
    file = tmp_path / "mine.toml"
    file.write_bytes(HCMC.texts[0].replace(b'"hcmc-3288"', b'"mine"', 1))
    with writing(engine) as session:
        record(session, device(session).id, observed(), EDITIONS, NOW, daylight.always)
    with client(engine, editions=InForce(engine, StandardSettings(decides=str(file)))) as api:
        sha256 = load_edition(file).sha256
        assert _sent(api, "/acceptances", 201, **PACKAGE)["edition_sha256"] == sha256
        assert _get(api, "/standards/mine@draft-1")["sha256"] == sha256
        assert next(e for e in _get(api, "/standards") if e["id"] == "mine")["in_force"] == "decides"
        assert _sent(api, "/confirmations", 201, **{**BODY, "edition": "mine"})["of"] == sha256


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("edition=zz", "edition: “zz” is not known; use one of: hcmc-3288, onvif-streaming, vn-camera-security."),
        ("edition=hcmc-3288@draft-1", "edition: “hcmc-3288@draft-1” is not known; use one of: hcmc-3288, "),
        ("state=zz", "state: Input should be 'asked', 'approved' or 'refused'"),
    ],
)
def test_confirmations_that_there_cannot_be_are_422(api, query, said):
    """An edition or a state that is misspelt is not an empty list."""
    answer = api.get(f"/api/v1/confirmations?{query}")
    assert (answer.status_code, answer.json()["detail"][0].startswith(said)) == (422, True)
    assert _get(api, "/confirmations?edition=onvif-streaming&state=asked") == []


def test_the_bodies_in_the_docs_can_be_sent(api, other, engine, in_force):
    """Each as it stands in docs/list.md; a second confirmation is refused instead."""
    docs = (ROOT / "docs" / "list.md").read_text(encoding="utf-8")
    said = re.findall(r"\*\*POST `/api/v1([^`]+)`((?:(?!\n\*\*).)*?)```json\n(.*?)```", docs, re.DOTALL)
    bodies = {path: json.loads(body) for path, _, body in said}
    del bodies["/schools/{code}/take-over"]  # it needs a device that says otherwise: see test_take_over
    assert len(bodies) == 4
    on_site = client(engine, "technician", "Kỹ thuật viên", schools=("079-DG-01",), editions=in_force)
    at = {"school": "079-DG-01", "index": 1, "number": 1}
    for path, body in bodies.items():
        asks = on_site if path.startswith("/devices") else other if path.endswith("/refuse") else api
        where = path.format(**at, code="DG-01" if asks is on_site else "079-DG-01")
        _sent(asks, where, 200 if "{number}" in path else 201, **body)
    assert [row["state"] for row in _get(api, "/confirmations")] == ["refused"]


def test_an_acceptance_is_started_shown_and_given_up(api):
    """Not finished until there were looks; a cancelled one cannot be closed."""
    made = _sent(api, "/acceptances", 201, **PACKAGE)
    assert (made["looks"], made["begins"], made["ends"]) == (4, "2026-11-23T03:00:00Z", "2026-11-24T03:00:00Z")
    shown = _get(api, "/acceptances/HD-1")
    assert (shown["result"], shown["channels"][0]["channel"]) == ("not_finished", "079-DG-01/DG-01/1")
    assert _sent(api, "/acceptances/HD-1/close", 409)["detail"][0].startswith("HD-1: 1 channels are not")
    assert _sent(api, "/acceptances/HD-1/cancel", 200)["state"] == "cancelled"
    assert [row["state"] for row in _get(api, "/acceptances")] == ["cancelled"]
    assert api.get("/api/v1/acceptances/HD-1/values.csv?lang=en").content.startswith(b"\xef\xbb\xbfCamera,Name,Result")
    assert _sent(api, "/acceptances", 422, **PACKAGE)["detail"] == ["HD-1: this code is used; write another one"]
    assert api.get("/api/v1/acceptances/HD-2").status_code == 404


def test_an_acceptance_without_a_standard_goes_by_the_edition_that_decides(api, other, engine, in_force, tmp_path):
    """The newest of an id; an older version that the settings pin; a file with an id of its own."""
    asked = _sent(api, "/confirmations", 201, **BODY)["id"]
    newest = _sent(other, f"/confirmations/{asked}/approve", 200)["sha256"]
    file = tmp_path / "own.toml"
    file.write_bytes(HCMC.texts[-1].replace(b'= "hcmc-3288"', b'= "own"', 1))
    for number, decides in enumerate(("hcmc-3288", "hcmc-3288@draft-1", str(file))):
        editions = InForce(engine, StandardSettings(decides=decides))
        body = {"code": f"HD-{number}", "name": "Gói 1", "channels": ["079-DG-01/DG-01"]}
        with client(engine, editions=editions) as made:
            started = _sent(made, "/acceptances", 201, **body)["edition_sha256"]
        assert (started, editions().decides.id == "own") == (editions().decides.sha256, number == 2)
        assert (started == newest) is (number == 0)
    said = _sent(api, "/acceptances", 422, **{**body, "code": "HD-9", "standard": str(file)})
    assert said["detail"] == ["edition: write its id, or id@version; it is no file here"]


def test_the_bodies_that_the_docs_show_are_taken(engine, in_force):
    """Each example of docs/acceptance.md, sent where it says; the first has every member that there is."""
    with writing(engine) as session:
        school = fleet.school(session, "0790123")
        for code in ("DG-01", "IP-02"):
            fleet.device(session, school, code)
    text = (ROOT / "docs/acceptance.md").read_text(encoding="utf-8").split("## Over JSON\n")[1]
    examples = [
        (path, json.loads(body)) for path, body in re.findall(r"`POST (\S+)`.+?```json\n(.+?)```", text, re.DOTALL)
    ]
    assert set(examples[0][1]) == set(StartBody.model_fields)
    assert {name: examples[0][1][name] for name in ("looks", "hours")} == {
        name: StartBody.model_fields[name].default for name in ("looks", "hours")
    }
    ((path, body),) = examples
    without_body = re.findall(r"`POST (\S+/(?:close|cancel))`", text)
    with client(engine, editions=in_force) as made:
        assert made.post(path, json=body).status_code == 201
        ends = [made.post(end, headers={"Content-Length": "0"}).status_code for end in [*without_body, *without_body]]
    assert ends == [409, 200, 409, 409]
