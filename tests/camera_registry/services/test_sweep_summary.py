"""What a night has come to: how devices ended and why, what it cost, what changed since the night before; on a page, in
lines, as JSON, and as figures without a name.
"""

import json
import re
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from camera_registry.database import reading, writing
from camera_registry.models import SheetRecord, Sweep, SweepItem, SweepSite
from camera_registry.reports.prometheus import prometheus_text
from camera_registry.reports.sweep_summary import summary_text
from camera_registry.services.figures import figures
from camera_registry.services.sweep_summary import SlowSite, sweep_summary
from tests.camera_registry import fleet
from tests.camera_registry.web.served import NOW, client

NIGHT, EARLIER = NOW - timedelta(hours=10), NOW - timedelta(hours=34)
SECRET_NAMES = ("Trường THCS", "A-01", "B-02", "CAM-", "192.168")


def _night(session, begins, ends):
    sweep = Sweep(night=begins.date().isoformat(), planned_at=begins, started_at=begins, ended_at=ends, state="done")
    session.add(sweep)
    session.flush()
    return sweep


def _item(session, sweep, device, state="done", reason="", minutes=1, **values):
    began = sweep.started_at
    session.add(
        SweepItem(sweep_id=sweep.id, site_id=device.site_id, device_id=device.id, state=state, reason=reason,
                  started_at=began, ended_at=began + timedelta(minutes=minutes), attempts=1, **values)
    )  # fmt: skip


def _fill(session):
    first, second = fleet.school(session, "A-01"), fleet.school(session, "B-02", district="26743")
    cameras = [fleet.device(session, first, f"CAM-{n}", channels=(1, 2)) for n in range(1, 4)]
    other = fleet.device(session, second, "CAM-9", silent_nights=4)
    newly = fleet.device(session, second, "CAM-8", silent_nights=3)
    earlier, night = _night(session, EARLIER, EARLIER + timedelta(hours=1)), _night(session, NIGHT, NOW)
    for sweep in (earlier, night):
        for device in (cameras[0], other):
            session.add(SweepSite(sweep_id=sweep.id, site_id=device.site_id, state="done"))
        session.flush()
    cost = {"connections": 4, "tries": 1, "refusals": 1, "bytes_in": 3_000_000, "bytes_out": 20_000}
    _item(session, earlier, cameras[0])
    _item(session, earlier, cameras[1], "skipped", "silent")
    _item(session, night, cameras[0], minutes=2, **cost)
    _item(session, night, cameras[1], minutes=5, **cost)
    _item(session, night, cameras[2], "failed", "unreachable", minutes=90, passes=2)
    _item(session, earlier, other, "skipped", "silent")
    _item(session, night, other, "skipped", "silent")
    _item(session, night, newly, "skipped", "silent")
    moved = NIGHT + timedelta(minutes=3)
    fleet.verdict(session, cameras[0], "replace", since=EARLIER, until=moved)
    fleet.verdict(session, cameras[0], "compliant", since=moved)
    fleet.verdict(session, cameras[0], "compliant", index=2, since=EARLIER)
    fleet.verdict(session, cameras[1], "repair", since=moved, until=moved + timedelta(minutes=1))
    fleet.verdict(session, cameras[1], "unverified", since=moved + timedelta(minutes=1))
    for device, at in ((cameras[0], NIGHT), (cameras[1], EARLIER - timedelta(days=9))):
        session.add(SheetRecord(device_id=device.id, at=at, body=b""))
    session.flush()
    return night.id, earlier.id


@pytest.fixture(scope="module")
def nights(tmp_path_factory, registries):
    """A registry with two nights behind it: the engine, the newest night and the one before."""
    with registries(tmp_path_factory.mktemp("nights")) as engine:
        with writing(engine) as session:
            numbers = _fill(session)
        yield engine, *numbers


@pytest.fixture(scope="module")
def summary(nights):
    """The summary of the newest night."""
    with reading(nights[0]) as session:
        return sweep_summary(session, None, NOW)


def test_every_device_is_counted_once_with_its_reason_in_words(summary, nights):
    """All of them together are the sweep."""
    assert (summary.id, summary.total, summary.done, summary.failed, summary.skipped) == (nights[1], 5, 2, 1, 2)
    assert [(e.state, e.reason, e.devices) for e in summary.ends] == [
        ("done", "", 2),
        ("skipped", "silent", 2),
        ("failed", "unreachable", 1),
    ]
    assert "ban ngày" in summary.ends[1].words["vi"]
    assert summary.left == 0


def test_what_the_night_cost_is_added_up(summary):
    """Megabytes both ways, cameras of the devices that answered, what was looked at twice."""
    assert (summary.channels, summary.seconds, summary.megabytes) == (4, 36_000.0, 6.0)
    assert (summary.connections, summary.tries, summary.refusals) == (8, 2, 2)
    assert (summary.again, summary.again_answered) == (1, 0)


