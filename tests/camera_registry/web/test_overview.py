"""The overview: what it counts, where its numbers lead, and how schools are found."""

import re
from collections import Counter
from datetime import UTC

import pytest

from camera_registry.database import reading, writing
from camera_registry.reports.plan_words import WORDS
from camera_registry.services.fleet import fleet as fleet_of
from camera_registry.services.listing import Filter, ListingError, non_compliant, not_checked, totals
from camera_registry.services.overview import SCHOOLS_A_PAGE, of_school, overview
from camera_registry.services.overview import Numbers as Counted
from camera_registry.services.plan import Basis, costs
from camera_registry.services.unchecked import by_reason, without_channels
from camera_registry.services.what_changed import counted, since_last_night, what_changed
from standards import Editions
from standards.planning.plan import free_cameras
from tests.camera_registry import fleet
from tests.camera_registry.town import SCHOOLS
from tests.standards.planning.books import book, item, use, work
from tests.standards.sheets import HCMC, NOW


def _schools(page):
    return re.findall(r'<td data-label="Trường"><a href="/schools/(\d+)">', page.text)


def test_the_numbers_are_those_of_the_totals(town_engine):
    """The overview and `totals` count the same cameras, in all and for a school."""
    with reading(town_engine) as session:
        found, known = overview(session), totals(session)
        assert found.numbers.verdicts == known.verdicts
        assert (found.numbers.cameras, found.schools, found.devices) == (known.channels, known.schools, known.devices)
        for row in found.page.rows:
            assert row.numbers.verdicts == totals(session, school=row.code).verdicts
            assert of_school(session, row.code) == row


def test_the_two_shares_are_named_and_shown_with_both_numbers(town, town_engine):
    """Compliant of the checked, and ready of the offered: never one without what it is a share of."""
    with reading(town_engine) as session:
        numbers = overview(session).numbers
    page = town.get("/")
    assert "Đáp ứng / đã kiểm tra" in page.text
    assert f"{numbers.verdicts['compliant']} / {numbers.checked}" in page.text
    assert "Sẵn sàng / thuộc diện kết nối" in page.text
    assert f"{numbers.ready} / {numbers.offered}" in page.text
    assert 0 < numbers.ready < numbers.offered < numbers.cameras


def test_what_costs_nothing_is_of_the_cameras_offered_and_what_needs_a_setting_of_all(town, town_engine):
    """Each number says which cameras it counts: those of the plan are offered for connection."""
    with reading(town_engine) as session:
        numbers = overview(session).numbers
    page = town.get("/").text
    assert "trong tất cả camera; làm được ngay, không cần mua sắm" in page
    assert "thuộc diện kết nối" in WORDS["free"]["vi"]
    assert f'<a href="/non-compliant?free=yes">{numbers.free} camera</a>' in page
    assert "thuộc diện kết nối của trường công lập, chưa sẵn sàng; chỉ cần chỉnh cấu hình" in page
    assert 0 < numbers.free <= numbers.offered - numbers.ready


def test_what_costs_nothing_is_what_the_plan_makes_ready_for_nothing(town_engine):
    """With a book that asks money for everything but a setting, firmware and a login, at every school."""
    fixes = ("network", "repair", "survey", "replace")
    dear = book(*(work(fix, use(item(fix, 1000))) for fix in fixes),
                *(work(fix, use(item(fix, 0))) for fix in ("reconfigure", "firmware", "credentials")))  # fmt: skip
    with reading(town_engine) as session:
        basis = Basis(dear, HCMC, NOW, UTC)
        for row in overview(session).page.rows:
            ready = {c.key for c in free_cameras(fleet_of(session, HCMC, None, row.code, NOW.date()).public, dear)
                     if not c.ready}  # fmt: skip
            assert row.numbers.free == len(ready), row.code
        assert costs(session, basis, None, None).free > 0


def test_a_list_can_be_narrowed_to_what_costs_nothing(town_engine):
    """Of as many cameras as the overview counts."""
    with reading(town_engine) as session:
        numbers = overview(session).numbers
        found = non_compliant(session, Filter(free="yes", size=200), HCMC)
        assert {row.fix for row in found.rows} <= {"reconfigure", "firmware", "credentials", "repair", "replace"}
        own = [row for row in found.rows if row.channel_index is not None]
        assert {row.scope for row in own} == {"offered"}
        assert len({(row.school_code, row.device_code, row.channel_index) for row in own}) <= numbers.free


def test_what_costs_nothing_at_a_private_school_is_in_no_number(engine):
    """Neither on the overview, nor in the list it leads to, nor in the plan, of which papers are made."""
    basis = Basis(book(work("reconfigure", use(item("visit", 0)))), HCMC, NOW, UTC)
    with writing(engine) as session:
        for code in ("A-01", "B-02"):
            of = fleet.school(session, code)
            of.private = code == "B-02"
            camera = fleet.device(session, of, "CAM-01")
            fleet.channel(session, camera).scope = "offered"
            fleet.verdict(session, camera, "reconfigure")
            fleet.finding(session, camera, fix="reconfigure")
    with reading(engine) as session:
        assert [row.numbers.free for row in overview(session).page.rows] == [1, 0]
        assert [row.school_code for row in non_compliant(session, Filter(free="yes"), HCMC).rows] == ["A-01"]
        assert costs(session, basis, None, None).free == 1


