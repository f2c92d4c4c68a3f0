"""The machine: room on the disk, the clock, the names of other servers."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from camera_registry.doctor.checked import Around, Checked, bad, left_out, mind, well
from camera_registry.doctor.files import database_address, database_file
from camera_registry.doctor.nats import server_of

LEAST = 500 * 1024 * 1024
"""Bytes: below it a night may not end."""
LITTLE = 4 * LEAST
BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right says an earlier time."""
_MB = 1024 * 1024


def room(around: Around) -> Iterator[Checked]:
    """The disk of the database has room for a night, and for a second copy of the database."""
    file = database_file(around)
    where = _there((file or around.settings.state_folder or Path()).absolute())
    free = shutil.disk_usage(where).free
    size = file.stat().st_size if file is not None and file.is_file() else 0
    seen = {"vi": f"còn {free // _MB} MB trống ở {where}", "en": f"{free // _MB} MB free at {where}"}
    to_do = {
        "vi": f"giải phóng chỗ: cần ít nhất {max(LEAST, size) // _MB} MB (một bản sao của cơ sở dữ liệu)",
        "en": f"make room: at least {max(LEAST, size) // _MB} MB (for a second copy of the database)",
    }
    if free < max(LEAST, size):
        yield bad("disk", seen, to_do)
    elif free < max(LITTLE, 2 * size):
        yield mind("disk", seen, to_do)
    else:
        yield well("disk", seen["vi"], seen["en"])


def clock(around: Around) -> Iterator[Checked]:
    """The clock says a time that can be, in the zone of the settings, and goes forward."""
    here = around.now.astimezone(ZoneInfo(around.settings.zone))
    first, said = time.monotonic(), f"{here:%Y-%m-%d %H:%M %z} ({around.settings.zone})"
    if around.now < BUILT or time.monotonic() < first:
        yield bad("clock", {"vi": f"đồng hồ sai: {said}", "en": f"the clock is wrong: {said}"}, SET_CLOCK)
    else:
        yield well("clock", said, said)


SET_CLOCK = {
    "vi": "bật đồng bộ giờ (timedatectl set-ntp true), rồi khởi động lại serve: mã điện thoại và lịch đêm cần giờ đúng",
    "en": "switch time synchronisation on (timedatectl set-ntp true), then start serve again: codes of phones and the "
    "timetable of the nights need the right time",
}
AHEAD = timedelta(minutes=5)


def names(around: Around) -> Iterator[Checked]:
    """Every name of another server in the settings is known to the name servers of this machine."""
    wanted = sorted(set(_hosts(around)))
    unknown = [name for name in wanted if not _is_known(name)]
    if not wanted:
        yield left_out("dns", "cấu hình không nêu tên máy chủ nào khác", "the settings name no other server")
    for name in unknown:
        yield bad(
            "dns",
            {"vi": f"không tìm thấy tên {name}", "en": f"the name {name} is not known"},
            {
                "vi": "kiểm tra tên trong cấu hình và máy chủ tên miền trong /etc/resolv.conf",
                "en": "check the name in the settings, and the name servers in /etc/resolv.conf",
            },
        )
    if wanted and not unknown:
        yield well("dns", f"tìm thấy: {', '.join(wanted)}", f"known: {', '.join(wanted)}")


def _hosts(around: Around) -> Iterator[str]:
    settings = around.settings
    found = [settings.mail.host, urlsplit(settings.mail.links).hostname, urlsplit(around.address).hostname]
    found.append(urlsplit(server_of(around)).hostname)
    url = database_address(around)
    found += [url.host] if url is not None and url.get_backend_name() == "postgresql" else []
    yield from (host for host in found if host)


def _is_known(name: str) -> bool:
    try:
        return bool(socket.getaddrinfo(name, None, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError):
        return False


def _there(path: Path) -> Path:
    """The nearest folder above `path` that there is."""
    return next(folder for folder in (path, *path.parents) if folder.is_dir())
