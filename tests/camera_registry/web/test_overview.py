"""The overview: what it counts, where its numbers lead, and how schools are found."""

import re

import pytest

from camera_registry.database import reading, writing
from camera_registry.reports.plan_words import WORDS
from camera_registry.services.listing import Filter, non_compliant, totals
from camera_registry.services.overview import SCHOOLS_A_PAGE, of_school, overview
from camera_registry.services.overview import Numbers as Counted
from tests.camera_registry import fleet
from tests.camera_registry.town import SCHOOLS
from tests.standards.sheets import HCMC


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


def test_what_only_needs_a_setting_is_not_said_in_the_words_of_the_plan(town):
    """The overview counts all cameras, the plan those offered for connection: each says so."""
    page = town.get("/").text
    assert "trong tất cả camera; làm được ngay, không cần mua sắm" in page
    assert "không tốn kinh phí" not in page
    assert "thuộc diện kết nối" in WORDS["free"]["vi"]


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
