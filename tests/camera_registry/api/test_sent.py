"""What a client sends: answered once for every route when it cannot be used, with what is wrong."""

import json

import pytest

from camera_registry.api.routes import router
from camera_registry.api.sent import DEEPEST, LARGEST, BodyError, read
from camera_registry.database import writing
from tests.camera_registry.registered import device
from tests.camera_registry.web.served import client

SIGN = "holds a text with a sign that is none (half of a pair, or NUL); leave it out"
BAD = [
    (b'{"by": "\xff"}', "is not UTF-8 at byte 8; send it as UTF-8"),
    (b'{"by": ', "is no JSON at character 7: Expecting value"),
    (b'{"by": "\\ud800"}', SIGN),
    (b'{"\\udc00": 1}', SIGN),
    (b'{"value": {"title.vi": [["\\u0000"]]}}', SIGN),
    (b'{"hours": NaN}', "NaN is no number"),
    (b'{"hours": -Infinity}', "-Infinity is no number"),
    (b'{"hours": 1e999}', "holds a number that is too large"),
    (b'{"channel": 9223372036854775808}', "holds a number that is too large"),
    (b'{"channel": ' + b"9" * 5000 + b"}", "holds a number that is too large"),
    (b"[" * 100_000, "is nested too deep; send it plainly"),
    (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "is nested too deep; send it plainly"),
]


@pytest.fixture
def browser(engine):
    """A client at a registry with one device."""
    with writing(engine) as session:
        device(session)
    with client(engine) as made:
        yield made


@pytest.fixture
def on_site(engine, browser):
    """The same as a technician who works at its school asks."""
    with client(engine, "technician", "Kỹ thuật viên", schools=("079-DG-01",)) as made:
        yield made


@pytest.mark.parametrize(("body", "why"), BAD, ids=range(len(BAD)))
def test_what_cannot_be_used_is_said(body, why):
    """Where it is, and what to send instead."""
    with pytest.raises(BodyError) as error:
        read(body)
    assert (error.value.status_code, error.value.detail) == (422, f"body: {why}")


def test_what_people_send_is_read():
    """Letters beyond the first plane come as a pair of halves, which is one sign."""
    said = {"by": "Lê An 𝐀", "note": "hai\ndòng", "looks": LARGEST, "hours": 1.5, "alone": True, "level": None}
    assert read(json.dumps(said).encode()) == said
    assert read(json.dumps([[said]], ensure_ascii=False).encode()) == [[said]]


@pytest.mark.parametrize(("body", "why"), BAD[:3], ids=range(3))
def test_every_route_that_takes_a_body_answers_so(browser, on_site, body, why):
    """Nothing of it reaches a route, a database or a log."""
    posted = [
        route
        for route in router(
            None, None, writing=None, rehearsing=None, desk=None, visiting=None, office=None, undo=None
        ).routes
        if "POST" in route.methods
    ]
    taking = [route for route in posted if route.body_field is not None]
    assert len(taking) >= 7
    for route in taking:
        path = route.path.format(number=1, school="a", code="b", index=1)
        asks = on_site if path.endswith("/seen-on-site") else browser
        answer = asks.post(path, content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()) == (422, {"detail": [f"body: {why}"]}), path


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"])
def test_a_moment_that_no_zone_can_tell_is_422(browser, moment):
    """Before and after everything that can be registered."""
    for path in ("changes?since={}", "schools/079-DG-01/devices/DG-01/as-of?at={}"):
        answer = browser.get(f"/api/v1/{path.format(moment.replace('+', '%2B'))}")
        assert answer.status_code == 422, answer.text
        assert "write a day from 1970-01-01 to 9000-01-01" in answer.json()["detail"][0]


def test_a_day_that_no_zone_can_tell_ends_no_waiver(browser):
    """A day after which no other can come."""
    scope = {"kind": "channel", "school": "079-DG-01", "device": "DG-01", "channel": 1}
    body = {"rule": "codec-main", "scope": scope, "reason": "x"}
    for days in ({"ends": "9999-12-31"}, {"ends": "2026-12-24", "begins": "0001-01-01"}):
        answer = browser.post("/api/v1/waivers", json={**body, **days})
        assert "write a day from 1970-01-01 to 9000-01-01" in answer.json()["detail"][0]
