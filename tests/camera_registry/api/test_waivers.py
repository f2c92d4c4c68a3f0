"""Waivers over JSON: the shapes, and what is told where something cannot be done. Over the guard, as in `serve`."""

import pytest

from camera_registry.database import reading, writing
from tests.camera_registry import waiver_requests as known
from tests.camera_registry.web.served import client
from tests.standards.waiving.waiver_values import at

BODY = {
    "rule": "resolution-main",
    "scope": {"kind": "channel", "school": "0790123", "device": "DG-01", "channel": 2},
    "reason": "Thay trong năm 2027",
    "ends": "2027-05-29",
}


@pytest.fixture
def api(engine):
    """The served town on the last day of November."""
    with writing(engine) as session:
        known.town(session)
    with client(engine, "school", "Nguyễn Văn A", schools=("0790123",), now=_now) as made:
        yield made


@pytest.fixture
def officer(engine, api):
    """An officer of the managing unit at the same town."""
    with client(engine, "district", "Trần Thị B", district="26740", now=_now) as made:
        yield made


def _now():
    return at("2026-11-30 09:00")


def _sent(api, path="", status=201, **values):
    body = {k: v for k, v in ({**BODY, **values} if path == "" else values).items() if v is not None}
    answer = api.post(f"/api/v1/waivers{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_request_is_answered_with_all_that_is_known_of_it(api):
    """Days as days, moments in UTC, no id of the database but the number."""
    made = _sent(api)
    assert made == api.get(f"/api/v1/waivers/{made['number']}").json()
    title = made["rule"].pop("title")
    assert set(title) == {"vi", "en"}
    assert made == {
        "number": 1,
        "state": "asked",
        "level": "school",
        "level_until": "2026-12-07",
        "days_left": None,
        "reason": "Thay trong năm 2027",
        "begins": "2026-11-30",
        "ends": "2027-05-29",
        "zone": "Asia/Ho_Chi_Minh",
        "asked_by": "Nguyễn Văn A",
        "asked_at": "2026-11-30T02:00:00Z",
        "decision": None,
        "withdrawal": None,
        "rule": {"id": "resolution-main"},
        "scope": {"kind": "channel", "district": "26740", "school": "0790123", "device": "DG-01", "channel": 2,
                  "make": "", "model": ""},
        "events": [{"at": "2026-11-30T02:00:00Z", "name": "asked", "by": "Nguyễn Văn A", "level": "school",
                    "note": "Thay trong năm 2027"}],
    }  # fmt: skip


def test_it_is_decided_and_taken_back(api, officer):
    """Each answer tells the waiver as it is then; it stands in the row that it covers."""
    number = _sent(api)["number"]
    approved = _sent(officer, f"/{number}/decide", 200, decision="approve")
    assert (approved["state"], approved["days_left"]) == ("in_force", 181)
    moment = "2026-11-30T02:00:00Z"
    decision = {"approved": True, "by": "Trần Thị B", "level": "district", "at": moment, "note": ""}
    assert approved["decision"] == decision
    rows = api.get("/api/v1/non-compliant?waiver=in_force").json()["rows"]
    assert [(r["channel"]["index"], r["waiver"]["number"], r["verdict"]) for r in rows] == [(2, number, "replace")]
    page = api.get("/api/v1/devices/0790123/DG-01").json()
    assert [f["waiver"]["standing"]["name"] for f in page["channels"][1]["findings"]] == ["in_force"]
    back = _sent(api, f"/{number}/withdraw", 200)
    assert (back["state"], back["withdrawal"]["by"], back["decision"]["by"]) == (
        "withdrawn", "Nguyễn Văn A", "Trần Thị B")  # fmt: skip
    assert api.get("/api/v1/non-compliant?waiver=in_force").json()["total"] == 0
    assert api.get("/api/v1/non-compliant?waiver=none").json()["total"] == 4


@pytest.mark.parametrize(
    ("path", "values", "status", "told"),
    [
        ("", {"scope": {"kind": "school", "school": "1"}}, 422, "school: there is no “1”; use codes"),
        ("", {"ends": "2026-11-01"}, 422, "ends: must be 2026-11-30 or later."),
        ("", {"ends": "soon"}, 422, "ends: Input should be a valid date"),
        ("", {"colour": "red"}, 422, "colour: Extra inputs are not permitted"),
        ("", {"by": "Lê An"}, 422, "by: Extra inputs are not permitted"),
        ("/1/decide", {"decision": "approve"}, 409, "by: nobody decides"),
        ("/1/decide", {"decision": "approve", "level": "city"}, 422, "level: Extra inputs are not permitted"),
        ("/1/decide", {"decision": "maybe"}, 422, "decision: Input should be 'approve' or"),
        ("/7/decide", {"decision": "approve"}, 404, "number: there is no waiver 7; look"),
        ("/0/withdraw", {}, 422, "number: Input should be greater than or equal to 1"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_remedy(api, path, values, status, told):
    """404, 409 or 422."""
    _sent(api)
    (detail,) = _sent(api, path, status, **values)["detail"]
    assert detail.startswith(told)


def test_an_officer_refuses_and_takes_back_with_a_reason(api, officer):
    """Without one nothing is decided, and what another person asked for is not taken back."""
    _sent(api)
    assert _sent(officer, "/1/decide", 422, decision="refuse")["detail"][0].startswith("note: say why")
    assert _sent(officer, "/1/withdraw", 422)["detail"][0].startswith("note: ")
    assert _sent(officer, "/1/withdraw", 200, note="Đã thay")["withdrawal"]["by"] == "Trần Thị B"


def test_the_same_twice_is_a_conflict(api):
    """So that a form that is sent twice asks once."""
    _sent(api)
    (detail,) = _sent(api, status=409)["detail"]
    assert detail.startswith("rule: request 1 for the same rule and scope is waiting already")


def test_the_list_is_filtered_and_paged(api, officer):
    """By state, district, school, device and rule; a name that there is not is an error."""
    _sent(api)
    _sent(officer, scope={"kind": "district", "district": "26740"})
    for query, total in (("", 2), ("state=asked&district=26740", 2), ("school=0790123&device=DG-01", 1),
                         ("rule=codec-main", 0), ("state=lapsed", 0), ("page=2&size=1", 2)):  # fmt: skip
        page = api.get(f"/api/v1/waivers?{query}").json()
        assert page["total"] == total, query
    assert len(api.get("/api/v1/waivers?page=2&size=1").json()["rows"]) == 1
    for query in ("colour=red", "state=x", "device=DG-01", "size=0", "rule=zz"):
        assert api.get(f"/api/v1/waivers?{query}").status_code == 422, query
    assert api.get("/api/v1/waivers/9").status_code == 404


def test_a_request_from_elsewhere_is_refused(api, engine):
    """The guard of the pages stands before these routes too."""
    answer = api.post("/api/v1/waivers", json=BODY, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    with reading(engine):
        assert api.get("/api/v1/waivers").json()["total"] == 0
