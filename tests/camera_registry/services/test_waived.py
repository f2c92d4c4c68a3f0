"""Waivers as they are read: the mark beside a row, the filter, the page of a device, the list."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from camera_registry.database import rehearsing, writing
from camera_registry.services import waived, waivers
from camera_registry.services.device_page import device_page
from camera_registry.services.listed import WAIVERS, Filter, ListingError
from camera_registry.services.listing import every_non_compliant, non_compliant
from camera_registry.store.waivers import WaiversWanted
from standards.waiving.waivers import STANDINGS
from tests.camera_registry import waiver_requests as known
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.waiver_requests import DESK, ask, decide, desk
from tests.standards.sheets import EDITIONS, HCMC

LATER = desk("2026-12-15 12:00")
DAY = timedelta(days=1)
ASKS = st.fixed_dictionaries(
    {
        "scope": st.sampled_from(list(known.SCOPES)),
        "rule": st.sampled_from(["resolution-main", "codec-main"]),
        "begins": st.integers(0, 30),
        "lasts": st.integers(0, 60),
        "then": st.sampled_from(["", "approve", "approve", "refuse", "withdraw", "approve withdraw"]),
    }
)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A registry of the town; no test leaves anything in it."""
    engine = new_registry(tmp_path_factory.mktemp("waived") / "registry.db")
    with writing(engine) as session:
        known.town(session)
    yield engine
    engine.dispose()


@pytest.fixture
def session(town):
    """A session of which nothing stays."""
    with rehearsing(town) as made:
        yield made


def _marks(session, at_desk, **wanted):
    found = waived.narrowed(session, Filter(**wanted), at_desk)
    rows = waived.beside(session, non_compliant(session, found, HCMC).rows, at_desk)
    return {
        (row.device_code, row.channel_index, row.rule): row.waiver.standing.name if row.waiver else "none"
        for row in rows
    }


def _put(session, asked):
    begins = (DESK.now + asked["begins"] * DAY).date()
    same = {"rule": asked["rule"], "begins": begins, "ends": begins + asked["lasts"] * DAY}
    try:
        number = ask(session, asked["scope"], **same)
    except waivers.WaiverError:  # the same is asked for already
        return
    for word in asked["then"].split():
        if word == "withdraw":
            waivers.withdraw(session, number, "Nguyễn Văn A", None, "", DESK)
        else:
            decide(session, number, approve=word == "approve")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ASKS, max_size=8))
def test_the_filter_and_the_mark_of_a_row_never_disagree(town, asked):
    """SQL narrows the list, and the pure functions say what stands beside a row: for every state the same rows;
    and no row is hidden by any waiver.
    """
    with rehearsing(town) as session:
        for one in asked:
            _put(session, one)
        marks = _marks(session, LATER)
        assert len(marks) == 5
        for state in WAIVERS:
            meant = ("in_force", "lapsing") if state == "in_force" else (state,)
            assert set(_marks(session, LATER, waiver=state)) == {k for k, v in marks.items() if v in meant}


def test_a_waiver_stands_beside_the_rows_it_covers_and_no_other(session):
    """By channel, and by model in whatever case it was typed."""
    decide(session, ask(session, "channel"))
    decide(session, ask(session, "model", rule="codec-main"))
    marks = _marks(session, DESK)
    assert {key for key, mark in marks.items() if mark == "in_force"} == {
        ("DG-01", 2, "resolution-main"), ("DG-01", 1, "codec-main")}  # fmt: skip
    assert len(marks) == 5


def test_nothing_is_rewritten_when_a_waiver_lapses(session):
    """The same row says lapsing and then lapsed, and the verdict of the row stays what it was."""
    decide(session, ask(session, "school"))
    before = [(r.verdict, r.fix) for r in non_compliant(session, Filter(), HCMC).rows]
    key = ("DG-01", 1, "resolution-main")
    assert _marks(session, desk("2027-05-15 00:00"))[key] == "in_force"
    assert _marks(session, desk("2027-05-16 00:00"))[key] == "lapsing"
    assert _marks(session, desk("2027-05-16 00:00"), waiver="in_force")[key] == "lapsing"
    assert _marks(session, desk("2027-05-29 23:59"))[key] == "lapsing"
    assert _marks(session, desk("2027-05-30 00:00"))[key] == "lapsed"
    assert [(r.verdict, r.fix) for r in non_compliant(session, Filter(), HCMC).rows] == before


