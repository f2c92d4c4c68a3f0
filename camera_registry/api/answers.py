"""The answers of the API: the shapes that programs rely on, apart from the values inside this program.

Codes and indexes are the public keys; ids of the database are never told. Texts are {vi, en}; moments are UTC.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from camera_registry.api.waiver_answers import WaiverOfRow, waiver_of_row
from camera_registry.services.listed import Page, Place, Totals, Unchecked, Unit
from standards.model import Fix, Text, VerdictName


class Words(BaseModel):
    """One text in both languages."""

    vi: str
    en: str


class Named(BaseModel):
    """A unit or a school: its code and its name."""

    code: str
    name: str


class DeviceOfRow(BaseModel):
    """The device of a row."""

    code: str
    kind: str


class ChannelOfRow(BaseModel):
    """The channel of a row."""

    index: int
    name: str
    area: str
    scope: str


class PlaceAnswer(BaseModel):
    """Where a row stands; `channel` null: the device as a whole; `site` empty: the main one."""

    district: Named
    school: Named
    site: str
    device: DeviceOfRow
    channel: ChannelOfRow | None


class RuleOfRow(BaseModel):
    """The rule of a row."""

    id: str
    title: Words


class SourceOfRow(BaseModel):
    """Where the required value stands, and how well it is known (P, S, A, N)."""

    document: str
    clause: str
    state: str


class CostOfRow(BaseModel):
    """What one failure costs alone, in whole VND with VAT; `once` null: there is no price for it. `least`: more comes
    after a survey. `supplier` (a name, or "") does it for nothing; null: nobody does.
    """

    once: int | None
    yearly: int | None
    least: bool
    supplier: str | None


class UnitAnswer(PlaceAnswer):
    """One deciding finding that fails now."""

    stream: str
    rule: RuleOfRow
    verdict: VerdictName
    fix: Fix
    fix_text: Words
    actor: str
    why: Words
    measured: Words
    required: Words
    source: SourceOfRow
    edition: str
    sha256: str
    how: str
    seen_at: datetime | None
    since: datetime
    nights: int
    official: bool
    waits: Words
    waiver: WaiverOfRow | None
    make: str
    model: str
    cost: CostOfRow


class UncheckedAnswer(PlaceAnswer):
    """One channel, or device without channels, whose verdict is not known; `rule` the first that could not be told."""

    kind: str
    reason: Words
    detail: str
    rule: RuleOfRow | None
    fix: Fix | None
    fix_text: Words
    actor: str
    attempts: int
    last_attempt: datetime | None
    last_answered: datetime | None
    silent_nights: int


class PageAnswer(BaseModel):
    """`total` rows in all, of `units` different channels and devices."""

    total: int
    units: int
    page: int
    size: int
    pages: int


class NonCompliantAnswer(PageAnswer):
    """One page of what is not compliant."""

    rows: list[UnitAnswer]


class NotCheckedAnswer(PageAnswer):
    """One page of what could not be checked."""

    rows: list[UncheckedAnswer]


class TotalsAnswer(BaseModel):
    """How many there are; `verdicts` adds up to `channels`."""

    schools: int
    devices: int
    channels: int
    verdicts: dict[VerdictName, int]


def non_compliant_answer(page: Page[Unit]) -> NonCompliantAnswer:
    """The answer of one page."""
    rows = [_unit(row) for row in page.rows]
    return NonCompliantAnswer(
        total=page.total, units=page.units, page=page.page, size=page.size, pages=page.pages, rows=rows
    )


def not_checked_answer(page: Page[Unchecked]) -> NotCheckedAnswer:
    """The answer of one page."""
    rows = [_unchecked(row) for row in page.rows]
    return NotCheckedAnswer(
        total=page.total, units=page.units, page=page.page, size=page.size, pages=page.pages, rows=rows
    )


def totals_answer(totals: Totals) -> TotalsAnswer:
    """The answer of the totals."""
    verdicts = dict(totals.verdicts)
    return TotalsAnswer(schools=totals.schools, devices=totals.devices, channels=totals.channels, verdicts=verdicts)


def _unit(row: Unit) -> UnitAnswer:
    return UnitAnswer(
        **_place(row).__dict__,
        stream=row.stream,
        rule=RuleOfRow(id=row.rule, title=_words(row.title)),
        verdict=row.verdict,
        fix=row.fix,
        fix_text=_words(row.fix_text),
        actor=row.actor,
        why=_words(row.why),
        measured=_words(row.measured),
        required=_words(row.required),
        source=SourceOfRow(document=row.document, clause=row.clause, state=row.state),
        edition=row.edition,
        sha256=row.sha256,
        how=row.how,
        seen_at=row.seen_at,
        since=row.since,
        nights=row.nights,
        official=row.official,
        waits=_words(row.waits),
        waiver=waiver_of_row(row.waiver),
        make=row.make,
        model=row.model,
        cost=CostOfRow(once=row.cost.once, yearly=row.cost.yearly, least=row.cost.least, supplier=row.cost.supplier),
    )


def _unchecked(row: Unchecked) -> UncheckedAnswer:
    return UncheckedAnswer(
        **_place(row).__dict__,
        kind=row.kind,
        reason=_words(row.reason),
        detail=row.detail,
        rule=RuleOfRow(id=row.rule, title=_words(row.title)) if row.rule else None,
        fix=row.fix,
        fix_text=_words(row.fix_text),
        actor=row.actor,
        attempts=row.attempts,
        last_attempt=row.last_attempt,
        last_answered=row.last_answered,
        silent_nights=row.silent_nights,
    )


def _place(row: Place) -> PlaceAnswer:
    channel = None
    if row.channel_index is not None:
        channel = ChannelOfRow(index=row.channel_index, name=row.channel_name, area=row.area, scope=row.scope)
    return PlaceAnswer(
        district=Named(code=row.district_code, name=row.district),
        school=Named(code=row.school_code, name=row.school),
        site=row.site,
        device=DeviceOfRow(code=row.device_code, kind=row.device_kind),
        channel=channel,
    )


def _words(text: Text) -> Words:
    return Words(vi=text["vi"], en=text["en"])