def test_who_moved_to_the_day_and_who_came_back_is_told_by_the_night_before(summary, nights):
    """Silent in both nights is no news; the first night has none before it."""
    assert (summary.moved_to_day, summary.came_back) == (1, 1)
    with reading(nights[0]) as session:
        first = sweep_summary(session, nights[2], NOW)
    assert (first.moved_to_day, first.came_back, first.since, first.changed) == (0, 0, None, ())


def test_verdicts_are_compared_at_the_ends_of_both_nights(summary):
    """What was something else in between is not counted; what stayed is no change; what is new had none."""
    assert [(m.before, m.after, m.channels) for m in summary.changed] == [
        ("replace", "compliant", 1),
        (None, "unverified", 1),
    ]
    assert summary.since == EARLIER + timedelta(hours=1)


def test_the_slowest_sites_are_those_of_the_first_pass(summary):
    """A second look that had to wait makes no school slow; one that was left out took no time."""
    assert summary.slowest == (SlowSite("A-01", "Trường THCS Số 1", "", 2, 300.0, 6.0),)


def test_a_sweep_that_is_not_there_has_no_summary(nights):
    """Nor has the newest night of an empty registry."""
    with reading(nights[0]) as session:
        assert sweep_summary(session, 99, NOW) is None


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_lines_say_all_of_it(summary, lang):
    """Each number with its words, in both languages."""
    text = summary_text(summary, lang)
    assert "None" not in text
    assert {"A-01", "8", "600"} <= set(re.findall(r"[\w-]+", text))
    assert ("Đáp ứng: 1" if lang == "vi" else "compliant: 1") in text


def test_the_figures_name_nothing_and_nobody(nights):
    """Counts by kind, verdict, state and reason; what a label says is a word of ours."""
    with reading(nights[0]) as session:
        text = prometheus_text(figures(session, NOW)).decode()
    assert not [name for name in SECRET_NAMES if name in text]
    told = {
        (s.name.removeprefix("camera_registry_"), *(s.labels[name] for name in sorted(s.labels))): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
    }
    for known, value in {
        ("devices", "ip_camera"): 5,
        ("devices_looked_at",): 2,
        ("devices_looked_at_within", "1"): 1,
        ("devices_looked_at_within", "30"): 2,
        ("oldest_look_seconds",): 250 * 3600,
        ("devices_silent", "3"): 2,
        ("devices_silent", "7"): 0,
        ("channels", "compliant"): 2,
        ("night_devices", "unreachable", "failed"): 1,
        ("night_bytes", "in"): 6_000_000,
        ("night_seconds",): 36_000,
        ("night_second_looks",): 1,
        ("night_login_refusals",): 2,
        ("since_last_night_seconds",): 0,
    }.items():
        assert told[known] == value, known
    assert told["process_resident_memory_bytes",] > 0


def test_an_empty_registry_has_figures(engine):
    """Before the first night, and before the first device."""
    with reading(engine) as session:
        text = prometheus_text(figures(session, NOW)).decode()
    assert "camera_registry_night_devices" not in text
    assert "camera_registry_devices_looked_at 0.0" in text


@pytest.mark.parametrize(
    ("role", "district", "status"), [("city", "", 200), ("admin", "", 200), ("district", "26740", 404)]
)
def test_the_figures_are_for_who_sees_the_whole_city(nights, role, district, status):
    """They are of all schools: whoever sees a part of them has none."""
    with client(nights[0], role, f"Người {role}", district=district) as browser:
        answer = browser.get("/api/v1/metrics")
    assert answer.status_code == status
    assert status != 200 or answer.headers["content-type"].startswith("text/plain; version=0.0.4")


def test_the_page_and_the_json_say_the_same(nights):
    """The page in words, with links to the rows; JSON with every number."""
    with client(nights[0]) as browser:
        newest, one = (browser.get(f"/api/v1/sweeps/{name}").json() for name in ("newest-night", nights[1]))
        listed = browser.get("/api/v1/sweeps").json()
        text = browser.get(f"/sweeps/{nights[1]}").text
        assert browser.get("/api/v1/sweeps/99").status_code == 404
        assert browser.get("/sweeps/99").status_code == 404
    assert newest == one
    assert (one["total"], one["changed"][0]["after"]) == (5, "compliant")
    assert [s["id"] for s in listed] == [nights[1], nights[2]]
    for words in (
        "Tổng hợp đợt kiểm tra",
        "Không tới được địa chỉ",
        "10 giờ 0 phút",
        "Kiểm tra lần hai",
        "/schools/A-01",
    ):
        assert words in text, words
    assert 'href="/not-checked">1</a>' in text


def test_an_officer_sees_the_part_of_the_own_unit(nights):
    """Counted and named are the devices and schools of the unit; that it is a part is said."""
    with client(nights[0], "district", "Lê Văn Phường", district="26743") as browser:
        one = browser.get(f"/api/v1/sweeps/{nights[1]}").json()
        text = browser.get(f"/sweeps/{nights[1]}").text
    assert (one["total"], one["skipped"], one["slowest"], one["changed"]) == (2, 2, [], [])
    assert "Chỉ hiện phần của các trường" in text
    assert "A-01" not in text + json.dumps(one)
