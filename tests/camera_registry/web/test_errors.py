"""Error pages: the layout of the others, what happened, and what to do."""

import pytest

from camera_registry.config import StandardSettings
from camera_registry.database import open_database
from camera_registry.services.editions import InForce
from camera_registry.vault import VaultError
from camera_registry.web.guard import POLICY
from tests.camera_registry.web.served import client
from tests.registries import in_files


@pytest.mark.parametrize("address", ["/no-such-page", "/devices/none/none", "/static/none.css"])
def test_what_is_not_there_is_404_in_the_layout(browser, address):
    """With a way back, in the language of the page."""
    page = browser.get(address)
    assert page.status_code == 404
    assert "Không tìm thấy trang" in page.text
    assert 'href="/static/pages.css"' in page.text


def test_the_api_answers_in_json(browser):
    """Whoever asks /api/ wants no page."""
    answer = browser.get("/api/v1/no-such-thing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
    (detail,) = answer.json()["detail"]
    assert detail.startswith("there is no such address; use one of: /api/v1/non-compliant, ")
    assert "/api/v1/totals" in detail
    (detail,) = browser.post("/api/v1/totals", headers={"Content-Length": "0"}).json()["detail"]
    assert "GET" in detail


def test_a_method_that_a_page_does_not_know_is_405(browser):
    """And says which it knows."""
    page = browser.post("/", headers={"Content-Length": "0"})
    assert (page.status_code, page.headers["allow"]) == (405, "GET")
    assert "Không thực hiện được" in page.text


def test_a_database_that_cannot_be_used_is_503_and_says_why(tmp_path):
    """The text of the error stands in the page: it says what to do."""
    (tmp_path / "registry.db").write_text("this is no database" * 100)
    with client(open_database(f"sqlite:///{tmp_path / 'registry.db'}"), role="") as browser:
        browser.cookies.set("session", "whoever", domain="localhost.local")
        page = browser.get("/?lang=en")
    assert page.status_code == 503
    assert "this is no database of this program, or it is damaged; restore a backup" in page.text


def test_a_database_that_goes_away_is_503_though_the_page_names_an_edition(tmp_path):
    """What was in force before is named; the error page does not ask the database that is away, and is no 500."""
    with in_files(tmp_path) as engine:
        editions = InForce(engine, StandardSettings())
        editions()
        engine.dispose()
        for file in tmp_path.glob("registry.db*"):
            file.write_text("this is no database" * 100)
        with client(engine, role="", editions=editions) as browser:
            browser.cookies.set("session", "whoever", domain="localhost.local")
            page = browser.get("/?lang=en")
    assert page.status_code == 503
    assert "this is no database of this program, or it is damaged; restore a backup" in page.text


def test_a_vault_that_does_not_open_is_503(engine, camera):
    """A missing key is said when a password is to be saved, and nothing is saved."""

    def missing():
        raise VaultError("registry.key: the key is missing")

    with client(engine, vault=missing) as browser:
        page = browser.post("/devices/079-DG-01/DG-01/login", data={"username": "u", "password": "secret-7"})
    assert page.status_code == 503
    assert "the key is missing" in page.text
    assert "secret-7" not in page.text


def test_an_error_of_ours_is_500_without_details_and_with_every_header(engine):
    """What went wrong goes to the log of the server, not to the page."""

    class Broken:
        def __getattr__(self, name):
            raise RuntimeError(f"inner words of {name}")

    with client(engine, terms=Broken()) as browser:
        page = browser.get("/waivers")
    assert page.status_code == 500
    assert "Lỗi của phần mềm" in page.text
    assert "inner words" not in page.text
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["cache-control"] == "no-store"
