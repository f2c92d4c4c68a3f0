"""Proof: schemathesis against the OpenAPI description with a login of each role: no 5xx, nothing across schools or
districts, and every answer is as the description says.

Strategy: each operation gets requests made from the description as it is, valid and invalid ones, and from the same
description in which parameters and fields that name things may only have names of the town, of the own and of other
schools: those reach rows. The same requests come in every run.
"""

import copy

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from camera_registry.access.roles import MAY, ROLES
from camera_registry.access.routes import place_of
from tests.acceptance.neighbours import MIXED, NEAR, OTHER, OWN, hidden, leaked

EXAMPLES = 5
"""Requests for each operation, of each of the three kinds."""
VALID, INVALID = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
PACKAGES = ["HD-71", "HD-72", "HD-73", MIXED]
NAMES = {
    "school": [OWN, NEAR, OTHER],
    "device": ["DG-01", "CAM-01"],
    "code": ["DG-01", "CAM-01"],
    "index": [1, 2],
    "channel": [1, None],
    "number": [1, 2, 3, 4, 5, 6],
    "sweep_id": [1, 2, 3],
    "frozen": ["CS-2026-0001", "CS-2026-0002", "CS-2026-0003"],
    "edition": ["hcmc-3288", "hcmc-3288@draft-1"],
    "district": ["ubnd-phuong-tan-dinh", "ubnd-phuong-ban-co"],
    "rule": ["codec-main", "retention", "frame-rate-main"],
    "since": ["2026-11-01T00:00:00Z"],
    "at": ["2026-11-23T02:55:00Z"],
    "ends": ["2026-12-24"],
    "channels": ["90%", "3"],
}
"""Values of parameters and fields by their names; `code` in other paths is a school, or a package."""
CODES = {"/schools/{code}": [OWN, NEAR, OTHER], "/acceptances/{code}": PACKAGES}
NEEDS_MORE = {
    ("POST", "/api/v1/visits"),
    ("POST", "/api/v1/visits/photos"),
    ("POST", "/api/v1/bundles"),
    ("POST", "/api/v1/imports"),
    ("POST", "/api/v1/schools"),
    ("PATCH", "/api/v1/schools/{code}"),
    ("POST", "/api/v1/schools/{code}/sites"),
    ("PATCH", "/api/v1/schools/{code}/sites"),
    ("POST", "/api/v1/schools/{code}/devices"),
    ("PATCH", "/api/v1/schools/{school}/devices/{code}"),
    ("DELETE", "/api/v1/schools/{school}/devices/{code}"),
    ("DELETE", "/api/v1/schools/{school}/devices/{code}/channels/{index}"),
    ("POST", "/api/v1/changes-of-many"),
    ("PUT", "/api/v1/schools/{school}/devices/{code}/channels"),
    ("PATCH", "/api/v1/schools/{school}/devices/{code}/channels/{index}"),
    ("POST", "/api/v1/waivers"),
    ("POST", "/api/v1/acceptances"),
    ("POST", "/api/v1/schools/{code}/take-over"),
    ("POST", "/api/v1/schools/{code}/replies"),
    ("POST", "/api/v1/acceptances/{code}/close"),
    ("POST", "/api/v1/confirmations"),
    ("POST", "/api/v1/confirmations/{number}/approve"),
    ("POST", "/api/v1/confirmations/{number}/refuse"),
}
"""What nobody gets by values that fit each alone (a version that stands, a clause that is in the text, looks that are
done, a signed file): whether it is done for who may, `test_authorisation` sees.
"""

pytestmark = [pytest.mark.xdist_group("neighbours"), pytest.mark.timeout(300)]


def _with_names(description):
    """The description in which what names things has names of the town."""
    made = copy.deepcopy(description)
    for path, operations in made["paths"].items():
        of_path = next((values for part, values in CODES.items() if part in path), NAMES["code"])
        for operation in operations.values():
            for each in operation.get("parameters", ()):
                values = of_path if each["name"] == "code" else NAMES.get(each["name"])
                if values:
                    each["schema"] = {"enum": values}
    for body in made["components"]["schemas"].values():
        for name, field in body.get("properties", {}).items():
            if name in NAMES and name != "channels" and body.get("title", "").endswith("Body"):
                body["properties"][name] = {"enum": NAMES[name], "title": field.get("title", name)}
    made["components"]["schemas"]["ScopeBody"]["required"] = ["kind", "school", "device"]
    return made


def _to_break(operation):
    """True when something of a request can be wrong: of a text in a path nothing can."""
    told = operation.definition.raw
    return "requestBody" in told or any(each["schema"].get("type") != "string" for each in told.get("parameters", ()))


def _cases(description, mode):
    """Requests of this mode for each operation."""
    for found in schemathesis.openapi.from_dict(description).get_all_operations():
        operation = found.ok()
        if mode is VALID or _to_break(operation):
            yield from _made(operation.as_strategy(generation_mode=mode))


def _made(strategy):
    made = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def make(case):
        made.append(case)

    make()
    return made


@pytest.fixture(scope="module")
def cases(neighbours, tmp_path_factory):
    """The requests: they are the same for each role."""
    engine = neighbours.copied(tmp_path_factory.mktemp("described") / "registry.db")
    with neighbours.browser(engine, "admin") as browser:
        description = browser.get("/api/v1/openapi.json").json()
    engine.dispose()
    described = ((description, VALID), (description, INVALID), (_with_names(description), VALID))
    return [case for known, mode in described for case in _cases(known, mode)]


def _answered(browser, case):
    """The answer to this request, sent as a page of ours would."""
    sent = case.as_transport_kwargs("http://localhost")
    known = {name: sent[name] for name in ("method", "url", "params", "headers", "json") if name in sent}
    body = {"content": sent["data"]} if sent.get("data") else {}
    return browser.request(**known, **body)


@pytest.mark.parametrize("role", ROLES)
def test_no_request_of_the_description_breaks_the_server_or_tells_of_others(neighbours, cases, tmp_path, role):
    """Each answer is under 500 and as described; what the role may not do is not there; no mark of a school that is not
    seen stands in it; and rows of the own school were reached.
    """
    engine = neighbours.copied(tmp_path / "registry.db")
    marks, reached = hidden(engine, role), set()
    with neighbours.browser(engine, role) as browser:
        for case in cases:
            answer, method, path = _answered(browser, case), case.method.upper(), case.operation.path
            case.validate_response(answer, checks=CHECKS)
            asked = f"{answer.request.url} {case.path_parameters} {case.query} {case.body}"
            assert not leaked(answer.text, asked, marks), (method, str(answer.request.url), answer.text[:300])
            if role not in MAY[place_of(method, path).action]:
                assert answer.status_code == 404, (method, path, answer.status_code)
            elif answer.status_code < 300:
                reached.add((method, path))
    engine.dispose()
    asked_for = {(case.method.upper(), case.operation.path) for case in cases}
    assert len(asked_for) > 30
    allowed = {each for each in asked_for if role in MAY[place_of(*each).action]}
    assert allowed - reached <= NEEDS_MORE
