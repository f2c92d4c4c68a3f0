"""Roles, and what each may do: the one table of permissions. On whose rows it may be done is `access.rows`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from standards.model import Text
from standards.waiving.waivers import Level

Role = Literal["technician", "school", "district", "city", "admin"]
Action = Literal[
    "public",
    "signing_in",
    "own_account",
    "see",
    "check",
    "check_all",
    "device_login",
    "register",
    "allow_photos",
    "register_school",
    "see_on_site",
    "same_camera",
    "take_over",
    "discover",
    "answer",
    "waive",
    "confirm_rule",
    "accept",
    "papers",
    "freeze",
    "periods",
    "maintenance",
    "webhooks",
    "agents",
    "hand_over",
    "hand_over_states",
    "hand_over_logins",
    "upload",
    "import_list",
    "accounts",
    "audit",
    "watch",
]
ROLES: tuple[Role, ...] = ("technician", "school", "district", "city", "admin")
ROLE_WORDS: Mapping[Role, Text] = {
    "technician": {"vi": "Kỹ thuật viên", "en": "Technician"},
    "school": {"vi": "Nhà trường", "en": "School"},
    "district": {"vi": "Cán bộ phụ trách đơn vị quản lý", "en": "Officer of a managing unit"},
    "city": {"vi": "Cán bộ cấp thành phố", "en": "Officer of the city"},
    "admin": {"vi": "Quản trị hệ thống", "en": "Administrator"},
}
_OFFICE: frozenset[Role] = frozenset({"school", "district", "city"})
_ALL: frozenset[Role] = frozenset(ROLES)
MAY: Mapping[Action, frozenset[Role]] = {
    "own_account": _ALL,
    "see": _ALL,
    "check": _ALL,
    "check_all": frozenset({"district", "city", "admin"}),
    "device_login": frozenset({"technician", "district", "city"}),
    "register": frozenset({"technician", "district", "city"}),
    "allow_photos": frozenset({"school", "district"}),
    "register_school": frozenset({"district", "city"}),
    "see_on_site": frozenset({"technician"}),
    "same_camera": _OFFICE | {"technician"},
    "take_over": frozenset({"technician", "district", "city"}),
    "discover": frozenset({"technician", "district", "city"}),
    "answer": _OFFICE,
    "waive": _OFFICE,
    "confirm_rule": frozenset({"city"}),
    "accept": frozenset({"district", "city"}),
    "papers": frozenset({"district", "city", "admin"}),
    "freeze": frozenset({"district", "city"}),
    "periods": frozenset({"city"}),
    "maintenance": frozenset({"district", "city", "admin"}),
    "webhooks": frozenset({"city", "admin"}),
    "agents": frozenset({"admin"}),
    "hand_over": frozenset({"district", "city"}),
    "hand_over_states": frozenset({"city"}),
    "hand_over_logins": frozenset({"city"}),
    "upload": frozenset({"technician", "district", "city"}),
    "import_list": frozenset({"technician", "district", "city", "admin"}),
    "accounts": frozenset({"admin"}),
    "audit": frozenset({"admin"}),
    "watch": frozenset({"city", "admin"}),
}
"""Who may do it, each on the rows it sees. `public` and `signing_in` need no role and stand in no line."""
LEVEL_OF: Mapping[Role, Level | None] = {
    "technician": None,
    "school": "school",
    "district": "district",
    "city": "city",
    "admin": None,
}
"""The level at which a person of this role decides about waivers."""
