"""What `doctor` found, as text for a person and as JSON for a program. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from camera_registry.doctor.checked import Checked, State

MARKS: dict[State, dict[str, str]] = {
    "well": {"vi": "tốt", "en": "well"},
    "mind": {"vi": "nên làm", "en": "mind"},
    "bad": {"vi": "HỎNG", "en": "BAD"},
    "left_out": {"vi": "bỏ qua", "en": "left out"},
}
TITLES = {
    "settings": {"vi": "cấu hình", "en": "settings"},
    "settings-file": {"vi": "tệp cấu hình", "en": "settings file"},
    "folder": {"vi": "thư mục", "en": "folder"},
    "private-files": {"vi": "quyền đọc tệp", "en": "private files"},
    "disk": {"vi": "ổ đĩa", "en": "disk"},
    "clock": {"vi": "đồng hồ", "en": "clock"},
    "dns": {"vi": "tên miền", "en": "names"},
    "front-end": {"vi": "tệp trang web", "en": "front-end files"},
    "decoder": {"vi": "giải mã hình", "en": "decoder"},
    "database": {"vi": "cơ sở dữ liệu", "en": "database"},
    "registry": {"vi": "dữ liệu", "en": "registry"},
    "key": {"vi": "khóa", "en": "key"},
    "administrator": {"vi": "quản trị viên", "en": "administrator"},
    "clock-of-log": {"vi": "giờ trong nhật ký", "en": "clock of the log"},
    "edition": {"vi": "bộ tiêu chuẩn", "en": "edition"},
    "prices": {"vi": "bảng giá", "en": "price book"},
    "pages": {"vi": "trang web", "en": "pages"},
    "night": {"vi": "đêm gần nhất", "en": "last night"},
    "worker": {"vi": "tiến trình kiểm tra", "en": "worker"},
    "mail": {"vi": "thư điện tử", "en": "mail"},
    "webhooks": {"vi": "webhook", "en": "webhooks"},
    "nats": {"vi": "NATS", "en": "NATS"},
    "backup": {"vi": "bản sao lưu", "en": "backup"},
    "backup-key": {"vi": "khóa và bản sao lưu", "en": "key and backups"},
    "https": {"vi": "HTTPS", "en": "HTTPS"},
    "host-name": {"vi": "tên máy chủ", "en": "host name"},
    "tls": {"vi": "chứng chỉ", "en": "certificate"},
    "proxy": {"vi": "proxy", "en": "proxy"},
    "proxies": {"vi": "web.proxies", "en": "web.proxies"},
    "hsts": {"vi": "HSTS", "en": "HSTS"},
    "cookie": {"vi": "cookie", "en": "cookie"},
    "redirect": {"vi": "http sang https", "en": "http to https"},
}
"""What each check is called."""
_END = {
    "vi": "{bad} việc phải sửa, {mind} việc nên làm.",
    "en": "{bad} to be mended, {mind} to be done some day.",
}


def doctor_text(found: Sequence[Checked], lang: str) -> Iterator[str]:
    """A line for each check, below it what is to be done, and at the end how many there are."""
    marks = max(len(words[lang]) for words in MARKS.values())
    names = max(len(words[lang]) for words in TITLES.values())
    for each in found:
        first, *more = each.seen[lang].splitlines() or [""]
        yield f"{MARKS[each.state][lang]:<{marks}}  {TITLES[each.name][lang]:<{names}}  {first}".rstrip()
        indent = " " * (marks + names + 4)
        yield from (f"{indent}{line}" for line in more)
        if each.to_do is not None:
            yield f"{indent}→ {each.to_do[lang]}"
    count = {state: sum(each.state == state for each in found) for state in MARKS}
    yield _END[lang].format(bad=count["bad"], mind=count["mind"])


def doctor_json(found: Sequence[Checked], lang: str) -> dict[str, Any]:
    """The same for a program; `well` is false where anything is bad."""
    checks = [
        {
            "name": each.name,
            "state": each.state,
            "seen": each.seen[lang],
            "to_do": each.to_do[lang] if each.to_do is not None else None,
        }
        for each in found
    ]
    return {"well": all(each.state != "bad" for each in found), "checks": checks}
