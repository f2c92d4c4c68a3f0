"""Synonyms: what people and other programs write above the columns of the import, and on the sheets.

To add one: a word in a line here. They are compared without accents and capital letters, `*` and brackets apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from camera_registry.importing.columns import TABLES
from camera_registry.lists import folded

# fmt: off
ALSO: Mapping[str, Mapping[str, str]] = {
    "schools": {
        "school.code": "mã số trường; mã cơ sở giáo dục; mã CSGD; mã định danh; mã định danh trường; mã đơn vị; mã;"
        "school code",
        "name": "tên cơ sở giáo dục; tên đơn vị; trường; cơ sở giáo dục; tên CSGD; school name",
        "levels": "bậc học; cấp; cấp học (MN, TH, THCS, THPT)",
        "kind": "loại trường; loại hình trường; loại hình cơ sở",
        "managed_by": "cơ quan quản lý; trực thuộc; đơn vị chủ quản; UBND quản lý",
        "located_in": "mã địa bàn; phường/xã; phường xã; phường; xã",
        "former_district": "quận huyện cũ; quận/huyện; quận huyện; quận cũ; huyện cũ",
        "site": "cơ sở; tên điểm trường; điểm trường/cơ sở",
        "address": "địa chỉ trường; địa chỉ cơ sở; address",
        "lat": "latitude; vĩ độ (lat)",
        "lon": "longitude; lng; long; kinh độ (long)",
        "contact": "người liên hệ; cán bộ phụ trách; họ tên người phụ trách; đầu mối; người phụ trách CNTT",
        "phone": "số điện thoại; SĐT; ĐT; điện thoại liên hệ; số điện thoại liên hệ; tel",
        "email": "e-mail; thư điện tử; địa chỉ email",
        "uplink": "tải lên; tốc độ tải lên; băng thông tải lên; đường truyền tải lên; upload; upload (Mbps)",
        "networks": "dải mạng; dải IP; lớp mạng; mạng nội bộ; dải địa chỉ IP",
        "power": "nguồn điện; cấp điện",
        "tags": "thẻ; tag; phân nhóm",
    },
    "devices": {
        "school": "mã số trường; mã cơ sở giáo dục; mã CSGD; mã định danh; mã đơn vị; school code",
        "site": "cơ sở; tên điểm trường; điểm trường/cơ sở",
        "device.code": "ký hiệu; mã đầu ghi; mã số thiết bị; ký hiệu thiết bị; device code",
        "kind": "loại; chủng loại; loại máy; device kind",
        "make": "hãng sản xuất; nhãn hiệu; thương hiệu; nhà sản xuất; manufacturer; brand",
        "model": "kiểu máy; mã sản phẩm; mã hiệu; model thiết bị",
        "serial": "số seri; số serial; seri; serial no.; serial no; serial number; S/N; SN; device serial no.",
        "mac": "địa chỉ MAC; MAC address; mac addr",
        "host": "địa chỉ IP; IP; tên miền; IP address; IPv4 address; địa chỉ IP/DDNS; IPv4",
        "onvif_port": "cổng HTTP; HTTP port; port HTTP; cổng web; web port; port onvif",
        "rtsp_port": "RTSP port; port RTSP",
        "stream_path": "đường dẫn RTSP; đường dẫn; RTSP path",
        "username": "tên đăng nhập; user; user name; tài khoản thiết bị; tên tài khoản",
        "owner": "chủ sở hữu; hình thức sở hữu; đơn vị sở hữu",
        "maintainer": "đơn vị lắp đặt; bảo trì; đơn vị bảo hành; đơn vị thi công",
        "in_use_since": "năm lắp đặt; năm đưa vào sử dụng; năm lắp; năm trang bị",
        "warranty_until": "hạn bảo hành; thời hạn bảo hành; bảo hành; ngày hết bảo hành",
        "funding": "nguồn vốn; kinh phí; nguồn",
        "price": "giá; đơn giá; giá trị; thành tiền; nguyên giá (đồng)",
        "tags": "thẻ; tag; phân nhóm",
    },
    "channels": {
        "school": "mã số trường; mã cơ sở giáo dục; mã CSGD; mã định danh; mã đơn vị; school code",
        "device": "thiết bị; mã đầu ghi; đầu ghi; ký hiệu thiết bị; device code",
        "index": "kênh; số kênh; kênh thứ; channel; channel no.; ch",
        "name": "tên; camera; tên kênh; tên vị trí; vị trí lắp đặt; vị trí camera; camera name",
        "area": "vị trí; khu vực lắp đặt; nơi lắp đặt",
        "scope": "kết nối; diện kết nối; thuộc diện kết nối (có/không); đề nghị kết nối",
        "recorded_as": "ghi qua đầu ghi; ghi qua; kênh đầu ghi; đầu ghi/kênh",
        "outdoor": "trong nhà/ngoài trời; trong/ngoài; môi trường; trong nhà, ngoài trời",
        "heading": "hướng nhìn; góc hướng; hướng (độ)",
        "height": "chiều cao; độ cao (m); độ cao lắp đặt",
        "scene_width": "bề rộng; bề rộng vùng nhìn (m); chiều rộng vùng nhìn",
        "lat": "latitude; vĩ độ (lat)",
        "lon": "longitude; lng; long; kinh độ (long)",
        "note": "ghi chú (lý do); lý do; diễn giải",
        "tags": "thẻ; tag; phân nhóm",
    },
}
SHEETS: Mapping[str, str] = {
    "schools": "trường; danh sách trường; cơ sở giáo dục; ds trường; schools; schools.csv",
    "devices": "thiết bị; danh sách thiết bị; đầu ghi; ds thiết bị; devices; devices.csv",
    "channels": "kênh; camera; danh sách camera; danh sách kênh; ds camera; channels; channels.csv",
}
NOT_LISTS = frozenset(map(folded, ("Hướng dẫn", "Danh mục", "Guide", "Lists", "Lỗi")))
"""Sheets of the template that hold no rows, and the sheet of mistakes."""
MARKS = "Lỗi cần sửa"
"""Above the column of a workbook that came back with its mistakes."""
NUMBERING = frozenset(map(folded, ("STT", "TT", "Số TT", "Số thứ tự", "No.", "No", "#", MARKS)))
"""Columns that are left out without a word."""
# fmt: on


@dataclass(frozen=True)
class Preset:
    """A list that another program exports: the headings by which it is known, the field of those that are read, and
    the others, which are left out. None of it has been checked against the programs.
    """

    name: str
    known_by: frozenset[str]
    fields: Mapping[str, str]
    left_out: frozenset[str]
    make: str
    fewest: int = 4


def _folded(words: str) -> frozenset[str]:
    return frozenset(folded(word) for word in words.split(";"))


def _preset(name: str, make: str, fields: Mapping[str, str], left_out: str) -> Preset:
    mapped = {folded(heading): field for heading, field in fields.items()}
    return Preset(name, frozenset(mapped) | _folded(left_out), mapped, _folded(left_out), make)


PRESETS = (
    _preset(
        "Hikvision SADP",
        "Hikvision",
        {"Device Type": "model", "IPv4 Address": "host", "IP Address": "host", "HTTP Port": "onvif_port",
         "Device Serial No.": "serial", "Serial No.": "serial", "Serial Number": "serial", "MAC Address": "mac"},
        "ID; Status; Security; Port; Enhanced SDK Service Port; Software Version; IPv4 Gateway; Subnet Mask;"
        "Physical Address; Encoding Channel(s); Channels; DSP Version; Start Time; IPv6 Address; IPv6 Gateway;"
        "IPv6 Prefix Length; IPv6 Mode; Support IPv6; IPv6 Modifiable; DHCP; Support DHCP; IPv4 DHCP Status;"
        "Support Hik-Connect; Hik-Connect; Hik-Connect Status; Device Short Serial No.; Command Port; OEM",
    ),
    _preset(
        "Dahua ConfigTool",
        "Dahua",
        {"Model": "model", "Device Model": "model", "IP": "host", "IP Address": "host", "HTTP Port": "onvif_port",
         "Web Port": "onvif_port", "SN": "serial", "Serial No.": "serial", "Serial Number": "serial", "MAC": "mac",
         "MAC Address": "mac"},
        "No.; Status; Type; Device Type; Name; Device Name; Version; Software Version; TCP Port; Port; UDP Port;"
        "Gateway; Subnet Mask; IP Version; DHCP; Initialized; Initialization Status; Operate; Operation; HTTPS Port;"
        "Private Port",
    ),
)  # fmt: skip


@cache
def names_of(table: str) -> Mapping[str, str]:
    """What may stand above a column of this table, folded, and its field."""
    columns = TABLES[table]
    known: dict[str, str] = {}
    for field in columns:
        known |= {folded(word): field for word in ALSO[table].get(field, "").split(";") if word.strip()}
        for part in field.split("."):
            known.setdefault(folded(part), field)
    return known | {folded(word): f for f, c in columns.items() for word in (f, c.heading, bare(c.heading))}


def bare(heading: str) -> str:
    """A heading without what stands in brackets."""
    return heading.partition("(")[0].strip() or heading


def field_of(heading: str, table: str) -> str | None:
    """The field of the table that this heading names."""
    names, told = names_of(table), heading.replace("*", " ").strip(" :.")
    return names.get(folded(told)) or names.get(folded(bare(told)))


def is_numbering(heading: str) -> bool:
    """True for the column that only counts rows."""
    return folded(heading.strip(" .")) in NUMBERING or folded(heading) in NUMBERING


def table_of_sheet(name: str) -> str | None:
    """The table that a sheet or a file of this name holds."""
    return next((table for table, words in SHEETS.items() if folded(name) in _folded(words)), None)


def preset_of(headings: tuple[str, ...]) -> Preset | None:
    """The program whose export has these headings."""
    told = {folded(heading) for heading in headings if heading}
    fits = [(len(told & preset.known_by), preset) for preset in PRESETS if told & set(preset.fields)]
    best = max(fits, key=lambda fit: fit[0], default=None)
    return best[1] if best and best[0] >= best[1].fewest and best[0] * 3 >= len(told) * 2 else None
