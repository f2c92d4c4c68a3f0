"""The lists: what is not compliant, and what could not be checked, with everything that explains a row. Reading only.

What a rule is called, where it stands and what to do come from the edition that judged; what was found comes from the
registry.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import Session

from camera_registry.services.explained import find_rule, fix_text, measured, required, title
from camera_registry.services.judged_by import JudgedBy
from camera_registry.services.listed import (
    MOST_SCHOOLS,
    SORTS,
    Choice,
    Choices,
    Filter,
    ListingError,
    Page,
    Place,
    Totals,
    Unchecked,
    Unit,
    not_one_of,
)
from camera_registry.services.official import standing
from camera_registry.services.places import check_place, nothing_known, parts, place
from camera_registry.services.unchecked import every_not_checked, not_checked
from camera_registry.store import listing
from camera_registry.store import totals as numbers
from camera_registry.store.listing import Tally
from camera_registry.store.places import VERDICT_OF_RANK, Entry
from standards import Edition

_REGISTERED = ("make", "model", "owner", "warranty_until", "outdoor", "private")
__all__ = [
    "Choice",
    "Choices",
    "Filter",
    "ListingError",
    "Page",
    "Place",
    "Totals",
    "Unchecked",
    "Unit",
    "choices",
    "every_non_compliant",
    "every_not_checked",
    "non_compliant",
    "not_checked",
    "page_and_choices",
    "totals",
]


def non_compliant(session: Session, wanted: Filter, edition: Edition) -> Page[Unit]:
    """One page of the deciding findings that fail now, the worst verdict first unless another order is wanted.

    Raises ListingError for a unit, school, rule or order that there is not.
    """
    _check(session, wanted, edition)
    return _page(session, wanted, edition, listing.count(session, wanted))


def page_and_choices(session: Session, wanted: Filter, edition: Edition) -> tuple[Page[Unit], Choices]:
    """The page, as `non_compliant`, and what its filters can be set to, as `choices`: counted once for both."""
    _check(session, wanted, edition)
    tally = listing.tally(session, wanted)
    return _page(session, wanted, edition, tally.total), _choices(session, wanted, edition, tally)


def _page(session: Session, wanted: Filter, edition: Edition, total: int) -> Page[Unit]:
    found = listing.of_ids(session, listing.ids(session, wanted)) if total else []
    nothing = None if total else nothing_known(session, wanted)
    judged = JudgedBy(session, [edition])
    made = tuple(_unit(row, judged, wanted.entry) for row in found)
    return Page(made, total, listing.units(session, wanted) if total else 0, wanted.page, wanted.size, nothing)


def every_non_compliant(session: Session, wanted: Filter, edition: Edition) -> Iterator[Unit]:
    """All rows of the list in their order, whatever the page. Raises ListingError as `non_compliant`."""
    _check(session, wanted, edition)
    ids = listing.ids(session, wanted, every=True)
    judged = JudgedBy(session, [edition])
    return (_unit(row, judged, wanted.entry) for part in parts(ids) for row in listing.of_ids(session, part))


def totals(session: Session, district: str | None = None, school: str | None = None) -> Totals:
    """How many schools, devices and channels there are, and how many channels of each verdict."""
    check_place(session, district, school)
    verdicts = numbers.verdicts(session, district, school)
    return Totals(
        schools=numbers.schools(session, district, school),
        devices=numbers.devices(session, district, school),
        channels=sum(verdicts.values()),
        verdicts=verdicts,
    )


def choices(session: Session, wanted: Filter, edition: Edition) -> Choices:
    """What the filters can be set to, and how many rows of the list within `wanted` each value would give. Of schools
    there are none where they are more than help (MOST_SCHOOLS), but the one that is wanted.
    """
    _check(session, wanted, edition)
    return _choices(session, wanted, edition, listing.tally(session, wanted))


def _choices(session: Session, wanted: Filter, edition: Edition, tally: Tally) -> Choices:
    in_force = dict.fromkeys((*(rule.id for rule in edition.rules if rule.decides), *sorted(tally.rules)))
    return Choices(
        districts=tuple(_choice(row, tally.districts) for row in numbers.district_rows(session)),
        schools=_schools(session, wanted),
        rules=tuple(Choice(id_, title(find_rule(edition, id_), id_), tally.rules[id_]) for id_ in in_force),
        fixes=tally.fixes,
        actors=tally.actors,
    )


def _schools(session: Session, wanted: Filter) -> tuple[Choice, ...]:
    few = numbers.school_rows(session, wanted.district, MOST_SCHOOLS, wanted.school)
    counted = listing.at_schools(session, wanted) if few else {}
    return tuple(_choice(row, counted) for row in few)


def _check(session: Session, wanted: Filter, edition: Edition) -> None:
    if wanted.sort not in SORTS:
        raise not_one_of("sort", wanted.sort, SORTS)
    if wanted.kind is not None:
        raise ListingError("kind", {"vi": "lý do chỉ dành cho camera chưa kiểm tra được; bỏ trống.",
                                    "en": "reasons are for what could not be checked; leave it out."})  # fmt: skip
    check_place(session, wanted.district, wanted.school)
    known = {rule.id for rule in edition.rules}
    if wanted.rule not in known | {None} and not listing.is_stored(session, wanted.rule or ""):
        raise not_one_of("rule", wanted.rule, sorted(known))


def _unit(row: Any, judged: JudgedBy, entry: Entry) -> Unit:
    stands = standing(row.nights, row.fix, row.on_site, entry)
    rule = judged.rule(row.sha256, row.edition, row.rule)
    expected, why = json.loads(row.expected), json.loads(row.why)
    return Unit(
        **place(row),
        finding_id=row.id,
        camera=_counted_at(row),
        stream=row.stream,
        rule=row.rule,
        title=title(rule, row.rule),
        verdict=VERDICT_OF_RANK.get(row.rank, "unverified"),
        fix=row.fix,
        fix_text=fix_text(rule, row.fix, expected),
        actor=row.actor,
        why=why,
        measured=measured(row.fact, row.seen, why),
        required=required(rule, row.seen, expected),
        state=row.state,
        document=rule.source.document if rule else "",
        clause=rule.source.clause if rule else "",
        edition=row.edition,
        sha256=row.sha256,
        how=row.how,
        seen_at=row.seen_at,
        since=row.fails_since,
        nights=row.nights,
        official=stands.official,
        waits=stands.waits,
        **{name: getattr(row, name) for name in _REGISTERED},
    )


def _counted_at(row: Any) -> str | None:
    """The name of the camera: its own channel where that at which it is counted is not to be seen."""
    if row.channel_index is None:
        return None
    device, index = (row.home_device, row.home_index) if row.home_device else (row.device_code, row.channel_index)
    return f"{row.school_code}/{device}/{index}"


def _choice(row: Any, counted: Mapping[int, int]) -> Choice:
    return Choice(row.code, {"vi": row.name, "en": row.name}, counted.get(row.id, 0))
