"""Cameras of a handover as values: one of which everything is known, one of which little is, and one that is lost."""

from dataclasses import replace
from datetime import UTC, date, datetime

from camera_registry.services.handed import Handed, StateSeen, StreamTold

AT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
MAIN = StreamTold("rtsp://192.168.1.64:1554/Streaming/Channels/101?a=1&b=2", "h265", 2560, 1440, 25.0, 4096.5, AT)
SUB = StreamTold("rtsp://192.168.1.64:1554/Streaming/Channels/102", "h264", 640, 360, 12.5, 512.0, AT)
WHOLE = Handed(
    channel=1, district_code="tan-dinh", district="UBND phường Tân Định", school_code="0790123",
    school="Trường THCS Số 1", site="Cơ sở 2", device_code="ĐG-01", index=5, name="Cổng chính – hướng ra đường",
    area="gate", main=MAIN, sub=SUB, latitude=10.790123, longitude=106.690456, position="channel", heading=90,
    networks="192.168.1.0/24", way="recorder", through="ĐG-01", sessions=4, contact_name="Nguyễn Văn A",
    contact_phone="0901234567", contact_email="a@truong.example", ready=True, ready_since=AT,
    edition="hcmc-3288@draft-1", state="accepted", day=date(2026, 11, 23), by="Trần Thị Cán Bộ",
    history=(StateSeen("accepted", date(2026, 11, 23), "", "Trần Thị Cán Bộ", AT),),
)  # fmt: skip
LITTLE = replace(
    WHOLE, channel=2, site="", device_code="CAM-01", index=1, name="=HYPERLINK(\"http://x\")", sub=StreamTold(),
    main=replace(MAIN, address="rtsp://192.168.1.65/live/${HOME}{FRIGATE_X}#exec"), latitude=None, longitude=None,
    position="", heading=None, way="direct", through="CAM-01", sessions=None, contact_name="@a", contact_phone="+84901",
    contact_email="", state="", day=None, by="", history=(),
)  # fmt: skip
LOST = replace(
    WHOLE, channel=3, index=6, name="Sân trường", main=StreamTold(), sub=StreamTold(), position="site", ready=False,
    ready_since=None, edition="", state="connected",
)  # fmt: skip
ROWS = (WHOLE, LITTLE, LOST)
