"""The audit log, for administrators: who did what to what, from where, the newest first."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from camera_registry.audit.words import ACTIONS
from camera_registry.services import audit
from camera_registry.services.listed import LONGEST_WORDS, not_one_of
from camera_registry.store.audit import AuditWanted, Logged
from camera_registry.web.pages.listing import page_of
from camera_registry.web.parts import Parts
from camera_registry.web.rendering import Pages

ON_PAGE = 50


def router(parts: Parts, pages: Pages) -> APIRouter:
    """The route of this page."""
    made = APIRouter()

    @made.get("/audit")
    def show(request: Request) -> Response:
        query = request.query_params
        given = {name: query.get(name, "")[:LONGEST_WORDS].strip() for name in ("school", "account", "action", "day")}
        if given["action"] and given["action"] not in ACTIONS:
            raise not_one_of("action", given["action"], ACTIONS)
        since, until = _day(given["day"], parts)
        narrowed: dict[str, Any] = {name: given[name] or None for name in ("school", "account", "action")}
        page = page_of(query)
        wanted = AuditWanted(**narrowed, since=since, until=until, page=page, size=ON_PAGE)
        with parts.reading() as session:
            total, found = audit.page(session, wanted)
        shown = {
            "rows": [_row(each) for each in found],
            "total": total,
            "page": page,
            "pages": max(1, -(-total // ON_PAGE)),
        }
        return pages.page(request, "audit.html", {"found": shown, "given": given, "actions": ACTIONS})

    return made


def _row(each: Logged) -> dict[str, Any]:
    """An entry as the page shows it."""
    entry, values = each.kept.entry, each.kept.values
    subject, details = (values or {}).get("what", {}), (values or {}).get("details", {})
    return {
        "number": entry.number,
        "at": entry.at,
        "action": ACTIONS.get(entry.action, {"vi": entry.action, "en": entry.action}),
        "values": values,
        "subject": json.dumps(subject, ensure_ascii=False)[1:-1].replace('"', "") if subject else "",
        "details": json.dumps(details, ensure_ascii=False)[1:-1].replace('"', "") if details else "",
        "erased_at": each.erased_at,
    }


def _day(text: str, parts: Parts) -> tuple[datetime | None, datetime | None]:
    """The beginning of this day and of the next, in the zone of the settings; nothing for none."""
    if not text:
        return None, None
    try:
        begins = datetime.combine(date.fromisoformat(text), time(), parts.zone).astimezone(UTC)
        return begins, begins + timedelta(days=1)
    except (ValueError, OverflowError):
        raise not_one_of("day", text, ("2026-11-29",)) from None
