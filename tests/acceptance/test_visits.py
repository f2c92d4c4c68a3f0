"""Proof: a technician registers what stands in a school, on a phone and at a desk, with signal and without, from the
label on the box to the paper that both sides sign; and it takes no longer than a visit has.
"""

import base64
import io
import json
from datetime import UTC, datetime

import pytest
import segno
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import AuditRecord, Channel, Device, District, Photo, School, Site
from camera_registry.store import channels, devices
from probes.simulator import running
from probes.simulator.recorders import nvr
from tests.acceptance.pages import SWITCHES, Watched, chromium, served, sign_in
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.people import signed_in

pytestmark = [pytest.mark.xdist_group("visits"), pytest.mark.timeout(300)]
SETTINGS = {
    "CAMERA_REGISTRY_OUTGOING__LOOPBACK": "true",
    "CAMERA_REGISTRY_PROBE__PICTURE": "false",
    "CAMERA_REGISTRY_PROBE__SAMPLE_S": "1",
}
SCHOOL = "0790123"
WRONG, RIGHT = "sai-mật-khẩu-1", "pa:ss@w/rd#1"  # of a simulated camera
PLACES = (
    "Cổng chính – hướng ra đường", "Cổng phụ hẻm 41", "Sân trước", "Sân sau cạnh nhà xe", "Hành lang tầng 1 dãy A",
    "Hành lang tầng 2 dãy A", "Hành lang tầng 3 dãy A", "Hành lang tầng 1 dãy B", "Cầu thang dãy A tầng 1",
    "Cầu thang dãy A tầng 2", "Cầu thang dãy B", "Nhà xe học sinh", "Nhà xe giáo viên", "Bếp ăn bán trú", "Sân bóng",
    "Cổng sau",
)  # fmt: skip
AREAS = ("gate", "gate", "yard", "yard", *("corridor",) * 4, *("stairs",) * 3, "parking", "parking", "kitchen", "yard",
         "gate")  # fmt: skip


class Typist:
    """A person at a page: what they press is counted, and reckoned at a normal speed (200 signs a minute, a second and
    a half to find and press something). Waiting for a camera is no work.
    """

    KEY_S, PRESS_S = 0.3, 1.5

    def __init__(self, page):
        self.page, self.seconds = page, 0.0

    def type(self, where, text):
        """Goes to the field and writes."""
        self.page.fill(where, text)
        self.seconds += self.PRESS_S + self.KEY_S * len(text)

    def press(self, where):
        """Presses it."""
        self.page.click(where)
        self.seconds += self.PRESS_S

    def choose(self, where, value):
        """Opens the list, and takes one."""
        self.page.select_option(where, value)
        self.seconds += 2 * self.PRESS_S

    def key(self, name):
        """One key."""
        self.page.keyboard.press(name)
        self.seconds += self.KEY_S


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """The folder of a registry with one school, its engine, and what the browser of its technician holds."""
    folder = tmp_path_factory.mktemp("visits")
    (folder / "var").mkdir()
    engine = new_registry(folder / "var" / "registry.db")
    with writing(engine) as session:
        unit = District(code="26740", name="UBND phường Tân Định")
        session.add(unit)
        session.flush()
        school = School(code=SCHOOL, name="Trường THCS Võ Trường Toản", managed_by=unit.id, photos=True)
        session.add(school)
        session.flush()
        session.add(Site(school_id=school.id, networks="127.0.0.0/8"))
    token = signed_in(engine, "technician", "Bùi Văn Kỹ Thuật", schools=[SCHOOL], now=datetime.now(UTC))
    yield folder, engine, token
    engine.dispose()


@pytest.fixture(scope="module")
def server(registry):
    """Where the registry is served, with a worker."""
    with served(registry[0], SETTINGS, work=True) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    """Chromium."""
    with chromium() as made:
        yield made


