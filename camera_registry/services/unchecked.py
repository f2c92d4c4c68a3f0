"""What could not be checked, and why: a failure of the newest look, a rule that could not be told, or nothing yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from camera_registry.services.explained import NO_TEXT, advice, find_rule, title
from camera_registry.services.listed import UNCHECKED_SORTS, Filter, ListingError, Page, Unchecked, not_one_of
from camera_registry.services.places import check_place, no_device, parts, place
from camera_registry.store import unchecked
from probes.errors import KINDS, Failure
from standards import Edition
from standards.model import Fix, Text
from standards.view import made_from

CLOUD_ONLY: Text = {"vi": "Chỉ xem qua ứng dụng đám mây", "en": "Seen through the maker's cloud only"}
NEVER: Text = {"vi": "Chưa kiểm tra lần nào", "en": "Never looked at yet"}
NO_ADDRESS: Text = {"vi": "Chưa khai báo địa chỉ của thiết bị", "en": "No address is registered"}
SKIPPED: dict[str, Text] = {
    "cloud_only": CLOUD_ONLY,
    "no_address": NO_ADDRESS,
    "unreadable_login": {
        "vi": "Mật khẩu đã lưu không mở được bằng khóa hiện tại",
        "en": "The stored password does not open with the key there is now",
    },
    "cancelled": {"vi": "Đợt kiểm tra đã bị hủy trước khi tới thiết bị", "en": "The sweep was cancelled before it"},
    "window_over": {
        "vi": "Hết giờ kiểm tra trước khi tới thiết bị",
        "en": "The hours of the sweep were over before it",
    },
    "day_window": {
        "vi": "Chỉ hoạt động ban ngày (trường cắt điện ban đêm): kiểm tra vào ban ngày",
        "en": "The school has power by day only: looked at by day",
    },
    "silent": {
        "vi": "Nhiều đêm liền không trả lời: chuyển sang kiểm tra vào ban ngày",
        "en": "Silent for several nights: looked at by day instead",
    },
    "agent_silent": {
        "vi": "Trạm kiểm tra tại trường không gửi kết quả trước khi hết giờ",
        "en": "The agent at the school sent no result in time",
    },
}
"""Why a look was left out, in words; any other word is shown as it is."""
ADVICE: dict[str, Text] = {
    "cloud_only": {
        "vi": "Xem thiết bị có bật được ONVIF hoặc RTSP trong mạng của trường không, rồi khai báo địa chỉ.",
        "en": "See whether ONVIF or RTSP can be switched on in the network of the school, and register the address.",
    },
    "no_address": {"vi": "Khai báo địa chỉ IP của thiết bị.", "en": "Register the address of the device."},
    "never": {"vi": "Chờ đợt kiểm tra tự động, hoặc kiểm tra ngay.", "en": "Wait for the next sweep, or probe now."},
}
_LATER: Text = {
    "vi": "Chờ đợt kiểm tra tự động tiếp theo, hoặc kiểm tra ngay.",
    "en": "Wait for the next sweep, or look again now.",
}
_OF_FIX: dict[Fix, Text] = {
    "reconfigure": {"vi": "Chỉnh cấu hình của thiết bị rồi kiểm tra lại.", "en": "Change the setting; look again."},
    "firmware": {"vi": "Cập nhật phần mềm thiết bị rồi kiểm tra lại.", "en": "Update the firmware; look again."},
    "credentials": {"vi": "Cập nhật tài khoản truy cập thiết bị.", "en": "Correct the login of the device."},
    "network": {
        "vi": "Kiểm tra nguồn điện, dây mạng, địa chỉ IP và cổng.",
        "en": "Check power, cable, IP address and port.",
    },
    "repair": {"vi": "Sửa chữa rồi kiểm tra lại.", "en": "Repair; look again."},
    "survey": {"vi": "Khảo sát tại chỗ.", "en": "Find out on site."},
    "replace": {"vi": "Thay thế.", "en": "Replace."},
}


_NOT_TOLD: Text = {
    "vi": "Xem được, nhưng thiếu số liệu để kết luận",
    "en": "Seen, but a value is missing that would decide",
}
_LEFT_OUT: Text = {"vi": "Đợt kiểm tra gần nhất chưa tới thiết bị", "en": "Left out of the last sweep"}


def reason_words(kind: str) -> Text:
    """Why something could not be checked, in words: one of `listed.REASONS`."""
    if kind in KINDS:
        return KINDS[kind].words
    return {"finding": _NOT_TOLD, "skipped": _LEFT_OUT, "never": NEVER}.get(kind) or SKIPPED[kind]


def by_reason(session: Session) -> tuple[tuple[str, Text, int], ...]:
    """Each reason with its words, and how many cameras there are of it, the most frequent first: together as many as
    the overview calls unverified.
    """
    return tuple((kind, reason_words(kind), number) for kind, number in unchecked.by_kind(session).items())


def without_channels(session: Session) -> int:
    """How many devices are not known and have no channel, so that they are no cameras yet."""
    return unchecked.without_channels(session)


def not_checked(session: Session, wanted: Filter, edition: Edition) -> Page[Unchecked]:
    """One page of the channels, and devices without channels, whose verdict is not known now: silent longest first.

    Raises ListingError for a unit, a school or an order that there is not, and for what only failures have.
    """
    _check(session, wanted)
    total, units = unchecked.count(session, wanted)
    found = _explained(session, unchecked.ids(session, wanted), edition)
    nothing = None if total else no_device(session, wanted)
    return Page(tuple(found), total, units, wanted.page, wanted.size, nothing)


def every_not_checked(session: Session, wanted: Filter, edition: Edition) -> Iterator[Unchecked]:
    """All rows of the list in their order, whatever the page. Raises ListingError as `not_checked`."""
    _check(session, wanted)
    ids = unchecked.ids(session, wanted, every=True)
    return (row for part in parts(ids) for row in _explained(session, part, edition))


def _check(session: Session, wanted: Filter) -> None:
    if wanted.sort not in UNCHECKED_SORTS:
        raise not_one_of("sort", wanted.sort, UNCHECKED_SORTS)
    if wanted.official is not None:
        raise ListingError("official", {"vi": "danh sách chính thức chỉ có tiêu chí chưa đạt; bỏ trống.",
                                        "en": "the official list is of what fails; leave it out."})  # fmt: skip
    if wanted.free is not None:
        raise ListingError("free", {"vi": "chi phí chỉ tính cho tiêu chí chưa đạt; bỏ trống.",
                                    "en": "costs are for what fails; leave it out."})  # fmt: skip
    if wanted.waiver is not None:
        raise ListingError("waiver", {"vi": "ngoại lệ chỉ dành cho tiêu chí chưa đạt; bỏ trống.",
                                      "en": "waivers are for what fails; leave it out."})  # fmt: skip
    if wanted.rule is not None:
        raise ListingError("rule", {"vi": "danh sách này không chia theo tiêu chí; bỏ trống.",
                                    "en": "this list is not by rule; leave it out."})  # fmt: skip
    if wanted.verdict not in (None, "unverified"):
        raise not_one_of("verdict", wanted.verdict, ("unverified",))
    check_place(session, wanted.district, wanted.school)


def _explained(session: Session, keys: Sequence[int], edition: Edition) -> Iterator[Unchecked]:
    found = unchecked.of_ids(session, keys)
    looks = unchecked.looks(session, [row.device_id for row in found])
    return (_row(row, looks, edition) for row in found)


def _row(row: Any, looks: Mapping[int, Any], edition: Edition) -> Unchecked:
    failure = _failure(row)
    kind = failure.kind if failure else row.kind
    counted = looks.get(row.device_id)
    return Unchecked(
        **place(row),
        kind=kind,
        reason=failure.meaning.words if failure else _reason(row, kind),
        detail=failure.detail if failure else "",
        rule=row.rule,
        title=title(find_rule(edition, row.rule), row.rule) if row.rule else NO_TEXT,
        fix=row.fix,
        fix_text=advice(failure) if failure else ADVICE.get(kind) or (_OF_FIX[row.fix] if row.fix else _LATER),
        actor=row.actor,
        attempts=counted.attempts if counted else 0,
        last_attempt=counted.last_attempt if counted else None,
        last_answered=row.last_answered,
        silent_nights=row.silent_nights,
    )


def _reason(row: Any, kind: str) -> Text:
    match kind:
        case "cloud_only" | "no_address":
            return SKIPPED[kind]
        case "finding":
            told: Text = json.loads(row.why)
            return told
        case "skipped":
            return SKIPPED.get(row.skipped, {"vi": row.skipped, "en": row.skipped})
    return NEVER


def _failure(row: Any) -> Failure | None:
    """The failure of the newest look that explains the row: the kind that cost the whole look, else the one that names
    the fact that the first unknown finding wanted.
    """
    failures = [Failure.from_json(f) for f in json.loads(row.failures or "[]")]
    if row.kind in KINDS:
        return next((f for f in failures if f.kind == row.kind), Failure(row.kind, "run"))
    if row.kind != "finding" or row.fact is None:
        return None
    wanted = {row.fact, *made_from(row.fact)}
    wanted |= {path.split(".", 1)[0] for path in wanted}
    mine = [f for f in failures if f.channel in (None, row.channel_index) and wanted & set(f.facts)]
    return next(iter(mine), None)
