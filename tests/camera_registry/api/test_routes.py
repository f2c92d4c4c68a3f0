"""The JSON routes: the shapes other programs rely on, and what they are told when they ask for what there is not."""

import csv
import io
from contextlib import contextmanager
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from camera_registry import daylight
from camera_registry.api.routes import router
from camera_registry.database import DatabaseUnusableError, reading, writing
from camera_registry.services.record import record
from camera_registry.services.waivers import Desk
from standards.waiving.waivers import Terms
from tests.camera_registry import fleet
from tests.camera_registry.people import as_viewer
from tests.standards.sheets import EDITIONS, HCMC, HD_ONLY, NOW, observed, size

DESK = Desk(NOW, Terms(), "Asia/Ho_Chi_Minh")
SMALL = {**size(1280, 720), "capable.encodings": (HD_ONLY,)}


def _client(registry):
    app = FastAPI()
    app.include_router(
        router(
            registry,
            lambda: EDITIONS,
            ZoneInfo("Asia/Ho_Chi_Minh"),
            writing=registry,
            rehearsing=registry,
            desk=lambda: DESK,
            visiting=None,
            office=None,
            undo=None,
        )
    )
    return TestClient(as_viewer(app), raise_server_exceptions=False)


@pytest.fixture
def api(engine):
    """A registry with a camera that is to be replaced, one never looked at, and its routes."""
    with writing(engine) as session:
        of = fleet.school(session, "B-02", "Trường Tiểu học Nguyễn Du")
        record(session, fleet.device(session, of, "CAM-01").id, observed(SMALL), EDITIONS, NOW, daylight.always)
        fleet.device(session, of, "CAM-02", host="192.168.1.65")
    with _client(partial(reading, engine)) as client:
        yield client


def _got(api, path, status=200):
    answer = api.get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_row_of_what_is_not_compliant_has_this_shape(api):
    """Public keys, both languages, moments in UTC; no id of the database."""
    page = _got(api, "non-compliant")
    (row,) = page.pop("rows")
    assert page == {"total": 1, "units": 1, "page": 1, "size": 50, "pages": 1}
    assert row == {
        "district": {"code": "26740", "name": "UBND phường 26740"},
        "school": {"code": "B-02", "name": "Trường Tiểu học Nguyễn Du"},
        "site": "",
        "device": {"code": "CAM-01", "kind": "ip_camera"},
        "channel": {"index": 1, "name": "Camera 1", "area": "", "scope": "undecided"},
        "stream": "main",
        "rule": {"id": "resolution-main", "title": dict(HCMC.rule("resolution-main").title)},
        "verdict": "replace",
        "fix": "replace",
        "fix_text": {
            "vi": "Chọn thiết bị đáp ứng yêu cầu: từ 1920×1080 hoặc tương đương.",
            "en": "Choose a device that meets this: 1920×1080 or equivalent.",
        },
        "actor": "manager",
        "why": {
            "vi": "Độ phân giải đo được 1280×720, yêu cầu từ 1920×1080 hoặc tương đương.",
            "en": "The measured size is 1280×720; required is 1920×1080 or equivalent.",
        },
        "measured": {"vi": "1280×720", "en": "1280×720"},
        "required": {"vi": "từ 1920×1080 hoặc tương đương", "en": "1920×1080 or equivalent"},
        "source": {"document": "3288/UBND-KT", "clause": "", "state": "A"},
        "edition": "hcmc-3288@draft-1",
        "sha256": HCMC.sha256,
        "how": "a test",
        "seen_at": "2026-11-23T03:00:00Z",
        "since": "2026-11-23T03:00:00Z",
        "nights": 1,
        "official": False,
        "waits": {
            "vi": "thấy 1/2 đêm; chưa xác nhận tại chỗ",
            "en": "seen in 1 of 2 nights; not confirmed on site",
        },
        "waiver": None,
        "make": "",
        "model": "",
        "cost": {"once": None, "yearly": None, "least": False, "supplier": None},
    }