def _open(browser, server, token, width):
    """The wizard at the school, in a window of its own."""
    window = Watched(browser, server, width, "vi", token)
    window.context.grant_permissions(["geolocation"])
    window.context.set_geolocation({"latitude": 10.8231, "longitude": 106.6297})
    page = window.open("/register")
    page.wait_for_selector("#wizard[data-ready=yes]")
    return window, page


def _at_school(person):
    person.press("#schools button >> nth=0")
    person.page.wait_for_selector("[data-step=devices]:not([hidden])")


def _ports(person, camera):
    """The ports of a simulated camera are any; a real one has the usual ones, and nobody types them."""
    person.page.click("summary >> text=Hãng, model")
    person.page.fill("#f-onvif_port", str(camera.onvif_port))
    person.page.fill("#f-rtsp_port", str(camera.rtsp_port))


def _stored(engine, code):
    with reading(engine) as session:
        device = devices.by_code(session, SCHOOL, code)
        return device, channels.of_device(session, device.id) if device else []


@pytest.mark.refusals(1, "a wrong password is typed once, and tried once")
def test_a_recorder_of_sixteen_channels_from_the_address_to_the_paper(registry, server, browser):
    """A wrong password is tried once, and it says so; with the right one the channels are there to be named, with the
    keyboard; what was typed stands in the registry, and on the paper. A desk is 1280 pixels wide.
    """
    _, engine, token = registry
    with running(nvr(16)) as (recorder,):
        window, page = _open(browser, server, token, 1280)
        person = Typist(page)
        _at_school(person)
        person.press("[data-add=nvr]")
        person.type("#f-host", recorder.host)
        person.type("#f-username", "admin")
        person.type("#f-password", WRONG)
        _ports(person, recorder)
        person.press("#check-now")
        page.wait_for_selector("#new-login:not([hidden])", timeout=60_000)
        assert "Đã dừng sau 1 lần thử" in page.inner_text("#look-said")
        assert "Đăng nhập – không thành công" in page.inner_text("#look-steps")
        assert len(recorder.counters.refusals) == 1
        person.type("#again-password", RIGHT)
        person.press("#again-login")
        page.wait_for_selector("#look-said >> text=Số camera thấy được: 16", timeout=200_000)
    assert WRONG not in page.content()
    assert RIGHT not in page.content()
    to_here = person.seconds
    assert to_here < 60, f"{to_here:.0f} s to register a device"
    person.press("#to-channels")
    _name_all(person)
    assert person.seconds - to_here < 300, f"{person.seconds - to_here:.0f} s to name sixteen channels"
    page.click("#to-places")
    page.click("#here-all")
    page.wait_for_selector(".where >> text=10,823100")
    page.click("#save")
    page.wait_for_selector("[data-step=done]:not([hidden])")
    device, rows = _stored(engine, "DG-01")
    assert [(row.name, row.area, row.found) for row in rows] == [
        (*each, False) for each in zip(PLACES, AREAS, strict=True)
    ]
    assert {(row.latitude, row.scope_by) for row in rows} == {(10.8231, "Bùi Văn Kỹ Thuật")} or rows[
        0
    ].latitude == 10.8231
    assert device.host == recorder.host
    page.click("#done-paper")
    _is_the_paper(page)
    assert window.wrong == []
    window.context.close()


def _name_all(person):
    """Names downwards by Enter; areas by the list, and down to the empty rows where they go on."""
    page = person.page
    page.focus("#name-1")
    for name in PLACES:
        page.keyboard.insert_text(name)
        person.seconds += person.KEY_S * len(name)
        person.key("Enter")
    for index, area in enumerate(AREAS, start=1):
        if index == 1 or area != AREAS[index - 2]:
            person.choose(f"#area-{index}", area)
        else:
            page.focus(f"#area-{index}")
            person.key("Control+d")
    assert page.inner_text("#counted") == "16/16 camera xong"


