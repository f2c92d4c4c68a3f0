"""The login of a device: typed on its page, sealed, and never shown again."""

from datetime import timedelta

import pytest

from camera_registry.database import reading, writing
from camera_registry.models import Device, Sweep, SweepItem
from camera_registry.store import credentials, observations
from probes.target import Remembered
from tests.camera_registry.web.served import NOW, VAULT

PAGE = "/devices/079-DG-01/DG-01"
PASSWORD = "bí-mật <&> 7"


def _save(browser, username="quansat", password=PASSWORD):
    return browser.post(f"{PAGE}/login", data={"username": username, "password": password})


def _logins(engine, camera):
    with reading(engine) as session:
        return [(c.username, c.password) for c in credentials.opened(session, VAULT, camera)]


def test_a_login_is_sealed_before_the_answer_and_the_page_says_so(engine, camera, browser):
    """After the answer it is in the registry; the next page says what happens next."""
    answer = _save(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=login")
    assert _logins(engine, camera) == [("quansat", PASSWORD)]
    page = browser.get(answer.headers["location"])
    assert "Đã lưu tài khoản" in page.text
    assert "Chưa thử" in page.text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_holds_a_password(engine, camera, browser, lang):
    """Neither the page of the device, nor the one that follows the form, nor one that says what was wrong."""
    answers = [_save(browser), browser.get(f"{PAGE}?lang={lang}"), _save(browser, username=""), browser.get("/")]
    for answer in answers:
        for part in (PASSWORD, "bí-mật", "&lt;&amp;&gt; 7"):
            assert part not in answer.text
        assert "bí-mật" not in str(answer.headers)


@pytest.mark.parametrize(
    ("username", "password", "said"),
    [
        ("", PASSWORD, "Nhập tên đăng nhập"),
        ("x" * 65, PASSWORD, "Nhập tên đăng nhập"),
        ("a\x00b", PASSWORD, "Nhập tên đăng nhập"),
        ("quansat", "", "Nhập mật khẩu"),
        ("quansat", "a\nb", "Nhập mật khẩu"),
        ("quansat", "ả" * 342, "Nhập mật khẩu"),
    ],
)
def test_a_login_that_no_device_takes_is_said_beside_its_field(engine, camera, browser, username, password, said):
    """422, the same form again, and nothing saved."""
    page = _save(browser, username, password)
    assert page.status_code == 422
    assert said in page.text
    assert _logins(engine, camera) == []


def test_the_address_of_a_form_leads_back_to_the_page(camera, browser):
    """Whoever loads the answer of the form again, or changes its language, gets the page of the device."""
    assert browser.get(f"{PAGE}/login").headers["location"] == PAGE


def test_a_refused_login_may_be_sent_once_more(engine, camera, browser):
    """The page says that it was refused and offers it; then its doors are unknown again."""
    _save(browser)
    with writing(engine) as session:
        name, state = next(iter(credentials.login_states(session, camera).items()))
        credentials.learned(session, camera, {name: state.refused_at("onvif")})
    page = browser.get(PAGE)
    assert "bị từ chối" in page.text
    assert browser.post(f"{PAGE}/try-again", headers={"Content-Length": "0"}).status_code == 303
    with reading(engine) as session:
        assert credentials.login_states(session, camera)[name].may_send("onvif")
    assert "try-again" not in browser.get(PAGE).text


def test_a_form_of_another_site_saves_nothing(engine, camera, browser):
    """403, and the registry as it was."""
    data = {"username": "u", "password": "p"}
    answer = browser.post(f"{PAGE}/login", data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert _logins(engine, camera) == []


def test_a_device_that_is_not_there_has_no_login(browser):
    """404, whatever is sent."""
    assert _save(browser).status_code == 404


@pytest.mark.parametrize("form", ["login", "try-again"])
def test_a_device_that_refused_twice_today_is_left_alone_and_the_page_says_so(engine, camera, browser, form):
    """No promise is made that the next check does not keep."""
    _save(browser, password="first")
    with writing(engine) as session:
        sweep = Sweep(night="x", planned_at=NOW)
        session.add(sweep)
        session.flush()
        item = {"sweep_id": sweep.id, "site_id": session.get(Device, camera).site_id, "device_id": camera}
        session.add(SweepItem(**item, state="done", refusals=2, ended_at=NOW))
    answer = _save(browser) if form == "login" else browser.post(f"{PAGE}/try-again", data={"x": ""})
    assert answer.headers["location"] == f"{PAGE}?done=held"
    assert "cho đến khi đủ 24 giờ" in browser.get(answer.headers["location"]).text


def test_a_login_that_onvif_refused_may_go_to_the_stream_once(engine, camera, browser):
    """The page offers it beside the other button; then the stream alone may be tried."""
    _save(browser)
    with writing(engine) as session:
        name, state = next(iter(credentials.login_states(session, camera).items()))
        credentials.learned(session, camera, {name: state.refused_at("onvif")})
    assert "Thử cả với luồng hình" in browser.get(PAGE).text
    answer = browser.post(f"{PAGE}/try-stream", headers={"Content-Length": "0"})
    assert answer.headers["location"] == f"{PAGE}?done=try-stream"
    with reading(engine) as session:
        state = credentials.login_states(session, camera)[name]
    assert [state.may_send(door) for door in ("onvif", "rtsp")] == [False, True]
    assert "Sẽ thử một lần" in browser.get(PAGE).text


def test_onvif_has_an_account_of_its_own_or_none_or_the_same(engine, camera, browser):
    """Each login keeps to its doors, and what is known of a door that stays is kept."""

    def doors():
        with reading(engine) as session:
            return [(c.username, c.doors) for c in credentials.current(session, camera)]

    _save(browser)
    browser.post(f"{PAGE}/login", data={"username": "onvif", "password": "p", "door": "onvif"})
    assert doors() == [("quansat", "rtsp,https"), ("onvif", "onvif")]
    assert "tài khoản khác" in browser.get(PAGE).text
    browser.post(f"{PAGE}/onvif-account", data={"account": "none"})
    assert doors() == [("quansat", "rtsp,https")]
    browser.post(f"{PAGE}/onvif-account", data={"account": "same"})
    assert doors() == [("quansat", "onvif,rtsp,https")]
    assert browser.post(f"{PAGE}/onvif-account", data={"account": "every"}).status_code == 422
    wrong = browser.post(f"{PAGE}/login", data={"username": "", "password": "p", "door": "onvif"})
    assert wrong.status_code == 422


def test_a_lock_and_what_is_left_stand_on_the_page(engine, camera, browser):
    """Until when, in the zone of the settings, or else how many tries are left; a lock that is over is not shown."""
    _save(browser)
    until = NOW + timedelta(minutes=20)
    for now, shown in ((until, True), (NOW, False)):
        with writing(engine) as session:
            learned = Remembered(locked_until=now.isoformat(), tries_left=4)
            observations.put_remembered(session, session.get(Device, camera), learned)
        text = browser.get(PAGE).text
        assert ("khoá đăng nhập đến 10:20" in text) == shown
        assert ("còn 4 lần thử" in text) != shown


@pytest.mark.parametrize(("lang", "said"), [("vi", "Hãy nhập lại tài khoản"), ("en", "Enter the login again")])
def test_after_a_device_has_moved_the_page_says_why_there_is_no_login(engine, camera, browser, lang, said):
    """Until it is typed again."""
    assert said not in browser.get(f"{PAGE}?lang={lang}").text
    _save(browser)
    with writing(engine) as session:
        session.get(Device, camera).host = "192.168.1.99"
    assert said in browser.get(f"{PAGE}?lang={lang}").text
    _save(browser)
    assert said not in browser.get(f"{PAGE}?lang={lang}").text
