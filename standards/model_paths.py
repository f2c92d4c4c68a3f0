"""Model paths: the closed table of what a data sheet says of a model that is for sale, as far as rules ask for it.

Strategy: the words of a specification, not those of a maker: no path is about a product by its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from probes.facts import PathType
from probes.facts.groups import FactKind
from standards.expectation import Text

_ROWS: tuple[tuple[str, FactKind, str, str, str], ...] = (
    ("kind", "text", "", "loại camera: ip, thermal hoặc fisheye", "kind of camera: ip, thermal or fisheye"),
    ("outdoor", "flag", "", "dùng ngoài trời", "made for outdoors"),
    ("size", "size", "px", "độ phân giải lớn nhất của luồng chính", "largest size of the main stream"),
    ("fps", "number", "frames/s", "tốc độ khung hình ở độ phân giải đó", "frame rate at that size"),
    ("codecs", "texts", "", "chuẩn nén của luồng chính", "codecs of the main stream"),
    ("sub_stream_megapixels", "numbers", "MP", "độ phân giải các luồng phụ", "sizes of the further streams"),
    ("bitrate_settable", "flag", "", "đặt được giới hạn tốc độ bit", "the bit-rate limit can be set"),
    (
        "keyframe_interval_s",
        "number",
        "s",
        "khoảng cách khung I ngắn nhất đặt được",
        "shortest key-frame interval that can be set",
    ),
    ("smart_codec_off", "flag", "", "tắt được nén thông minh", "a smart codec can be switched off"),
    ("rtsp", "flag", "", "phát luồng qua RTSP", "streams are sent over RTSP"),
    ("rtp_over_tcp", "flag", "", "truyền RTP qua TCP", "RTP can be sent over TCP"),
    ("onvif_profiles", "texts", "", "ONVIF Profile được chứng nhận", "ONVIF profiles it conforms to"),
    ("ntp", "flag", "", "đồng bộ giờ qua NTP", "takes its time by NTP"),
    ("digest", "flag", "", "đăng nhập kiểu Digest", "login by Digest"),
    ("https", "flag", "", "truy cập qua HTTPS", "HTTPS is offered"),
    ("tls_version", "number", "", "phiên bản TLS cao nhất", "highest version of TLS"),
    ("rtsps", "flag", "", "luồng hình được mã hóa (RTSPS)", "streams can be encrypted (RTSPS)"),
    ("telnet_ftp_off", "flag", "", "tắt được Telnet và FTP", "Telnet and FTP can be switched off"),
    (
        "password_min_length",
        "number",
        "",
        "độ dài mật khẩu tối thiểu bắt buộc",
        "least length of passwords",
    ),
    ("locks_out", "flag", "", "khóa đăng nhập sau nhiều lần sai", "logins are locked after repeated failures"),
    (
        "security_certificate",
        "flag",
        "",
        "có giấy chứng nhận hợp quy về an toàn thông tin",
        "has a certificate of conformity on security",
    ),
    ("storage_in_viet_nam", "flag", "", "đặt được nơi lưu trữ tại Việt Nam", "its storage can be set to Viet Nam"),
    ("ip_rating", "number", "", "cấp bảo vệ vỏ (66 là IP66)", "protection of the housing (66 is IP66)"),
)
MODEL_PATHS: dict[str, PathType] = {
    f"model.{name}": PathType(f"model.{name}", kind, unit, en, "model") for name, kind, unit, _vi, en in _ROWS
}
MODEL_NAMES: dict[str, Text] = {f"model.{name}": {"vi": vi, "en": en} for name, _kind, _unit, vi, en in _ROWS}
"""What each is called, in both languages."""

CODES: dict[str, tuple[str, ...]] = {
    "model.kind": ("ip", "thermal", "fisheye"),
    "model.codecs": ("h264", "h265", "mjpeg", "mpeg4", "av1"),
    "model.onvif_profiles": ("S", "T", "G", "M", "C", "A", "D", "Q"),
}
"""The words of paths that have a closed list of them: another spelling would be a failure that is none."""


def keys() -> Iterator[tuple[str, PathType]]:
    """Each path as it is written in a data sheet, without `model.`, with its type."""
    for path, type_ in MODEL_PATHS.items():
        yield path.removeprefix("model."), type_
