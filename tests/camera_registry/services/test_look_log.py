"""A look that somebody asked for, told line by line: what was reached and when, what failed, the cause, what to do."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from camera_registry.database import reading, writing
from camera_registry.models import Sweep, SweepItem
from camera_registry.services.look_log import FRESH, look_log
from probes.errors import Failure
from tests.camera_registry.registered import device

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BEGAN = NOW - timedelta(seconds=10)


def _log(engine, failures=(), kind="asked", after=timedelta(0), **item):
    with writing(engine) as session:
        of = device(session)
        sweep = Sweep(night="asked", kind=kind, planned_at=BEGAN)
        session.add(sweep)
        session.flush()
        told = json.dumps([asdict(each) for each in failures])
        session.add(SweepItem(sweep_id=sweep.id, site_id=of.site_id, device_id=of.id, failures=told, **item))
    with reading(engine) as session:
        return look_log(session, "079-DG-01", "DG-01", NOW + after)


def _told(log):
    return [(line.second, line.state, line.words["vi"]) for line in log.lines]


def test_what_goes_on_is_told_with_its_seconds(engine):
    """The last part goes on; those before it are done; there is no cause yet."""
    log = _log(engine, state="leased", started_at=BEGAN, step="onvif@0.1 stream/1@2.5 stream/2@6.0")
    assert _told(log) == [
        (0.0, "done", "Bắt đầu kết nối tới 192.168.1.64."),
        (0.1, "done", "Hỏi thiết bị qua ONVIF."),
        (2.5, "done", "Nhận luồng hình thứ 1."),
        (6.0, "going", "Nhận luồng hình thứ 2."),
    ]
    assert (log.over, log.fresh, log.cause["vi"], log.action["vi"]) == (False, True, "", "")


@pytest.mark.parametrize(
    ("after", "state", "words"),
    [(0, "going", "Đang chờ chương trình kiểm tra nhận việc."), (20, "failed", "Chưa có chương trình kiểm tra nào")],
)
def test_a_look_that_waits_says_for_what(engine, after, state, words):
    """At first for its turn; later that nobody is there to do it."""
    (line,) = _log(engine, after=timedelta(seconds=after)).lines
    assert (line.second, line.state) == (None, state)
    assert line.words["vi"].startswith(words)


def test_a_look_that_failed_ends_with_its_cause_and_what_to_do(engine):
    """Each failure once, with what came back; the first is the cause."""
    refused = Failure("auth_refused", "onvif.login", "HTTP 401")
    log = _log(
        engine,
        [refused, refused],
        state="failed",
        reason="auth_refused",
        started_at=BEGAN,
        ended_at=NOW,
        step="onvif@0.2",
    )
    assert _told(log)[2:] == [
        (10.0, "failed", "Đăng nhập: Thiết bị từ chối tài khoản; đã dừng sau 1 lần thử."),
        (10.0, "failed", "Dừng: không kiểm tra được thiết bị."),
    ]
    assert log.lines[2].detail == "HTTP 401"
    assert log.cause["vi"] == "Thiết bị từ chối tài khoản; đã dừng sau 1 lần thử."
    assert log.action["vi"].startswith("Nhập lại tài khoản đúng")
    assert not log.well


def test_a_look_without_failures_says_that_there_is_nothing_to_do(engine):
    """And is folded when it is long over."""
    log = _log(engine, state="done", started_at=BEGAN, ended_at=NOW, after=FRESH)
    assert [state for _, state, _ in _told(log)] == ["done", "done"]
    assert (log.cause["vi"], log.action["vi"]) == (
        "Thiết bị trả lời đầy đủ, không gặp lỗi nào.",
        "Không phải làm gì thêm.",
    )
    assert (log.well, log.over, log.fresh) == (True, True, False)


def test_what_a_device_has_not_got_is_no_failure(engine):
    """A function that it does not know is no cause of anything."""
    log = _log(engine, [Failure("unsupported", "onvif.media2")], state="done", started_at=BEGAN, ended_at=NOW)
    assert log.well


def test_a_device_that_is_left_out_says_why(engine):
    """One line, with the reason; and nothing is to be done."""
    log = _log(engine, state="skipped", reason="cloud_only", ended_at=NOW)
    assert [state for _, state, _ in _told(log)] == ["failed"]
    assert log.lines[0].words["vi"].startswith("Không kiểm tra: ")


def test_a_nightly_look_is_not_told(engine):
    """Nobody waits for it."""
    assert _log(engine, kind="night", state="done", started_at=BEGAN, ended_at=NOW) is None
