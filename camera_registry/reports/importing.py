"""What an import did, or why it did nothing, as lines of text. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from camera_registry.importing.mistakes import Mistake
from camera_registry.services.registering import Imported

_WORDS = {
    "district": {"vi": "Đơn vị quản lý", "en": "Districts"},
    "school": {"vi": "Trường", "en": "Schools"},
    "site": {"vi": "Điểm trường", "en": "Sites"},
    "device": {"vi": "Thiết bị", "en": "Devices"},
    "channel": {"vi": "Camera (kênh)", "en": "Channels"},
    "counts": {"vi": "{new} mới, {changed} thay đổi, {same} giữ nguyên",
               "en": "{new} new, {changed} changed, {same} the same"},
    "done": {"vi": "Đã nhập.", "en": "Imported."},
    "nothing": {"vi": "Không có gì thay đổi: mọi dòng đã có trong sổ.",
                "en": "Nothing changed: every row was there already."},
    "dry_run": {"vi": "Chạy thử: chưa ghi gì.", "en": "Dry run: nothing was written."},
    "refused": {"vi": "Có {n} lỗi; chưa ghi gì. Sửa tệp rồi nhập lại.",
                "en": "{n} mistakes; nothing was written. Correct the files and import again."},
    "notice": {"vi": "Lưu ý", "en": "Notice"},
}  # fmt: skip


def imported_text(imported: Imported, lang: str, *, dry_run: bool) -> str:
    """Counts per kind, what is worth a look, and how it ended."""
    lines = [
        f"{_WORDS[kind][lang]:<16} {_WORDS['counts'][lang].format(**count)}" for kind, count in imported.counts.items()
    ]
    lines += [f"{_WORDS['notice'][lang]}: {line(notice, lang)}" for notice in imported.notices]
    if imported.changed_nothing:
        lines.append(_WORDS["nothing"][lang])
    elif not dry_run:
        lines.append(_WORDS["done"][lang])
    return "\n".join([*lines, _WORDS["dry_run"][lang]] if dry_run else lines)


def refused_text(mistakes: Iterable[Mistake], lang: str) -> str:
    """One line a mistake, and the sum."""
    lines = [line(mistake, lang) for mistake in mistakes]
    return "\n".join([*lines, _WORDS["refused"][lang].format(n=len(lines))])


def line(mistake: Mistake, lang: str) -> str:
    """File, row, column, value; what is wrong; what to do."""
    value = f" “{mistake.value}”" if mistake.value else ""
    return f"{where(mistake)}:{value} {mistake.what(lang)}; {mistake.remedy(lang)}"


def where(mistake: Mistake) -> str:
    """Where it stands: FILE:ROW:FIELD, or in a workbook SHEET!CELL (HEADING)."""
    if mistake.sheet:
        cell = f"!{mistake.letter}{mistake.row or ''}" if mistake.letter or mistake.row else ""
        return f"{mistake.sheet}{cell}" + (f" ({mistake.heading})" if mistake.heading else "")
    return ":".join([mistake.file, *([str(mistake.row)] if mistake.row else []), *filter(None, [mistake.column])])
