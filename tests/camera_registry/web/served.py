"""The web application over a registry, and a browser that behaves as one does."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi.testclient import TestClient

from camera_registry.daylight import always
from camera_registry.vault import Vault
from camera_registry.web.parts import Parts
from tests.camera_registry.people import signed_in
from tests.camera_registry.web.switched import entrance
from tests.standards.sheets import EDITIONS

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
VAULT = Vault(bytes(32))


def parts(engine, **changes):
    """What the pages are made of in tests: a clock that stands still, and a key of zeros."""
    known = {
        "engine": engine,
        "editions": lambda: EDITIONS,
        "vault": lambda: VAULT,
        "now": lambda: NOW,
        "language": "vi",
        "zone": ZoneInfo("Asia/Ho_Chi_Minh"),
        "hosts": ("localhost",),
        "sun_up": always,
    }
    return Parts(**{**known, **changes})


def client(engine, role="city", name="Trần Thị Cán Bộ", *, district="", schools=(), **changes):
    """A browser at these pages, in which this person is signed in; nobody, when `role` is empty. It sends what a
    browser sends with a form of our own page.
    """
    made = parts(engine, **changes)
    headers = {"Sec-Fetch-Site": "same-origin"}
    browser = TestClient(
        entrance(made), "http://localhost", raise_server_exceptions=False, follow_redirects=False, headers=headers
    )
    if role:
        token = signed_in(engine, role, name, district=district, schools=schools, now=made.now())
        browser.cookies.set(made.cookie, token, domain="localhost.local")
    return browser
