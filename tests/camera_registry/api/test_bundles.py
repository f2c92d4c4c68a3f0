"""Bundles over JSON: seen, taken, told what is wrong."""

import base64

import pytest
from sqlmodel import select

from camera_registry.bundles.document import LARGEST, read
from camera_registry.database import reading, writing
from camera_registry.models import AuditRecord, SweepItem
from tests.camera_registry.bundles.packed import bundle, look
from tests.camera_registry.registered import device
from tests.camera_registry.web.served import client
from tests.standards.sheets import NOW

SCHOOL = "079-DG-01"
GOOD = bundle(look(at=NOW), school=SCHOOL)


@pytest.fixture
def browser(engine):
    """An officer of the city over a registry with one device."""
    with writing(engine) as session:
        device(session)
    with client(engine) as made:
        yield made


def _post(browser, content=GOOD, **more):
    return browser.post("/api/v1/bundles", json={"content": base64.b64encode(content).decode(), **more})


def _count(engine, model):
    with reading(engine) as session:
        return len(session.exec(select(model)).all())


def test_a_bundle_is_seen_taken_and_taken_no_second_time(engine, browser):
    """Each answer says what became of each look; only what changes something leaves an entry in the log."""
    seen = _post(browser, dry_run=True).json()
    assert (seen["looks"][0]["device"], seen["looks"][0]["verdict"], seen["changed"]) == ("DG-01", "compliant", True)
    assert (_count(engine, SweepItem), _count(engine, AuditRecord)) == (0, 0)
    refused = _post(browser)
    assert refused.status_code == 422
    assert refused.json()["detail"][0].startswith("This is not the fingerprint of the bundle")
    taken = _post(browser, fingerprint=read(GOOD).fingerprint).json()
    assert (taken["changed"], taken["taken"], taken["left"]) == (True, 1, 0)
    assert [one["became"] for one in taken["looks"]] == ["taken"]
    again = _post(browser).json()
    assert (again["changed"], again["taken"], again["looks"][0]["became"]) == (False, 0, "taken_before")
    assert (_count(engine, SweepItem), _count(engine, AuditRecord)) == (1, 1)


def test_the_device_of_a_look_is_chosen_by_its_number(engine, browser):
    """Empty: it is at no device."""
    fingerprint = read(GOOD).fingerprint
    left = _post(browser, fingerprint=fingerprint, devices={"1": ""}).json()
    assert (left["left"], left["looks"][0]["became"]) == (1, "no_device")
    wrong = _post(browser, devices={"1": "DG-99"})
    assert (wrong.status_code, "DG-99" in wrong.json()["detail"][0]) == (422, True)


@pytest.mark.parametrize("content", [b"", b"{}", GOOD[:-2], bytes(LARGEST + 9)])
def test_what_is_no_bundle_is_422(engine, browser, content):
    """Cut off, another file, or too long."""
    assert _post(browser, content).status_code == 422
    assert browser.post("/api/v1/bundles", json={"content": "é!"}).status_code == 422
    assert _count(engine, AuditRecord) == 0
