"""What a yes or a no means for each fact of that kind: "yes" alone tells nobody whether a picture is black. Pure."""

from __future__ import annotations

from standards.model import Text

FLAGS: dict[str, tuple[Text, Text]] = {
    "onvif.answers": (
        {"vi": "trả lời đủ các lệnh ONVIF cần thiết", "en": "answers over ONVIF"},
        {"vi": "không trả lời đủ các lệnh ONVIF cần thiết", "en": "does not answer all that is needed over ONVIF"},
    ),
    "access.onvif_login_required": (
        {"vi": "ONVIF yêu cầu đăng nhập", "en": "ONVIF asks for a login"},
        {"vi": "ONVIF không yêu cầu đăng nhập", "en": "ONVIF answers without a login"},
    ),
    "access.rtsp_login_required": (
        {"vi": "luồng hình yêu cầu đăng nhập", "en": "the stream asks for a login"},
        {"vi": "luồng hình xem được không cần đăng nhập", "en": "the stream plays without a login"},
    ),
    "access.basic_in_clear": (
        {"vi": "chỉ có kiểu đăng nhập Basic không mã hóa", "en": "only Basic in clear is offered"},
        {"vi": "có kiểu đăng nhập an toàn hơn Basic", "en": "a login other than Basic in clear is offered"},
    ),
    "clock.without_login": (
        {"vi": "cho biết giờ không cần đăng nhập", "en": "tells the time without a login"},
        {"vi": "phải đăng nhập mới cho biết giờ", "en": "tells the time only with a login"},
    ),
    "security.https": (
        {"vi": "đang bật HTTPS", "en": "HTTPS is on"},
        {"vi": "không bật HTTPS", "en": "HTTPS is off"},
    ),
    "security.rtsps": (
        {"vi": "có truyền luồng hình mã hóa (RTSPS)", "en": "streams over TLS (RTSPS) are offered"},
        {"vi": "không có truyền luồng hình mã hóa (RTSPS)", "en": "streams over TLS (RTSPS) are not offered"},
    ),
    "security.firmware_told": (
        {"vi": "cho biết phiên bản phần mềm", "en": "tells its firmware version"},
        {"vi": "không cho biết phiên bản phần mềm", "en": "does not tell its firmware version"},
    ),
    "security.telnet_open": (
        {"vi": "cổng Telnet đang mở", "en": "the telnet port is open"},
        {"vi": "cổng Telnet đã đóng", "en": "the telnet port is closed"},
    ),
    "security.ftp_open": (
        {"vi": "cổng FTP đang mở", "en": "the FTP port is open"},
        {"vi": "cổng FTP đã đóng", "en": "the FTP port is closed"},
    ),
    "rtsp.udp": (
        {"vi": "truyền được qua UDP", "en": "can be sent over UDP"},
        {"vi": "không truyền được qua UDP", "en": "cannot be sent over UDP"},
    ),
    "rtsp.sender_reports": (
        {"vi": "có gửi báo cáo RTCP", "en": "RTCP sender reports are sent"},
        {"vi": "không gửi báo cáo RTCP", "en": "no RTCP sender reports are sent"},
    ),
    "rtsp.methods": (
        {"vi": "biết đủ các lệnh RTSP bắt buộc", "en": "knows every RTSP method that must be known"},
        {"vi": "không biết đủ các lệnh RTSP bắt buộc", "en": "does not know every RTSP method that must be known"},
    ),
    "rtsp.interleaved": (
        {"vi": "truyền được qua TCP", "en": "can be sent over TCP"},
        {"vi": "không truyền được qua TCP", "en": "cannot be sent over TCP"},
    ),
    "measured.interlaced": (
        {"vi": "quét xen kẽ", "en": "interlaced"},
        {"vi": "quét liên tục", "en": "progressive"},
    ),
    "measured.intra_refresh": (
        {
            "vi": "hình được làm mới dần, không có khung I",
            "en": "pictures are refreshed bit by bit, without key frames",
        },
        {"vi": "có khung I", "en": "key frames are sent"},
    ),
    "image.black": (
        {"vi": "hình tối đen", "en": "the picture is black"},
        {"vi": "hình không tối đen", "en": "the picture is not black"},
    ),
    "image.frozen": (
        {"vi": "hình bị đứng", "en": "the picture is frozen"},
        {"vi": "hình không bị đứng", "en": "the picture moves"},
    ),
    "image.blurred": (
        {"vi": "hình bị mất nét", "en": "the picture is out of focus"},
        {"vi": "hình rõ nét", "en": "the picture is in focus"},
    ),
    "image.covered": (
        {"vi": "ống kính bị che", "en": "the lens is covered"},
        {"vi": "ống kính không bị che", "en": "the lens is not covered"},
    ),
    "image.no_signal": (
        {"vi": "bảng báo mất tín hiệu", "en": "a no-signal card"},
        {"vi": "có tín hiệu hình", "en": "a picture, not a card"},
    ),
    "image.overexposed": (
        {"vi": "hình bị cháy sáng", "en": "the picture is overexposed"},
        {"vi": "hình không bị cháy sáng", "en": "the picture is not overexposed"},
    ),
    "image.underexposed": (
        {"vi": "hình quá tối", "en": "the picture is underexposed"},
        {"vi": "hình đủ sáng", "en": "the picture is not underexposed"},
    ),
    "image.colourless": (
        {"vi": "hình không có màu", "en": "the picture has no colour"},
        {"vi": "hình có màu", "en": "the picture has colour"},
    ),
    "image.smeared": (
        {"vi": "hình bị nhòe khối xám hoặc xanh", "en": "the picture is smeared with grey or green"},
        {"vi": "hình không bị nhòe khối", "en": "the picture is not smeared"},
    ),
    "image.combed": (
        {"vi": "hình bị răng cưa xen kẽ", "en": "the fields of the picture are combed"},
        {"vi": "hình không bị răng cưa xen kẽ", "en": "the fields of the picture are not combed"},
    ),
    "image.cast": (
        {"vi": "hình bị ám màu", "en": "the picture is tinted"},
        {"vi": "hình không bị ám màu", "en": "the picture is not tinted"},
    ),
    "image.moved": (
        {"vi": "góc nhìn bị lệch", "en": "the view has moved"},
        {"vi": "góc nhìn không bị lệch", "en": "the view has not moved"},
    ),
    "derived.smart_codec": (
        {"vi": "đang bật nén thông minh", "en": "a smart codec is on"},
        {"vi": "không bật nén thông minh", "en": "no smart codec is on"},
    ),
    "register.daylight": (
        {"vi": "đo lúc trời sáng", "en": "by daylight"},
        {"vi": "đo lúc trời tối", "en": "in the dark"},
    ),
    "register.outdoor": (
        {"vi": "ngoài trời", "en": "outdoors"},
        {"vi": "trong nhà", "en": "indoors"},
    ),
}
"""Path -> what it means that the fact is true, and that it is false."""


def flag(path: str, value: bool) -> Text | None:
    """What this fact being true or false means; None for a path that is no flag."""
    words = FLAGS.get(path)
    return None if words is None else words[0 if value else 1]
