"""Proof: a crawler as each role over all pages finds no link that the role may not follow, no form that it may not
send, nothing of a school that it does not see, and each page that it may see; no page holds what runs inline.
"""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from camera_registry.access.roles import MAY, ROLES
from camera_registry.access.routes import place_of, routes
from camera_registry.database import writing
from tests.acceptance.crawling import crawl
from tests.acceptance.neighbours import hidden, leaked

BACK = "where a form was sent: who loads its answer again is led back to the page with the form"
NOT_OFFERED = {
    "/devices/{school}/{code}/login": BACK,
    "/devices/{school}/{code}/waiver": BACK,
    "/waivers/{number}": BACK,
    "/import/files/{token}": "a file that one has just sent",
    "/import/files/{token}/mistakes.xlsx": "as above",
    "/schools/{code}/take-over": BACK,
    "/photos/{number}": "a photo: the page of its device leads to it, where one is kept",
    "/replies/{number}/photo": "as above: the reply leads to it",
    "/schools/{code}/reply": "beside what fails of a camera that is offered",
    "/overview/reasons": "a part of the overview of many cameras",
    "/overview/changes": "as above",
    "/changes": "the overview leads to it after a night in which something changed",
    "/sweep/events": "asked for by a script; it does not end",
    "/devices/{school}/{code}/look": "a part of the page of a device, while a look goes on",
    "/non-compliant/chosen": "a form: its rows are ticked first",
    "/non-compliant/chosen/waivers": BACK,
    **{f"/plan.{form}": "a plan that was asked for leads to its files" for form in ("xlsx", "docx", "pdf")},
    "/papers/freeze": "a period that is set leads to it",
    "/papers/frozen/{frozen}": "figures that are frozen",
    "/papers/frozen/{frozen}.xlsx": "as above",
    "/papers/acceptance/{code}.{form}": "an acceptance that is closed",
    "/handover/states/{token}": "a file that one has just sent",
    "/metrics": "programs ask for it",
}
"""Routes that no page leads to, with the reason."""

pytestmark = [pytest.mark.xdist_group("neighbours"), pytest.mark.timeout(300)]


@pytest.fixture(params=ROLES)
def crawled(request, neighbours, tmp_path):
    """The role, the marks that it must not see, and every page that it was offered while checks ran and after them."""
    engine = neighbours.copied(tmp_path / "registry.db")
    with neighbours.browser(engine, request.param) as browser:
        pages = list(crawl(browser))
        with writing(engine) as session:
            session.execute(text("UPDATE sweep SET state = 'done', ended_at = planned_at"))
        pages += crawl(browser, of_route=1)
    yield request.param, hidden(engine, request.param), pages
    engine.dispose()


def test_a_person_is_offered_what_they_may_see_and_do_and_nothing_else(crawled):
    """Each address that is offered is there, each form may be sent, no mark of others is shown, nothing is inline, no
    answer is to be kept, and each page of the table that the role may see was offered.
    """
    role, marks, pages = crawled
    assert [(page.answer.status_code, page.address, page.offered_by) for page in pages if not _is_there(page)] == []
    assert [(page.address, found) for page in pages if (found := _may_not(role, page))] == []
    assert [(page.address, found) for page in pages if (found := leaked(page.answer.text, page.address, marks))] == []
    assert [(page.address, found) for page in pages if (found := page.inline())] == []
    assert [(page.address, found) for page in pages if (found := _unsafe(page))] == []
    allowed = {
        p for action, method, p in routes() if method == "GET" and role in MAY.get(action, ()) and "/api/" not in p
    }
    assert sorted(allowed - {page.route for page in pages} - set(NOT_OFFERED)) == []


def _is_there(page):
    """A page or a file, or the way to one of ours."""
    if page.answer.status_code == 303:
        return page.answer.headers["location"].startswith("/") and "/login" not in page.answer.headers["location"]
    return page.answer.status_code == 200


def _may_not(role, page):
    """Addresses that the page offers to send something to, and that are not there or not for this role."""
    places = {address: place_of("POST", urlsplit(address).path) for address in page.changing()}
    return [a for a, place in places.items() if place is None or role not in MAY.get(place.action, ROLES)]


def _unsafe(page):
    """What the headers of the answer lack."""
    headers = page.answer.headers
    is_static = page.address.startswith("/static/")
    wanted = {
        "content-security-policy": "default-src 'self'" in headers.get("content-security-policy", ""),
        "cache-control": is_static or headers.get("cache-control") == "no-store",
        "x-content-type-options": headers.get("x-content-type-options") == "nosniff",
    }
    return [name for name, kept in wanted.items() if not kept]
