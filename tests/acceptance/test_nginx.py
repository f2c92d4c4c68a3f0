"""Proof: `serve` behind the nginx of Debian, set up as the example says: people sign in, files and events pass."""

import ssl
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from camera_registry.access import passwords
from camera_registry.config import Settings, WebSettings
from camera_registry.database import reading, writing
from camera_registry.doctor.checked import Around
from camera_registry.doctor.outside import outside
from camera_registry.store import accounts, sessions
from tests.acceptance.pages import fill, served
from tests.acceptance.proxying import NAME, free_port, nginx, settings
from tests.camera_registry.people import account_of

pytestmark = pytest.mark.xdist_group("nginx")
LOGIN = "nguynvnancity"
PASSWORD = "ba con bò vàng đồng"


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """The engine of a town, the address of its pages over TLS, the port of http, and who certifies."""
    folder = tmp_path_factory.mktemp("behind")
    engine, port = fill(folder), free_port()
    with writing(engine) as session:
        account_of(session, "city", "Nguyễn Văn An", password=passwords.hashed(PASSWORD))
    with nginx(folder / "nginx", port) as (secure, plain, authority), served(folder, settings(port), port):
        yield engine, f"https://{NAME}:{secure}", plain, authority
    engine.dispose()


def seen_from(engine):
    """From where the person is signed in."""
    with reading(engine) as session:
        kept = sessions.going_on(session, accounts.by_login(session, LOGIN).id)
    return {each.address for each in kept}


@pytest.fixture
def browser(behind):
    """A client that knows the authority, and is signed in."""
    _, address, _, authority = behind
    with httpx2.Client(
        base_url=address, verify=ssl.create_default_context(cafile=str(authority)), timeout=60
    ) as client:
        client.headers["Origin"] = address
        answer = client.post("/login", data={"login": LOGIN, "password": PASSWORD})
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), answer.text[:300]
        yield client, answer


def test_a_person_signs_in_with_a_cookie_that_goes_over_tls_alone(behind, browser):
    """Secure, HttpOnly, of this name alone; HSTS once; and the session knows where the person is, not the proxy."""
    client, answer = browser
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"secure", "httponly"} <= set(cookie.lower().replace(" ", "").split(";"))
    assert answer.headers.get_list("strict-transport-security") == ["max-age=31536000"]
    assert "server" not in answer.headers or "/" not in answer.headers["server"]
    page = client.get("/")
    assert (page.status_code, "Nguyễn Văn An" in page.text) == (200, True)
    assert seen_from(behind[0]) == {"127.0.0.1"}


def test_what_a_browser_says_of_itself_is_not_believed(behind, browser):
    """An address that somebody writes into the header of a proxy reaches nobody: nginx says the true one."""
    client, _ = browser
    client.post("/login", data={"login": LOGIN, "password": PASSWORD}, headers={"X-Forwarded-For": "6.6.6.6"})
    assert "6.6.6.6" not in seen_from(behind[0])


def test_events_come_as_they_happen(browser):
    """The first event is there while the stream goes on: nothing on the way waits for its end."""
    client, _ = browser
    with client.stream("GET", "/sweep/events", headers={"Accept": "text/event-stream"}, timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert next(line for line in answer.iter_lines() if line) == "event: panel"


def test_a_file_of_many_megabytes_passes(browser):
    """What `serve` takes, nginx takes: the answer is that of the page, which finds no list in it."""
    client, _ = browser
    files = {"file": ("list.csv", b"x" * (20 * 1024 * 1024), "text/csv")}
    answer = client.post("/import", files=files, timeout=100)
    assert answer.status_code in (200, 303, 400, 422), answer.text[:200]
    assert "<html" in answer.text or answer.status_code == 303


@pytest.mark.parametrize(("megabytes", "most"), [(30, "26 MB"), (36, "32 MB")])
def test_a_file_that_is_too_large_is_refused_with_words(browser, megabytes, most):
    """By the page where it is larger than that takes, and by nginx where it is larger than all do; in Vietnamese."""
    client, _ = browser
    files = {"file": ("list.csv", b"x" * (megabytes * 1024 * 1024), "text/csv")}
    answer = client.post("/import", files=files, timeout=100)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Tệp quá lớn" in answer.text
    assert most in answer.text
    assert "max-age=" in answer.headers["strict-transport-security"]


def test_who_comes_without_tls_is_sent_on(behind):
    """With the path, and for good."""
    _, address, plain, _ = behind
    answer = httpx2.get(f"http://127.0.0.1:{plain}/devices?q=a", headers={"Host": NAME}, timeout=60)
    assert (answer.status_code, answer.headers["location"]) == (301, f"{address}/devices?q=a")


def test_while_serve_is_away_nginx_says_so(tmp_path):
    """503 with words in Vietnamese, and when to come again."""
    with nginx(tmp_path / "nginx", free_port()) as (secure, _, authority):
        context = ssl.create_default_context(cafile=str(authority))
        answer = httpx2.get(f"https://{NAME}:{secure}/login", verify=context, timeout=60)
    assert answer.status_code == 503
    assert "khởi động lại" in answer.text
    assert answer.headers["retry-after"] == "60"


def test_doctor_finds_nothing_wrong_with_it(behind, monkeypatch):
    """Certificate, proxy, HSTS, cookie, the word of the proxy and the way from http are well, each by itself."""
    _, address, plain, authority = behind
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    web = WebSettings(https=True, hosts=(NAME,), proxies=("127.0.0.1",))
    now = datetime.now(UTC) - timedelta(days=40)  # the certificate of the test lasts a few weeks
    around = Around(Settings(web=web), None, {}, now, address, plain)
    assert {each.name: each.state for each in outside(around)} == dict.fromkeys(
        ("proxies", "tls", "proxy", "hsts", "cookie", "redirect"), "well"
    )