def test_a_row_of_what_could_not_be_checked_has_this_shape(api):
    """Why, what would make it knowable, how often it was tried."""
    page = _got(api, "not-checked")
    (row,) = page["rows"]
    assert (page["total"], page["units"]) == (1, 1)
    place = {name: row.pop(name) for name in ("district", "school", "site", "device", "channel")}
    assert (place["device"]["code"], place["channel"]["index"]) == ("CAM-02", 1)
    assert row == {
        "kind": "never",
        "reason": {"vi": "Chưa kiểm tra lần nào", "en": "Never looked at yet"},
        "detail": "",
        "rule": None,
        "fix": None,
        "fix_text": {
            "vi": "Chờ đợt kiểm tra tự động, hoặc kiểm tra ngay.",
            "en": "Wait for the next sweep, or probe now.",
        },
        "actor": "school",
        "attempts": 0,
        "last_attempt": None,
        "last_answered": None,
        "silent_nights": 0,
    }


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("district=26740&school=B-02&rule=resolution-main&fix=replace&verdict=replace&actor=manager&q=nguyen", 1),
        ("fix=repair", 0),
        ("page=2", 0),
        ("district=&fix=&page=&q=&sort=", 1),
        ("sort=since&direction=desc&size=200", 1),
    ],
)
def test_filters_are_those_of_the_list(api, query, rows):
    """Each is passed on; an empty value, as a form sends it, is none."""
    assert len(_got(api, f"non-compliant?{query}")["rows"]) == rows


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("non-compliant?fix=burn", "fix: “burn” is not known; use one of: reconfigure, firmware"),
        ("non-compliant?colour=red", "there is no parameter “colour”; use: district, school"),
        ("non-compliant?page=0", "page: must be 1 to"),
        ("non-compliant?page=x", "page: Input should be a valid integer"),
        ("non-compliant?size=201", "size: must be 1 to 200"),
        ("non-compliant?district=1", "district: no unit has the code “1”; use a code that is registered"),
        ("non-compliant?rule=x", "rule: “x” is not known; use one of: authentication"),
        ("non-compliant.csv?page=1", "there is no parameter “page”"),
        ("non-compliant.csv?lang=fr", "lang: Input should be 'vi' or 'en'"),
        ("not-checked?rule=picture", "rule: this list is not by rule; leave it out"),
        ("not-checked?sort=rule", "sort: “rule” is not known; use one of: severity"),
        (
            "non-compliant?sort=x",
            "sort: “x” is not known; use one of: severity, district, school, device, rule, fix, actor, seen_at, since.",
        ),
        ("totals?page=1", "there is no parameter “page”; use: district, school"),
        ("totals?school=C", "school: no school has the code “C”"),
        ("devices/B-02/CAM-01?page=1", "page: no such parameter; leave it out"),
    ],
)
def test_what_there_is_not_is_422_with_a_remedy(api, path, told):
    """Names and values that are not known are never passed over."""
    (detail,) = _got(api, path, 422)["detail"]
    assert detail.startswith(told)


def test_a_device_is_told_whole(api):
    """By its public keys, with its findings and history, and without an id of the database."""
    page = _got(api, "devices/B-02/CAM-01")
    assert page["registered"]["code"] == "CAM-01"
    assert "device_id" not in page["registered"]
    assert (page["verdict"], page["channels"][0]["verdict"]["name"]) == ("replace", "replace")
    assert {f["outcome"] for f in page["channels"][0]["findings"]} >= {"pass", "fail"}
    assert page["channels"][0]["streams"][0]["lines"][1]["measured"]["text"]["vi"] == "1280×720"


def test_a_device_that_is_not_there_is_404(api):
    """With what to do."""
    (detail,) = _got(api, "devices/B-02/CAM-99", 404)["detail"]
    assert detail == "school B-02 has no device CAM-99; use codes that are registered"


def test_totals_have_every_verdict(api):
    """They add up to the channels."""
    totals = _got(api, "totals?district=26740")
    assert totals == {
        "schools": 1,
        "devices": 2,
        "channels": 2,
        "verdicts": {"unverified": 1, "compliant": 0, "reconfigure": 0, "repair": 0, "replace": 1},
    }


@pytest.mark.parametrize(
    ("path", "cells", "preliminary"),
    [
        (
            "non-compliant.csv",
            ["B-02", "Đề xuất", "23/11/2026 10:00"],
            ["Rà soát sơ bộ theo giá trị tham khảo tạm thời"],
        ),
        ("not-checked.csv", ["CAM-02", "Chưa kiểm tra lần nào"], []),
    ],
)
def test_files_for_a_spreadsheet_hold_all_rows(api, path, cells, preliminary):
    """Below what says that the list is preliminary, where values that decide are working values. With their names, for
    saving, and times of the zone; English headings when they are wanted.
    """
    answer = api.get(f"/api/v1/{path}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{path}"'
    *above, heading, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert [line[0].partition(".")[0] for line in above] == preliminary
    assert heading[0] == "Đơn vị quản lý"
    assert all(any(cell.lower() in one.lower() for one in row) for cell in cells)
    english = api.get(f"/api/v1/{path}?lang=en").text.removeprefix("\ufeff").splitlines()
    assert english[len(above)].startswith("Managing unit,")


def test_a_registry_that_cannot_be_read_is_503_without_what_is_inside():
    """Neither where the file is nor what the database said."""

    @contextmanager
    def broken():
        raise DatabaseUnusableError("/srv/somewhere/registry.db: this is no database of this program")
        yield

    with _client(broken) as api:
        for path in ("non-compliant", "not-checked", "non-compliant.csv", "totals", "devices/B-02/CAM-01"):
            (detail,) = _got(api, path, 503)["detail"]
            assert "somewhere" not in detail
            assert "try again" in detail
