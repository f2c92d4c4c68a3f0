"""Proof: the documents as people have them: opened from a disk, searched without marks, printed on A4, on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.built_site import build

PAGES = {
    "vi/ky-thuat-vien": 1, "vi/nha-truong": 1, "vi/can-bo": 2, "en/technician": 1, "en/school": 1, "en/officer": 2,
}  # fmt: skip
"""Guides that are printed, and on how many sheets of A4."""

pytestmark = pytest.mark.xdist_group("documents")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of the site, on the disk."""
    return build(tmp_path_factory.mktemp("site")).as_uri()


@pytest.fixture
def page(browser):
    """A window in which nothing is wrong at the end, and that asked for nothing but files."""
    page, wrong = browser.new_page(viewport={"width": 1280, "height": 900}), []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else wrong.append(asked.url))
    yield page
    page.close()
    assert wrong == []


@pytest.mark.parametrize("words", ["ngoại lệ", "ngoai le", "NGOAI LE"])
def test_the_search_finds_vietnamese_words_with_marks_and_without(page, site, words):
    """Without a server and without the internet; the guide of the officers is among what is found."""
    page.goto(f"{site}/index.html")
    page.locator("[data-md-component=search-query]").click()
    page.keyboard.type(words)
    found = page.locator(".md-search-result__item h1")
    expect(found.filter(has_text="Cán bộ phụ trách")).to_be_visible()
    expect(page.locator(".md-search-result .md-tags").first).to_be_hidden()


@pytest.mark.parametrize(("name", "sheets"), PAGES.items())
def test_a_guide_fits_its_sheets_of_paper(page, site, name, sheets):
    """A technician and a school carry one sheet, an officer two."""
    page.goto(f"{site}/guides/{name}.html")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == sheets


@pytest.mark.parametrize("name", [*PAGES, "vi/quan-tri", "vi/lap-trinh", "en/administrator", "en/developer"])
def test_a_guide_is_no_wider_than_a_phone(page, site, name):
    """At 360 pixels nothing has to be moved sideways, and every picture is there."""
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{site}/guides/{name}.html")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth)")
