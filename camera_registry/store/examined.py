"""What `doctor` asks the registry: sealed values that do not open, the last night, leases, messages that did not go."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, func, select

from camera_registry.models import (
    AgentOrder,
    AgentSite,
    AuditRecord,
    Delivery,
    Device,
    Mailed,
    Sweep,
    SweepItem,
    SweepSite,
    Webhook,
)
from camera_registry.store.open_sites import AGENT
from camera_registry.store.sealed import SEALED
from camera_registry.store.sweeps import OPEN
from camera_registry.vault import Vault

_OF_AGENT = col(SweepSite.owner).startswith(AGENT, autoescape=True)


def unreadable(session: Session, vault: Vault) -> tuple[int, int]:
    """How many sealed values are in force, and how many of them this key does not open."""
    tried = lost = 0
    for column in SEALED:
        for row in session.exec(select(column.table).where(column.in_force).execution_options(yield_per=100)):
            tried += 1
            lost += not vault.opens((getattr(row, column.name), column.place(row)))
    return tried, lost


def newest_entry(session: Session) -> datetime | None:
    """When the newest entry of the audit log was written."""
    return session.exec(select(func.max(AuditRecord.at))).one()


def has_devices(session: Session) -> bool:
    """True where any device is registered."""
    return session.exec(select(Device.id).limit(1)).first() is not None


def last_night(session: Session) -> Sweep | None:
    """The sweep over all devices that was planned last."""
    wanted = select(Sweep).where(Sweep.kind == "night").order_by(col(Sweep.planned_at).desc()).limit(1)
    return session.exec(wanted).first()


def reasons(session: Session, sweep_id: int) -> dict[str, int]:
    """How many devices of a sweep were not looked at, or in vain, for each reason."""
    wanted = select(SweepItem.reason, func.count()).where(SweepItem.sweep_id == sweep_id, SweepItem.reason != "")
    return dict(session.exec(wanted.group_by(SweepItem.reason)).all())


def waits_since(session: Session) -> datetime | None:
    """When the oldest sweep was planned that may go on; None where there is nothing to do."""
    return session.exec(select(func.min(Sweep.planned_at)).where(col(Sweep.state).in_(OPEN))).one()


def newest_lease(session: Session) -> datetime | None:
    """Until when the longest lease of a worker runs; None where nobody has one. What agents have lasts for hours, and
    tells of no worker.
    """
    wanted = select(func.max(SweepSite.leased_until)).where(SweepSite.state == "leased", ~_OF_AGENT)
    return session.exec(wanted).one()


def waits_for_later(session: Session, now: datetime) -> bool:
    """True where every open sweep has nothing that may begin now: what an agent has, or what waits until it has done
    what it has, may not.
    """
    busy = select(AgentSite.site_id).join(AgentOrder, col(AgentOrder.agent_id) == col(AgentSite.agent_id))
    busy = busy.where(AgentOrder.state == "open", col(AgentSite.site_id) == col(SweepSite.site_id))
    wanted = select(SweepSite.site_id).join(Sweep, col(Sweep.id) == col(SweepSite.sweep_id))
    may_begin = col(SweepSite.not_before).is_(None) | (col(SweepSite.not_before) <= now)
    ready = wanted.where(col(Sweep.state).in_(OPEN), SweepSite.state != "done", may_begin)
    ready = ready.where(~_OF_AGENT, ~busy.exists())
    return session.exec(ready.limit(1)).first() is None


def failed_mails(session: Session, since: datetime) -> int:
    """How many mails were given up since then."""
    wanted = select(func.count()).select_from(Mailed).where(Mailed.state == "failed", col(Mailed.at) >= since)
    return session.exec(wanted).one()


def newest_deliveries(session: Session) -> list[tuple[Webhook, Delivery | None]]:
    """Every webhook that is told something, with the newest of its messages that was tried."""
    hooks = session.exec(select(Webhook).where(col(Webhook.active)).order_by(col(Webhook.id))).all()
    return [(hook, _newest(session, hook.id or 0)) for hook in hooks]


def _newest(session: Session, webhook_id: int) -> Delivery | None:
    tried = select(Delivery).where(Delivery.webhook_id == webhook_id, col(Delivery.attempts) > 0)
    return session.exec(tried.order_by(col(Delivery.id).desc()).limit(1)).first()