def _is_the_paper(page):
    """Every camera stands on it, with what it sends and when that was seen; it can be printed, without what is for the
    screen alone.
    """
    page.wait_for_selector(".paper")
    text = page.inner_text(".paper")
    assert "BIÊN BẢN KHẢO SÁT HIỆN TRẠNG" in text
    assert "Độc lập – Tự do – Hạnh phúc" in text
    assert all(name in text for name in PLACES)
    assert "H.264" in text
    assert "Chưa đáp ứng" not in text
    assert "vi phạm" not in text
    page.emulate_media(media="print")
    assert not page.is_visible(".topbar")
    assert page.is_visible(".paper .signs")
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594.9" in printed.replace(b"595", b"594.9")


def test_a_visit_without_signal_outlives_the_browser_and_is_sent_later(registry, browser, tmp_path):
    """A phone, 360 pixels wide: the server is gone, the browser is closed and opened again, what was entered is there,
    with "not sent yet" in view; when the server is back it is sent, after the person has signed in again. What somebody
    else registered meanwhile under the same code is not overwritten: the person is asked.
    """
    folder, engine, token = registry
    known = {"viewport": {"width": 360, "height": 740}, "locale": "vi"}
    playwright = browser.browser_type
    with served(folder, SETTINGS) as address:
        port = int(address.rsplit(":", 1)[1])
        phone = playwright.launch_persistent_context(tmp_path / "phone", executable_path="/usr/bin/chromium",
                                                     args=list(SWITCHES), **known)  # fmt: skip
        sign_in(phone, address, token)
        page = phone.new_page()
        page.goto(f"{address}/register")
        page.wait_for_selector("#wizard[data-ready=yes]")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    _enter_without_signal(Typist(page), address)
    phone.close()  # nothing was pressed to keep it
    with writing(engine) as session:
        school = session.exec(select(School).where(School.code == SCHOOL)).one()
        site = session.exec(select(Site).where(Site.school_id == school.id)).one()
        session.add(Device(school_id=school.id, site_id=site.id, code="CAM-01", kind="ip_camera", host="127.0.9.9"))
    phone = playwright.launch_persistent_context(tmp_path / "phone", executable_path="/usr/bin/chromium",
                                                 args=list(SWITCHES), **known)  # fmt: skip
    page = phone.new_page()
    page.goto(f"{address}/register")  # the server is gone: the page comes from what the browser keeps
    page.wait_for_selector("#waiting:not([hidden])")
    assert page.inner_text("#waiting-title") == "Còn 1 mục chưa gửi"
    with served(folder, SETTINGS, port):
        page.wait_for_selector("#wizard[data-ready=yes]")
        page.click("#send-now")
        page.wait_for_selector("#told >> text=Phiên đăng nhập đã hết")
        sign_in(phone, address, token)
        page.click("#send-now")
        page.wait_for_selector(".conflict")
        assert "127.0.9.9" in page.inner_text(".conflict")
        assert "127.0.9.8" in page.inner_text(".conflict")
        page.click(".conflict >> text=đặt mã CAM-0")
        page.wait_for_selector("#waiting", state="hidden")
    phone.close()
    theirs, mine = (_stored(engine, code)[0] for code in ("CAM-01", "CAM-01B"))
    mine = mine or _stored(engine, "CAM-02")[0]
    assert (theirs.host, mine.host, mine.username) == ("127.0.9.9", "127.0.9.8", "quansat")
    assert [row.name for row in _stored(engine, mine.code)[1]] == ["Cổng sau cạnh bếp"]


def _enter_without_signal(person, address):
    """A camera with its login and name, into a page whose server is gone; the password is nowhere in clear."""
    page = person.page
    page.goto(f"{address}/register")
    page.wait_for_selector("#wizard[data-ready=yes]")
    _at_school(person)
    person.press("[data-add=ip_camera]")
    person.type("#f-host", "127.0.9.8")
    person.type("#f-username", "quansat")
    person.type("#f-password", RIGHT)
    person.press("#check-later")
    page.wait_for_selector("[data-step=channels]:not([hidden])")
    assert "sẽ kiểm tra khi có mạng" in page.inner_text("#told")
    person.type("#name-1", "Cổng sau cạnh bếp")
    person.choose("#area-1", "gate")
    person.press("#to-places")
    person.press("#save")
    page.wait_for_selector("[data-step=done]:not([hidden])")
    assert page.inner_text("#waiting-title") == "Còn 1 mục chưa gửi"
    assert person.seconds < 60, f"{person.seconds:.0f} s to register a camera"
    kept = page.evaluate(_EVERYTHING_KEPT)
    assert "127.0.9.8" in kept
    assert RIGHT not in kept


