"""The lists people choose from (Danh mục): a code that is stored, and the words a person reads or writes for it.

`also` is what people write for the same thing; it is read, and never shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

Words = Mapping[str, Mapping[str, str]]

LEVELS: Words = {
    "MN": {"vi": "Mầm non", "en": "Kindergarten"},
    "TH": {"vi": "Tiểu học", "en": "Primary"},
    "THCS": {"vi": "Trung học cơ sở", "en": "Lower secondary"},
    "THPT": {"vi": "Trung học phổ thông", "en": "Upper secondary"},
    "GDTX": {"vi": "Giáo dục thường xuyên", "en": "Continuing education"},
}
SCHOOL_KINDS: Words = {
    "public": {"vi": "Công lập", "en": "Public"},
    "private": {"vi": "Tư thục", "en": "Private"},
    "people_founded": {"vi": "Dân lập", "en": "Founded by the people"},
}
DEVICE_KINDS: Words = {
    "ip_camera": {"vi": "Camera IP", "en": "IP camera"},
    "nvr": {"vi": "Đầu ghi IP (NVR)", "en": "Network recorder (NVR)"},
    "dvr": {"vi": "Đầu ghi analog (DVR)", "en": "Analogue recorder (DVR)"},
    "encoder": {"vi": "Bộ mã hóa hình", "en": "Encoder"},
    "cloud": {"vi": "Chỉ xem qua ứng dụng đám mây", "en": "Seen through the maker's cloud only"},
}
AREAS: Words = {
    "gate": {"vi": "Cổng", "en": "Gate", "also": "Cổng trường"},
    "yard": {"vi": "Sân", "en": "Yard", "also": "Sân trường"},
    "corridor": {"vi": "Hành lang", "en": "Corridor"},
    "stairs": {"vi": "Cầu thang", "en": "Stairs"},
    "classroom": {"vi": "Lớp học", "en": "Classroom", "also": "Phòng học"},
    "rest_room": {"vi": "Phòng nghỉ", "en": "Rest room"},
    "changing_room": {"vi": "Phòng thay đồ", "en": "Changing room"},
    "kitchen": {"vi": "Bếp ăn", "en": "Kitchen"},
    "parking": {"vi": "Nhà xe", "en": "Parking"},
    "other": {"vi": "Khác", "en": "Other"},
}
INTERNAL_AREAS = frozenset({"classroom", "rest_room", "changing_room"})
"""Never meant to be connected: internal unless a person says otherwise, with a reason."""
SCOPES: Words = {
    "offered": {"vi": "Có", "en": "Yes"},
    "internal": {"vi": "Không", "en": "No"},
    "undecided": {"vi": "Chưa quyết định", "en": "Undecided"},
}
OWNERS: Words = {
    "school": {"vi": "Nhà trường", "en": "School"},
    "rented": {"vi": "Thuê dịch vụ", "en": "Rented"},
    "ward": {"vi": "UBND phường/xã", "en": "Ward"},
    "police": {"vi": "Công an", "en": "Police"},
    "sponsor": {"vi": "Nhà tài trợ", "en": "Sponsor"},
}
PLACES: Words = {
    "outdoor": {"vi": "Ngoài trời", "en": "Outdoor"},
    "indoor": {"vi": "Trong nhà", "en": "Indoor"},
}
POWER: Words = {
    "always": {"vi": "Cả ngày đêm", "en": "Day and night"},
    "day": {"vi": "Chỉ ban ngày", "en": "By day only"},
}
LISTS: Mapping[str, Words] = {
    "levels": LEVELS,
    "school_kinds": SCHOOL_KINDS,
    "device_kinds": DEVICE_KINDS,
    "areas": AREAS,
    "scopes": SCOPES,
    "owners": OWNERS,
    "places": PLACES,
    "power": POWER,
}


def names_of(words: Words) -> dict[str, str]:
    """Every name (`plain`) of the list with its code: the code itself, and its words in either language.

    The whole of the words counts, or their part before or inside a bracket: "NVR" and "Đầu ghi IP" are one.
    """
    return {
        plain(part): code
        for code, said in words.items()
        for name in (code, *said.values())
        for part in (name, *name.replace(")", "").split("("))
    }


def plain(text: str) -> str:
    """`text` for comparing: NFC, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@lru_cache(maxsize=16384)
def folded(text: str) -> str:
    """`text` for finding: `plain`, and without the marks of letters, so that "truong dong" finds "Trường Đông"."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return plain(bare).replace("đ", "d")


def has_words(words: str, *parts: str | None) -> bool:
    """True when every word of `words` stands in one of `parts`, both `folded`."""
    text = "\n".join(folded(part) for part in parts if part)
    return all(word in text for word in folded(words).split())


def default_scope(area: str) -> str:
    """The scope of a channel of which nobody has said anything."""
    return "internal" if area in INTERNAL_AREAS else "undecided"
