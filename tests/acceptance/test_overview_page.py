"""Proof: the overview says in one page what to do: what costs nothing, what needs money, why something is not known,
what changed, how far a check is; each figure leads to its rows, and its chart can be read without being seen.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import DaySum, Sweep, SweepItem
from camera_registry.services.day_sums import DaySums
from camera_registry.services.overview import overview
from camera_registry.services.sweeps import Scope, ask
from tests.acceptance.pages import fill, served

pytestmark = [pytest.mark.xdist_group("overview page"), pytest.mark.timeout(300)]
OWN, UNIT = "79760001", "ubnd-phuong-tan-dinh"
FORGIVEN = ("Failed to load resource: net::ERR",)
"""A stream that is cut when its page is left."""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The town with a month behind it, served."""
    folder, now = tmp_path_factory.mktemp("overview"), datetime.now(UTC)
    engine = fill(folder)
    DaySums(engine, lambda: now, ZoneInfo("Asia/Ho_Chi_Minh")).begin()
    with writing(engine) as session:
        for row in session.exec(select(DaySum)).all():
            for days in range(1, 30):
                values = row.model_dump(exclude={"id"}) | {"day": row.day - timedelta(days=days)}
                session.add(DaySum(**{**values, "ready": max(0, row.ready - days // 3)}))
    with served(folder) as address:
        yield engine, address
    engine.dispose()


@pytest.mark.parametrize("width", [1280, 360])
def test_each_figure_leads_to_its_rows(window, town, width):
    """What costs nothing stands before any money; the lists have as many cameras as the figures say."""
    watched = window(width)
    page = watched.open("/")
    assert watched.overflow() <= 0
    with reading(town[0]) as session:
        numbers = overview(session).numbers
    text = page.inner_text("#numbers")
    assert text.index("không tốn kinh phí") < text.index("Cần kinh phí")
    assert re.search(r"Số liệu tính đến \d+ giờ", page.inner_text("main"))
    page.locator("#numbers a[href='/non-compliant?free=yes']").click()
    page.wait_for_url("**/non-compliant?free=yes")
    links = page.locator("table.list td.column-device a")
    cameras = {links.nth(n).get_attribute("href") for n in range(links.count())}
    assert numbers.free > 0
    assert len({camera for camera in cameras if "#channel-" in camera}) == numbers.free
    page = watched.open("/")
    first = page.locator(".reasons a").first
    number = int(re.sub(r"\D", "", first.inner_text().split(":")[-1]))
    first.click()
    page.wait_for_url("**kind=*")
    assert page.url.endswith(f"kind={page.locator('#kind').input_value()}")
    assert re.match(rf"{number}\b", page.locator("p[role=status]").inner_text())
    page = watched.open("/")
    change = page.locator("a[href^='/changes']").first
    number = int(re.sub(r"\D", "", change.inner_text().split(":")[-1]))
    change.click()
    page.wait_for_url("**/changes*")
    assert re.match(rf"{number}\b", page.locator("p[role=status]").inner_text())


def test_the_chart_can_be_read_without_being_seen(window):
    """It has a role, a name and what it says; its numbers stand in a table below; nothing in it is inline style."""
    page = window().open("/")
    chart = page.locator("svg.chart")
    assert chart.get_attribute("role") == "img"
    assert "Đáp ứng / đã kiểm tra: gần nhất" in chart.locator("desc").text_content()
    page.locator(".chart-figures summary").click()
    assert page.locator(".chart-figures tbody tr").count() == 30
    assert page.locator("main [style]").count() == 0


def test_units_are_ranked_for_the_city_and_nobody_else(window):
    """The smallest share that is ready first."""
    page = window().open("/")
    shares = [float(text.rstrip("%").replace(",", ".")) for text in page.locator(
        "#units tbody td:nth-child(4) strong").all_inner_texts()]  # fmt: skip
    assert shares == sorted(shares)
    assert len(shares) == 3
    other = window(role="district", name="Cán bộ phường", district=UNIT).open("/")
    assert other.locator("#units").count() == 0
    assert other.locator("#schools tbody tr").count() == 5


def test_a_headmaster_begins_at_the_own_school(window):
    """The overview of one school is its page."""
    page = window(role="school", name="Hiệu trưởng", schools=(OWN,)).open("/")
    assert page.url.endswith(f"/schools/{OWN}")


def test_a_check_that_goes_on_says_how_far_it_is_without_being_asked(window, town):
    """The panel follows what the worker writes, by events; when the check is over the page is loaded anew."""
    engine, _ = town
    with writing(engine) as session:
        sweep = ask(session, Scope(school=OWN), "Nguyễn Văn A", datetime.now(UTC))
        number = sweep.id
    page = window().open("/")
    page.wait_for_function(f"() => document.querySelector('#sweep-{number}')")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/sweep?" in request.url else None)
    with writing(engine) as session:
        items = session.exec(select(SweepItem).where(SweepItem.sweep_id == number)).all()
        items[0].state, items[0].ended_at = "done", datetime.now(UTC)
    page.wait_for_function(f"() => document.querySelector('#sweep-{number} progress').value == 1")
    assert asked == []
    page.evaluate("window.before = true")
    with writing(engine) as session:
        row = session.get_one(Sweep, number)
        row.state, row.ended_at = "cancelled", datetime.now(UTC)
    page.wait_for_function("() => !window.before && !document.querySelector('[id^=sweep-]')")
