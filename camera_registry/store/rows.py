"""Rows: which rows of each table a viewer sees. The one place where one school is kept from another.

Strategy: a session that is opened for a viewer adds the condition of every table to every statement, whatever query it
is, so a query that is written tomorrow is limited as well. What is of no school (editions, prices, what models can do)
stands in `OF_ALL`; a table that is in neither list fails a test. Statements over a bare `__table__` pass by: this file,
`store.kept`, `store.sweeps.whole`, `store.acceptances.is_used` and `store.periods.last_number` use them and say why; so
do those by which a worker and the nightly tidying, who have no viewer, write (`_PUT…`, `_BEGIN`, `keeping`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, event, false, or_, select
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlalchemy.sql.visitors import iterate
from sqlmodel import Session

from camera_registry import models
from camera_registry.access.viewer import Viewer

Ids = Select[tuple[int]]
OF_ALL = frozenset(
    {models.EditionRecord, models.ConfirmationRecord, models.ModelEncoding, models.LoginThrottle, models.Account}
    | {models.Assignment, models.LoginSession, models.ApiToken, models.LaptopKey}
    | {models.Mailbox, models.Mailed, models.Webhook, models.Delivery, models.Period, models.Agent}
    | {models.SealingKey, models.AuditRecord, models.AuditValues, models.AuditErased}
)
"""Tables that are of no school. Accounts and what hangs on them, and the audit log, are for administrators, or for
oneself: their pages see to it. Webhooks and agents are for who sees everything; a page
says of a school no more than the name of its agent.
"""


class _Seen:
    """Selects of the ids that a viewer sees, from the school down."""

    def __init__(self, viewer: Viewer) -> None:
        school = models.School.__table__  # type: ignore[attr-defined]  # SQLModel gives it to every table
        site, device = models.Site.__table__, models.Device.__table__  # type: ignore[attr-defined]  # as above
        channel, of_sweep = models.Channel.__table__, models.SweepSite.__table__  # type: ignore[attr-defined]  # as above
        credential = models.Credential.__table__  # type: ignore[attr-defined]  # as above
        taken = models.AcceptanceChannel.__table__  # type: ignore[attr-defined]  # as above
        if viewer.role == "district":
            mine: ColumnElement[bool] = school.c.managed_by == viewer.district_id
        else:
            mine = school.c.id.in_(viewer.school_ids)
        self.viewer = viewer
        self.schools: Ids = select(school.c.id).where(mine)
        self.districts: Ids = select(school.c.managed_by).where(mine)
        self.sites: Ids = select(site.c.id).where(site.c.school_id.in_(self.schools))
        self.devices: Ids = select(device.c.id).where(device.c.school_id.in_(self.schools))
        self.channels: Ids = select(channel.c.id).where(channel.c.device_id.in_(self.devices))
        self.credentials: Ids = select(credential.c.id).where(credential.c.device_id.in_(self.devices))
        self.sweeps: Ids = select(of_sweep.c.sweep_id).where(of_sweep.c.site_id.in_(self.sites))
        edit = models.Edit.__table__  # type: ignore[attr-defined]  # as above
        elsewhere = select(edit.c.batch_id).where(edit.c.batch_id.is_not(None), edit.c.school_id.not_in(self.schools))
        here = select(edit.c.batch_id).where(edit.c.batch_id.is_not(None), edit.c.school_id.in_(self.schools))
        self.batches: Ids = here.where(edit.c.batch_id.not_in(elsewhere))
        reply = models.Reply.__table__  # type: ignore[attr-defined]  # as above
        self.replies: Ids = select(reply.c.id).where(reply.c.school_id.in_(self.schools))
        own = select(taken.c.acceptance_id).where(taken.c.channel_id.in_(self.channels))
        others = select(taken.c.acceptance_id).where(taken.c.channel_id.not_in(self.channels))
        self.acceptances: Ids = own.where(taken.c.acceptance_id.not_in(others))

    def at_schools(self, row: Any) -> ColumnElement[bool]:
        """The condition of a row that names its unit and its school: no other table has to be asked."""
        if self.viewer.role == "district":
            mine: ColumnElement[bool] = row.district_id == self.viewer.district_id
        else:
            mine = row.school_id.in_(self.viewer.school_ids)
        return mine


Limit = Callable[[Any, _Seen], ColumnElement[bool]]
"""The condition of a table (the class, or an alias of it) for what is seen."""


def _district(district: Any, seen: _Seen) -> ColumnElement[bool]:
    own = district.id.in_(seen.districts)
    return or_(own, district.id == seen.viewer.district_id) if seen.viewer.district_id else own


def _finding(finding: Any, seen: _Seen) -> ColumnElement[bool]:
    return or_(
        finding.device_id.in_(seen.devices), finding.site_id.in_(seen.sites), finding.school_id.in_(seen.schools)
    )


def _waiver(waiver: Any, seen: _Seen) -> ColumnElement[bool]:
    """One for a model is of all; one for a unit is of its schools too."""
    return or_(
        waiver.scope == "model",
        waiver.district_id.in_(seen.districts),
        waiver.district_id == seen.viewer.district_id if seen.viewer.district_id else false(),
        waiver.school_id.in_(seen.schools),
        waiver.device_id.in_(seen.devices),
        waiver.channel_id.in_(seen.channels),
    )


def _day(day: Any, seen: _Seen) -> ColumnElement[bool]:
    """The days of one's own unit: those of all units together are nobody's who does not see all."""
    return day.district_id == seen.viewer.district_id if seen.viewer.district_id else false()


def _batch(batch: Any, seen: _Seen) -> ColumnElement[bool]:
    """One's own, and those that changed something at schools that are all seen."""
    return or_(batch.account_id == seen.viewer.account_id, batch.id.in_(seen.batches))


