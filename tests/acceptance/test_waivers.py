"""Proof: an exception with an end, over HTTP, from the request until its trace: nobody approves their own, a request
goes up by itself, it warns before it lapses, and nothing it stands beside is hidden or changed.
"""

import csv
import io
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx2
import pytest
import uvicorn
from sqlmodel import select

from camera_registry.config import StandardSettings
from camera_registry.database import reading
from camera_registry.daylight import always
from camera_registry.models import District, School
from camera_registry.services.editions import InForce
from camera_registry.services.signing_in import Terms
from camera_registry.web.application import application
from camera_registry.web.parts import Parts
from tests.acceptance.command import run
from tests.acceptance.pages import fill, served
from tests.camera_registry.people import signed_in
from tests.standards.waiving.waiver_values import at

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.timeout(300)]

SCHOOL = "79770003"  # its recorder has four channels that are too small
REQUEST = {
    "rule": "resolution-main",
    "scope": {"kind": "channel", "school": SCHOOL, "device": "DG-01", "channel": 1},
    "reason": "Thay trong năm 2027",
}
ALWAYS = Terms(idle=timedelta(days=999), longest=timedelta(days=999))
"""Nobody has to sign in again when the clock is set."""


class Clock:
    """The clock of the served pages, set by a test."""

    now = at("2027-02-02 09:00")

    def __call__(self):
        """The moment that was set."""
        return self.now


