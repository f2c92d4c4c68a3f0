"""Proof: the map shows the schools by how ready they are, with no line to anywhere; with pictures behind it where the
settings name a server, and then with that server alone; and the same schools stand in a list.
"""

import json
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from camera_registry.database import writing
from camera_registry.models import Site
from tests.acceptance.pages import Watched, fill, served
from tests.camera_registry.people import signed_in

pytestmark = [pytest.mark.xdist_group("map"), pytest.mark.timeout(300)]
UNIT = "ubnd-phuong-tan-dinh"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The town, of which all sites but two have a position; served without pictures."""
    folder = tmp_path_factory.mktemp("map")
    engine = fill(folder)
    with writing(engine) as session:
        for number, site in enumerate(session.exec(select(Site).order_by(Site.id)).all()):
            known = number >= 2
            site.latitude, site.longitude = (10.77 + number * 0.003, 106.66 + number * 0.004) if known else (None, None)
    with served(folder) as address:
        yield engine, address, folder
    engine.dispose()


def _points(watched):
    return json.loads(watched.context.request.get(f"{watched.base}/api/v1/map").body())


@pytest.mark.parametrize("width", [1280, 360])
def test_every_school_with_a_position_stands_on_the_map_and_in_the_list(window, width):
    """On one canvas; nothing is asked for from elsewhere (the window watches that); those without are named."""
    watched = window(width)
    page = watched.open("/map")
    page.wait_for_selector("#map[data-drawn]")
    told = _points(watched)
    assert page.locator("#map").get_attribute("data-drawn") == str(len(told["features"]))
    assert page.locator("#map canvas").count() == 1
    assert page.locator("#map img").count() == 0
    assert page.locator("#list tbody tr").count() == len(told["features"])
    assert told["without_position"] == page.locator("section[aria-labelledby=unplaced-title] li").count() == 2
    assert page.locator(".map-legend li").count() == 4
    assert watched.overflow() <= 0


def test_it_is_geojson_and_each_sees_their_own(window):
    """RFC 7946: longitude first; a ward sees its schools."""
    city, ward = window(), window(role="district", name="Cán bộ phường", district=UNIT)
    every, own = _points(city)["features"], _points(ward)["features"]
    assert 0 < len(own) < len(every)
    for feature in every:
        assert (feature["type"], feature["geometry"]["type"]) == ("Feature", "Point")
        x, y = feature["geometry"]["coordinates"]
        assert 102 <= x <= 110
        assert 8 <= y <= 24
    assert {feature["properties"]["district_code"] for feature in own} == {UNIT}


def test_the_list_is_narrowed_by_the_legend(window):
    """Without the map: with keys alone."""
    page = window().open("/map")
    page.locator(".map-legend a").nth(2).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**state=few*")
    shown = page.locator("#list tbody td:nth-child(3)").all_inner_texts()
    assert {text.strip() for text in shown} == {"Sẵn sàng dưới một nửa"}


def test_pictures_come_from_the_server_of_the_settings_and_from_no_other(browser, town):
    """The policy names its origin; a tile is asked for there; another server is refused."""
    engine, _, folder = town
    token = signed_in(engine, "city", "Người xem bản đồ", now=datetime.now(UTC))
    settings = {"CAMERA_REGISTRY_MAP__TILES": "http://tiles.example.test:8080/{z}/{x}/{y}.png",
                "CAMERA_REGISTRY_MAP__ATTRIBUTION": "Bản đồ nền X"}  # fmt: skip
    with served(folder, settings) as address:
        watched = Watched(browser, address, 1280, "vi", token)
        watched.page.set_default_timeout(60_000)
        asked = []
        watched.context.route("http://tiles.example.test:8080/**", lambda route: (asked.append(1), route.abort()))
        answer = watched.page.goto(f"{address}/map", wait_until="domcontentloaded")
        watched.page.wait_for_selector("#map[data-drawn]")
        policy = answer.headers["content-security-policy"]
        assert "img-src 'self' data: http://tiles.example.test:8080;" in policy
        assert "Bản đồ nền X" in watched.page.inner_text("#map")
        assert asked
        watched.context.close()
