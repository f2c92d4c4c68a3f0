"""Names: what facts, their values, methods, steps of a probe, outcomes and fixes are called, in both languages.

Strategy: closed tables, so that a terminal, a page and a paper say the same. A path without a name is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standards.flags import flag
from standards.model import LANGUAGES, Text
from standards.view import known_paths
from standards.words import show

NAMES: Mapping[str, Text] = {
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
    "onvif.media_profiles": {"vi": "Số cấu hình hình ảnh (media profile)", "en": "Media profiles"},
    "onvif.scopes": {"vi": "Các mục trong danh sách scope", "en": "Entries of the scopes"},
    "clock.without_login": {"vi": "Cho biết giờ không cần đăng nhập", "en": "Tells the time without a login"},
    "security.https": {"vi": "HTTPS", "en": "HTTPS"},
    "security.tls_version": {"vi": "Phiên bản TLS", "en": "Version of TLS"},
    "security.rtsps": {"vi": "Luồng hình mã hóa (RTSPS)", "en": "Streams over TLS (RTSPS)"},
    "security.firmware_told": {"vi": "Cho biết phiên bản phần mềm", "en": "Tells its firmware version"},
    "security.password_length": {"vi": "Độ dài mật khẩu tối thiểu của thiết bị", "en": "Least length of a password"},
    "security.password_uppercase": {"vi": "Số chữ hoa trong mật khẩu", "en": "Upper-case letters in a password"},
    "security.password_digits": {"vi": "Số chữ số trong mật khẩu", "en": "Digits in a password"},
    "security.password_special": {"vi": "Số ký tự đặc biệt trong mật khẩu", "en": "Special characters in a password"},
    "security.telnet_open": {"vi": "Cổng Telnet", "en": "Telnet port"},
    "security.ftp_open": {"vi": "Cổng FTP", "en": "FTP port"},
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
    "rtsp.udp": {"vi": "RTP qua UDP", "en": "RTP over UDP"},
    "rtsp.methods": {"vi": "Các lệnh RTSP bắt buộc", "en": "RTSP methods"},
    "rtsp.sender_reports": {"vi": "Báo cáo RTCP", "en": "RTCP sender reports"},
    "stream.address_octets": {"vi": "Độ dài địa chỉ luồng", "en": "Length of the stream address"},
    "capable.codecs": {"vi": "Chuẩn nén thiết bị hỗ trợ", "en": "Codecs that the device offers"},
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
    "stream.role": {"vi": "Vai trò của luồng", "en": "Role of the stream"},
    "capable.encodings": {"vi": "Những gì thiết bị đặt được", "en": "What the device could be set to"},
    "declared.bitrate_kbps": {"vi": "Giới hạn tốc độ bit khai báo", "en": "Declared limit of the bit rate"},
    "declared.codec": {"vi": "Chuẩn nén khai báo", "en": "Declared codec"},
    "declared.fps": {"vi": "Tốc độ khung hình khai báo", "en": "Declared frame rate"},
    "declared.keyframe_interval_s": {"vi": "Khoảng cách khung I khai báo", "en": "Declared key-frame interval"},
    "declared.size": {"vi": "Độ phân giải khai báo", "en": "Declared resolution"},
    "declared.width": {"vi": "Bề rộng khai báo", "en": "Declared width"},
    "declared.height": {"vi": "Chiều cao khai báo", "en": "Declared height"},
    "measured.bitrate_kbps": {"vi": "Tốc độ bit đo được", "en": "Measured bit rate"},
    "measured.codec": {"vi": "Chuẩn nén đo được", "en": "Measured codec"},
    "measured.fps": {"vi": "Tốc độ khung hình đo được", "en": "Measured frame rate"},
    "measured.frames": {"vi": "Số khung hình", "en": "Frames"},
    "measured.intra_refresh": {"vi": "Làm mới hình dần (intra refresh)", "en": "Intra refresh"},
    "measured.keyframe_gap_s": {"vi": "Khoảng dài nhất không có khung I", "en": "Longest time without a key frame"},
    "measured.keyframe_interval_s": {"vi": "Khoảng cách khung I đo được", "en": "Measured key-frame interval"},
    "measured.keyframes": {"vi": "Số khung I", "en": "Key frames"},
    "measured.lost_percent": {"vi": "Tỷ lệ gói tin bị mất", "en": "Share of packets lost"},
    "measured.size": {"vi": "Độ phân giải đo được", "en": "Measured resolution"},
    "measured.width": {"vi": "Bề rộng đo được", "en": "Measured width"},
    "measured.height": {"vi": "Chiều cao đo được", "en": "Measured height"},
    "derived.bitrate_limit_at_1080p_kbps": {
        "vi": "Giới hạn tốc độ bit khai báo, quy đổi về 1920×1080",
        "en": "Declared limit of the bit rate, scaled to 1920×1080",
    },
    "derived.keyframe_gap_s": {
        "vi": "Khoảng dài nhất không có khung I, tính theo tốc độ khai báo",
        "en": "Longest time without a key frame, at the declared rate",
    },
    "derived.keyframe_interval_s": {"vi": "Khoảng cách khung I", "en": "Key-frame interval"},
    "derived.loss_percent": {
        "vi": "Tỷ lệ mất gói (mất dưới 5 gói tính là 0)",
        "en": "Share of packets lost (fewer than 5 lost count as 0)",
    },
    "derived.smart_codec": {"vi": "Nén thông minh (H.264+, H.265+)", "en": "Smart codec (H.264+, H.265+)"},
    "register.outdoor": {"vi": "Lắp ngoài trời", "en": "Outdoors"},
    "register.scene_width_m": {"vi": "Bề rộng vùng nhìn", "en": "Width of the scene"},
    "register.pixels_per_metre": {"vi": "Mật độ điểm ảnh tại vùng nhìn", "en": "Pixels for each metre of the scene"},
    "site.uplink_mbps": {"vi": "Tốc độ tải lên của đường truyền", "en": "Rate of the uplink"},
    "site.offered_channels": {"vi": "Số camera thuộc diện kết nối", "en": "Cameras offered for connection"},
    "site.connected_mbps": {"vi": "Tổng tốc độ bit các luồng kết nối", "en": "Sum of the connected streams"},
    "site.connected_at_least_mbps": {
        "vi": "Tổng tốc độ bit các luồng kết nối (phần đã biết)",
        "en": "Sum of the connected streams, as far as known",
    },
    "site.uplink_used_percent": {"vi": "Tỷ lệ sử dụng đường truyền", "en": "Share of the uplink in use"},
    "site.uplink_used_at_least_percent": {
        "vi": "Tỷ lệ sử dụng đường truyền (ít nhất)",
        "en": "Share of the uplink in use, at least",
    },
    "school.channels": {"vi": "Số camera của trường", "en": "Cameras of the school"},
    "school.offered_channels": {"vi": "Số camera thuộc diện kết nối", "en": "Cameras offered for connection"},
    "school.undecided_channels": {"vi": "Số camera chưa quyết định", "en": "Cameras undecided"},
    "register.daylight": {
        "vi": "Trời sáng tại điểm trường khi chụp",
        "en": "Sun up at the site when the picture was taken",
    },
}
"""What facts are called: all that the page of a device names beside its tables, and all that rules look at."""
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
    "stream.role": {
        "main": {"vi": "luồng chính", "en": "main stream"},
        "sub": {"vi": "luồng phụ", "en": "sub stream"},
        "third": {"vi": "luồng thứ ba", "en": "third stream"},
        "extra": {"vi": "luồng khác", "en": "another stream"},
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
    "connections": {"vi": "thử kết nối", "en": "by connecting"},
    "sum": {"vi": "cộng các luồng kết nối", "en": "sum of the connected streams"},
    "declared limits": {"vi": "có luồng tính theo giới hạn khai báo", "en": "some by their declared limit"},
    "answer": {"vi": "nội dung trường kê khai", "en": "answered by the school"},
    "laptop": {"vi": "gói kết quả từ máy xách tay", "en": "brought by a laptop"},
}
"""The methods by which facts are had, by what the probes write."""

OUTCOMES: Mapping[str, Text] = {
    "pass": {"vi": "Đạt", "en": "pass"},
    "fail": {"vi": "Chưa đạt", "en": "fail"},
    "unknown": {"vi": "Chưa xác định", "en": "unknown"},
    "not_applicable": {"vi": "Không áp dụng", "en": "not applicable"},
}
VERDICTS: Mapping[str, Text] = {
    "compliant": {"vi": "Đáp ứng", "en": "compliant"},
    "reconfigure": {"vi": "Chưa đáp ứng – cần chỉnh cấu hình", "en": "not compliant: change a setting"},
    "repair": {"vi": "Chưa đáp ứng – cần khắc phục", "en": "not compliant: repair"},
    "replace": {"vi": "Chưa đáp ứng – đề xuất thay thế", "en": "not compliant: replace"},
    "unverified": {"vi": "Chưa kiểm tra được", "en": "could not be checked"},
}
FIXES: Mapping[str, Text] = {
    "reconfigure": {"vi": "Chỉnh cấu hình", "en": "Change a setting"},
    "firmware": {"vi": "Cập nhật phần mềm thiết bị", "en": "Update the firmware"},
    "credentials": {"vi": "Cập nhật tài khoản", "en": "Correct the login"},
    "network": {"vi": "Xử lý mạng, nguồn hoặc cổng kết nối", "en": "Mend network, power or port"},
    "repair": {"vi": "Sửa chữa", "en": "Repair"},
    "survey": {"vi": "Khảo sát tại chỗ", "en": "Find out on site"},
    "replace": {"vi": "Thay thế", "en": "Replace"},
}
LEVELS: Mapping[str, Text] = {
    "mandatory": {"vi": "bắt buộc", "en": "mandatory"},
    "recommended": {"vi": "khuyến nghị", "en": "recommended"},
    "informational": {"vi": "tham khảo", "en": "informational"},
}
STEPS: Mapping[str, Text] = {
    "connect": {"vi": "kết nối tới địa chỉ", "en": "connecting to the address"},
    "tls": {"vi": "lập kết nối bảo mật (TLS)", "en": "making the connection secure (TLS)"},
    "onvif.clock": {"vi": "hỏi giờ qua ONVIF", "en": "asking the time over ONVIF"},
    "onvif.services": {"vi": "hỏi các dịch vụ ONVIF", "en": "asking for the ONVIF services"},
    "onvif.login": {"vi": "đăng nhập ONVIF", "en": "logging in over ONVIF"},
    "onvif.device": {"vi": "hỏi thông tin thiết bị qua ONVIF", "en": "asking for device information over ONVIF"},
    "onvif.network": {"vi": "hỏi cấu hình mạng qua ONVIF", "en": "asking for the network settings over ONVIF"},
    "onvif.mac": {"vi": "hỏi địa chỉ MAC qua ONVIF", "en": "asking for the hardware address over ONVIF"},
    "onvif.password": {"vi": "hỏi quy định mật khẩu qua ONVIF", "en": "asking for the rules for passwords over ONVIF"},
    "onvif.media": {"vi": "hỏi cấu hình hình ảnh qua ONVIF", "en": "asking for the profiles over ONVIF"},
    "onvif.options": {"vi": "hỏi khả năng mã hóa qua ONVIF", "en": "asking over ONVIF what can be set"},
    "onvif.stream_uri": {"vi": "hỏi địa chỉ luồng qua ONVIF", "en": "asking for the stream address over ONVIF"},
    "rtsp.options": {"vi": "RTSP OPTIONS", "en": "RTSP OPTIONS"},
    "rtsp.describe": {"vi": "đọc mô tả luồng (RTSP DESCRIBE)", "en": "RTSP DESCRIBE"},
    "rtsp.setup": {"vi": "mở luồng (RTSP SETUP)", "en": "RTSP SETUP"},
    "rtsp.play": {"vi": "phát luồng (RTSP PLAY)", "en": "RTSP PLAY"},
    "rtsp.sample": {"vi": "đo luồng hình", "en": "measuring the stream"},
    "rtsp.teardown": {"vi": "đóng luồng (RTSP TEARDOWN)", "en": "RTSP TEARDOWN"},
    "rtsp.paths": {"vi": "tìm đường dẫn luồng", "en": "finding the path of the stream"},
    "image.decode": {"vi": "giải mã khung hình", "en": "decoding a picture"},
    "image.look": {"vi": "xem khung hình", "en": "looking at a picture"},
    "run": {"vi": "thực hiện lần kiểm tra", "en": "running the probe"},
    "target": {"vi": "địa chỉ kiểm tra", "en": "the address as given"},
    "discovery": {"vi": "dò tìm thiết bị", "en": "discovery"},
}
"""The steps of a probe."""


def name_of(path: str, lang: str) -> str:
    """What the fact at this path is called; the path itself where it has no name."""
    return NAMES[path][lang] if path in NAMES else path


def how_of(how: str, lang: str) -> str:
    """How a fact was had, in words; what this version does not know is left out."""
    return ", ".join(HOWS[each][lang] for each in how.split(", ") if each in HOWS)


def value_of(path: str, value: Any) -> Text:
    """A value of the fact at this path as a person reads it; a path this version does not know has no unit."""
    meant = flag(path, value) if isinstance(value, bool) else None
    if meant is not None:
        return meant
    if isinstance(value, str) and value in VALUES.get(path, {}):
        return VALUES[path][value]
    known = known_paths().get(path)
    return {language: show(value, known.unit if known else "", language) for language in LANGUAGES}
