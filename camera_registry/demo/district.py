"""The district of the demo: invented schools under a ward and the Department, and what hangs on their walls.

Values only: `register` runs them and registers them. No school, ward or firm here is a real one.
"""

from __future__ import annotations

from dataclasses import replace

from camera_registry.demo.boxes import good, recorder, sending
from camera_registry.demo.entries import Box, Place, SchoolEntry, View
from probes.simulator import presets

WARD, DEPARTMENT = "UBND phường Cây Bàng", "Sở Giáo dục và Đào tạo"
_FIRM, _RENTER = "Công ty Dịch vụ Kỹ thuật Bến Đò", "Công ty Viễn thông Đồi Gió"
_OUT, _IN = "Ngoài trời", "Trong nhà"
_BAD_HOST = "192.0.2.7"
_NOT_THE_PASSWORD = "quansat@2021"  # noqa: S105  of a camera that does not exist  # nosec B105
_SMOOTH = {"fps": 15.0, "gop": 30, "bitrate_kbps": 3072}


PRIMARY = SchoolEntry(
    code="0799001",
    name="Trường Tiểu học Cây Bàng",
    levels="TH",
    managed_by=WARD,
    located_in="99901",
    former_district="Quận Bến Đò cũ",
    contact="Nguyễn Thị Mẫu",
    phone="0900000001",
    email="c1caybang@example.edu.vn",
    sites=(Place("", "12 đường Cây Bàng", "10,7812", "106,7003", "40"),),
    devices=(
        Box(
            code="CAM-01",
            about="1080p H.264",
            camera=good(),
            views=(View("Cổng chính – hướng ra đường", "Cổng", _OUT, "Có"),),
            maintainer=_FIRM,
            in_use_since="2023",
            price="2.450.000",
        ),
        Box(
            code="CAM-02",
            about="1080p H.265, only Media2 tells of it",
            camera=presets.good_h265_media2_only(),
            views=(View("Sân trường – cột cờ", "Sân", _OUT, "Có"),),
            maintainer=_FIRM,
            in_use_since="2024",
            warranty_until="31/12/2027",
        ),
        Box(
            code="CAM-03",
            about="720p, could do 1080p",
            camera=presets.hd720_can_1080(),
            views=(View("Hành lang tầng 1", "Hành lang", _IN, "Chưa quyết định"),),
            maintainer=_FIRM,
            in_use_since="2021",
        ),
        Box(
            code="CAM-04",
            about="720p, and no more",
            camera=presets.hd720_cannot(),
            views=(View("Hành lang tầng 2", "Hành lang", _IN, "Chưa quyết định"),),
            in_use_since="2017",
            funding="Xã hội hóa",
        ),
        Box(
            code="CAM-05",
            about="720p, does not say what it could send",
            camera=presets.hd720_silent(),
            views=(View("Cầu thang A", "Cầu thang", _IN),),
            in_use_since="2018",
        ),
        Box(
            code="CAM-06",
            about="MJPEG",
            camera=presets.mjpeg_only(),
            views=(View("Nhà xe giáo viên", "Nhà xe", _OUT, "Không"),),
            owner="Nhà tài trợ",
            in_use_since="2014",
        ),
        Box(
            code="CAM-07",
            about="declares 25 frames a second and sends 12",
            camera=sending(fps=12.0, declared_fps=25.0),
            views=(View("Sân sau", "Sân", _OUT, "Có"),),
            maintainer=_FIRM,
            in_use_since="2022",
        ),
    ),
)
SECONDARY = SchoolEntry(
    code="0799002",
    name="Trường THCS Bến Đò Xanh",
    levels="THCS",
    managed_by=WARD,
    located_in="99902",
    former_district="Quận Bến Đò cũ",
    contact="Trần Văn Thử",
    phone="0900000002",
    sites=(
        Place("", "3 đường Bến Đò Xanh", "10,7855", "106,6921", "60"),
        Place("Cơ sở 2", "41 hẻm Bến Đò Xanh", "10,7861", "106,6940", "20"),
    ),
    devices=(
        Box(
            code="DG-01",
            about="recorder of eight inputs: a small picture, a card, a camera that is gone, a slot never used",
            camera=recorder(),
            kind="Đầu ghi IP (NVR)",
            views=(
                View("Cổng chính", "Cổng", _OUT, "Có", index=1),
                View("Cổng phụ – đường hẻm", "Cổng", _OUT, "Có", index=2),
                View("Sân trước", "Sân", _OUT, "Có", index=3),
                View("Hành lang dãy A", "Hành lang", _IN, index=4),
                View("Hành lang dãy B", "Hành lang", _IN, index=5),
                View("Bếp ăn", "Bếp ăn", _IN, "Không", index=6),
                View("Nhà xe học sinh", "Nhà xe", _OUT, "Có", note="Camera bị tháo khi sửa mái che", index=7),
            ),
            maintainer=_FIRM,
            in_use_since="2022",
            warranty_until="30/06/2027",
            price="18.900.000",
        ),
        Box(
            code="CAM-01",
            about="clock three hours off",
            camera=good(clock_offset_s=3 * 3600),
            views=(View("Cổng cơ sở 2", "Cổng", _OUT, "Có"),),
            site="Cơ sở 2",
        ),
        Box(
            code="CAM-02",
            about="hands out addresses of another network",
            camera=good(xaddr_host=_BAD_HOST, stream_uri_host=_BAD_HOST),
            views=(View("Sân cơ sở 2", "Sân", _OUT, "Có"),),
            site="Cơ sở 2",
            rtsp_port=True,
        ),
        Box(
            code="CAM-03",
            about="asks for no login",
            camera=good(onvif_auth=("none",), rtsp_auth="none"),
            views=(View("Hành lang cơ sở 2", "Hành lang", _IN),),
            site="Cơ sở 2",
            owner="Nhà tài trợ",
        ),
        Box(
            code="CAM-04",
            about="black picture",
            camera=sending(scene="black", **_SMOOTH),
            views=(View("Nhà xe cơ sở 2", "Nhà xe", _OUT, "Có"),),
            site="Cơ sở 2",
        ),
    ),
)
KINDERGARTEN = SchoolEntry(
    code="0799003",
    name="Trường Mầm non Chim Sâu Nhỏ",
    levels="MN",
    kind="Tư thục",
    managed_by=WARD,
    located_in="99901",
    contact="Lê Thị Ví Dụ",
    phone="0900000003",
    sites=(Place("", "7 đường Chim Sâu", "", "", "30"),),
    devices=(
        Box(
            code="CAM-01",
            about="the registered password is wrong",
            camera=good(),
            password=_NOT_THE_PASSWORD,
            views=(View("Cổng trường", "Cổng", _OUT, "Có"),),
            owner="Thuê dịch vụ",
            maintainer=_RENTER,
        ),
        Box(
            code="CAM-02",
            about="the account is locked",
            camera=good(locked=True),
            views=(View("Sân chơi", "Sân", _OUT, "Có"),),
            owner="Thuê dịch vụ",
            maintainer=_RENTER,
        ),
        Box(
            code="CAM-03",
            about="a viewer account that may not ask everything",
            camera=good("viewer_only"),
            views=(View("Hành lang lớp Chồi", "Hành lang", _IN),),
            owner="Thuê dịch vụ",
            maintainer=_RENTER,
        ),
        Box(
            code="CAM-04",
            about="one RTSP stream, no ONVIF",
            camera=good("offline_onvif"),
            stream="main",
            views=(View("Bếp", "Bếp ăn", _IN, "Không"),),
        ),
        Box(
            code="CAM-05",
            about="one viewer at a time",
            camera=good("one_session"),
            views=(View("Lớp Lá", "Lớp học", _IN),),
        ),
        Box(
            code="CAM-06",
            about="a no-signal card",
            camera=sending(scene="no_signal", **_SMOOTH),
            views=(View("Kho thiết bị", "Khác", _IN),),
        ),
    ),
)
HIGH_SCHOOL = SchoolEntry(
    code="0799004",
    name="Trường THPT Đồi Gió Lộng",
    levels="THPT",
    managed_by=DEPARTMENT,
    located_in="99903",
    former_district="Huyện Đồi Gió cũ",
    contact="Phạm Văn Minh Họa",
    phone="0900000004",
    sites=(Place("", "100 đường Đồi Gió", "10,8423", "106,7719", "100"),),
    devices=(
        Box(
            code="CAM-01",
            about="switched off",
            camera=good("offline_onvif", "offline_rtsp"),
            views=(View("Cổng sau", "Cổng", _OUT, "Có"),),
            maintainer=_FIRM,
        ),
        Box(
            code="CAM-02",
            about="accepts connections and says nothing",
            camera=good("silent"),
            views=(View("Cổng chính", "Cổng", _OUT, "Có"),),
            maintainer=_FIRM,
        ),
        Box(
            code="CAM-03",
            about="hangs in mid-stream",
            camera=good("hang_mid_stream"),
            views=(View("Sân bóng", "Sân", _OUT, "Có"),),
            maintainer=_FIRM,
        ),
        Box(
            code="CAM-04",
            about="4:3 sensor",
            camera=sending(width=2048, height=1536, **_SMOOTH),
            views=(View("Sân khấu", "Sân", _OUT, "Có"),),
            warranty_until="31/12/2028",
        ),
        Box(
            code="CAM-05",
            about="corridor, upright picture",
            camera=sending(width=1080, height=1920, **_SMOOTH),
            views=(View("Hành lang tầng 3", "Hành lang", _IN, "Có"),),
            warranty_until="31/12/2028",
        ),
        Box(
            code="CAM-06",
            about="infrared with a slow shutter",
            camera=sending(scene="night", fps=12.0, declared_fps=25.0, gop=25),
            views=(View("Cầu thang B", "Cầu thang", _IN),),
        ),
        Box(
            code="CAM-07",
            about="the stream has a login of its own",
            camera=replace(good(), rtsp_password="another one"),  # noqa: S106  of a camera that does not exist  # nosec B106
            views=(View("Phòng thiết bị", "Khác", _IN, "Không"),),
        ),
    ),
)
DISTRICT = (PRIMARY, SECONDARY, KINDERGARTEN, HIGH_SCHOOL)
