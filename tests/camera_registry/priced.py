"""A small unit whose plan can be worked out by hand: one public school with two sites, one private school."""

from datetime import date

from camera_registry.models import FindingRecord, Site
from camera_registry.store import devices
from tests.camera_registry import fleet
from tests.standards.sheets import NOW

BOOK = """
id = "by-hand"
date = "2026-11-01"
currency = "VND"
title = { vi = "Bảng giá thử", en = "A test book" }
item = [
    { id = "camera", name = { vi = "Camera IP", en = "IP camera" }, unit = { vi = "cái", en = "piece" }, kind = "camera", price = 1_000_000, vat = 8, charged = "once", source = { firm = "Công ty A", date = "2026-10-30", document = "Báo giá 12" } },
    { id = "disk", name = { vi = "Ổ cứng", en = "Disk" }, unit = { vi = "cái", en = "piece" }, kind = "disk", price = 3_000_000, vat = 8, charged = "once", source = { firm = "Công ty A", date = "2026-10-30", document = "Báo giá 12" } },
    { id = "line", name = { vi = "Đường truyền", en = "Line" }, unit = { vi = "năm", en = "year" }, kind = "line", price = 2_000_000, vat = 10, charged = "yearly", source = { firm = "Công ty B", date = "2026-10-30", document = "Báo giá 7" } },
    { id = "recorder", name = { vi = "Đầu ghi", en = "Recorder" }, unit = { vi = "cái", en = "piece" }, kind = "recorder", price = 5_000_000, vat = 8, charged = "once", source = { firm = "Công ty A", date = "2026-10-30", document = "Báo giá 12" } },
    { id = "switch", name = { vi = "Bộ chuyển mạch", en = "Switch" }, unit = { vi = "cái", en = "piece" }, kind = "switch", price = 800_000, vat = 8, charged = "once", source = { firm = "Công ty A", date = "2026-10-30", document = "Báo giá 12" } },
]
work = [
    { fix = "reconfigure" },
    { fix = "network", rule = "uplink", items = [{ item = "line", quantity = 1, per = "site" }] },
    { fix = "replace", device_kind = "ip_camera", items = [{ item = "camera", quantity = 1, per = "device" }, { item = "switch", quantity = 1, per = "site", serves = 4 }] },
    { fix = "survey", rule = "retention", items = [{ item = "disk", quantity = 2, per = "site" }] },
    { fix = "replace", device_kind = "dvr", items = [{ item = "recorder", quantity = 1, per = "device" }] },
]
"""  # noqa: E501  (an item is one line of the file)


def unit(session):
    """What is registered and judged. Public school P: a recorder to be replaced with three channels (one only needs its
    settings), two cameras to be replaced (one is rented, one is also the recorder's channel 4), one that is compliant,
    one of which nothing is known, one that stays internal. Its second site has a slow line and one camera without
    faults. Private school R: one camera to be replaced.
    """
    school = fleet.school(session, "P", "Trường THCS P")
    recorder = _device(session, school, "DG", "dvr", {1: "replace", 2: "replace", 3: "reconfigure", 4: None})
    _device(session, school, "C1", "ip_camera", {1: "replace"})
    fleet.channel(session, fleet_device(session, "C1")).recorded_as = fleet.channel(session, recorder, 4).id
    _device(session, school, "C2", "ip_camera", {1: "replace"}, owner="rented", maintainer="Công ty Thuê")
    _device(session, school, "C3", "ip_camera", {1: None})
    _device(session, school, "C4", "ip_camera", {1: "unverified"})
    inside = _device(session, school, "C5", "ip_camera", {1: "replace"})
    fleet.channel(session, inside).scope = "internal"
    far = _device(session, school, "C6", "ip_camera", {1: None})
    second = Site(school_id=school.id, name="Cơ sở 2")
    session.add(second)
    session.flush()
    far.site_id = second.id
    session.add(FindingRecord(site_id=second.id, school_id=school.id, subject="site", rule="uplink", outcome="fail",
                              edition="hcmc-3288@draft-1", sha256="x", decides=False, fix="network",
                              since=NOW))  # fmt: skip
    session.add(FindingRecord(school_id=school.id, subject="school", rule="retention", outcome="fail", decides=False,
                              edition="hcmc-3288@draft-1", sha256="x", fix="survey", since=NOW))  # fmt: skip
    private = fleet.school(session, "R", "Trường tư thục R")
    private.private = True
    _device(session, private, "C1", "ip_camera", {1: "replace"}, warranty_until=date(2026, 11, 22))
    session.flush()


def fleet_device(session, code, school="P"):
    """The device with this code."""
    return devices.by_code(session, school, code)


def _device(session, of, code, kind, found, **values):
    made = fleet.device(session, of, code, tuple(found), kind=kind, **values)
    for index, fix in found.items():
        fleet.channel(session, made, index).scope = "offered"
        if fix == "unverified":
            continue
        fleet.verdict(session, made, fix or "compliant", index)
        if fix is not None:
            fleet.finding(session, made, index, fix=fix)
    return made
