"""The columns of the three files: field name, Vietnamese heading, and how a cell is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from camera_registry import lists
from camera_registry.importing import cells
from camera_registry.importing.cells import Reader

PORT = cells.whole(1, 65535)
FIRST_YEAR, LAST_YEAR = 1995, 2100
MOST_CHANNELS = 256


@dataclass(frozen=True)
class Column:
    """One column. A required one must be there, with no empty cell."""

    field: str
    heading: str
    read: Reader
    required: bool = False


def _table(*columns: Column) -> Mapping[str, Column]:
    return {column.field: column for column in columns}


SCHOOLS = _table(
    Column("school.code", "Mã trường", cells.code),
    Column("name", "Tên trường", cells.text(200), required=True),
    Column("levels", "Cấp học", cells.several_of(lists.LEVELS), required=True),
    Column("kind", "Loại hình", cells.one_of(lists.SCHOOL_KINDS), required=True),
    Column("managed_by", "Đơn vị quản lý", cells.text(120), required=True),
    Column("located_in", "Địa bàn", cells.text(120)),
    Column("former_district", "Quận/huyện cũ", cells.text(120)),
    Column("site", "Điểm trường", cells.text(120)),
    Column("address", "Địa chỉ", cells.text(300)),
    Column("lat", "Vĩ độ", cells.number),
    Column("lon", "Kinh độ", cells.number),
    Column("contact", "Người phụ trách", cells.text(120)),
    Column("phone", "Điện thoại", cells.phone),
    Column("email", "Email", cells.email),
    Column("uplink", "Tải lên (Mbps)", cells.above_zero(100_000)),
    Column("networks", "Dải mạng nội bộ", cells.networks),
    Column("power", "Cấp điện camera", cells.by_day_only(lists.POWER)),
)
DEVICES = _table(
    Column("school", "Mã trường", cells.code, required=True),
    Column("site", "Điểm trường", cells.text(120)),
    Column("device.code", "Mã thiết bị", cells.code),
    Column("kind", "Loại thiết bị", cells.one_of(lists.DEVICE_KINDS), required=True),
    Column("make", "Hãng", cells.text(80)),
    Column("model", "Model", cells.text(80)),
    Column("serial", "Số sê-ri", cells.text(80)),
    Column("mac", "MAC", cells.mac),
    Column("host", "Địa chỉ IP/tên miền", cells.host),
    Column("onvif_port", "Cổng ONVIF", PORT),
    Column("rtsp_port", "Cổng RTSP", PORT),
    Column("stream_path", "Đường dẫn luồng", cells.stream_path),
    Column("username", "Tài khoản", cells.text(80)),
    Column("owner", "Sở hữu", cells.one_of(lists.OWNERS)),
    Column("maintainer", "Đơn vị bảo trì", cells.text(120)),
    Column("in_use_since", "Năm sử dụng", cells.whole(FIRST_YEAR, LAST_YEAR)),
    Column("warranty_until", "Bảo hành đến", cells.day),
    Column("funding", "Nguồn kinh phí", cells.text(120)),
    Column("price", "Nguyên giá", cells.price),
)
CHANNELS = _table(
    Column("school", "Mã trường", cells.code),
    Column("device", "Mã thiết bị", cells.code, required=True),
    Column("index", "Kênh số", cells.whole(1, MOST_CHANNELS)),
    Column("name", "Tên camera", cells.text(120), required=True),
    Column("area", "Khu vực", cells.one_of(lists.AREAS), required=True),
    Column("scope", "Thuộc diện kết nối", cells.one_of(lists.SCOPES)),
    Column("recorded_as", "Ghi qua đầu ghi/kênh", cells.channel_of),
    Column("outdoor", "Trong nhà/Ngoài trời", cells.outdoor(lists.PLACES)),
    Column("heading", "Hướng", cells.whole(0, 359)),
    Column("height", "Độ cao", cells.above_zero(100)),
    Column("scene_width", "Bề rộng vùng nhìn", cells.above_zero(1000)),
    Column("note", "Ghi chú", cells.text(500)),
)
FILES: Mapping[str, Mapping[str, Column]] = {
    "schools.csv": SCHOOLS,
    "devices.csv": DEVICES,
    "channels.csv": CHANNELS,
}