_EVERYTHING_KEPT = """async () => {
  const done = (request) => new Promise((ready) => { request.onsuccess = () => ready(request.result); });
  const db = await done(indexedDB.open("camera-registry"));
  const all = [];
  for (const name of db.objectStoreNames) all.push(await done(db.transaction(name).objectStore(name).getAll()));
  return JSON.stringify([all, {...localStorage}, {...sessionStorage}]);
}"""


@pytest.mark.parametrize(
    ("label", "kept", "dropped"),
    [
        ("{SN:6G0A1B2C3D4E5,DT:DH-IPC-HFW2431S,SC:L2C9F8D7,NC:010}",
         {"serial": "6G0A1B2C3D4E5", "model": "DH-IPC-HFW2431S", "make": "Dahua"}, "L2C9F8D7"),
        ("http://www.hik-connect.com\rC12345678\rQWERTY\rDS-2CD2043G2-I",
         {"serial": "C12345678", "model": "DS-2CD2043G2-I", "make": "Hikvision"}, "QWERTY"),
        ("MAC 44:19:B6:00:1F:02 SN: ABCD1234567 PWD: sEcReT99",
         {"mac": "44:19:b6:00:1f:02", "serial": "ABCD1234567"}, "sEcReT99"),
    ],
)  # fmt: skip
def test_a_label_gives_what_identifies_the_device_and_no_secret(registry, server, browser, label, kept, dropped):
    """A photo of the code on the box, read in the browser: the secret on it is on no page, and is kept nowhere."""
    window, page = _open(browser, server, registry[2], 360)
    _at_school(Typist(page))
    page.click("[data-add=ip_camera]")
    picture = io.BytesIO()
    segno.make(label, error="m").save(picture, kind="png", scale=6, border=4)
    page.set_input_files("#scan-photo", {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()})
    page.wait_for_selector("#told.alert-success")
    assert {name: page.input_value(f"#f-{name}") for name in kept} == kept
    fields = page.evaluate("[...document.querySelectorAll('input')].map((each) => each.value).join()")
    assert dropped not in fields
    assert dropped not in page.content()
    assert dropped not in page.evaluate(_EVERYTHING_KEPT)
    assert window.wrong == []
    window.context.close()


def test_a_photo_is_kept_without_what_the_phone_wrote_into_it(registry, server, browser):
    """Sealed in the database, no larger than 1280 pixels, without place and time; each look at it is written down."""
    _folder, engine, token = registry
    window, page = _open(browser, server, token, 360)
    page.goto(f"{server}/register?school={SCHOOL}&host=127.0.9.77&make=Axis")
    page.wait_for_selector("[data-step=device]:not([hidden])")
    assert (page.input_value("#f-host"), page.input_value("#f-make")) == ("127.0.9.77", "Axis")
    page.fill("#f-device-code", "CAM-77")
    page.click("#check-later")
    page.fill("#name-1", "Cột cờ")
    page.select_option("#area-1", "yard")
    page.click("#to-places")
    page.set_input_files(
        ".place-row input[type=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": _photo(page)}
    )
    page.wait_for_selector(".thumb:not([hidden])")
    page.click("#save")
    page.wait_for_selector("[data-step=done]:not([hidden])")
    with reading(engine) as session:
        (row,) = session.exec(select(Photo)).all()
        assert session.exec(select(Channel.name).where(Channel.id == row.channel_id)).one() == "Cột cờ"
    assert max(row.width, row.height) == 1280
    assert b"JFIF" not in row.sealed
    answer = page.request.get(f"{server}/photos/{row.id}")
    assert answer.headers["content-type"] == "image/jpeg"
    assert b"Exif" not in answer.body()
    with reading(engine) as session:
        seen = session.exec(select(AuditRecord.action).order_by(AuditRecord.number.desc())).first()
    assert seen == "photo_see"
    assert window.wrong == []
    window.context.close()


