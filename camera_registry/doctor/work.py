"""Work: the pages answer, the last night ended, and somebody takes up what is to be looked at."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Engine

from camera_registry.database import reading
from camera_registry.doctor.checked import Around, Checked, bad, left_out, mind, well
from camera_registry.store import examined

NIGHT = timedelta(hours=26)
"""A night is planned every day at the same hour."""
PATIENCE = timedelta(minutes=3)
_OURS = ("our_limit", "window_over", "unreadable_login")
"""Why a device was not looked at that lie with us."""
_START = {
    "vi": "systemctl status camera-registry; hoặc chạy: camera-registry serve",
    "en": "systemctl status camera-registry; or run: camera-registry serve",
}


def pages(around: Around, _engine: Engine) -> Iterator[Checked]:
    """`serve` answers at the address of the settings, from this machine."""
    web = around.settings.web
    at = f"{web.listen}:{web.port}"
    status = _status(web.listen, web.port, next(iter(web.hosts), "localhost"), around.patience_s)
    if status == http.client.OK:
        yield well("pages", f"trang web trả lời ở {at}", f"they answer at {at}")
        return
    seen = {
        "vi": f"trang web không trả lời đúng ở {at} ({status or 'không có'})",
        "en": f"they do not answer at {at} ({status or 'nothing there'})",
    }
    yield bad("pages", seen, _START)


def night(around: Around, engine: Engine) -> Iterator[Checked]:
    """All devices were looked at in the last night."""
    with reading(engine) as session:
        last, any_device = examined.last_night(session), examined.has_devices(session)
        reasons = examined.reasons(session, last.id or 0) if last is not None else {}
    if not any_device or not around.settings.sweep.nightly:
        yield left_out(
            "night", "chưa có thiết bị, hoặc sweep.nightly = false", "no device yet, or sweep.nightly = false"
        )
    elif last is None:
        window = around.settings.sweep.night
        seen = {"vi": "chưa có đêm kiểm tra nào", "en": "there was no night yet"}
        yield mind("night", seen, {"vi": f"để serve chạy suốt {window}", "en": f"leave serve running through {window}"})
    elif around.now - last.planned_at > NIGHT:
        seen = {"vi": f"đêm gần nhất: {last.night}", "en": f"the last one was {last.night}"}
        yield bad("night", seen, _START)
    else:
        yield _ended(last.night, {reason: reasons[reason] for reason in _OURS if reasons.get(reason)})


def worker(around: Around, engine: Engine) -> Iterator[Checked]:
    """Where something is to be looked at now, a worker has taken it up."""
    with reading(engine) as session:
        since, lease = examined.waits_since(session), examined.newest_lease(session)
        later = examined.waits_for_later(session, around.now)
    if lease is not None and lease >= around.now:
        yield well("worker", "đang làm việc", "it is at work")
    elif since is None or later or around.now - since < PATIENCE:
        yield left_out("worker", "không có việc đang chờ", "nothing waits for it")
    else:
        seen = {
            "vi": f"việc chờ từ {since:%Y-%m-%d %H:%M} UTC, không ai làm",
            "en": f"work waits since {since:%Y-%m-%d %H:%M} UTC",
        }
        to_do = {
            "vi": "systemctl status camera-registry camera-registry-work; hoặc chạy: camera-registry work",
            "en": "systemctl status camera-registry camera-registry-work; or run: camera-registry work",
        }
        yield bad("worker", seen, to_do)


def _ended(name: str, ours: dict[str, int]) -> Checked:
    if not ours:
        return well("night", f"đêm {name}", f"that of {name}")
    told = ", ".join(f"{reason}: {count}" for reason, count in ours.items())
    to_do = {
        "vi": "window_over: kéo dài sweep.night hoặc thêm work; our_limit: xem bộ nhớ; unreadable_login: xem dòng key",
        "en": "window_over: a longer sweep.night, or more workers; our_limit: memory; unreadable_login: see key",
    }
    return mind("night", {"vi": f"đêm {name}: {told}", "en": f"that of {name}: {told}"}, to_do)


def _status(host: str, port: int, name: str, patience_s: float) -> int | None:
    """The status of the page for signing in; None where nobody answers."""
    there = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (what is listened at is asked here)  # nosec B104
    connection = http.client.HTTPConnection(there, port, timeout=patience_s)
    try:
        connection.request("GET", "/login", headers={"Host": name})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
