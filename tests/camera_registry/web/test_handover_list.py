"""The list of the handover as a paper: whose it is."""

import io
import zipfile

from camera_registry.database import writing
from tests.camera_registry import fleet
from tests.camera_registry.web.served import client


def _words(answer):
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return packed.read("word/document.xml").decode()


def test_the_list_of_an_officer_has_the_own_unit_in_its_head(engine):
    """Without a filter as with one; who sees the city has none there."""
    with writing(engine) as session:
        fleet.school(session, "A-01")
    with client(engine, "district", district="26740") as browser:
        assert "UBND PHƯỜNG 26740" in _words(browser.get("/handover/list.docx"))
    with client(engine, "city", "Lê An") as browser:
        assert "UBND PHƯỜNG 26740" not in _words(browser.get("/handover/list.docx"))
        assert "UBND PHƯỜNG 26740" in _words(browser.get("/handover/list.docx?district=26740"))