def test_reasons_lead_to_as_many_rows_as_they_say(town_engine):
    """Each reason of what could not be checked, and all of them together; another list has none."""
    with reading(town_engine) as session:
        for kind, _, number in by_reason(session):
            assert not_checked(session, Filter(kind=kind), HCMC).units == number
        assert sum(number for *_, number in by_reason(session)) == overview(session).numbers.verdicts["unverified"]
        assert without_channels(session) == 1
        with pytest.raises(ListingError):
            non_compliant(session, Filter(kind="never"), HCMC)
        with pytest.raises(ListingError):
            not_checked(session, Filter(free="yes"), HCMC)


def test_changes_are_counted_as_they_are_listed(town_engine):
    """By kind, without being read; what goes on with another value is told where it was noted."""
    with reading(town_engine) as session:
        since = since_last_night(session)
        listed = Counter(each.kind for each in what_changed(session, Editions.of(HCMC), since, None, None))
        known = counted(session, since)
    assert {k: n for k, n in known.items() if k != "value"} == {k: n for k, n in listed.items() if k != "value"}
    assert known


def test_a_share_of_nothing_is_no_number():
    """Nothing was checked yet: no division, no 0 %."""
    assert Counted({"compliant": 0, "unverified": 3}, 0, 0).checked == 0


def test_a_camera_that_is_recorded_elsewhere_counts_once_with_the_worse_verdict(engine):
    """Offered where either of the two is."""
    with writing(engine) as session:
        school = fleet.school(session, "A-01")
        recorder, camera = fleet.device(session, school, "DG-01"), fleet.device(session, school, "CAM-01")
        own, recorded = fleet.channel(session, camera), fleet.channel(session, recorder)
        own.recorded_as, own.scope = recorded.id, "offered"
        fleet.verdict(session, camera, "compliant")
        fleet.verdict(session, recorder, "reconfigure")
    with reading(engine) as session:
        numbers = overview(session).numbers
    assert (numbers.cameras, numbers.offered, numbers.ready) == (1, 1, 0)
    assert numbers.verdicts["reconfigure"] == 1


def test_every_school_has_a_row_that_leads_to_its_page_and_its_lists(town, town_engine):
    """Fourteen rows by unit and code; a number above zero leads to the rows it counts."""
    page = town.get("/")
    assert len(_schools(page)) == len(SCHOOLS)
    assert "/non-compliant?verdict=reconfigure&amp;school=79760001" in page.text
    with reading(town_engine) as session:
        wanted = Filter(verdict="reconfigure", school="79760001")
        assert (
            non_compliant(session, wanted, HCMC).units == of_school(session, "79760001").numbers.verdicts["reconfigure"]
        )


@pytest.mark.parametrize(("q", "codes"), [("ky dong", ["79770002"]), ("TRƯNG vuong", ["79000001"]), ("xyz", [])])
def test_schools_are_found_by_words_without_marks(town, q, codes):
    """Every word stands in the code, the name or the unit; marks and case do not matter."""
    assert _schools(town.get(f"/?q={q}")) == codes


def test_schools_are_sorted_by_what_is_wrong(town, town_engine):
    """The school with the most cameras that are not compliant stands first."""
    with reading(town_engine) as session:
        worst = max(row.numbers.failing for row in overview(session).page.rows)
        assert of_school(session, _schools(town.get("/?order=failing"))[0]).numbers.failing == worst


def test_an_order_that_there_is_not_is_422(town):
    """The page says which there are."""
    page = town.get("/?order=name")
    assert page.status_code == 422
    assert "school, failing, unverified, cameras" in page.text


def test_schools_have_pages(engine, browser):
    """The second page goes on where the first ends."""
    with writing(engine) as session:
        for n in range(SCHOOLS_A_PAGE + 3):
            fleet.school(session, f"{n:04}")
    assert len(_schools(browser.get("/"))) == SCHOOLS_A_PAGE
    page = browser.get("/?page=2")
    assert _schools(page) == ["0050", "0051", "0052"]
    assert "Trang 2/2" in page.text


def test_an_empty_registry_says_how_to_begin(browser):
    """No table of nothing: the command that fills it."""
    page = browser.get("/?lang=en")
    assert "No school is registered yet" in page.text
    assert "camera-registry import FOLDER" in page.text


@pytest.mark.parametrize("address", ["/", "/non-compliant", "/schools/79760001", "/devices/79760001/DG-01"])
def test_working_values_are_said_on_every_page_of_results(town, address):
    """Nobody takes a preliminary result for a final one."""
    assert "Rà soát sơ bộ theo giá trị tham khảo tạm thời" in town.get(address).text
