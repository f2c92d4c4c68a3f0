"""The two lists as pages: filters in the address, order, pages, export, and what each row says."""

import re
from html import unescape

import pytest

from camera_registry.database import reading, writing
from camera_registry.services.listed import MOST_SCHOOLS, SORTS, UNCHECKED_SORTS
from camera_registry.services.listing import Filter, every_non_compliant, non_compliant, not_checked
from tests.camera_registry import fleet
from tests.camera_registry.web.served import client
from tests.standards.sheets import HCMC


def _rows(page):
    """Device codes with channel, in the order of the page."""
    return re.findall(
        r'<td (?:class="column-device" )?data-label="Camera"><a href="/devices/([^"#]+)(?:#channel-(\d+))?">', page.text
    )


def _expected(engine, **wanted):
    with reading(engine) as session:
        rows = non_compliant(session, Filter(**wanted), HCMC).rows
    return [(f"{r.school_code}/{r.device_code}", str(r.channel_index or "")) for r in rows]


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"district": "ubnd-phuong-ban-co"},
        {"school": "79760002"},
        {"rule": "picture"},
        {"fix": "survey"},
        {"actor": "maintainer"},
        {"verdict": "replace"},
        {"q": "cong phu"},
        {"q": "192.168.3.65"},
        {"fix": "reconfigure", "district": "ubnd-phuong-tan-dinh", "sort": "rule", "direction": "desc"},
        {"sort": "school"},
        {"sort": "seen_at", "direction": "asc"},
    ],
)
def test_the_page_shows_what_the_address_asks_for(town, town_engine, wanted):
    """The rows of the service, in its order."""
    page = town.get("/non-compliant", params=wanted)
    assert page.status_code == 200
    assert _rows(page) == _expected(town_engine, **wanted)
    assert _rows(page)


def test_what_is_chosen_stays_chosen_in_the_form(town):
    """Each field shows what the address says; empty fields ask for nothing."""
    page = town.get("/non-compliant?q=cong&fix=repair&school=&rule=&actor=school")
    assert '<option value="repair" selected>' in page.text
    assert '<option value="school" selected>' in page.text
    assert 'value="cong"' in page.text


def test_a_row_says_everything(town):
    """Rule, measured and required, state of the source, what to do, who acts, and how old the number is."""
    text = unescape(town.get("/non-compliant?verdict=replace").text)
    for words in (
        "Luồng chính có độ phân giải từ Full HD (1920×1080) trở lên",
        "<strong>1280×720</strong>",
        "từ 1920×1080 hoặc tương đương",
        "Giá trị tham khảo tạm thời",
        "<strong>Thay thế</strong>",
        "Đơn vị quản lý",
        "40 phút trước",
        'title="09:20 23/11/2026"',
    ):
        assert words in text, words


def test_a_heading_sorts_and_turns_the_order_round(town):
    """It says which order holds, and leads to the other one; filters stay, the page number goes."""
    page = town.get("/non-compliant?fix=repair&sort=rule&page=1")
    assert (
        'aria-sort="ascending"><a class="sorter" href="/non-compliant?fix=repair&amp;sort=rule&amp;direction=desc"'
        in (page.text)
    )
    assert 'aria-sort="descending"' in town.get("/non-compliant?sort=seen_at").text


@pytest.mark.parametrize(
    ("list_", "sorts"), [("/non-compliant", SORTS), ("/not-checked", UNCHECKED_SORTS)], ids=["non-compliant", "rest"]
)
def test_the_form_and_the_headings_name_the_order_that_holds(town, list_, sorts):
    """No heading is marked where rows stand by severity; whatever the order, the form says that one."""
    text = town.get(list_).text
    assert "aria-sort" not in text
    assert "▼" not in text
    for sort in sorts:
        assert f'<option value="{sort}" selected>' in town.get(f"{list_}?sort={sort}").text


@pytest.fixture
def long_list(engine):
    """A registry with more failures than one page has."""
    with writing(engine) as session:
        school = fleet.school(session, "A-01")
        for n in range(120):
            fleet.finding(session, fleet.device(session, school, f"CAM-{n:03}"))
    with client(engine) as made:
        yield made


def test_pages_follow_each_other(long_list):
    """Three pages of the server: no row twice, none left out."""
    first, second, third = (long_list.get(f"/non-compliant?page={n}") for n in (1, 2, 3))
    assert [len(_rows(p)) for p in (first, second, third)] == [50, 50, 20]
    assert len(set(_rows(first) + _rows(second) + _rows(third))) == 120
    assert 'rel="next" href="/non-compliant?page=2"' in first.text
    assert 'rel="prev"' not in first.text
    assert "Trang 2/3" in second.text
    assert 'rel="prev" href="/non-compliant"' in second.text
    assert 'rel="next"' not in third.text


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=x", "page=99999999999", "sort=colour", "fix=burn", "rule=none", "school=0", "q=" + "x" * 101],
)
@pytest.mark.parametrize("list_", ["/non-compliant", "/not-checked"])
def test_what_cannot_be_asked_for_is_422_in_words(town, list_, query):
    """The layout of the other pages, the part of the address, and what to write instead."""
    page = town.get(f"{list_}?{query}")
    assert page.status_code == 422
    assert f"<code>{query.split('=')[0]}: " in page.text


