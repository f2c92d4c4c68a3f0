"""Proof: what a person sees does not depend on what others have. The registry in which all schools that they do not see
are erased, with the units of these, gives them the same pages and the same answers, letter by letter.

Strategy: the pages are those that a crawler finds; the answers of the API are asked for each route of the table, with
names of the own school and of others: that a school of others is there is not to be seen either.
"""

import shutil

import pytest
from sqlalchemy import text

from camera_registry.access.roles import MAY
from camera_registry.access.routes import routes
from camera_registry.audit.doing import Actor, Doing
from camera_registry.database import open_database, scrub, writing
from camera_registry.models import Table
from camera_registry.services.erase import erase_school
from tests.acceptance.crawling import crawl, read
from tests.acceptance.neighbours import MIXED, NAMES, OTHER, OWN, SEEN, hidden
from tests.camera_registry.web.served import NOW

QUERIES = {
    "/api/v1/changes": ("?since=2026-11-01T00:00:00Z",),
    "/api/v1/plan": ("?channels=90%25", "?schools=1", f"?channels=1&school={OTHER}"),
    "/api/v1/schools/{school}/devices/{code}/as-of": ("?at=2026-11-23T02:55:00Z",),
    "/history": (f"?school={OWN}", f"?school={OTHER}", *(f"?batch={n}" for n in range(1, 4))),
    "/schools": ("", "?q=colette", "?district=ubnd-phuong-ban-co"),
    "/devices": ("", f"?school={OTHER}", "?district=ubnd-phuong-ban-co"),
    "/devices/bulk": ("", f"?device={OWN}/CAM-01", "?all=1"),
    "/api/v1/schools": ("", "?q=colette", "?district=ubnd-phuong-ban-co"),
    "/api/v1/totals": ("", f"?school={OTHER}", "?district=ubnd-phuong-ban-co"),
    "/api/v1/non-compliant": ("?size=200", f"?school={OTHER}", "?district=ubnd-phuong-ban-co", "?q=colette"),
}
NUMBERS = range(1, 7)
OF_ROUTE = 2
BY_CHANCE = "/account/second-factor"
"""A page that shows a new secret each time."""

pytestmark = [pytest.mark.xdist_group("neighbours"), pytest.mark.timeout(300)]


@pytest.fixture(params=SEEN)
def both(request, neighbours, tmp_path):
    """The role; the registry as it is, and as it would be if there were nobody else."""
    role, engine = request.param, neighbours.copied(tmp_path / "registry.db")
    with writing(engine) as session:  # without the part of others it would be an acceptance of the own school
        of_both = "(SELECT id FROM acceptance WHERE code = :code)"
        for table in ("acceptancelook", "acceptancechannel"):
            session.execute(text(f"DELETE FROM {table} WHERE acceptance_id IN {of_both}"), {"code": MIXED})
        session.execute(text("DELETE FROM acceptance WHERE code = :code"), {"code": MIXED})
    scrub(engine)
    shutil.copy(tmp_path / "registry.db", tmp_path / "alone.db")
    alone = open_database(f"sqlite:///{tmp_path / 'alone.db'}")
    for code in set(NAMES) - SEEN[role]:
        erase_school(alone, code, Doing(Actor("x"), "school_erase"), NOW)
    with writing(alone) as session:
        for table in reversed(Table.metadata.sorted_tables):
            for key in table.foreign_keys:
                if key.column.table.name == "district" and table.name not in ("school", "district"):
                    gone = f"{key.parent.name} IS NOT NULL AND {key.parent.name} NOT IN (SELECT managed_by FROM school)"
                    left = f"UPDATE account SET {key.parent.name} = NULL" if table.name == "account" else None
                    session.execute(text(f"{left or f'DELETE FROM {table.name}'} WHERE {gone}"))
        session.execute(text("DELETE FROM district WHERE id NOT IN (SELECT managed_by FROM school)"))
    yield role, engine, alone
    for each in (engine, alone):
        each.dispose()


def test_a_person_sees_the_same_whether_others_are_there_or_not(neighbours, both):
    """Status and text of every page and of every answer are equal; and the other registry lacks what is hidden."""
    role, engine, alone = both
    assert hidden(engine, role)
    with neighbours.browser(engine, role) as here, neighbours.browser(alone, role) as there:
        pages = {page.address: _said(page.answer) for page in crawl(here, of_route=OF_ROUTE)}
        pages |= {address: _said(read(here, address)) for address in _addresses(role)}
        assert len(pages) > 80
        different = {
            address: (said, other)
            for address, said in pages.items()
            if BY_CHANCE not in address and (other := _said(read(there, address))) != said
        }
    assert [(address, _first(*said)) for address, said in different.items()] == []


def _addresses(role):
    """Addresses of every route with names of the own school and of another."""
    for action, method, path in routes():
        if method != "GET" or role not in MAY.get(action, ()) or path.startswith("/account"):
            continue
        for school in (OWN, OTHER):
            for number in NUMBERS if "{number}" in path or "acceptances/{" in path or "{sweep_id}" in path else (1,):
                if path == "/sweep/events":  # it does not end
                    continue
                code = f"HD-7{number}" if "acceptances" in path else school if "{school}" not in path else "CAM-01"
                values = {"school": school, "code": code, "index": number, "edition": "hcmc-3288", "token": "x"}
                values |= {"form": "pdf", "kind": "state", "frozen": "CS-2026-0001"}
                address = path.format(**values, number=number, sweep_id=number)
                yield from (address + query for query in QUERIES.get(path, ("",)))


def _said(answer):
    return answer.status_code, answer.headers.get("location", ""), answer.text


def _first(said, other):
    """Where two answers differ first."""
    if said[:2] != other[:2]:
        return said[:2], other[:2]
    at = next((n for n, (a, b) in enumerate(zip(said[2], other[2], strict=False)) if a != b), 0)
    return said[2][max(0, at - 80) : at + 80], other[2][max(0, at - 80) : at + 80]
