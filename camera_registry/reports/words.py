"""The words of reports in Vietnamese and English."""

from __future__ import annotations

from camera_registry.reports.money import thousands
from standards.model import WORKING_VALUES
from standards.names import FIXES, OUTCOMES, VERDICTS

WORDS: dict[str, dict[str, str]] = {
    "official": {"vi": "chính thức", "en": "official"},
    "waits": {"vi": "chờ xác nhận", "en": "waits to be confirmed"},
    "device": {"vi": "Thiết bị", "en": "Device"},
    "address": {"vi": "Địa chỉ kiểm tra", "en": "Address"},
    "observed_at": {"vi": "Thời điểm kiểm tra", "en": "As of"},
    "standard": {"vi": "Bộ tiêu chuẩn", "en": "Standard"},
    "replayed": {
        "vi": "Kiểm tra lại từ bản ghi: không lưu hình ảnh nên không đánh giá hình ảnh",
        "en": "A replay: pictures were not kept, and are not judged",
    },
    "verdict": {"vi": "Kết luận", "en": "Verdict"},
    "incomplete": {"vi": "chưa đủ số liệu", "en": "not everything could be checked"},
    "channel": {"vi": "Kênh", "en": "Channel"},
    "model": {"vi": "Hãng, model", "en": "Make, model"},
    "firmware": {"vi": "Phần mềm thiết bị", "en": "Firmware"},
    "serial": {"vi": "Số sê-ri", "en": "Serial number"},
    "mac": {"vi": "Địa chỉ MAC", "en": "MAC address"},
    "onvif_port": {"vi": "Cổng ONVIF tìm thấy", "en": "ONVIF was found at port"},
    "profiles": {"vi": "ONVIF Profile", "en": "ONVIF profiles"},
    "clock": {"vi": "Lệch giờ", "en": "Clock offset"},
    "login": {"vi": "Yêu cầu đăng nhập", "en": "Asks for a login"},
    "lock": {"vi": "Khoá đăng nhập", "en": "Lock"},
    "locked_until": {"vi": "khoá đến {:%H:%M %d/%m/%Y}", "en": "locked until {:%d/%m/%Y %H:%M}"},
    "tries_left": {"vi": "còn {} lần thử", "en": "{} tries left"},
    "ledger": {"vi": "Đã truy cập thiết bị", "en": "Cost to the device"},
    "ledger.text": {
        "vi": "{connections} kết nối, {logins} lần đăng nhập, {refusals} lần bị từ chối, xem {seconds} giây, {mb} MB",
        "en": "connections: {connections}, logins sent: {logins}, refused: {refusals}, viewing: {seconds} s, {mb} MB",
    },
    "yes": {"vi": "có", "en": "yes"},
    "no": {"vi": "không", "en": "no"},
    "not_known": {"vi": "chưa rõ", "en": "not known"},
    "fact": {"vi": "Số liệu", "en": "Fact"},
    "declared": {"vi": "Thiết bị khai báo", "en": "Declared"},
    "capable": {"vi": "Thiết bị hỗ trợ", "en": "Capable"},
    "measured": {"vi": "Đo thực tế", "en": "Measured"},
    "codec": {"vi": "Chuẩn nén", "en": "Codec"},
    "size": {"vi": "Độ phân giải", "en": "Resolution"},
    "fps": {"vi": "Tốc độ khung hình (hình/giây)", "en": "Frame rate (frames/s)"},
    "bitrate": {"vi": "Tốc độ bit", "en": "Bit rate"},
    "keyframe": {"vi": "Khoảng cách khung I (giây)", "en": "Key-frame interval (s)"},
    "packets": {"vi": "Gói tin (mất)", "en": "Packets (lost)"},
    "sample": {"vi": "Thời gian đo (giây)", "en": "Sample (s)"},
    "picture": {"vi": "Hình ảnh", "en": "Picture"},
    "at_most": {"vi": "tối đa", "en": "at most"},
    "limit": {"vi": "giới hạn", "en": "limit"},
    "main": {"vi": "Luồng chính", "en": "Main stream"},
    "sub": {"vi": "Luồng phụ", "en": "Sub stream"},
    "third": {"vi": "Luồng thứ ba", "en": "Third stream"},
    "extra": {"vi": "Luồng khác", "en": "Further stream"},
    "assumed": {"vi": "tạm coi như vậy", "en": "role assumed"},
    "make": {"vi": "Hãng", "en": "Make"},
    "findings": {"vi": "Kết quả đánh giá", "en": "Findings"},
    "rule": {"vi": "Tiêu chí", "en": "Rule"},
    "outcome": {"vi": "Kết quả", "en": "Outcome"},
    "why": {"vi": "Lý do và việc cần làm", "en": "Why, and what to do"},
    "advice": {"vi": "Việc cần làm", "en": "To do"},
    "failures": {"vi": "Không có số liệu (lý do)", "en": "What could not be had, and why"},
    "advisory": {"vi": "tham khảo", "en": "advisory"},
    "working_values": dict(WORKING_VALUES),
    **{f"outcome.{name}": dict(text) for name, text in OUTCOMES.items()},
    **{f"verdict.{name}": dict(text) for name, text in VERDICTS.items()},
    **{f"fix.{name}": dict(text) for name, text in FIXES.items()},
    "fix.again": {"vi": "Kiểm tra lại", "en": "Look again"},
    "login.unknown": {"vi": "Chưa thử", "en": "not tried yet"},
    "login.good": {"vi": "Đăng nhập được", "en": "taken"},
    "login.asked": {"vi": "Sẽ thử một lần", "en": "will be tried once"},
    "login.refused": {"vi": "Thiết bị từ chối", "en": "refused"},
    "login.withheld": {"vi": "Không gửi, vì đã bị từ chối", "en": "not sent, because it was refused"},
    "light.day": {"vi": "đủ sáng", "en": "day"},
    "light.night": {"vi": "ban đêm", "en": "night"},
    "light.dark": {"vi": "tối", "en": "dark"},
    "image.black": {"vi": "đen", "en": "black"},
    "image.covered": {"vi": "bị che", "en": "covered"},
    "image.blurred": {"vi": "mờ", "en": "out of focus"},
    "image.no_signal": {"vi": "mất tín hiệu", "en": "no signal"},
    "image.frozen": {"vi": "đứng hình", "en": "frozen"},
    "image.moved": {"vi": "góc nhìn bị lệch", "en": "view has moved"},
    "image.overexposed": {"vi": "cháy sáng", "en": "overexposed"},
    "image.underexposed": {"vi": "quá tối", "en": "underexposed"},
    "image.colourless": {"vi": "không có màu", "en": "without colour"},
    "image.cast": {"vi": "ám màu", "en": "tinted"},
    "image.smeared": {"vi": "nhòe khối", "en": "smeared"},
    "image.combed": {"vi": "răng cưa", "en": "combed"},
    "step.onvif": {"vi": "Đang hỏi thiết bị qua ONVIF…", "en": "Asking the device over ONVIF…"},
    "step.stream": {"vi": "Đang đo luồng hình…", "en": "Measuring the stream…"},
    "step.picture": {"vi": "Đang xem khung hình…", "en": "Looking at the picture…"},
}
_THINGS = (
    {"vi": ("camera", "camera"), "en": ("camera", "cameras")},
    {"vi": ("thiết bị", "thiết bị"), "en": ("device", "devices")},
)
"""What rows are about: of one, of several."""


def cameras_and_devices(cameras: int, devices: int, lang: str) -> str:
    """How many cameras and devices as a whole; of what there is none it says nothing, unless there is neither."""
    counted = [(n, names) for n, names in zip((cameras, devices), _THINGS, strict=True) if n]
    return ", ".join(f"{thousands(n, lang)} {names[lang][n != 1]}" for n, names in counted or [(0, _THINGS[0])])


def word(key: str, lang: str) -> str:
    """The word for `key` in `lang` (`vi` or `en`); raises KeyError for one that is not in the list."""
    return WORDS[key][lang]
