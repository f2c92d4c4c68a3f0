"""The columns of the list that a person chooses: in the address, and remembered in a cookie.

Strategy: a name stands for the same in a page and in a file (the `group` of the columns of files). Without a choice the
page has the usual ones, and tells in the cell of the criterion what else explains a row; whoever chooses has a column
for each name.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from camera_registry.services.listed import not_one_of
from standards.model import Text

COOKIE = "columns"
YEAR_S = 365 * 86400
USUAL_SAID = "usual"
"""What the address says to have the usual columns again."""
COLUMNS: dict[str, Text] = {
    "school": {"vi": "Trường", "en": "School"},
    "device": {"vi": "Camera", "en": "Camera"},
    "model": {"vi": "Hãng, model", "en": "Make, model"},
    "area": {"vi": "Khu vực", "en": "Area"},
    "scope": {"vi": "Thuộc diện kết nối", "en": "Offered for connection"},
    "host": {"vi": "Địa chỉ", "en": "Address"},
    "maintainer": {"vi": "Đơn vị bảo trì", "en": "Maintainer"},
    "owner": {"vi": "Sở hữu, bảo hành", "en": "Owner, warranty"},
    "rule": {"vi": "Nội dung chưa đạt", "en": "What is wrong"},
    "source": {"vi": "Căn cứ", "en": "Source"},
    "state": {"vi": "Tình trạng căn cứ", "en": "State of the source"},
    "edition": {"vi": "Phiên bản", "en": "Edition"},
    "official": {"vi": "Danh sách chính thức", "en": "Official list"},
    "waiver": {"vi": "Ngoại lệ", "en": "Waiver"},
    "seen": {"vi": "Đo thực tế → yêu cầu", "en": "Measured → required"},
    "why": {"vi": "Lý do", "en": "Why it fails"},
    "fix": {"vi": "Việc cần làm", "en": "What to do"},
    "actor": {"vi": "Đơn vị xử lý", "en": "Who acts"},
    "cost": {"vi": "Kinh phí", "en": "Cost"},
    "seen_at": {"vi": "Thời điểm đo", "en": "Time of measurement"},
    "since": {"vi": "Chưa đạt từ", "en": "Fails since"},
    "nights": {"vi": "Số đêm ghi nhận", "en": "Nights seen"},
}
USUAL = ("school", "device", "rule", "seen", "fix", "actor", "cost", "seen_at")
SORTED_BY = frozenset({"school", "device", "rule", "fix", "actor", "seen_at", "since"})
"""Columns whose heading sorts."""


@dataclass(frozen=True)
class Shown:
    """The columns of a page in their order. `own`: a person has chosen them."""

    names: tuple[str, ...]
    own: bool

    @property
    def said(self) -> str:
        """As the address says it; empty where nobody has chosen."""
        return ",".join(self.names) if self.own else ""


def shown(request: Request) -> Shown:
    """The columns that the address asks for, else those that were chosen last. Raises ListingError for a column of the
    address that there is not; of what is remembered such a one is left out.
    """
    said = [name for each in request.query_params.getlist("columns") for name in each.split(",") if name]
    for name in said:
        if name not in COLUMNS and name != USUAL_SAID:
            raise not_one_of("columns", name, COLUMNS)
    wanted = frozenset(said or request.cookies.get(COOKIE, "").split("."))
    names = tuple(name for name in COLUMNS if name in wanted)
    own = bool(names) and names != USUAL and USUAL_SAID not in wanted
    return Shown(names if own else USUAL, own)


def remember(request: Request, answer: Response, columns: Shown, *, https: bool) -> None:
    """What the address has chosen is chosen the next time too."""
    if "columns" not in request.query_params:
        return
    if columns.own:
        said = ".".join(columns.names)
        answer.set_cookie(COOKIE, said, max_age=YEAR_S, httponly=True, samesite="lax", secure=https)
    else:
        answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=https)
