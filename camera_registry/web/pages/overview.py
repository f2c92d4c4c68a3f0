"""The overview: where a person begins."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from camera_registry.services.listed import LONGEST_WORDS, not_one_of
from camera_registry.services.overview import ORDERS, overview
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages
from camera_registry.web.running import panel
from standards.model import Text

ORDER_WORDS: dict[str, Text] = {
    "school": {"vi": "Theo đơn vị, mã trường", "en": "By unit and code"},
    "failing": {"vi": "Nhiều camera chưa đáp ứng nhất", "en": "Most that are not compliant"},
    "unverified": {"vi": "Nhiều camera chưa kiểm tra được nhất", "en": "Most that could not be checked"},
    "cameras": {"vi": "Nhiều camera nhất", "en": "Most cameras"},
    "ready": {"vi": "Tỷ lệ sẵn sàng thấp nhất", "en": "Smallest share that is ready"},
    "free": {"vi": "Nhiều camera không tốn kinh phí nhất", "en": "Most that cost nothing"},
}


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The routes of this page."""
    made = APIRouter()

    @made.get("/")
    def show(request: Request) -> Response:
        query = request.query_params
        q, order = query.get("q", "")[:LONGEST_WORDS].strip(), query.get("order") or "school"
        if order not in ORDERS:
            raise not_one_of("order", order, ORDERS)
        with parts.reading() as session:
            found = overview(session, q, order, page_of(query))
            sweeps = panel(session, parts.now())
        values = {"found": found, "panel": sweeps, "q": q, "order": order, "orders": ORDER_WORDS}
        return pages.page(request, "overview.html", values)

    return made
