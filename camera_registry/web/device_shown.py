"""Everything that the page of a device, and that of one of its channels, shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from sqlmodel import Session
from starlette.exceptions import HTTPException

from camera_registry.access.viewer import current
from camera_registry.models import Device
from camera_registry.services.actors import ACTORS
from camera_registry.services.device_access import lock
from camera_registry.services.device_certificate import changed
from camera_registry.services.device_page import device_page
from camera_registry.services.device_values import ChannelSeen, DevicePage
from camera_registry.services.differences import of_device as differences_of
from camera_registry.services.look_log import look_log
from camera_registry.services.manual_answers import Question, questions
from camera_registry.services.on_site import seen_at
from camera_registry.services.photos import of_device as photos_of
from camera_registry.services.register_history import NEWEST
from camera_registry.services.register_history import of_device as changes_of
from camera_registry.services.timeline import timeline
from camera_registry.services.waived import listed, on_device
from camera_registry.store import agents, devices
from camera_registry.store.waivers import WaiversWanted
from camera_registry.web.device_charts import charts
from camera_registry.web.parts import Parts
from camera_registry.web.running import panel
from probes.login import UNANSWERED_TRIES

MOST_WHOLE = 8
"""Of more channels than this the page of a device has a short table; each channel stands whole on its own page."""
NEWEST_EVENTS = 60


def address(school: str, code: str) -> str:
    """Where the page of this device is."""
    return f"/devices/{quote(school, safe='')}/{quote(code, safe='')}"


def found(session: Session, school: str, code: str) -> Device:
    """The device. Raises HTTPException 404 where there is none, for this viewer."""
    device = devices.by_code(session, school, code)
    if device is None:
        raise HTTPException(404)
    return device


def shown(session: Session, parts: Parts, school: str, code: str, lang: str) -> dict[str, Any]:
    """The values of the page of a device. Raises HTTPException 404."""
    page, device = device_page(session, school, code, parts.editions()), found(session, school, code)
    if page is None:
        raise HTTPException(404)
    locked_until, tries_left = lock(device, parts.now())
    values = {
        "page": on_device(session, page, parts.desk()),
        "address": address(school, code),
        "actors": ACTORS,
        "most_unanswered": UNANSWERED_TRIES,
        "locked_until": locked_until,
        "tries_left": tries_left,
        "on_site": seen_at(session, school, code),
        "photos": photos_of(session, device),
        "certificates": changed(device),
        "differences": {(d.channel, d.field): d for d in differences_of(session, school, code)},
        "history": changes_of(session, school, code, current(), NEWEST),
        "panel": panel(session, parts.now(), school),
        "log": look_log(session, school, code, parts.now()),
        "waivers_of": listed(session, WaiversWanted(school=school, device=code), parts.editions(), parts.desk()).rows,
        "asked": _asked(session, parts, school, code),
        "agent": agents.at_site(session, device.site_id),
        "short": len(page.channels) > MOST_WHOLE,
        "whole": {},
    }
    values |= _login(page, device)
    if len(page.channels) == 1:
        values["whole"] = {page.channels[0].index: _whole(session, parts, page, page.channels[0], lang)}
    return values


def of_channel(session: Session, parts: Parts, school: str, code: str, index: int, lang: str) -> dict[str, Any]:
    """The values of the page of one channel. Raises HTTPException 404."""
    values = shown(session, parts, school, code, lang)
    page: DevicePage = values["page"]
    channel = next((each for each in page.channels if each.index == index), None)
    if channel is None:
        raise HTTPException(404)
    asked = tuple(q for q in values["asked"] if q.channel in (None, index))
    whole = {index: _whole(session, parts, page, channel, lang)}
    page = replace(page, lacking=tuple(each for each in page.lacking if each.channel in (None, index)))
    return {**values, "page": page, "channel": channel, "asked": asked, "whole": whole}


def _whole(session: Session, parts: Parts, page: DevicePage, channel: ChannelSeen, lang: str) -> dict[str, Any]:
    """What is told of a channel that is shown whole: its charts and its timeline."""
    of = page.registered
    events = timeline(session, of.school_code, of.code, channel.index, parts.editions()) or ()
    drawn = charts(channel.numbers, parts.edition, lang, parts.zone) if channel.numbers else ()
    return {"charts": drawn, "events": events[:NEWEST_EVENTS]}


def _asked(session: Session, parts: Parts, school: str, code: str) -> tuple[Question, ...]:
    """What people are asked of this device and its channels."""
    return tuple(q for q in questions(session, school, parts.editions(), parts.now()) if q.device == code)


def _login(page: DevicePage, device: Device) -> dict[str, str]:
    of_onvif = [login for login in page.logins if set(login.doors) == {"onvif"}]
    others = [login for login in page.logins if login not in of_onvif]
    return {
        "username": others[-1].username if others else device.username,
        "onvif_username": of_onvif[-1].username if of_onvif else "",
        "onvif_account": device.onvif_account,
    }
