"""The language of a page: asked for, remembered, or that of the settings."""

from datetime import UTC, datetime, timedelta

from camera_registry.web.rendering import age
from tests.camera_registry.web.served import client


def test_pages_are_vietnamese_unless_asked(browser):
    """The page says so to the browser and to screen readers."""
    page = browser.get("/")
    assert '<html lang="vi">' in page.text
    assert page.headers["content-language"] == "vi"
    assert "Tổng quan" in page.text


def test_a_language_that_was_chosen_is_remembered(browser):
    """The next page needs no ?lang=; another choice goes over it."""
    assert "Overview" in browser.get("/?lang=en").text
    assert "Overview" in browser.get("/").text
    assert "Tổng quan" in browser.get("/?lang=vi").text
    assert "Tổng quan" in browser.get("/").text


def test_a_language_nobody_has_is_not_taken(browser):
    """Neither from the address nor from a cookie."""
    browser.cookies.set("lang", "fr")
    page = browser.get("/?lang=xx")
    assert '<html lang="vi">' in page.text
    assert "set-cookie" not in page.headers


def test_the_settings_decide_where_nobody_asked(engine):
    """The setting `language`."""
    with client(engine, language="en") as browser:
        assert '<html lang="en">' in browser.get("/").text


def test_the_switch_keeps_the_rest_of_the_address(browser):
    """Filters stay as they are."""
    page = browser.get("/?q=a%26b&page=2")
    assert 'href="/?q=a%26b&amp;page=2&amp;lang=en"' in page.text


def test_one_second_is_one():
    """And never a part of one."""
    now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    told = [age(now - timedelta(seconds=seconds), "en", now) for seconds in (0, 0.4, 1, 1.3, 1.6, -5)]
    assert told == [*["1 second ago"] * 4, "2 seconds ago", "1 second ago"]
