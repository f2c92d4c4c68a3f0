"""Proof: a person reads and uses every page, in both languages, on a wide screen and on a phone, with and without a
mouse; and the browser finds nothing to complain about.
"""

import csv
import io
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from camera_registry.database import reading, writing
from camera_registry.services.listing import Filter, every_non_compliant
from camera_registry.store import credentials, sweeps
from tests.acceptance.pages import fill, served, sign_in
from tests.camera_registry.people import signed_in
from tests.standards.sheets import HCMC

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.timeout(300)]

PAGES = (
    "/",
    "/?q=tan+dinh&order=failing",
    "/non-compliant",
    "/non-compliant?fix=repair&sort=school",
    "/non-compliant?q=nothing-has-these-words",
    "/not-checked",
    "/devices?q=camera",
    "/schools/79770005",
    "/devices/79760001/DG-01",
    "/devices/79770002/CAM-01",
    "/devices/79770001/APP-01",
    "/schools/79760001/differences",
    "/found",
    "/found?what=never&days=0",
    "/duplicates",
    "/duplicates?what=devices",
    "/standards",
    "/standards/confirm?edition=hcmc-3288%40draft-1&rule=frame-rate-main",
    "/waivers",
    "/non-compliant?waiver=none",
    "/non-compliant?group=actor",
    "/plan",
    "/account",
    "/sweeps/1",
    "/bundles",
    "/import",
)
ROWS = "table.list tbody tr"
PASSWORD = "mật-khẩu-7<&>"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The engine of a registry that is served, its address, and what the browser of an officer of the city holds."""
    folder = tmp_path_factory.mktemp("town")
    engine = fill(folder)
    token = signed_in(engine, now=datetime.now(UTC))
    with served(folder) as address:
        yield engine, address, token
    engine.dispose()


def _rows(page):
    return page.locator(ROWS).count()


@pytest.mark.parametrize(("lang", "widths"), [("vi", (360, 768, 1280)), ("en", (1280, 768, 360))])
def test_every_page_fits_and_the_browser_complains_of_nothing(window, lang, widths):
    """No page is wider than the window, as it comes on a phone or a desk and when the window becomes another; no error,
    nothing refused by the policy, nothing from elsewhere; and its heading is in the language that was asked for.
    """
    watched = window(widths[0], lang)
    for address in PAGES:
        page = watched.open(address)
        for width in (*widths, widths[0]):
            page.set_viewport_size({"width": width, "height": 900})
            assert watched.overflow() <= 0, (address, width)
        assert page.locator("html").get_attribute("lang") == lang
        assert page.locator("h1").count() == 1, address
        assert page.locator("link[rel=stylesheet]").count() == 2
        assert page.evaluate("[...document.styleSheets].every(s => s.cssRules.length > 0)"), address


def test_a_filter_works_at_once_and_stands_in_the_address(window, town):
    """Choosing is enough; the focus stays where it was; back takes it away again."""
    page = window().open("/non-compliant")
    before = _rows(page)
    page.locator("#fix").focus()
    page.locator("#fix").select_option("repair")
    page.wait_for_url("**fix=repair**")
    with reading(town[0]) as session:
        expected = list(every_non_compliant(session, Filter(fix="repair"), HCMC))
    page.wait_for_function(f"() => document.querySelectorAll('table.list tbody tr').length == {len(expected)}")
    assert 0 < len(expected) < before
    assert page.evaluate("document.activeElement.id") == "fix"
    assert page.locator("#fix").input_value() == "repair"
    page.locator("#q").fill("cau thang")
    page.locator("#q").press("Enter")
    page.wait_for_url("**q=cau**")
    page.wait_for_function(
        "() => [...document.querySelectorAll('table.list tbody tr')].every(r => /Cầu thang/.test(r.innerText))"
    )
    page.go_back()
    page.wait_for_function(f"() => document.querySelectorAll('table.list tbody tr').length == {len(expected)}")
    page.get_by_role("link", name="Xóa bộ lọc").click()
    page.wait_for_function(f"() => document.querySelectorAll('table.list tbody tr').length == {before}")


def test_without_scripts_the_form_is_sent_with_its_button(browser, town):
    """The same list, the same address."""
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, *town[1:])
    page = context.new_page()
    page.goto(f"{town[1]}/non-compliant")
    before = _rows(page)
    page.locator("#fix").select_option("repair")
    page.get_by_role("button", name="Lọc", exact=True).click()
    page.wait_for_url("**fix=repair**")
    assert 0 < _rows(page) < before
    context.close()


def test_a_heading_sorts_and_says_which_order_holds(window):
    """Once ascending, once more descending."""
    page = window().open("/non-compliant")
    first = "table.list tbody tr:first-child td.column-school a"
    page.get_by_role("link", name="Trường", exact=True).click()
    page.wait_for_url("**sort=school**")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Trường")
    ascending = page.locator(first).inner_text()
    page.locator("th[aria-sort=ascending] a").click()
    page.wait_for_url("**direction=desc**")
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Trường")
    assert page.locator(first).inner_text() != ascending


def test_the_export_is_what_the_list_shows(window):
    """A file whose rows are those of the list with its filters, in the language of the page."""
    page = window().open("/non-compliant?fix=repair")
    page.get_by_text("Xuất tệp").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    assert waiting.value.suggested_filename == "non-compliant.csv"
    preliminary, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert preliminary[0].startswith("Rà soát sơ bộ theo giá trị tham khảo tạm thời")
    assert len(rows) == 1 + _rows(page)
    assert "Trường" in rows[0]


def test_the_language_is_switched_where_one_stands(window):
    """The filters stay, and the next page is in the same language."""
    page = window().open("/non-compliant?fix=repair")
    rows = _rows(page)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cameras that are not compliant")
    assert "fix=repair" in page.url
    expect(page.locator(ROWS)).to_have_count(rows)
    page.get_by_role("link", name="Overview", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def test_a_person_without_a_mouse_gets_everywhere(window):
    """The first key leads past the menu; the next ones reach every field and link in the order in which they stand."""
    page = window().open("/non-compliant")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.keyboard.press("Enter")
    seen = []
    for _ in range(18):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.innerText"))
    above = ["Cột hiển thị", "Sao chép nội dung gửi Zalo", "Xuất tệp"]
    fields = ["q", "district", "school", "rule", "fix", "actor", "verdict", "official", "free", "waiver", "group"]
    assert seen[:17] == [*above, *fields, "make", "model", "sort"]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    every = "[...document.querySelectorAll('input,select')].filter(e => e.type != 'hidden')"
    assert page.evaluate(f"{every}.every(e => e.labels.length > 0 || e.ariaLabel)")


def test_a_phone_shows_rows_as_cards_with_their_labels(window):
    """At 360 pixels the headings are gone and each cell says what it is."""
    page = window(360).open("/non-compliant")
    assert not page.locator("table.list thead").is_visible()
    label = page.locator("table.list tbody td.column-school").first.evaluate(
        "e => getComputedStyle(e, '::before').content"
    )
    assert label == '"Trường"'
    sizes = page.locator("table.list tbody tr").first.evaluate(
        "e => [...e.children].filter(c => c.dataset.label).map(c => c.getBoundingClientRect().width)"
    )
    assert min(sizes) > 250


def test_a_login_is_typed_sealed_and_never_shown(window, town):
    """Saved by the form of the page; the registry has it sealed, and no page has it."""
    watched = window()
    page = watched.open("/devices/79770003/CAM-02")
    button = page.get_by_role("button", name="Lưu tài khoản")
    form = page.locator("form").filter(has=button)
    form.get_by_label("Tên đăng nhập").fill("quansat2")
    form.get_by_label("Mật khẩu").fill(PASSWORD)
    button.click()
    page.wait_for_url("**done=login**")
    assert "Đã lưu tài khoản" in page.get_by_role("status").first.inner_text()
    assert "quansat2" in page.locator("#login").inner_text()
    assert form.get_by_label("Mật khẩu").input_value() == ""
    for address in (page.url.removeprefix(watched.base), *PAGES):
        assert "mật-khẩu" not in watched.open(address).content()
    with reading(town[0]) as session:
        stored = [c.sealed for device in range(1, 50) for c in credentials.current(session, device)]
    assert stored
    assert all(PASSWORD.encode() not in sealed for sealed in stored)


def test_a_refused_login_is_sent_again_only_when_a_person_says_so(window):
    """The page explains it, and the button is gone when it was used."""
    page = window().open("/devices/79770002/CAM-01")
    assert "Thiết bị đã từ chối tài khoản này" in page.locator("#login").inner_text()
    page.get_by_role("button", name="Cho phép thử lại một lần").click()
    page.wait_for_url("**done=try-again**")
    assert page.get_by_role("button", name="Cho phép thử lại một lần").count() == 0


def _finish(engine, number):
    """`number` devices more of the newest sweep are done."""
    now = datetime.now(UTC)
    with writing(engine) as session:
        sweep = sweeps.latest(session)
        for site in range(1, 20):
            lease = sweeps.Lease(sweep.id, site, sweep.kind, "nobody")
            for item in sweeps.items_to_do(session, lease)[:number]:
                number -= sweeps.finish(session, item.id, "done", now)
        sweeps.end_when_done(session, sweep.id, now)


def test_a_check_is_asked_for_paused_goes_on_and_ends(window, town):
    """The bar moves without loading the page; buttons change the sweep; at the end the page is loaded anew."""
    page = window().open("/schools/79760003")
    page.get_by_role("button", name="Kiểm tra ngay").click()
    page.wait_for_url("**done=asked**")
    bar = page.locator("#sweep progress")
    assert (bar.get_attribute("value"), bar.get_attribute("max")) == ("0", "3")
    page.evaluate("window.stays = true")
    _finish(town[0], 1)
    page.wait_for_function("() => document.querySelector('#sweep progress').value == 1")
    assert page.evaluate("window.stays") is True
    page.get_by_role("button", name="Tạm dừng").click()
    page.wait_for_url("**done=pause**")
    assert "đang tạm dừng" in page.locator("#sweep").inner_text()
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**done=resume**")
    page.evaluate("window.stays = true")
    _finish(town[0], 2)
    page.wait_for_function("() => window.stays === undefined && document.readyState == 'complete'")
    page.get_by_role("link", name="Tổng quan").first.click()
    expect(page.locator("#sweep")).to_contain_text("đã kiểm tra 3/3 thiết bị")


def test_a_page_that_is_not_there_leads_back(browser, town):
    """404 in the layout of the others, with a link to the overview."""
    context = browser.new_context(viewport={"width": 360, "height": 700})
    sign_in(context, *town[1:])
    page = context.new_page()
    answer = page.goto(f"{town[1]}/no-such-page")
    assert answer.status == 404
    page.get_by_role("link", name="Về trang tổng quan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tổng quan")
    context.close()
