"""A school with a recorder and a camera, and requests for waivers about them, in a few words."""

from dataclasses import replace
from datetime import timedelta

from camera_registry.models import District
from camera_registry.services import waivers
from camera_registry.services.waivers import Desk, Request
from standards.waiving.waivers import Decision, Scope, Terms
from tests.camera_registry import fleet
from tests.standards.sheets import EDITIONS
from tests.standards.waiving.waiver_values import ZONE, at

MONDAY = at("2026-11-30 09:00")
DESK = Desk(MONDAY, Terms(), ZONE)
SCOPES = {
    "channel": Scope(kind="channel", school="0790123", device="DG-01", channel=2),
    "device": Scope(kind="device", school="0790123", device="DG-01"),
    "model": Scope(kind="model", make="DAHUA", model="nvr4216"),
    "school": Scope(kind="school", school="0790123"),
    "district": Scope(kind="district", district="26740"),
}


def town(session):
    """Two schools of one unit; in the first a recorder whose channels fail two rules, in the second a camera."""
    first = fleet.school(session, "0790123")
    second = fleet.school(session, "0790124", "Trường Mầm non 2")
    recorder = fleet.device(session, first, "DG-01", (1, 2), kind="nvr", make="Dahua", model="NVR4216")
    camera = fleet.device(session, second, "CAM-01", make="Hikvision", model="DS-2CD2021G1-I")
    for device, index in ((recorder, 1), (recorder, 2), (camera, 1)):
        fleet.finding(session, device, index)
        fleet.verdict(session, device, "replace", index)
    fleet.finding(session, recorder, 1, rule="codec-main", fact="measured.codec", seen='"mjpeg"', fix="reconfigure")
    fleet.finding(session, recorder, None, rule="authentication", fact="access.basic_in_clear", seen="true")
    session.add(District(code="79", name="Sở Giáo dục và Đào tạo"))
    session.flush()
    return recorder, camera


def request(scope="channel", **values):
    """A request of a school about its recorder, for half a year."""
    known = {"rule": "resolution-main", "scope": SCOPES[scope], "reason": "Thay trong năm 2027", "by": "Nguyễn Văn A"}
    return Request(**{**known, "ends": (MONDAY + timedelta(days=180)).date(), **values})


def desk(moment):
    """The desk at this time in Ho Chi Minh City."""
    return replace(DESK, now=at(moment))


def ask(session, scope="channel", at_desk=DESK, **values):
    """The number of a request."""
    return waivers.ask(session, request(scope, **values), EDITIONS, at_desk)


def decide(session, number, by="Trần Thị B", level="city", *, approve=True, at_desk=DESK, note="Đồng ý"):
    """The waiver as it is decided."""
    return waivers.decide(session, number, Decision(approve, by, level, at_desk.now, note), at_desk)
