"""Why a bundle cannot be taken, or nothing can be added to it: a closed table, in words that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from probes.told import ToldError
from standards.model import Text

Kind = Literal[
    "no_file",
    "too_large",
    "not_a_bundle",
    "changed",
    "newer",
    "empty",
    "strange",
    "ahead",
    "past",
    "no_such_school",
    "no_such_device",
    "key_not_confirmed",
    "other_school",
    "other_key",
    "full",
    "unreadable",
    "key_file",
]
WORDS: Mapping[Kind, Text] = {
    "no_file": {
        "vi": "Chưa chọn tệp. Hãy chọn tệp gói kết quả do máy xách tay tạo ra.",
        "en": "No file was chosen. Choose the bundle that the laptop has made.",
    },
    "too_large": {
        "vi": "Tệp lớn hơn {most} MB nên không nhận được. Hãy chia thiết bị của trường thành nhiều gói.",
        "en": "The file is larger than {most} MB and cannot be taken. Make several bundles of the school.",
    },
    "not_a_bundle": {
        "vi": "Tệp này không phải gói kết quả, hoặc chép thiếu. Hãy chép lại tệp từ máy xách tay.",
        "en": "This file is no bundle, or a part of it is missing. Copy the file from the laptop again.",
    },
    "changed": {
        "vi": "Gói kết quả đã bị thay đổi sau khi ký, nên không nhận. Hãy chép lại tệp gốc từ máy xách tay.",
        "en": "The bundle was changed after it was signed, so it is not taken. Copy the file from the laptop again.",
    },
    "newer": {
        "vi": "Gói do phiên bản mới hơn tạo ra (mẫu {schema}; máy chủ đọc được đến mẫu {known}). Hãy cập nhật máy chủ.",
        "en": "A newer program made this bundle (form {schema}; this one reads up to {known}). Update the server.",
    },
    "empty": {
        "vi": "Gói không có kết quả nào. Hãy chạy inspect với --bundle cho ít nhất một thiết bị.",
        "en": "The bundle holds no look. Run inspect with --bundle for a device at least.",
    },
    "strange": {
        "vi": "Kết quả số {number} có giá trị không thể có, nên không nhận cả gói. Hãy kiểm tra lại vào gói mới.",
        "en": "Look {number} holds values that cannot be, so nothing was taken. Look again into a new bundle.",
    },
    "ahead": {
        "vi": "Kết quả số {number} ghi lúc {at}, muộn hơn giờ máy chủ. Hãy chỉnh giờ máy xách tay rồi kiểm tra lại.",
        "en": "Look {number} says {at}, later than the clock of the server. Set the laptop's clock and look again.",
    },
    "past": {
        "vi": "Kết quả số {number} ghi lúc {at}, cũ hơn {days} ngày. Hãy chỉnh giờ máy xách tay rồi kiểm tra lại.",
        "en": "Look {number} says {at}, more than {days} days ago. Set the laptop's clock and look again.",
    },
    "no_such_school": {
        "vi": "Gói ghi trường {school}: không có mã này trong các trường của bạn. Hãy xem lại mã sau --school.",
        "en": "The bundle says school {school}: none of your schools has this code. Look at what stood after --school.",
    },
    "no_such_device": {
        "vi": "Trường không có thiết bị mã {device}. Hãy chọn lại thiết bị cho kết quả số {number}.",
        "en": "The school has no device {device}. Choose the device of look {number} again.",
    },
    "key_not_confirmed": {
        "vi": "Mã đối chiếu không khớp, nên chưa nhận gì. Hãy so lại với mã khóa mà máy xách tay hiển thị.",
        "en": "This is not the fingerprint of the bundle, so nothing was taken. Compare it with what the laptop shows.",
    },
    "other_school": {
        "vi": "Tệp {file} đã ghi trường {school}. Mỗi gói chỉ dùng cho một trường: hãy đặt tên tệp khác.",
        "en": "{file} is of school {school}. A bundle is of one school: name another file.",
    },
    "other_key": {
        "vi": "Tệp {file} do máy khác bắt đầu. Hãy đặt tên tệp khác.",
        "en": "{file} was begun on another machine. Name another file.",
    },
    "full": {
        "vi": "Tệp {file} đã đầy ({most} MB): kết quả này chưa được ghi. Hãy đặt tên tệp khác và kiểm tra lại.",
        "en": "{file} is full ({most} MB): this look was not added. Name another file and look at the device again.",
    },
    "unreadable": {
        "vi": "Không đọc hoặc ghi được tệp {file} ({why}).",
        "en": "{file} cannot be read or written ({why}).",
    },
    "key_file": {
        "vi": "Không dùng được khóa của máy này, tệp {file} ({why}).",
        "en": "The key of this machine, {file}, cannot be used ({why}).",
    },
}


class BundleError(ToldError):
    """What is wrong with a bundle, of a closed table; `words` says it and what to do, in both languages."""

    def __init__(self, kind: Kind, **values: Any) -> None:
        self.kind: Kind = kind
        self.words: Text = {lang: text.format(**values) for lang, text in WORDS[kind].items()}
        super().__init__(self.words["en"])
