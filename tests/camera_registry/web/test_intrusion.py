"""What somebody who means harm writes into addresses: it is a word like any other, or nothing is there."""

import re

import pytest

from camera_registry.database import writing
from camera_registry.models import Channel
from camera_registry.web.pages.login import local
from tests.camera_registry.registered import device
from tests.camera_registry.web.served import client

SQL = [
    "' OR '1'='1",
    '" OR 1=1 --',
    "%'; DROP TABLE device; --",
    "\\' UNION SELECT sealed FROM credential --",
    "%",
    "_",
]
SCRIPT = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>"
ABOVE = ["../application.py", "..%2fapplication.py", "%2e%2e/application.py", "vendor/../../gate.py", "/etc/passwd"]


@pytest.mark.parametrize("words", SQL)
def test_words_of_a_search_are_never_a_part_of_a_statement(town, words):
    """Lists and their files are asked for them, and find nothing; nothing breaks, and the table is there afterwards."""
    for path in ("/api/v1/non-compliant", "/api/v1/not-checked"):
        answer = town.get(path, params={"q": words})
        assert (answer.status_code, answer.json()["rows"]) == (200, [])
    assert town.get(f"/api/v1/devices/{words.replace('/', '')}/CAM-01").status_code == 404
    assert town.get("/api/v1/non-compliant").json()["rows"]


@pytest.mark.parametrize("path", ABOVE)
def test_no_address_leads_to_a_file_above_those_that_are_shown(engine, path):
    """Whoever has not signed in may read our own style sheet, and nothing beside it."""
    with client(engine, role="") as visitor:
        assert visitor.get("/static/pages.css").status_code == 200
        answer = visitor.get(f"/static/{path}")
    assert answer.status_code in (303, 404)
    assert "import" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("word", ['x"; filename="evil.exe', "a\r\nSet-Cookie: session=planted", "../../x"])
def test_no_word_of_an_address_gets_into_the_name_of_a_file(town, word):
    """Files that are handed out have names of ours, of plain letters."""
    for path in ("/api/v1/non-compliant.csv", "/api/v1/not-checked.csv"):
        answer = town.get(path, params={"q": word})
        assert re.fullmatch(r'attachment; filename="[a-z-]+\.csv"', answer.headers["content-disposition"])
        assert "set-cookie" not in answer.headers


def test_an_address_to_go_on_to_is_one_of_ours_whatever_a_browser_makes_of_it():
    """Blanks, tabs and backslashes that a browser takes out or turns round lead nowhere."""
    for address in (
        "/\t/evil.example",
        " //evil.example",
        "/\\/evil.example",
        "///evil.example",
        "/\u2028/x",
        "http:/x",
    ):
        assert local(address) == "", address
    assert local("/schools/0799001?lang=en") == "/schools/0799001?lang=en"


@pytest.mark.parametrize("address", ["/schools/079-DG-01", "/devices/079-DG-01/DG-01", "/not-checked"])
def test_what_a_camera_calls_itself_is_text(engine, browser, address):
    """Make, model, user name and the name of a channel come from strangers; none of it is run."""
    with writing(engine) as session:
        camera = device(session, make=SCRIPT, model=SCRIPT, username=SCRIPT)
        session.add(Channel(device_id=camera.id, index=2, name=SCRIPT))
    page = browser.get(address).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
