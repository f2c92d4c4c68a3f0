"""What a district has come to: numbers for a program, and a table for a person. Pure."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.table import Table

from camera_registry.services.overview import Overview
from standards.model import VerdictName

VERDICTS: tuple[VerdictName, ...] = ("compliant", "reconfigure", "repair", "replace", "unverified")
_HEADS = {
    "vi": (
        "Trường",
        "Thiết bị",
        "Camera",
        "Đáp ứng",
        "Chỉnh cấu hình",
        "Khắc phục",
        "Thay thế",
        "Chưa kiểm tra được",
    ),
    "en": ("School", "Devices", "Cameras", "Compliant", "Reconfigure", "Repair", "Replace", "Not checked"),
}
_ALL = {"vi": "Tất cả", "en": "All"}
_SECONDS = {"vi": "Mất {seconds:.0f} giây.", "en": "It took {seconds:.0f} seconds."}


def district_json(district: Overview, seconds: float) -> dict[str, Any]:
    """Schools, devices, channels, verdicts and the seconds that it took."""
    return {
        "schools": district.schools,
        "devices": district.devices,
        "channels": district.numbers.cameras,
        "verdicts": {name: district.numbers.verdicts[name] for name in VERDICTS},
        "seconds": round(seconds, 1),
    }


def district_table(district: Overview, seconds: float, lang: str) -> Table:
    """One row a school with its cameras by verdict, and all of them together."""
    table = Table(box=box.SIMPLE_HEAD, show_footer=True, caption=_SECONDS[lang].format(seconds=seconds))
    numbers = [district.devices, district.numbers.cameras, *(district.numbers.verdicts[v] for v in VERDICTS)]
    for head, foot in zip(_HEADS[lang], [_ALL[lang], *map(str, numbers)], strict=True):
        table.add_column(head, foot, justify="right" if table.columns else "left", overflow="fold")
    for row in district.page.rows:
        own = [row.devices, row.numbers.cameras, *(row.numbers.verdicts[v] for v in VERDICTS)]
        table.add_row(row.name, *map(str, own))
    return table