def test_the_page_of_a_device_has_the_waivers_of_its_channels_and_of_itself(session):
    """Beside what fails, and beside nothing else."""
    decide(session, ask(session, "channel"))
    ask(session, "device", rule="authentication")
    page = waived.on_device(session, device_page(session, "0790123", "DG-01", EDITIONS), DESK)
    found = {(f.channel_index, f.rule): f.waiver for c in page.channels for f in c.findings}
    found |= {(f.channel_index, f.rule): f.waiver for f in page.findings}
    assert {key for key, waiver in found.items() if waiver} == {(2, "resolution-main"), (None, "authentication")}
    assert found[None, "authentication"].standing.name == "asked"


def test_a_page_costs_as_many_queries_with_a_hundred_waivers_as_with_none(town):
    """Two for the marks: the places of the rows, and the waivers that are about them."""

    def queries(session):
        rows, said = tuple(every_non_compliant(session, Filter(), HCMC)), []
        event.listen(town, "before_cursor_execute", lambda *args: said.append(args[2]))
        tuple(waived.every_beside(session, rows, DESK))
        return len(said)

    with rehearsing(town) as session:
        few = queries(session)
        for days in range(100):
            decide(session, ask(session, "school", ends=(DESK.now + days * DAY).date()))
        assert queries(session) - few <= 2
    assert few == 2


def test_every_state_is_a_filter_of_the_list_of_waivers(session):
    """What ends first stands first; a state that there is not is said."""
    numbers = {}
    for state, scope in zip(STANDINGS, [*known.SCOPES, "channel", "device"], strict=True):
        rule = "resolution-main" if len(numbers) < 5 else "codec-main"
        days = {"lapsed": 5, "lapsing": 20}.get(state, 100)
        begins = {"begins": (LATER.now + DAY).date()} if state == "not_begun" else {}
        numbers[state] = ask(session, scope, rule=rule, ends=(DESK.now + days * DAY).date(), **begins)
        if state == "withdrawn":
            waivers.withdraw(session, numbers[state], "Nguyễn Văn A", None, "", DESK)
        elif state != "asked":
            decide(session, numbers[state], approve=state != "refused")
    for state in STANDINGS:
        page = waived.listed(session, WaiversWanted(state=state), EDITIONS, LATER)
        assert [row.waived.waiver.number for row in page.rows] == [numbers[state]], state
        assert [row.waived.standing.name for row in page.rows] == [state]
    whole = waived.every_listed(session, WaiversWanted(), EDITIONS, LATER)
    ends = [row.waived.waiver.ends for row in whole]
    assert ends == sorted(ends)
    with pytest.raises(ListingError, match="use one of: asked, refused"):
        waived.listed(session, WaiversWanted(state="x"), EDITIONS, LATER)


def test_waivers_are_found_by_place_and_rule_and_come_in_pages(session):
    """A unit has those of its schools too; a device is named with its school."""
    for scope in known.SCOPES:
        ask(session, scope)

    def kinds(**wanted):
        page = waived.listed(session, WaiversWanted(**wanted), EDITIONS, DESK)
        return {row.waived.waiver.scope.kind for row in page.rows}

    assert kinds(district="26740") == {"channel", "device", "school", "district"}
    assert kinds(district="79") == set()
    assert kinds(school="0790123") == {"channel", "device", "school"}
    assert kinds(school="0790123", device="DG-01") == {"channel", "device"}
    assert kinds(rule="codec-main") == set()
    pages = [waived.listed(session, WaiversWanted(page=n, size=2), EDITIONS, DESK) for n in (1, 2, 3)]
    assert [(p.total, len(p.rows)) for p in pages] == [(5, 2), (5, 2), (5, 1)]
    for wrong in ({"device": "DG-01"}, {"school": "1"}, {"district": "1"}, {"page": 0}, {"size": 201}, {"rule": "zz"}):
        with pytest.raises(ListingError):
            waived.listed(session, WaiversWanted(**wrong), EDITIONS, DESK)