def test_what_nobody_may_run_is_escaped(town):
    """Words of the address stand in the page as text."""
    page = town.get("/non-compliant", params={"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("list_", ["/non-compliant", "/not-checked"])
def test_the_export_has_the_same_filters_and_all_pages(town, list_):
    """What is exported is what is shown, in the language of the page: a file with a row for each row of the list."""
    page = town.get(f"{list_}?fix=network&q=&page=1&lang=en&sort=school")
    addresses = [unescape(address) for address in re.findall(r'href="([^"]+)" download', page.text)]
    assert addresses == [
        f"/api/v1{list_}.{form}?fix=network&sort=school&lang=en" for form in ("xlsx", "csv", "pdf", "json")
    ]
    file = town.get(addresses[1])
    assert file.headers["content-disposition"].startswith("attachment")
    above = 1 if list_ == "/non-compliant" else 0  # that the list is preliminary
    assert len(file.text.splitlines()) == above + 1 + len(_rows(page))
    assert len(town.get(addresses[3]).json()["rows"]) == len(_rows(page))


def test_what_could_not_be_checked_says_why_and_what_to_do(town, town_engine):
    """Reason, detail, last attempt, silence, remedy and who acts."""
    with reading(town_engine) as session:
        rows = not_checked(session, Filter(), HCMC).rows
    page = town.get("/not-checked")
    assert _rows(page) == [(f"{r.school_code}/{r.device_code}", str(r.channel_index or "")) for r in rows]
    for words in (
        "Không tới được địa chỉ (kiểm tra nguồn, dây mạng, IP)",
        "connect 192.168.5.64:80: no answer within 5 s",
        "không trả lời 4 đêm liền",
        "Thiết bị từ chối tài khoản; đã dừng sau 1 lần thử",
        "Chỉ xem qua ứng dụng đám mây",
        "1 lần kiểm tra",
    ):
        assert words in page.text, words
    assert "--try-again" not in page.text


@pytest.mark.parametrize("address", ["/not-checked", "/devices/79770001/DG-01"])
def test_what_is_for_an_engineer_is_folded_away(town, address):
    """The sentence of the kind stands alone; what came back, in English, opens below it."""
    text = town.get(address).text
    folded = re.findall(r"<details class=[^>]*><summary>Chi tiết kỹ thuật</summary><code>(.*?)</code></details>", text)
    assert folded
    assert text.count("no answer within") == sum("no answer within" in each for each in folded)


def test_what_could_not_be_checked_is_filtered_too(town):
    """By school and by remedy."""
    assert {device for device, _ in _rows(town.get("/not-checked?fix=credentials"))} == {"79770002/CAM-01"}
    assert len(_rows(town.get("/not-checked?school=79770001"))) == 9


def test_an_empty_list_says_so(town):
    """No table without rows."""
    assert "không có camera chưa đáp ứng" in town.get("/non-compliant?fix=firmware").text
    assert "đều đã được kiểm tra" in town.get("/not-checked?school=79760001").text


def test_a_list_without_devices_does_not_look_as_if_all_were_well(engine, browser):
    """Where nothing is registered, or nothing known yet, it is that which is said, and no number of failures."""
    for address in ("/non-compliant", "/not-checked"):
        text = browser.get(address).text
        assert "Chưa đăng ký thiết bị nào" in text
        assert "0 tiêu chí" not in text
        assert "đều đã được kiểm tra" not in text
    with writing(engine) as session:
        fleet.device(session, fleet.school(session, "A-01"), "CAM-01")
    text = browser.get("/non-compliant").text
    assert "Chưa camera nào có kết luận" in text
    assert "0 tiêu chí" not in text


def test_what_is_required_of_a_definite_failure_is_the_rule_and_not_a_number(town):
    """“No picture” is not compared with seconds."""
    cells = re.findall(r"<strong>Kết nối được nhưng không có hình</strong> <span[^>]*>→</span> ([^<]*)", town.get(
        "/non-compliant").text)  # fmt: skip
    assert set(map(unescape, cells)) == {HCMC.rule("rtsp-play").title["vi"]}


def test_a_city_of_schools_is_no_selection(engine, browser):
    """More than a person can choose from: the words find one, and the one that is chosen is shown."""
    with writing(engine) as session:
        for n in range(MOST_SCHOOLS + 1):
            fleet.school(session, f"{n:04}")
    assert 'name="school"' not in browser.get("/non-compliant").text
    assert '<option value="0007" selected>' in browser.get("/non-compliant?school=0007").text


def test_both_languages_show_the_same_rows(town, town_engine):
    """Only the words differ."""
    with reading(town_engine) as session:
        assert len(list(every_non_compliant(session, Filter(), HCMC))) == len(_rows(town.get("/non-compliant")))
    text = town.get("/non-compliant?lang=en").text
    assert text.count('data-label="Camera"><a ') == len(_expected(town_engine))
    assert "Choose a device that meets this" in text
