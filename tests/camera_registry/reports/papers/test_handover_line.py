"""A camera of the handover as a line of the paper that is signed."""

from dataclasses import replace

from camera_registry.reports.papers.handover_paper import HandedOver, line_of
from camera_registry.services.handed import Handed, StreamTold

MAIN = StreamTold("rtsp://192.168.0.11:554/main", "h265", 2560, 1440, 24.96, 3000.0)
ROW = Handed(
    channel=1, district_code="P1", district="UBND phường A", school_code="0790123", school="Trường THCS Số 1", site="",
    device_code="DG-01", index=5, name="Cổng chính", area="gate", main=MAIN, sub=StreamTold(), latitude=None,
    longitude=None, position="", heading=None, networks="192.168.0.0/24", way="recorder", through="DG-01", sessions=6,
    contact_name="Nguyễn Văn A", contact_phone="0901000000", contact_email="", ready=True, ready_since=None,
    edition="hcmc-3288@draft-1", state="connected",
)  # fmt: skip


def test_a_line_says_what_arrived_and_where_the_camera_stands():
    """Numbers as they are written in Vietnamese, the state in words."""
    assert line_of(ROW) == HandedOver(
        "0790123", "Trường THCS Số 1", "DG-01/5", "Cổng chính", "rtsp://192.168.0.11:554/main", "H265", "2560×1440",
        "25", "6", "Nguyễn Văn A, 0901000000", "Đã kết nối",
    )  # fmt: skip


def test_what_is_not_known_is_left_empty_and_what_is_lost_is_said():
    """Nothing is made up: no size of one side, no sessions that the device has not said."""
    line = line_of(replace(ROW, main=StreamTold(width=1920, fps=12.5), sessions=None, ready=False))
    assert (line.stream, line.codec, line.size, line.fps, line.sessions) == ("", "", "", "12,5", "")
    assert line.state == "Đã bàn giao, nay không còn sẵn sàng"
