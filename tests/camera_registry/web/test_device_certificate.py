"""A certificate that has changed: said on the page of the device, and accepted by a person."""

import pytest

from camera_registry.database import reading, writing
from camera_registry.models import Device
from camera_registry.store import observations
from probes.target import Remembered

PAGE = "/devices/079-DG-01/DG-01"
OLD, NEW = "ab" * 32, "cd" * 32


@pytest.fixture
def changed(engine, camera):
    """The device has another certificate at port 443 than the one that was pinned in October."""
    with writing(engine) as session:
        learned = Remembered(
            fingerprints={"443": OLD, "322": OLD}, pinned_on={"443": "2026-10-01"}, new_fingerprints={"443": NEW}
        )
        observations.put_remembered(session, session.get(Device, camera), learned)


def _known(engine, camera):
    with reading(engine) as session:
        known = observations.remembered(session.get(Device, camera), {})
        return known.fingerprints, known.new_fingerprints


@pytest.mark.field(26)
def test_both_certificates_are_shown_and_the_new_one_may_be_accepted(engine, camera, browser, changed):
    """The fingerprints, the date, one button; afterwards the new one is pinned and nothing is said any more."""
    page = browser.get(PAGE).text
    assert "Chấp nhận chứng chỉ mới" in page
    assert OLD in page
    assert NEW in page
    assert "01/10/2026" in page
    answer = browser.post(f"{PAGE}/certificate", data={"fingerprint": NEW})
    assert answer.headers["location"] == f"{PAGE}?done=certificate"
    assert _known(engine, camera) == ({"443": NEW, "322": OLD}, {})
    assert "Chấp nhận chứng chỉ mới" not in browser.get(PAGE).text


@pytest.mark.field(26)
def test_a_certificate_that_nobody_was_shown_is_not_accepted(engine, camera, browser, changed):
    """What was on the page counts, not what came meanwhile."""
    answer = browser.post(f"{PAGE}/certificate", data={"fingerprint": "ef" * 32})
    assert answer.headers["location"] == f"{PAGE}?done=not-certificate"
    assert _known(engine, camera) == ({"443": OLD, "322": OLD}, {"443": NEW})
