"""The columns of the three tables: field name, Vietnamese heading, how a cell is read, and what it is chosen from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from camera_registry import lists
from camera_registry.importing import cells
from camera_registry.importing.cells import Reader
from camera_registry.lists import Words

PORT = cells.whole(1, 65535)
FIRST_YEAR, LAST_YEAR = 1995, 2100
MOST_CHANNELS = 256


@dataclass(frozen=True)
class Column:
    """One column. A required one must be there, with no empty cell. `choices` is the list that its values are of, of
    which `several` may stand in one cell.
    """

    field: str
    heading: str
    read: Reader
    required: bool = False
    choices: Words | None = None
    several: bool = False


def _of_list(field: str, heading: str, words: Words, *, required: bool = False) -> Column:
    return Column(field, heading, cells.one_of(words), required, words)


def _table(*columns: Column) -> Mapping[str, Column]:
    return {column.field: column for column in columns}


TAGS = Column("tags", "Nhãn", cells.tags)
SCHOOLS = _table(
    Column("school.code", "Mã trường", cells.code),
    Column("name", "Tên trường", cells.text(200), required=True),
    Column("levels", "Cấp học", cells.several_of(lists.LEVELS), required=True, choices=lists.LEVELS, several=True),
    _of_list("kind", "Loại hình", lists.SCHOOL_KINDS, required=True),
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
    Column("power", "Cấp điện camera", cells.by_day_only(lists.POWER), choices=lists.POWER),
    TAGS,
)
DEVICES = _table(
    Column("school", "Mã trường", cells.code, required=True),
    Column("site", "Điểm trường", cells.text(120)),
    Column("device.code", "Mã thiết bị", cells.code),
    _of_list("kind", "Loại thiết bị", lists.DEVICE_KINDS, required=True),
    Column("make", "Hãng", cells.text(80)),
    Column("model", "Model", cells.text(80)),
    Column("serial", "Số sê-ri", cells.text(80)),
    Column("mac", "MAC", cells.mac),
    Column("host", "Địa chỉ IP/tên miền", cells.host),
    Column("onvif_port", "Cổng ONVIF", PORT),
    Column("rtsp_port", "Cổng RTSP", PORT),
    Column("stream_path", "Đường dẫn luồng", cells.stream_path),
    Column("username", "Tài khoản", cells.text(80)),
    _of_list("owner", "Sở hữu", lists.OWNERS),
    Column("maintainer", "Đơn vị bảo trì", cells.text(120)),
    Column("in_use_since", "Năm sử dụng", cells.whole(FIRST_YEAR, LAST_YEAR)),
    Column("warranty_until", "Bảo hành đến", cells.day),
    Column("funding", "Nguồn kinh phí", cells.text(120)),
    Column("price", "Nguyên giá", cells.price),
    TAGS,
)
CHANNELS = _table(
    Column("school", "Mã trường", cells.code),
    Column("device", "Mã thiết bị", cells.code, required=True),
    Column("index", "Kênh số", cells.whole(1, MOST_CHANNELS)),
    Column("name", "Tên camera", cells.text(120), required=True),
    _of_list("area", "Khu vực", lists.AREAS, required=True),
    _of_list("scope", "Thuộc diện kết nối", lists.SCOPES),
    Column("recorded_as", "Ghi qua đầu ghi/kênh", cells.channel_of),
    Column("outdoor", "Trong nhà/Ngoài trời", cells.outdoor(lists.PLACES), choices=lists.PLACES),
    Column("heading", "Hướng", cells.whole(0, 359)),
    Column("height", "Độ cao", cells.above_zero(100)),
    Column("scene_width", "Bề rộng vùng nhìn", cells.above_zero(1000)),
    Column("lat", "Vĩ độ", cells.number),
    Column("lon", "Kinh độ", cells.number),
    Column("note", "Ghi chú", cells.text(500)),
    TAGS,
)
TABLES: Mapping[str, Mapping[str, Column]] = {"schools": SCHOOLS, "devices": DEVICES, "channels": CHANNELS}
FILES: Mapping[str, Mapping[str, Column]] = {f"{name}.csv": columns for name, columns in TABLES.items()}