def _sending(sending: Any, seen: _Seen) -> ColumnElement[bool]:
    """Of one's own unit, and of the schools that are seen."""
    own = seen.viewer.district_id
    return or_(sending.school_id.in_(seen.schools), sending.district_id == own if own else false())


def _frozen(frozen: Any, seen: _Seen) -> ColumnElement[bool]:
    """Figures of one's own unit; those of the city tell of all."""
    own = seen.viewer.district_id
    return frozen.district_id == own if own else false()


def _of_place(row: Any, seen: _Seen) -> ColumnElement[bool]:
    """What is of a school, of a unit, or of all."""
    of_school, of_unit = row.school_id.in_(seen.schools), row.district_id.in_(seen.districts)
    return or_(of_school, row.school_id.is_(None) & (row.district_id.is_(None) | of_unit))


LIMITS: Mapping[type[models.Table], Limit] = {
    models.District: _district,
    models.School: lambda row, seen: row.id.in_(seen.schools),
    models.Site: lambda row, seen: row.school_id.in_(seen.schools),
    models.Device: lambda row, seen: row.school_id.in_(seen.schools),
    models.Channel: lambda row, seen: row.device_id.in_(seen.devices),
    models.Stream: lambda row, seen: row.channel_id.in_(seen.channels),
    models.Credential: lambda row, seen: row.device_id.in_(seen.devices),
    models.LoginRecord: lambda row, seen: row.credential_id.in_(seen.credentials),
    models.SheetRecord: lambda row, seen: row.device_id.in_(seen.devices),
    models.UnitRecord: lambda row, seen: row.device_id.in_(seen.devices),
    models.Description: lambda row, seen: row.device_id.in_(seen.devices),
    models.Measurement: lambda row, seen: row.device_id.in_(seen.devices),
    models.FindingRecord: _finding,
    models.ListedFinding: lambda row, seen: seen.at_schools(row),
    models.SchoolSum: lambda row, seen: row.school_id.in_(seen.schools),
    models.DaySum: _day,
    models.VerdictRecord: lambda row, seen: row.device_id.in_(seen.devices),
    models.AnswerRecord: _finding,
    models.OnSiteRecord: lambda row, seen: row.channel_id.in_(seen.channels),
    models.WaiverRecord: _waiver,
    models.ChangeRecord: lambda row, seen: row.device_id.in_(seen.devices),
    models.Acceptance: lambda row, seen: row.id.in_(seen.acceptances),
    models.AcceptanceChannel: lambda row, seen: row.acceptance_id.in_(seen.acceptances),
    models.AcceptanceLook: lambda row, seen: row.acceptance_id.in_(seen.acceptances),
    models.Sweep: lambda row, seen: row.id.in_(seen.sweeps),
    models.SweepSite: lambda row, seen: row.site_id.in_(seen.sites),
    models.AgentSite: lambda row, seen: row.site_id.in_(seen.sites),
    models.AgentOrder: lambda row, seen: row.site_id.in_(seen.sites),
    models.BundleRecord: lambda row, seen: row.school_id.in_(seen.schools),
    models.Handover: lambda row, seen: row.school_id.in_(seen.schools),
    models.NewsItem: _of_place,
    models.Maintenance: _of_place,
    models.Outage: lambda row, seen: row.school_id.in_(seen.schools),
    models.Edit: lambda row, seen: row.school_id.in_(seen.schools),
    models.Batch: _batch,
    models.GivenAnswer: lambda row, seen: row.account_id == seen.viewer.account_id,
    models.Photo: lambda row, seen: row.channel_id.in_(seen.channels),
    models.Reply: lambda row, seen: row.school_id.in_(seen.schools),
    models.ReplyPhoto: lambda row, seen: row.reply_id.in_(seen.replies),
    models.SweepItem: lambda row, seen: row.device_id.in_(seen.devices),
    models.FoundUnit: lambda row, seen: row.school_id.in_(seen.schools),
    models.Discovery: lambda row, seen: row.school_id.in_(seen.schools),
    models.ProposedPair: lambda row, seen: row.school_id.in_(seen.schools),
    models.Sending: _sending,
    models.Frozen: _frozen,
    models.NotSame: lambda row, seen: and_(row.device_id.in_(seen.devices), row.other_id.in_(seen.devices)),
}


def limit(session: Session, viewer: Viewer) -> None:
    """From now on this session reads and changes only rows that `viewer` sees."""
    if viewer.sees_all:
        return
    seen = _Seen(viewer)
    plain = [with_loader_criteria(table, of(table, seen)) for table, of in LIMITS.items()]

    def add(state: ORMExecuteState) -> None:
        if state.is_column_load or state.is_insert:
            return
        aliases = [
            with_loader_criteria(alias, LIMITS[alias.mapper.class_](alias.entity, seen))
            for alias in _aliases(state.statement)
            if alias.mapper.class_ in LIMITS
        ]
        state.statement = state.statement.options(*plain, *aliases)

    event.listen(session, "do_orm_execute", add)


def _aliases(statement: Any) -> set[Any]:
    """The aliases of tables in a statement: the condition of a table does not reach them in a join."""
    owners = (part._annotations.get("parententity") for part in iterate(statement))
    return {owner for owner in owners if owner is not None and owner.is_aliased_class}