@contextmanager
def at_clock(engine, clock):
    """The application served over a socket, with this clock; its address."""
    parts = Parts(engine=engine, editions=InForce(engine, StandardSettings()), vault=None, now=clock, language="vi",
                  zone=ZoneInfo("Asia/Ho_Chi_Minh"), hosts=("127.0.0.1",), sun_up=always, access=ALWAYS)  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(application(parts), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


@contextmanager
def _client(address, token):
    known = {"headers": {"Origin": address}, "cookies": {"session": token}}
    with httpx2.Client(base_url=f"{address}/api/v1", timeout=60, **known) as made:
        yield made


def _of_school(engine, name, now):
    """What the browser of a person of the school holds."""
    return signed_in(engine, "school", name, schools=(SCHOOL,), now=now)


def _of_unit(engine, name, now):
    """The same of an officer of the unit that manages the school."""
    with reading(engine) as session:
        unit = select(District.code).join(School, School.managed_by == District.id).where(School.code == SCHOOL)
        code = session.exec(unit).one()
    return signed_in(engine, "district", name, district=code, now=now)


@pytest.fixture
def town(tmp_path):
    """The folder of a registry of the town, and its engine."""
    engine = fill(tmp_path)
    yield tmp_path, engine
    engine.dispose()


def _rows(api, **query):
    page = api.get("/non-compliant", params={"school": SCHOOL, "size": "200", **query}).json()
    return {(r["device"]["code"], r["channel"]["index"], r["rule"]["id"]): r for r in page["rows"]}


def _same(rows):
    """The rows without their waivers."""
    return {key: {name: value for name, value in row.items() if name != "waiver"} for key, row in rows.items()}


MINE = ("DG-01", 1, "resolution-main")


def test_a_waiver_from_the_request_until_its_trace(town):
    """Asked on Tuesday before Tết; the school has it until the fifth working day after, Tết not counted; then the unit,
    then nobody below the unit decides. In force, about to lapse, lapsed: by the clock alone, and the row stays.
    """
    clock, engine = Clock(), town[1]
    mine = _of_school(engine, "Nguyễn Văn A", clock.now)
    other = _of_school(engine, "Lê C", clock.now)
    above = _of_unit(engine, "Trần Thị B", clock.now)
    with (
        at_clock(engine, clock) as address,
        _client(address, mine) as api,
        _client(address, other) as school,
        _client(address, above) as unit,
    ):
        before = _same(_rows(api))
        assert MINE in before
        made = api.post("/waivers", json={**REQUEST, "begins": "2027-02-20", "ends": "2027-06-30"})
        assert made.status_code == 201, made.text
        path = f"/waivers/{made.json()['number']}"
        assert (made.json()["level"], made.json()["level_until"]) == ("school", "2027-02-16")

        own = api.post(f"{path}/decide", json={"decision": "approve"})
        assert own.status_code == 409
        assert "nobody decides their own request" in own.json()["detail"][0]
        assert _rows(api)[MINE]["waiver"]["state"] == "asked"

        clock.now = at("2027-02-16 23:59")
        assert api.get(path).json()["level"] == "school"
        clock.now = at("2027-02-17 00:00")
        assert (api.get(path).json()["level"], api.get(path).json()["level_until"]) == ("district", "2027-02-23")
        below = school.post(f"{path}/decide", json={"decision": "approve"})
        assert (below.status_code, "managing unit" in below.json()["detail"][0]) == (409, True)
        approved = unit.post(f"{path}/decide", json={"decision": "approve", "note": "Có trong kế hoạch"})
        assert (approved.status_code, approved.json()["state"]) == (200, "not_begun")

        for moment, state, left in (
            ("2027-02-19 23:59", "not_begun", None),
            ("2027-02-20 00:00", "in_force", 131),
            ("2027-06-16 23:59", "in_force", 15),
            ("2027-06-17 00:00", "lapsing", 14),
            ("2027-06-30 23:59", "lapsing", 1),
            ("2027-07-01 00:00", "lapsed", None),
            ("2028-01-01 00:00", "lapsed", None),
        ):
            clock.now = at(moment)
            rows = _rows(api)
            assert _same(rows) == before, moment
            waiver = rows[MINE]["waiver"]
            assert (waiver["state"], waiver["days_left"]) == (state, left), moment
            assert set(_rows(api, waiver=state)) == {MINE}
            assert set(_rows(api, waiver="none")) == set(before) - {MINE}
            assert waiver["decision"]["by"] == "Trần Thị B"
        events = api.get(path).json()["events"]
        assert [event["name"] for event in events] == ["asked", "went_up", "approved", "lapsed"]
        page = api.get(f"{address}/devices/{SCHOOL}/DG-01").text
        assert "Hết hạn ngày 30/06/2027 (Trần Thị B)" in page


def test_the_served_registry_the_command_and_the_files_say_the_same(town):
    """`serve` as it is, with the true clock: asked over HTTP, approved by the command, seen in every list."""
    folder, engine = town
    token = _of_school(engine, "Nguyễn Văn A", datetime.now(UTC))
    today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    ends = today + timedelta(days=9)
    with served(folder) as address, _client(address, token) as api:
        total = api.get("/non-compliant").json()["total"]
        number = api.post("/waivers", json={**REQUEST, "ends": ends.isoformat()}).json()["number"]
        own = run(folder, "waiver", "approve", number, "--by", "nguyễn văn A", "--level", "city")
        assert (own.status, "nobody decides their own request" in own.err) == (2, True)
        done = run(folder, "waiver", "approve", number, "--by", "Trần Thị B", "--level", "district")
        assert (done.status, done.err) == (0, "")
        assert f"Sắp hết hạn: còn 10 ngày, đến hết ngày {ends:%d/%m/%Y} (Trần Thị B)" in done.out
        assert set(_rows(api, waiver="lapsing")) == {MINE}
        assert api.get("/non-compliant").json()["total"] == total
        text = api.get("/non-compliant.csv", params={"waiver": "lapsing"}).content.decode("utf-8-sig")
        _preliminary, heading, row = csv.reader(io.StringIO(text), delimiter=";")
        assert row[heading.index("Ngoại lệ có thời hạn") :][:3] == ["Sắp hết hạn", f"{ends:%d/%m/%Y}", "Trần Thị B"]
        told = run(folder, "report", "--school", SCHOOL, "--waiver", "lapsing")
        assert f"[Ngoại lệ: Sắp hết hạn: còn 10 ngày, đến hết ngày {ends:%d/%m/%Y} (Trần Thị B)]" in told.out
        listed = run(folder, "waiver", "list", "--state", "lapsing", "--json").json
        assert [(row["number"], row["state"]) for row in listed["rows"]] == [(number, "lapsing")]
        assert run(folder, "waiver", "withdraw", number, "--by", "Nguyễn Văn A").status == 0
        assert set(_rows(api, waiver="lapsing")) == set()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ask", "--rule", "x", "--school", "1", "--reason", "", "--ends", "2020-01-01", "--by", ""],
         ["school: there is no “1”", "rule: “x” is no rule", "by: write the name", "reason: give the reason",
          "ends: must be "]),
        (["ask", "--rule", "codec-main", "--channel", "79770003", "--reason", "x", "--ends", "2030-01-01", "--by", "A"],
         ["--channel: 79770003: write SCHOOL/DEVICE/N, as in 0790123/DG-01/5"]),
        (["approve", "99", "--by", "B", "--level", "city"],
         ["number: there is no waiver 99; look at the list of them."]),
        (["list", "--state", "x"], ["state: “x” is not known; use one of: asked, refused"]),
    ],
)  # fmt: skip
def test_the_command_says_everything_that_is_wrong_at_once(town, arguments, told):
    """Exit status 2, one line a mistake."""
    done = run(town[0], "waiver", *arguments)
    assert done.status == 2
    lines = done.err.splitlines()
    assert len(lines) == len(told), done.err
    assert all(words in line for words, line in zip(told, lines, strict=True)), done.err