def test_what_is_not_sent_to_the_end_waits_and_is_nobody_elses(registry, server, browser):
    """What is typed is kept before it is complete; a photo that does not get through waits, and the visit with it; who
    else signs in at this browser does not send it.
    """
    _, engine, token = registry
    window, page = _open(browser, server, token, 360)
    page.goto(f"{server}/register?school={SCHOOL}&host=127.0.9.78")
    page.wait_for_selector("[data-step=device]:not([hidden])")
    page.fill("#f-device-code", "CAM-78")
    page.click("#check-later")
    page.fill("#name-1", "Cổng bên")
    page.click("#to-places")
    assert "Còn 1 camera" in page.inner_text("#told")
    page.reload()
    page.wait_for_selector("#wizard[data-ready=yes]")
    page.click("#devices button >> text=CAM-78")
    page.click("#check-later")
    assert page.input_value("#name-1") == "Cổng bên"
    page.select_option("#area-1", "gate")
    page.click("#to-places")
    page.set_input_files(
        ".place-row input[type=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": _photo(page)}
    )
    page.wait_for_selector(".thumb:not([hidden])")
    page.route("**/api/v1/visits/photos", lambda route: route.abort())
    page.click("#save")
    page.wait_for_selector("[data-step=done]:not([hidden])")
    assert page.inner_text("#waiting-title") == "Còn 1 mục chưa gửi"
    assert [row.name for row in _stored(engine, "CAM-78")[1]] == ["Cổng bên"]
    page.unroute("**/api/v1/visits/photos")
    sign_in(window.context, server, signed_in(engine, "city", "Người Khác", now=datetime.now(UTC)))
    page.click("#send-now")
    page.wait_for_selector("#told >> text=đang đăng nhập bằng tài khoản khác")
    assert _photos(engine, "CAM-78") == 0
    sign_in(window.context, server, token)
    page.click("#send-now")
    page.wait_for_selector("#waiting", state="hidden")
    assert _photos(engine, "CAM-78") == 1
    window.context.close()


def _photos(engine, code):
    with reading(engine) as session:
        of = [row.id for row in _stored(engine, code)[1]]
        return len(session.exec(select(Photo).where(Photo.channel_id.in_(of))).all())


def _photo(page):
    """A large JPEG as a phone makes it, with an EXIF segment that names a place."""
    made = page.evaluate("""async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 3000, height: 2000 });
      canvas.getContext("2d").fillRect(100, 100, 900, 900);
      return canvas.toDataURL("image/jpeg", 0.5).split(",")[1];
    }""")
    jpeg, note = base64.b64decode(made), b"Exif\0\0 10.8231 N 106.6297 E"
    return jpeg[:2] + b"\xff\xe1" + (len(note) + 2).to_bytes(2, "big") + note + jpeg[2:]


def test_the_files_of_the_wizard_are_all_there_without_signal():
    """What the service worker keeps is every file of the wizard, and nothing that is not there."""
    from camera_registry.web.application import STATIC

    text = (STATIC / "register" / "sw.js").read_text(encoding="utf-8")
    listed = json.loads(
        text[text.index("FILES = [") + 8 : text.index("];") + 1].replace("PAGE,", '"/register",').replace(",\n]", "]")
    )
    files = {f"/static/register/{each.name}" for each in (STATIC / "register").glob("*.js")} - {
        "/static/register/sw.js"
    }
    assert files <= set(listed)
    assert all((STATIC / each.removeprefix("/static/")).exists() for each in listed if each != "/register")
