"""A small town as an officer knows it: three units, fourteen schools, their recorders and cameras, imported and looked
at through the real services. Every kind of result is in it, and more rows than one page of a list.
"""

import json
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlmodel import select

from camera_registry import daylight
from camera_registry.models import Site, Sweep, SweepItem, SweepSite
from camera_registry.services.import_csv import import_files
from camera_registry.services.record import record
from camera_registry.store import credentials, devices
from probes.errors import Failure
from probes.facts import Identity, Observation
from probes.login import LoginState
from probes.target import Remembered
from tests.standards.sheets import DAY, EDITIONS, HD_ONLY, NOW, Missing, observed, size

SCHOOLS = (
    ("79760001", "Trường Mầm non Hoa Sen", "MN", "UBND phường Tân Định"),
    ("79760002", "Trường Tiểu học Nguyễn Bỉnh Khiêm", "TH", "UBND phường Tân Định"),
    ("79760003", "Trường Tiểu học Đuốc Sống", "TH", "UBND phường Tân Định"),
    ("79760004", "Trường THCS Văn Lang", "THCS", "UBND phường Tân Định"),
    ("79760005", "Trường THCS Võ Trường Toản", "THCS", "UBND phường Tân Định"),
    ("79770001", "Trường Mầm non 6", "MN", "UBND phường Bàn Cờ"),
    ("79770002", "Trường Tiểu học Kỳ Đồng", "TH", "UBND phường Bàn Cờ"),
    ("79770003", "Trường Tiểu học Lương Định Của", "TH", "UBND phường Bàn Cờ"),
    ("79770004", "Trường THCS Colette", "THCS", "UBND phường Bàn Cờ"),
    ("79770005", "Trường Tiểu học và THCS Hội nhập Quốc tế Sài Gòn Phương Nam", "TH; THCS", "UBND phường Bàn Cờ"),
    ("79000001", "Trường THPT Trưng Vương", "THPT", "Sở Giáo dục và Đào tạo"),
    ("79000002", "Trường THPT Nguyễn Thị Minh Khai", "THPT", "Sở Giáo dục và Đào tạo"),
    ("79000003", "Trường THPT chuyên Lê Hồng Phong", "THPT", "Sở Giáo dục và Đào tạo"),
    ("79000004", "Trung tâm GDTX Chu Văn An", "GDTX", "Sở Giáo dục và Đào tạo"),
)
PLACES = (
    ("Cổng chính – hướng ra đường", "Cổng", "Có"),
    ("Sân trường", "Sân", "Có"),
    ("Hành lang tầng 1 dãy A", "Hành lang", ""),
    ("Nhà xe giáo viên", "Nhà xe", ""),
    ("Lớp 1A", "Lớp học", ""),
    ("Bếp ăn bán trú", "Bếp ăn", "Không"),
)
HOUR = timedelta(hours=1)
RECORDER = {"channel.kind": "analogue", "channel.via": "direct"}  # a DVR encodes its inputs itself
GOOD = {}
LOW = {**size(1280, 720)}
OLD = {**size(1280, 720), "capable.encodings": (HD_ONLY,)}
SLOW = {"measured.fps": 8.0, "declared.fps": 8.0}
BLACK = {"image.black": True}
MJPEG = {"measured.codec": "mjpeg", "declared.codec": "mjpeg"}
RARE = {"measured.keyframe_interval_s": 10.0}
NO_PICTURE = {"measured": Missing("no_media"), "image": Missing("no_media")}
BUSY = {"measured": Missing("busy"), "image": Missing("busy")}
RECORDERS = (
    (GOOD, GOOD, LOW, GOOD, GOOD, GOOD),
    (GOOD, SLOW, GOOD, MJPEG, GOOD, BLACK),
    (LOW, LOW, LOW, LOW, SLOW, GOOD),
    (GOOD, GOOD, GOOD, GOOD, GOOD, GOOD),
    (GOOD, BUSY, GOOD, NO_PICTURE, GOOD, RARE),
)
CAMERAS = (GOOD, OLD, BLACK, LOW, GOOD)
HIKVISION = Identity(at=NOW, how="GetDeviceInformation", manufacturer="Hikvision", model="DS-2CD2021G1-I",
                     firmware="V5.5.82 build 190909", serial="DS-2CD2021G1-I20190909AAWR1")  # fmt: skip


@dataclass(frozen=True)
class Town:
    """Where to look for what in the town."""

    school: str = "79760001"
    recorder: str = "DG-01"
    camera: str = "CAM-01"
    silent_school: str = "79770001"
    refused_school: str = "79770002"


def fill(session, vault, editions=EDITIONS, now=NOW):
    """The registry holds the town as it was seen at `now`, with logins sealed by `vault`."""
    import_files(session, files(), now)
    began = now - timedelta(hours=3)
    night = Sweep(night=f"{began:%Y-%m-%d}", state="done", planned_at=began, started_at=began, ended_at=now - HOUR)
    session.add(night)
    session.flush()
    for site in session.exec(select(Site.id)).all():
        session.add(SweepSite(sweep_id=night.id, site_id=site, state="done"))
    for position, (school, *_) in enumerate(SCHOOLS):
        at = now - timedelta(minutes=7 * position + 40)
        for code in ("DG-01", "CAM-01", "CAM-02"):
            device = devices.by_code(session, school, code)
            item = _looked(session, vault, device, position, editions, at)
            session.add(SweepItem(sweep_id=night.id, site_id=device.site_id, device_id=device.id, **item))
    app = devices.by_code(session, SCHOOLS[5][0], "APP-01")
    skipped = {"state": "skipped", "reason": "cloud_only", "ended_at": began}
    session.add(SweepItem(sweep_id=night.id, site_id=app.site_id, device_id=app.id, **skipped))
    return Town()


