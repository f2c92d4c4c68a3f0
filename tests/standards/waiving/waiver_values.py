"""A waiver to begin with, and its changes, in a few words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from standards.waiving.waivers import Decision, Place, Scope, Waiver, Withdrawal

ZONE = "Asia/Ho_Chi_Minh"
PLACE = Place(district="26740", school="0790123", device="DG-01", channel=1, make="dahua", model="nvr4216")
SCOPES = {
    kind: Scope(kind=kind, **values)
    for kind, values in {
        "channel": {"school": "0790123", "device": "DG-01", "channel": 1},
        "device": {"school": "0790123", "device": "DG-01"},
        "model": {"make": "dahua", "model": "nvr4216"},
        "school": {"school": "0790123"},
        "district": {"district": "26740"},
    }.items()
}


def at(text: str) -> datetime:
    """The moment of this time in Ho Chi Minh City, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


REQUEST = Waiver(
    number=1,
    rule="resolution-main",
    scope=SCOPES["channel"],
    reason="Thay trong năm 2027",
    begins=date(2026, 12, 7),
    ends=date(2027, 3, 31),
    zone=ZONE,
    level="school",
    asked_by="Nguyễn Văn A",
    asked_at=at("2026-11-30 09:00"),
)
APPROVED = replace(REQUEST, decision=Decision(True, "Trần Thị B", "district", at("2026-12-02 10:00"), "Đồng ý"))
REFUSED = replace(REQUEST, decision=Decision(False, "Trần Thị B", "district", at("2026-12-02 10:00"), "Sửa được"))
WITHDRAWN = replace(APPROVED, withdrawal=Withdrawal("Nguyễn Văn A", at("2027-01-05 08:00"), "Đã thay"))


def changed(**values: Any) -> Waiver:
    """The approved waiver with other values."""
    return replace(APPROVED, **values)
