"""The sweep on a page: asked for, followed, paused, gone on with, cancelled; and the page that is loaded anew."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Sweep, SweepItem
from camera_registry.services import sweeps as asked
from camera_registry.store import sweeps
from camera_registry.web.rendering import environment
from camera_registry.web.running import Panel, Running, panel
from tests.camera_registry import fleet
from tests.camera_registry.people import CITY
from tests.camera_registry.web.served import NOW, client, parts


@pytest.fixture
def fleet_of_four(engine):
    """Two schools with two devices each."""
    with writing(engine) as session:
        for code in ("A-01", "B-02"):
            school = fleet.school(session, code, f"Trường {code}")
            for n in (1, 2):
                fleet.device(session, school, f"CAM-{n}", host=f"192.168.1.{n}")
    return engine


def _post(browser, address, **data):
    return browser.post(address, data=data or {"x": ""})


def _states(engine):
    with reading(engine) as session:
        return [(s.scope, s.state, s.asked_by) for s in sweeps.unfinished(session)]


def _done(engine, number):
    """`number` items of the newest sweep are done at NOW."""
    with writing(engine) as session:
        sweep = sweeps.latest(session)
        lease = sweeps.claim(session, "w", NOW, NOW + timedelta(minutes=1))
        assert lease.sweep_id == sweep.id
        for item in session.exec(select(SweepItem).where(SweepItem.state == "waiting")).all()[:number]:
            sweeps.finish(session, item.id, "done", NOW)
        sweeps.end_when_done(session, sweep.id, NOW)


@pytest.mark.parametrize(
    ("address", "data", "scope", "page"),
    [
        ("/sweeps/all", {}, "all", "/"),
        ("/sweeps", {"school": "A-01"}, "school:A-01", "/schools/A-01"),
        ("/sweeps", {"school": "A-01", "device": "CAM-2"}, "device:A-01/CAM-2", "/devices/A-01/CAM-2"),
    ],
)
def test_a_check_is_asked_for_and_followed_where_it_was_asked(fleet_of_four, browser, address, data, scope, page):
    """It is in the registry, with who asked, before the answer; the page that follows says so and shows progress."""
    answer = _post(browser, address, **data)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}?done=asked&sweep=1")
    assert _states(fleet_of_four) == [(scope, "planned", "Trần Thị Cán Bộ")]
    text = browser.get(answer.headers["location"]).text
    assert "Đã yêu cầu kiểm tra" in text
    assert "<progress" in text
    assert 'hx-trigger="every 2s"' in text


def test_asking_twice_makes_one_check(fleet_of_four, browser):
    """A double click is no second sweep."""
    for _ in range(2):
        _post(browser, "/sweeps", school="A-01")
    assert len(_states(fleet_of_four)) == 1


@pytest.mark.parametrize("data", [{"school": "none"}, {"school": "A-01", "device": "none"}])
def test_what_is_not_there_cannot_be_checked(fleet_of_four, browser, data):
    """Nothing is planned: it is not there."""
    assert _post(browser, "/sweeps", **data).status_code == 404
    assert _states(fleet_of_four) == []


def test_a_check_is_paused_goes_on_and_is_cancelled(fleet_of_four, browser):
    """Each button does what it says; the panel shows the button that fits."""
    _post(browser, "/sweeps/all")
    assert _post(browser, "/sweeps/1/pause").headers["location"] == "/?done=pause&sweep=1"
    assert _states(fleet_of_four)[0][1] == "paused"
    assert "/sweeps/1/resume" in browser.get("/").text
    _post(browser, "/sweeps/1/resume")
    assert _states(fleet_of_four)[0][1] == "planned"
    _post(browser, "/sweeps/1/cancel")
    assert _states(fleet_of_four) == []
    assert "đã hủy" in browser.get("/").text


def test_a_check_that_is_over_cannot_be_paused(fleet_of_four, browser):
    """The page says that it has changed in the meantime."""
    assert _post(browser, "/sweeps/77/pause").status_code == 404
    assert "đã thay đổi trạng thái" in browser.get("/?done=not-pause").text


def test_another_word_than_these_is_404(fleet_of_four, browser):
    """Nothing else can be done with a sweep."""
    assert _post(browser, "/sweeps/1/explode").status_code == 404
    assert _post(browser, "/sweeps/x/pause").status_code == 422


@pytest.mark.parametrize("address", ["/sweeps", "/sweeps/all", "/sweeps/1/cancel"])
def test_another_site_can_neither_ask_nor_cancel(fleet_of_four, browser, address):
    """403, and the registry as it was."""
    _post(browser, "/sweeps/all")
    answer = browser.post(address, data={"school": "A-01"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert _states(fleet_of_four) == [("all", "planned", "Trần Thị Cán Bộ")]


def test_progress_is_devices_with_a_final_state(fleet_of_four, browser):
    """One of four: the bar, the words, and nothing about the time left yet."""
    _post(browser, "/sweeps/all")
    _done(fleet_of_four, 1)
    text = browser.get("/sweep").text
    assert '<progress class="progress" max="4" value="1"' in text
    assert "1/4 thiết bị" in text
    assert "đang ước tính thời gian còn lại" in text


def test_the_page_is_loaded_anew_when_a_check_has_ended(fleet_of_four, browser):
    """While it goes on the panel alone is replaced; at the end every number of the page may have changed."""
    _post(browser, "/sweeps/all")
    assert "hx-refresh" not in browser.get("/sweep?running=1").headers
    _done(fleet_of_four, 4)
    ended = browser.get("/sweep?running=1")
    assert ended.headers["hx-refresh"] == "true"
    assert "đã kiểm tra 4/4 thiết bị" in ended.text
    assert "hx-refresh" not in browser.get("/sweep").headers


def test_a_check_that_nobody_takes_up_says_so(fleet_of_four):
    """After half a minute: the program that looks at cameras is not running."""
    with client(fleet_of_four) as browser:
        _post(browser, "/sweeps/all")
        assert "sắp bắt đầu" in browser.get("/").text
    with client(fleet_of_four, now=lambda: NOW + timedelta(minutes=1)) as later:
        assert "chưa có chương trình kiểm tra nào chạy" in later.get("/").text


def test_what_a_check_is_over_is_named(fleet_of_four, browser):
    """A school by its name, a device by its code and school; all has no name."""
    _post(browser, "/sweeps", school="A-01")
    _post(browser, "/sweeps", school="B-02", device="CAM-1")
    _post(browser, "/sweeps/all")
    with reading(fleet_of_four) as session:
        assert [each.over for each in panel(session, NOW).running] == ["", "CAM-1, Trường B-02", "Trường A-01"]


@pytest.mark.parametrize(
    ("seconds", "minutes", "words"),
    [(1, 1, "còn chưa đến 1 phút"), (61, 2, "còn khoảng 2 phút"), (7000, 117, "còn khoảng 1 giờ 57 phút")],
)
def test_the_time_left_is_said_in_minutes(fleet_of_four, seconds, minutes, words):
    """Rounded up, and in hours where there are many."""
    with client(fleet_of_four) as browser:
        _post(browser, "/sweeps/all")
    with reading(fleet_of_four) as session:
        (each,) = panel(session, NOW).running
    each = Running(replace(each.progress, state="running", seconds_left=float(seconds)), "", lonely=False, own=True)
    assert each.minutes_left == minutes

    made = environment("vi", parts(fleet_of_four)).get_template("sweep.html")
    assert words in made.render(panel=Panel((each,), None, ""), age=str, viewer=CITY)


def test_the_page_of_a_school_shows_only_sweeps_that_look_at_it(fleet_of_four, browser):
    """Neither that of another school, nor one that is long over."""
    _post(browser, "/sweeps", school="A-01")
    assert "<progress" in browser.get("/sweep?school=A-01").text
    assert "<progress" in browser.get("/devices/A-01/CAM-1").text
    other = browser.get("/sweep?school=B-02").text
    assert "hidden" in other
    assert "<progress" not in other
    _post(browser, "/sweeps/1/cancel")
    assert "hidden" in browser.get("/sweep?school=A-01").text
    _post(browser, "/sweeps/all")
    assert "<progress" in browser.get("/sweep?school=B-02").text


def test_the_numbers_of_the_overview_follow_while_a_check_goes_on(fleet_of_four, browser):
    """They are asked for again every ten seconds, and not when nothing goes on."""
    assert 'id="numbers">' in browser.get("/").text
    _post(browser, "/sweeps/all")
    assert 'id="numbers" hx-get="/" hx-trigger="every 10s" hx-select="#numbers"' in browser.get("/").text


def test_devices_that_did_not_answer_have_words_of_their_own(fleet_of_four, browser):
    """They are other ones, and other in number, than the cameras that the list says could not be checked."""
    _post(browser, "/sweeps/all")
    _done(fleet_of_four, 3)
    with writing(fleet_of_four) as session:
        (last,) = session.exec(select(SweepItem).where(SweepItem.state == "waiting")).all()
        sweeps.finish(session, last.id, "failed", NOW, reason="unreachable")
        running = browser.get("/sweep").text
        sweeps.end_when_done(session, last.sweep_id, NOW)
    over = browser.get("/sweep").text
    assert "đã kiểm tra 3/4 thiết bị, 1 thiết bị không trả lời." in over
    assert "chưa kiểm tra được" not in running + over


def test_what_was_asked_for_is_not_said_any_more_when_it_is_over(fleet_of_four, browser):
    """The page that is loaded anew at the end says that it is over; another check that goes on changes nothing."""
    there = _post(browser, "/sweeps", school="A-01").headers["location"]
    assert "Đã yêu cầu kiểm tra" in browser.get(there).text
    _done(fleet_of_four, 2)
    _post(browser, "/sweeps/all")
    text = browser.get(there).text
    assert "Đã yêu cầu kiểm tra" not in text
    assert "Đã kiểm tra xong" in text
    paused = _post(browser, "/sweeps/2/pause").headers["location"]
    assert 'role="status">Đã tạm dừng' in browser.get(paused).text
    _post(browser, "/sweeps/2/cancel")
    assert 'role="status">Đã tạm dừng' not in browser.get(paused).text


def test_what_is_under_way_when_a_check_is_paused_is_said(fleet_of_four, browser):
    """It still ends, and the count goes up: until none is under way any more."""
    _post(browser, "/sweeps/all")
    with writing(fleet_of_four) as session:
        lease = sweeps.claim(session, "w", NOW, NOW + timedelta(minutes=1))
        number = sweeps.items_to_do(session, lease)[0].id
        sweeps.begin(session, number, NOW)
    _post(browser, "/sweeps/1/pause")
    assert "đang tạm dừng; 1 thiết bị đang kiểm tra dở sẽ được làm nốt" in browser.get("/sweep").text
    with writing(fleet_of_four) as session:
        sweeps.finish(session, number, "done", NOW)
    assert "làm nốt" not in browser.get("/sweep").text
    assert "đang tạm dừng" in browser.get("/sweep").text


def test_all_devices_are_checked_only_after_a_question(fleet_of_four, browser):
    """The button of the overview leads to a page that says how many there are; its form asks for the check."""
    assert '<a class="btn btn-primary" href="/sweeps/all">' in browser.get("/").text
    page = browser.get("/sweeps/all")
    assert "4 thiết bị sẽ được kiểm tra." in page.text
    assert '<form method="post" action="/sweeps/all"' in page.text
    assert _states(fleet_of_four) == []


def test_a_check_is_cancelled_only_after_a_question(fleet_of_four, browser):
    """The page names the check and what becomes of it; nothing has changed yet. One that is over is not asked about."""
    _post(browser, "/sweeps", school="A-01")
    assert 'href="/sweeps/1/cancel"' in browser.get("/").text
    page = browser.get("/sweeps/1/cancel")
    for words in ("Trường A-01", "0/2 thiết bị", "không được kiểm tra trong đợt này", 'action="/sweeps/1/cancel"'):
        assert words in page.text, words
    assert _states(fleet_of_four) == [("school:A-01", "planned", "Trần Thị Cán Bộ")]
    _post(browser, "/sweeps/1/cancel")
    assert browser.get("/sweeps/1/cancel").headers["location"] == "/?done=not-cancel"


def test_of_two_checks_each_button_says_which_it_belongs_to(fleet_of_four, browser):
    """To the eye in the heading of its part, to the ear in its own label."""
    _post(browser, "/sweeps", school="A-01")
    _post(browser, "/sweeps/all")
    text = browser.get("/").text
    for words in ("theo yêu cầu: Trường A-01", "theo yêu cầu: toàn bộ thiết bị",
                  'aria-label="Tạm dừng: Trường A-01"', 'aria-label="Hủy đợt kiểm tra: toàn bộ thiết bị"'):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999999", "x"])
def test_a_number_that_no_sweep_can_have_is_refused(browser, number):
    """Not an error of ours, however large it is."""
    assert _post(browser, f"/sweeps/{number}/pause").status_code in (404, 422)


def test_a_look_that_an_acceptance_wanted_is_named_as_that(fleet_of_four, browser):
    """In the panel while it goes on, and in the ledger of the device, where a look by day is named, too."""
    with writing(fleet_of_four) as session:
        asked.for_acceptance(session, "HD-12", [1], NOW, NOW + timedelta(hours=1))
    assert "Đo kiểm nghiệm thu: HD-12" in browser.get("/").text
    _done(fleet_of_four, 1)
    cell = '<td data-label="Người yêu cầu">{}</td>'.format
    ledger = browser.get("/devices/A-01/CAM-1").text
    assert cell("đo kiểm nghiệm thu HD-12") in ledger
    with writing(fleet_of_four) as session:
        session.get_one(Sweep, 1).kind = "light"
    assert cell("đợt kiểm tra ban ngày") in browser.get("/devices/A-01/CAM-1").text
