"""Waivers as they are read: beside the rows of a list, on the page of a device, and by themselves. Reading only.

Strategy: nothing about a waiver is rewritten when it lapses; what it is now is worked out here for every row, in few
queries a page. A row that has a waiver is never hidden by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from zoneinfo import ZoneInfo

from sqlmodel import Session

from camera_registry.services.days import day_of
from camera_registry.services.device_values import DevicePage, FindingSeen
from camera_registry.services.explained import title
from camera_registry.services.listed import LARGEST_PAGE, LAST_PAGE, Filter, ListingError, Page, Unit, not_one_of
from camera_registry.services.places import ROWS_AT_ONCE, check_place
from camera_registry.services.waivers import Desk
from camera_registry.store import devices, waived, waivers
from camera_registry.store.places import Today
from camera_registry.store.waivers import WaiversWanted
from standards.editions import Editions
from standards.model import Text
from standards.waiving.waiver_history import Event, history
from standards.waiving.waivers import STANDINGS, Place, Waived, Waiver, shown, standing

__all__ = ["WaiverSeen", "beside", "every_beside", "every_listed", "listed", "narrowed", "on_device", "one"]


@dataclass(frozen=True)
class WaiverSeen:
    """A waiver as a list shows it: what it is now, what its rule and the things it is for are called, and what became
    of it.
    """

    waived: Waived
    title: Text
    district: str
    school: str
    channel: str
    events: tuple[Event, ...]


def narrowed(session: Session, wanted: Filter, desk: Desk) -> Filter:
    """The filter, with what it needs to be by waivers and by the official list."""
    wanted = replace(wanted, entry=desk.entry)
    return wanted if wanted.waiver is None else replace(wanted, today=_today(session, desk))


def beside(session: Session, rows: Sequence[Unit], desk: Desk) -> tuple[Unit, ...]:
    """The same rows in the same order, each with the waiver that is shown beside it."""
    places, touching = waived.of_findings(session, [row.finding_id for row in rows])
    of_rule = _by_rule(touching)
    found = (_of(of_rule, *places[row.finding_id], desk) if row.finding_id in places else None for row in rows)
    return tuple(replace(row, waiver=waiver) for row, waiver in zip(rows, found, strict=True))


def every_beside(session: Session, rows: Iterable[Unit], desk: Desk) -> Iterator[Unit]:
    """As `beside`, for as many rows as there are."""
    waiting = iter(rows)
    while part := tuple(islice(waiting, ROWS_AT_ONCE)):
        yield from beside(session, part, desk)


def on_device(session: Session, page: DevicePage, desk: Desk) -> DevicePage:
    """The page of a device, its failed findings with the waivers that are shown beside them."""
    place, touching = waived.of_device(session, devices.get(session, page.registered.device_id))
    of_rule = _by_rule(touching)

    def with_waiver(finding: FindingSeen) -> FindingSeen:
        if finding.outcome != "fail" or finding.until is not None:
            return finding
        at = replace(place, channel=finding.channel_index)
        return replace(finding, waiver=_of(of_rule, finding.rule, at, desk))

    channels = (replace(c, findings=tuple(map(with_waiver, c.findings))) for c in page.channels)
    return replace(page, channels=tuple(channels), findings=tuple(map(with_waiver, page.findings)))


def listed(session: Session, wanted: WaiversWanted, editions: Editions, desk: Desk) -> Page[WaiverSeen]:
    """One page of waivers, what ends first stands first. Raises ListingError for a place, a state, a rule or a page
    that there is not.
    """
    _check(session, wanted, editions)
    total, found = waivers.listed(session, wanted, _today(session, desk))
    rows = tuple(_seen(named, editions, desk) for named in found)
    return Page(rows, total, total, wanted.page, wanted.size)


def every_listed(session: Session, wanted: WaiversWanted, editions: Editions, desk: Desk) -> list[WaiverSeen]:
    """All waivers that are wanted, whatever the page. Raises as `listed`."""
    rows: list[WaiverSeen] = []
    for number in range(1, LAST_PAGE):
        page = listed(session, replace(wanted, page=number, size=LARGEST_PAGE), editions, desk)
        rows += page.rows
        if number >= page.pages:
            break
    return rows


def one(session: Session, number: int, editions: Editions, desk: Desk) -> WaiverSeen | None:
    """The waiver of this number; None where there is none."""
    named = waivers.get(session, number)
    return _seen(named, editions, desk) if named else None


def _of(of_rule: Mapping[str, list[Waiver]], rule: str, place: Place, desk: Desk) -> Waived | None:
    found = shown(of_rule.get(rule, ()), rule, place, desk.now)
    return Waived(found, standing(found, desk.now, desk.terms)) if found else None


def _seen(named: waivers.Named, editions: Editions, desk: Desk) -> WaiverSeen:
    waiver = named.waiver
    rule = next((rule for edition in editions for rule in edition.rules if rule.id == waiver.rule), None)
    now = Waived(waiver, standing(waiver, desk.now, desk.terms))
    events = history(waiver, desk.now, desk.terms)
    return WaiverSeen(now, title(rule, waiver.rule), named.district, named.school, named.channel, events)


def _today(session: Session, desk: Desk) -> Today:
    days = {zone: day_of(desk.now, ZoneInfo(zone)) for zone in waivers.zones(session)}
    return Today(days, desk.terms.warn_days)


def _check(session: Session, wanted: WaiversWanted, editions: Editions) -> None:
    if wanted.state is not None and wanted.state not in STANDINGS:
        raise not_one_of("state", wanted.state, STANDINGS)
    known = {rule.id for edition in editions for rule in edition.rules}
    if wanted.rule is not None and wanted.rule not in known | set(waivers.rules(session)):
        raise not_one_of("rule", wanted.rule, sorted(known))
    for field, most in (("page", LAST_PAGE), ("size", LARGEST_PAGE)):
        if not 1 <= getattr(wanted, field) <= most:
            raise ListingError(field, {"vi": f"phải từ 1 đến {most}.", "en": f"must be 1 to {most}."})
    check_place(session, wanted.district, wanted.school)
    if wanted.device is not None and devices.by_code(session, wanted.school or "", wanted.device) is None:
        code = wanted.device[:50]
        raise ListingError("device", {
            "vi": f"trường không có thiết bị “{code}”; ghi cả mã trường và mã thiết bị đã đăng ký.",
            "en": f"the school has no device “{code}”; say the codes of both as they are registered.",
        })  # fmt: skip


def _by_rule(found: Iterable[Waiver]) -> dict[str, list[Waiver]]:
    """The waivers by their rule, so that each row is compared with few."""
    sorted_: dict[str, list[Waiver]] = {}
    for waiver in found:
        sorted_.setdefault(waiver.rule, []).append(waiver)
    return sorted_