def files():
    """The files of the import."""
    schools = [
        f'{code},{name},{levels},Công lập,{unit},{n} Đường Lê Lợi,192.168.{n}.0/24,"40"'
        for n, (code, name, levels, unit) in enumerate(SCHOOLS)
    ]
    rows, channels = [], []
    for n, (school, *_) in enumerate(SCHOOLS):
        keeper, owner = ("Công ty TNHH Viễn thông B", "Thuê dịch vụ") if n % 3 == 0 else ("", "Nhà trường")
        rows += [
            f"{school},DG-01,Đầu ghi IP (NVR),Dahua,NVR4216-16P,192.168.{n}.64,quansat,{owner},{keeper},2021",
            f"{school},CAM-01,Camera IP,Hikvision,DS-2CD2021G1-I,192.168.{n}.65,admin,Nhà trường,,2017",
            f"{school},CAM-02,Camera IP,Hikvision,DS-2CD2021G1-I,192.168.{n}.66,admin,Nhà trường,,2019",
        ]
        channels += [f"{school},DG-01,{i},{name},{area},{scope}" for i, (name, area, scope) in enumerate(PLACES, 1)]
        channels += [f"{school},CAM-01,1,Cổng phụ,Cổng,Có", f"{school},CAM-02,1,Cầu thang dãy B,Cầu thang,"]
    rows.append(f"{SCHOOLS[5][0]},APP-01,Chỉ xem qua ứng dụng đám mây,Imou,Ranger 2,,,Nhà tài trợ,,2022")
    headings = {
        "schools.csv": "school.code,name,levels,kind,managed_by,address,networks,uplink",
        "devices.csv": "school,device.code,kind,make,model,host,username,owner,maintainer,in_use_since",
        "channels.csv": "school,device,index,name,area,scope",
    }
    tables = {"schools.csv": schools, "devices.csv": rows, "channels.csv": channels}
    return {name: "\n".join([headings[name], *lines, ""]).encode() for name, lines in tables.items()}


def _looked(session, vault, device, position, editions, at):
    """Records what was seen of the device; the values of its item in the sweep."""
    login = credentials.put(session, vault, device.id, device.username, f"secret-{position}", at - DAY)
    seen = _seen(device, position, at)
    taken = LoginState().succeeded("onvif").succeeded("rtsp")
    item = {"state": "done", "connections": 4, "logins": 5, "session_s": 14.2, "bytes_in": 7_340_112}
    if position == 5:
        taken, device.silent_nights = LoginState(), 4
        item = {"state": "failed", "reason": "unreachable", "connections": 2}
    elif seen.failures and not seen.channels:
        taken = LoginState().refused_at("onvif")
        item = {"state": "failed", "reason": "auth_refused", "connections": 3, "logins": 1, "tries": 1, "refusals": 1}
    else:
        record(session, device.id, _seen(device, position, at - DAY, earlier=True), editions, at - DAY, daylight.always)
    learned = Remembered(logins={credentials.name_of(login): taken})
    record(session, device.id, replace(seen, remembered=learned), editions, at, daylight.always)
    told = json.dumps([failure.to_json() for failure in seen.failures])
    return {"attempts": 1, "started_at": at - timedelta(seconds=21), "ended_at": at, "failures": told, **item}


def _seen(device, position, at, *, earlier=False):
    if position == 5:
        return Observation(target=device.code, observed_at=at, failures=(
            Failure("unreachable", "connect", "connect 192.168.5.64:80: no answer within 5 s",
                    facts=("onvif", "identity", "access")),))  # fmt: skip
    if position == 6 and device.code == "CAM-01":
        return Observation(target=device.code, observed_at=at, failures=(
            Failure("auth_refused", "onvif.login", "HTTP 401", facts=("identity", "onvif.profiles")),))  # fmt: skip
    if device.kind == "nvr":
        faults = RECORDERS[position % len(RECORDERS)]
        each = [observed({**RECORDER, **changes}, at) for changes in faults]
        channels = tuple(
            replace(one.channels[0], index=n, token=f"v{n}", name=f"Kênh {n}") for n, one in enumerate(each, 1)
        )
        failures = tuple(replace(f, channel=n) for n, one in enumerate(each, 1) for f in one.failures)
        return replace(each[0], channels=channels, failures=failures)
    changes = CAMERAS[(position + (device.code == "CAM-02")) % len(CAMERAS)]
    one = observed(GOOD if earlier and position % 2 else changes, at)
    model = "DS-2CD1001-I" if changes is OLD else HIKVISION.model  # no other camera of the old model can do more
    return replace(one, device=replace(one.device, identity=replace(HIKVISION, at=at, model=model)))
