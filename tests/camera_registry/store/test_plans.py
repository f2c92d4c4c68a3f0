"""Pages over a city find what they show by an index: no statement of theirs goes through a table that grows with the
city. Counting may go through a whole index.
"""

import json
import re

import pytest
from sqlalchemy import event, text

from camera_registry.access.viewer import Viewer
from camera_registry.database import reading, writing
from camera_registry.services.device_search import found
from camera_registry.services.listed import Filter
from camera_registry.services.listing import page_and_choices
from camera_registry.services.manual_answers import questions
from camera_registry.services.place_findings import of_school
from camera_registry.services.school_page import school_page
from camera_registry.services.seen_both_ways import proposed
from camera_registry.store import kept
from camera_registry.store.listing import SORTS
from camera_registry.store.rows import limit
from tests.camera_registry import town
from tests.standards.sheets import EDITIONS, NOW

SCHOOL = town.SCHOOLS[0][0]
EDITION = next(iter(EDITIONS))
BIG = "(findingrecord|verdictrecord|channel|device|listedfinding|sheetrecord|unitrecord|stream)"
SCANS = {
    "sqlite": re.compile(rf"SCAN {BIG}(_\d+)?( LEFT-JOIN)?$|{BIG}(_\d+)? USING AUTOMATIC"),
    "postgresql": re.compile(rf"Seq Scan on {BIG}\b"),
}
SORTED = re.compile("FOR ORDER BY|Sort Key")
FEW = "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off"
"""Of a few rows PostgreSQL would go through all."""
BY_INDEX = tuple(name for name in SORTS if name != "seen_at")
OFFICER = Viewer(account_id=1, login="ubnd", name="Trần Thị B", role="district", district_id=1)
OF_SCHOOL = Viewer(account_id=2, login="truong", name="Lê An", role="school", school_ids=frozenset({1}))
FILTERS = (
    {}, {"fix": "repair"}, {"rule": "codec-main"}, {"actor": "school"}, {"verdict": "replace"}, {"school": SCHOOL},
    {"district": "ubnd-phuong-tan-dinh"},
)  # fmt: skip


@pytest.fixture
def plans(tmp_path, registries, town_made):
    """What tells the plans of the statements of a page of the town, for a viewer, by statement."""
    with registries(tmp_path, like=town_made) as engine:
        yield lambda page, viewer=None: _plans(engine, page, viewer)


def _plans(engine, page, viewer):
    asked = []

    def told(_connection, _cursor, statement, parameters, _context, _many):
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", told)
    with reading(engine) as session:
        if viewer is not None:
            limit(session, viewer)
        page(session)
    event.remove(engine, "before_cursor_execute", told)
    return {statement: _plan(engine, statement, parameters) for statement, parameters in asked}


def _plan(engine, statement, parameters):
    on_server = engine.dialect.name == "postgresql"
    with engine.connect() as connection:
        if on_server:
            connection.execute(text(FEW))
        explain = "EXPLAIN " if on_server else "EXPLAIN QUERY PLAN "
        return [row[-1] for row in connection.exec_driver_sql(explain + statement, parameters)]


def _scanned(engine_name, plans):
    return {statement: plan for statement, plan in plans.items() if any(map(SCANS[engine_name].search, plan))}


@pytest.fixture
def database(request):
    """Which database it is."""
    return request.config.getoption("database")


def _list(**wanted):
    return lambda session: page_and_choices(session, Filter(**wanted), EDITION)


@pytest.mark.parametrize("viewer", [None, OFFICER, OF_SCHOOL], ids=["city", "district", "school"])
@pytest.mark.parametrize("wanted", FILTERS, ids=json.dumps)
def test_the_list_goes_through_no_table(plans, database, wanted, viewer):
    """With each filter, as each of those who may see it."""
    found = plans(_list(**wanted), viewer)
    assert len(found) > 5
    assert _scanned(database, found) == {}


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("sort", BY_INDEX)
def test_an_order_of_the_list_is_that_of_an_index(plans, database, sort, direction):
    """Both ways; what is sorted by the moment goes through the narrow rows of the list, which nothing else does."""
    found = plans(_list(sort=sort, direction=direction))
    assert _scanned(database, found) == {}
    (plan,) = (plan for statement, plan in found.items() if "LIMIT" in statement and "ORDER BY listed" in statement)
    assert not any(map(SORTED.search, plan)), plan


@pytest.mark.parametrize("viewer", [None, OFFICER, OF_SCHOOL], ids=["city", "district", "school"])
@pytest.mark.parametrize("words", ["", "hoa sen", "dahua cam-01", "10.0.0"])
def test_devices_are_searched_in_an_index(plans, database, words, viewer):
    """The words that are kept of them are read from the index, and the devices of the page by their ids."""
    assert _scanned(database, plans(lambda session: found(session, words), viewer)) == {}


@pytest.mark.parametrize("viewer", [None, OFFICER, OF_SCHOOL], ids=["city", "district", "school"])
@pytest.mark.parametrize(
    "part",
    [
        lambda session: school_page(session, SCHOOL),
        lambda session: proposed(session, SCHOOL),
        lambda session: questions(session, SCHOOL, EDITIONS, NOW),
        lambda session: of_school(session, SCHOOL, EDITIONS),
    ],
    ids=["devices", "proposed", "questions", "of the school"],
)
def test_the_page_of_a_school_reads_nothing_of_others(plans, database, part, viewer):
    """Each of its parts is found from the school."""
    found = plans(part, viewer)
    assert len(found) > 1
    assert _scanned(database, found) == {}


def test_what_is_kept_of_a_device_is_found_from_it(plans, database):
    """So what a worker writes costs no more in a city than in a town."""
    asked = (kept._VERDICTS_NOW, kept._UNITS_NOW, kept._CHANNELS_NOW, kept._LISTED_NOW, kept._FAILING_NOW)
    found = plans(lambda session: [session.connection().execute(each, {"ids": [1, 2]}) for each in asked])
    assert len(found) == len(asked)
    assert _scanned(database, found) == {}


def test_an_index_that_is_missing_is_seen(tmp_path, registries, town_made, database):
    """These tests would tell: without its index an order is made by sorting, and a device is looked for in all."""
    with registries(tmp_path, like=town_made) as engine:
        with writing(engine) as session:
            for name in ("listed_rule", "verdict_now"):
                session.connection().execute(text(f"DROP INDEX IF EXISTS {name}"))
        plans = _plans(engine, _list(sort="rule"), None)
        (plan,) = (plan for statement, plan in plans.items() if "LIMIT" in statement and "ORDER BY listed" in statement)
        assert any(map(SORTED.search, plan)), plan
        of_device = _plans(engine, lambda s: s.connection().execute(kept._VERDICTS_NOW, {"ids": [1]}), None)
        assert _scanned(database, of_device)
