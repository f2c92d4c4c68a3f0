"""Proof: who did what to what, from where: every change that is made through a page or the API leaves one entry, in the
transaction of the change; what was refused leaves none.
"""

import pytest
from sqlmodel import select

from camera_registry.database import reading
from camera_registry.models import AuditValues
from camera_registry.services import audit
from camera_registry.store.audit import AuditWanted
from tests.acceptance.test_authorisation import BODIES, FORMS, OTHER, OWN, ROUTES, _asked, _person, world

__all__ = ["world"]
pytestmark = [pytest.mark.xdist_group("authorisation"), pytest.mark.timeout(300)]


def _entries(engine):
    with reading(engine) as session:
        return audit.page(session, AuditWanted(size=1000))


def test_every_change_of_a_page_or_the_api_leaves_one_entry(world):
    """With the person, the role and the address; none for what was refused. The chain is intact at the end."""
    changed = 0
    for role in ("school", "technician", "district", "city"):
        with _person(role, world) as browser:
            for action, method, path in ROUTES:
                if method == "GET":
                    continue
                before, _ = _entries(world.engine)
                answer = _asked(browser, method, path, world.values(path, OWN), OWN)
                after, (newest, *_) = _entries(world.engine)
                kept = answer.status_code in (200, 201, 303) and "not-" not in answer.headers.get("location", "")
                kept = kept and 'action="/account"' not in answer.text and '"changed":false' not in answer.text
                kept = kept and 'name="step" value="write"' not in answer.text  # seen, and not done yet
                kept = kept and "done=states-dropped" not in answer.headers.get("location", "")  # nothing was written
                assert after - before <= 1, (role, path)
                if not kept:
                    continue
                assert after - before == 1, (role, path, action, answer.headers.get("location"))
                assert newest.kept.values["who"] == {
                    "account": newest.kept.values["who"]["account"],
                    "name": f"Người {role}",
                }
                assert (newest.kept.values["role"], newest.kept.values["from"]) == (role, "testclient")
                changed += 1
    assert changed > 25
    with reading(world.engine) as session:
        assert audit.verify(session).intact
        bodies = " ".join(session.exec(select(AuditValues.body)).all())
    assert '"p"' not in bodies, "the password of a device stands in no entry"
    assert FORMS["/devices/{school}/{code}/login"]["password"] == "p"


def test_a_change_that_is_not_kept_leaves_no_entry(world):
    """Of another school, and with what cannot be kept."""
    before, _ = _entries(world.engine)
    with _person("district", world) as browser:
        for path in BODIES:
            if "{school}" in path or "{code}" in path:
                _asked(browser, "POST", path, world.values(path, OTHER), OTHER)
        browser.post("/api/v1/waivers", json={**BODIES["/api/v1/waivers"], "ends": "2020-01-01"})
        browser.post(f"/devices/{OWN}/CAM-01/login", data={"username": "", "password": "x"})
    assert _entries(world.engine)[0] == before


def test_signing_in_and_out_and_failing_stands_in_the_log(world):
    """Each with where it came from; a login that nobody has may be a password, and is not kept; nor is the password."""
    with _person("city", world) as browser:
        browser.post("/login", data={"login": "ai.do", "password": "mat-khau-bi-mat"})
        browser.post("/logout", headers={"Content-Length": "0"})
    _, (out, failed, *_) = _entries(world.engine)
    assert [each.kept.entry.action for each in (failed, out)] == ["login_failed", "logout"]
    assert failed.kept.values["who"]["account"] == "unknown"
    assert not {"ai.do", "mat-khau-bi-mat"} & set(str(failed.kept.values).split("'"))


def test_the_page_of_the_log_shows_it_to_administrators(world):
    """Narrowed by person, action, school and day; in words."""
    with _person("admin", world) as browser:
        page = browser.get("/audit").text
        assert "Nhật ký thao tác" in page
        assert "Người city" in page
        assert "Người district" not in browser.get("/audit?account=x").text
        assert browser.get("/audit?action=x").status_code == 422
        assert browser.get("/audit?day=x").status_code == 422
        assert "Đề nghị ngoại lệ" in browser.get(f"/audit?school={OWN}&day=2026-11-23&action=waiver_ask").text
        assert "Dữ liệu được lưu" in browser.get("/privacy").text
