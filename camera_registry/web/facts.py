"""What facts are called on a page, the words of those whose value is one of a closed list, and of how each was had."""

from __future__ import annotations

from collections.abc import Mapping

from camera_registry.services.device_values import Named
from standards.model import Text

FACTS: Mapping[str, Text] = {
    "identity.firmware": {"vi": "Phần mềm thiết bị", "en": "Firmware"},
    "identity.hardware": {"vi": "Phiên bản phần cứng", "en": "Hardware version"},
    "identity.endpoint": {"vi": "Mã UUID", "en": "Endpoint UUID"},
    "onvif.answers": {"vi": "Trả lời đầy đủ qua ONVIF", "en": "Answers over ONVIF"},
    "onvif.profiles": {"vi": "ONVIF Profile", "en": "ONVIF profiles"},
    "onvif.media": {"vi": "Dịch vụ hình ảnh ONVIF", "en": "ONVIF media services"},
    "clock.offset_s": {"vi": "Lệch giờ", "en": "Clock offset"},
    "clock.time_source": {"vi": "Nguồn đồng bộ giờ", "en": "Time source"},
    "clock.zone": {"vi": "Múi giờ của thiết bị", "en": "Time zone of the device"},
    "access.onvif_login_required": {"vi": "ONVIF yêu cầu đăng nhập", "en": "ONVIF asks for a login"},
    "access.rtsp_login_required": {"vi": "Luồng hình yêu cầu đăng nhập", "en": "Streams ask for a login"},
    "access.onvif_schemes": {"vi": "Kiểu đăng nhập ONVIF", "en": "Kinds of login over ONVIF"},
    "access.rtsp_schemes": {"vi": "Kiểu đăng nhập luồng hình", "en": "Kinds of login of streams"},
    "access.basic_in_clear": {"vi": "Gửi mật khẩu không mã hóa", "en": "Password only in clear text"},
    "channel.kind": {"vi": "Loại nguồn hình", "en": "Kind of source"},
    "channel.state": {"vi": "Trạng thái", "en": "State"},
    "channel.via": {"vi": "Cách lấy hình", "en": "Seen"},
    "channel.further_megapixels": {"vi": "Luồng khác (megapixel)", "en": "Further streams (megapixels)"},
    "stream.role_source": {"vi": "Căn cứ xác định luồng", "en": "How the role is known"},
    "declared.gop": {"vi": "Khoảng cách khung I khai báo (khung hình)", "en": "Declared key-frame interval (frames)"},
    "declared.rate_control": {"vi": "Kiểu tốc độ bit", "en": "Rate control"},
    "sdp.codec": {"vi": "Chuẩn nén trong SDP", "en": "Codec in the SDP"},
    "sdp.size": {"vi": "Độ phân giải trong SDP", "en": "Resolution in the SDP"},
    "sdp.fps": {"vi": "Tốc độ khung hình trong SDP", "en": "Frame rate in the SDP"},
    "rtsp.interleaved": {"vi": "RTSP qua TCP", "en": "RTSP over TCP"},
    "measured.profile": {"vi": "Profile của chuẩn nén", "en": "Codec profile"},
    "measured.level": {"vi": "Level của chuẩn nén", "en": "Codec level"},
    "measured.seconds": {"vi": "Thời gian đo", "en": "Length of the sample"},
    "measured.packets": {"vi": "Số gói tin", "en": "Packets"},
    "measured.packets_lost": {"vi": "Số gói tin bị mất", "en": "Packets lost"},
    "measured.longest_gap_s": {"vi": "Gián đoạn dài nhất", "en": "Longest gap"},
    "measured.first_packet_ms": {"vi": "Thời gian chờ gói tin đầu tiên", "en": "Wait for the first packet"},
    "image.light": {"vi": "Ánh sáng", "en": "Light"},
    "image.black": {"vi": "Hình đen", "en": "Black picture"},
    "image.covered": {"vi": "Ống kính bị che", "en": "Covered"},
    "image.blurred": {"vi": "Hình mờ", "en": "Out of focus"},
    "image.no_signal": {"vi": "Mất tín hiệu", "en": "No signal"},
    "image.frozen": {"vi": "Đứng hình", "en": "Frozen"},
    "image.moved": {"vi": "Góc nhìn bị lệch", "en": "View has moved"},
    "image.overexposed": {"vi": "Cháy sáng", "en": "Overexposed"},
    "image.underexposed": {"vi": "Quá tối", "en": "Underexposed"},
    "image.colourless": {"vi": "Không có màu", "en": "Without colour"},
    "image.cast": {"vi": "Ám màu", "en": "Tinted"},
    "image.smeared": {"vi": "Nhòe khối", "en": "Smeared"},
    "image.combed": {"vi": "Răng cưa", "en": "Combed"},
    "image.compared": {"vi": "So với hình tham chiếu", "en": "Compared with the reference of"},
    "image.compared_days": {"vi": "Tuổi của hình tham chiếu", "en": "Age of the reference"},
    "image.shift_percent": {
        "vi": "Lệch so với tham chiếu (% bề rộng)",
        "en": "Shift since the reference (% of the width)",
    },
    "image.turn_deg": {"vi": "Xoay so với tham chiếu", "en": "Turn since the reference"},
    "image.sharpness_share": {"vi": "Độ nét so với tham chiếu", "en": "Sharpness over that of the reference"},
}
"""Every fact that the page of a device names beside its tables."""
VALUES: Mapping[str, Mapping[str, Text]] = {
    "clock.time_source": {
        "ntp": {"vi": "máy chủ giờ (NTP)", "en": "time server (NTP)"},
        "manual": {"vi": "đặt bằng tay", "en": "set by hand"},
    },
    "channel.kind": {
        "ip": {"vi": "camera IP", "en": "IP camera"},
        "analogue": {"vi": "camera analog", "en": "analogue camera"},
        "thermal": {"vi": "camera nhiệt", "en": "thermal camera"},
        "fisheye": {"vi": "camera toàn cảnh", "en": "fisheye camera"},
        "unknown": {"vi": "chưa rõ", "en": "not known"},
    },
    "channel.state": {
        "live": {"vi": "đang hoạt động", "en": "live"},
        "no_signal": {"vi": "mất tín hiệu", "en": "no signal"},
        "empty": {"vi": "chưa gắn camera", "en": "empty"},
        "offline": {"vi": "mất kết nối", "en": "offline"},
        "unknown": {"vi": "chưa rõ", "en": "not known"},
    },
    "channel.via": {
        "direct": {"vi": "trực tiếp từ camera", "en": "directly"},
        "recorder": {"vi": "qua đầu ghi hình", "en": "through the recorder"},
    },
    "stream.role_source": {
        "declared": {"vi": "thiết bị khai báo", "en": "declared by the device"},
        "registered": {"vi": "người dùng khai báo", "en": "registered by people"},
        "pattern": {"vi": "theo mẫu địa chỉ", "en": "from the form of the address"},
        "assumed": {"vi": "tạm coi như vậy", "en": "assumed"},
    },
    "declared.rate_control": {
        "cbr": {"vi": "cố định (CBR)", "en": "constant (CBR)"},
        "vbr": {"vi": "thay đổi (VBR)", "en": "variable (VBR)"},
    },
    "image.light": {
        "day": {"vi": "đủ sáng", "en": "day"},
        "night": {"vi": "ban đêm", "en": "night"},
        "dark": {"vi": "tối", "en": "dark"},
    },
    "image.compared": {
        "day-colour": {"vi": "ban ngày, có màu", "en": "day, in colour"},
        "day-infrared": {"vi": "ban ngày, hồng ngoại", "en": "day, in infrared"},
        "night-colour": {"vi": "ban đêm, có màu", "en": "night, in colour"},
        "night-infrared": {"vi": "ban đêm, hồng ngoại", "en": "night, in infrared"},
    },
}
"""The words of values of closed lists, by what stands for them in English reports."""
HOWS: Mapping[str, Text] = {
    "onvif": {"vi": "hỏi thiết bị qua ONVIF", "en": "asked over ONVIF"},
    "rtsp": {"vi": "mở luồng qua RTSP", "en": "opening the stream over RTSP"},
    "rtsp describe": {"vi": "đọc mô tả luồng qua RTSP", "en": "from the RTSP description of the stream"},
    "rtp over udp": {"vi": "đo trên luồng hình (UDP)", "en": "measured in the stream (UDP)"},
    "usual paths": {"vi": "theo đường dẫn thường gặp của hãng", "en": "by the usual paths of makers"},
    "rtp over tcp": {"vi": "đo trên luồng hình", "en": "measured in the stream"},
    "key frame": {"vi": "xem một khung hình", "en": "from one picture"},
    "address": {"vi": "theo địa chỉ đã khai báo", "en": "from the address as registered"},
    "register": {"vi": "theo thông tin đã khai báo", "en": "as registered"},
    "answer": {"vi": "nội dung trường kê khai", "en": "answered by the school"},
}
"""The methods by which facts are had, by what the probes write."""


def how_of(how: str, lang: str) -> str:
    """How a fact was had, in words; what this version does not know is left out."""
    return ", ".join(HOWS[each][lang] for each in how.split(", ") if each in HOWS)


def name_of(path: str, lang: str) -> str:
    """What the fact at this path is called; the path itself where it has no name."""
    return FACTS[path][lang] if path in FACTS else path


def value_of(fact: Named, lang: str) -> str:
    """The value of a fact as a person reads it."""
    words = VALUES.get(fact.path, {}).get(fact.told.text["en"])
    return words[lang] if words else fact.told.text[lang]
