"""Proof: the demo as a person sees it: a bar that moves, then the list; and as a program reads it."""

import time

import pytest
from playwright.sync_api import Error, expect

from camera_registry.access.roles import ROLE_WORDS
from camera_registry.demo.people import PEOPLE
from tests.acceptance.command import run
from tests.acceptance.pages import Watched, chromium
from tests.acceptance.running_demo import PERSON
from tests.acceptance.test_demo_verdicts import TABLE

MOST_LOOKS = 300
SEEN = [row["verdict"] for row in TABLE if row["verdict"]]

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(400)]


def test_once_prints_what_the_table_of_expected_verdicts_says(tmp_path):
    """Counts of schools, devices, channels and verdicts, and the seconds; nothing else on standard output. Nobody signs
    in, so no person is told.
    """
    result = run(tmp_path, "demo", "--once", "--json", timeout=300)
    assert result.status == 0, result.err
    told = result.json
    assert list(told) == ["schools", "devices", "channels", "verdicts", "seconds"]
    wanted = {name: SEEN.count(name) for name in ("compliant", "reconfigure", "repair", "replace", "unverified")}
    assert told["verdicts"] == wanted
    assert told["channels"] == len(SEEN)
    assert told["devices"] == len({(row["school"], row["device"]) for row in TABLE})
    assert told["seconds"] > 0
    assert PERSON.findall(result.err) == []


def test_the_bar_moves_until_the_list_is_there(demo):
    """Another port is taken and said; the bar grows without a reload; then rows that lead to a device."""
    assert f"Cổng {demo.port} đang được chương trình khác dùng" in demo.said[1].read_text(encoding="utf-8")
    with chromium() as browser, demo.signed_in("thanh-pho") as city:
        base, token = demo.address.rstrip("/"), city.cookies["session"]
        watched = Watched(browser, base, 360, "vi", token)
        bars, seen = watched.open("/").locator("#sweep progress"), []
        for _ in range(MOST_LOOKS):
            found = _values(bars)
            if found == []:
                break
            seen += found or []
            watched.page.wait_for_timeout(500)
        assert seen == sorted(seen)
        assert len(set(seen)) > 2
        after = Watched(browser, base, 360, "vi", token)  # the first window loads itself anew about now
        expect(after.open("/non-compliant").get_by_text("1280×720").first).to_be_visible()
        assert (after.overflow(), after.wrong, watched.wrong) == (0, [], [])


def _values(bars):
    """Where the bars stand; None while the page is loaded anew."""
    try:
        return bars.evaluate_all("bars => bars.map(bar => bar.value)")
    except Error:
        return None


def test_one_person_of_each_role_is_told_and_may_sign_in(demo):
    """Login, password and role stand before the address, so who has that knows them; without them no page is seen."""
    said = demo.said[1].read_text(encoding="utf-8").split(demo.address)[0]
    assert list(demo.people) == [person.login for person in PEOPLE]
    for person in PEOPLE:
        assert f"  {demo.people[person.login]}  {ROLE_WORDS[person.role]['vi']}\n" in said
        with demo.signed_in(person.login) as client:
            assert person.name in client.get("account").text
            client.cookies.clear()
            assert client.get("").headers["location"] == "/login"


def test_the_looks_of_an_acceptance_are_made_in_the_demo_too(demo):
    """The planner comes by each minute, and the worker beside the pages makes what it asks for."""
    asked = {"code": "HD-1", "name": "Gói 1", "channels": ["0799001/CAM-01"]}
    with demo.signed_in("thanh-pho") as city:
        assert city.post("api/v1/acceptances", json=asked).status_code == 201
        for _ in range(MOST_LOOKS):
            (camera,) = city.get("api/v1/acceptances/HD-1").json()["channels"]
            if camera["looks"]:
                break
            time.sleep(1)
    assert camera["looks_that_told"] == 1
