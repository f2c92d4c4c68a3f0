"""The filters of the lists in words: what each is called, and what an address asks for. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from camera_registry.reports.waiver_words import STANDING_WORDS
from camera_registry.services.actors import ACTORS
from camera_registry.services.listed import REASONS, Filter
from camera_registry.services.unchecked import reason_words
from camera_registry.store.places import NOT_SAID
from standards.model import Text
from standards.names import FIXES, VERDICTS

LABELS: dict[str, Text] = {
    "district": {"vi": "Đơn vị quản lý", "en": "Managing unit"},
    "school": {"vi": "Trường", "en": "School"},
    "rule": {"vi": "Tiêu chí", "en": "Criterion"},
    "fix": {"vi": "Biện pháp", "en": "Remedy"},
    "actor": {"vi": "Đơn vị xử lý", "en": "Who acts"},
    "verdict": {"vi": "Kết luận", "en": "Conclusion"},
    "official": {"vi": "Danh sách chính thức", "en": "Official list"},
    "free": {"vi": "Kinh phí", "en": "Money"},
    "kind": {"vi": "Lý do", "en": "Reason"},
    "waiver": {"vi": "Ngoại lệ", "en": "Waiver"},
    "make": {"vi": "Hãng", "en": "Make"},
    "model": {"vi": "Model", "en": "Model"},
    "q": {"vi": "Từ khóa", "en": "Words"},
    "rows": {"vi": "Các dòng đã chọn", "en": "Chosen rows"},
}
OFFICIAL_WORDS: dict[str, Text] = {
    "yes": {"vi": "Chính thức", "en": "Official"},
    "no": {"vi": "Chờ xác nhận", "en": "Waiting to be confirmed"},
}
FREE_WORDS: dict[str, Text] = {
    "yes": {"vi": "Xử lý được ngay, không tốn kinh phí", "en": "Can be done at once, costs nothing"}
}
WAIVER_WORDS: Mapping[str, Text] = {
    "none": {"vi": "Không có", "en": "None"},
    **{str(name): words for name, words in STANDING_WORDS.items()},
}
_KNOWN: Mapping[str, Mapping[str, Text]] = {
    "fix": {str(name): words for name, words in FIXES.items()},
    "actor": {str(name): words for name, words in ACTORS.items()},
    "verdict": {str(name): words for name, words in VERDICTS.items()},
    "official": OFFICIAL_WORDS,
    "free": FREE_WORDS,
    "kind": {kind: reason_words(kind) for kind in REASONS},
    "waiver": WAIVER_WORDS,
    "make": {NOT_SAID: {"vi": "chưa ghi", "en": "not registered"}},
    "model": {NOT_SAID: {"vi": "chưa ghi", "en": "not registered"}},
}


def in_words(wanted: Filter, names: Mapping[str, Text]) -> tuple[tuple[Text, Text], ...]:
    """What each filter is called and what it asks for; `names` are those that the registry and the edition know, by
    filter.
    """
    told = []
    for field, label in LABELS.items():
        value = str(len(wanted.rows)) if field == "rows" and wanted.rows else getattr(wanted, field)
        if value:
            words = names.get(field) or _KNOWN.get(field, {}).get(value) or {"vi": value, "en": value}
            told.append((label, words))
    return tuple(told)
